"""What administrators decide about stories."""

from __future__ import annotations

from datetime import timedelta

from newsbot.models.deliveries import Delivery, State, Told
from newsbot.models.readers import Reader, of_story
from newsbot.models.stories import Placed, Ruling
from tests.examples import NOON, minutes_ago
from tests.store.test_stories import join

DAY = timedelta(days=1)


async def merged(archive, kept: int, gone: int) -> None:
    async with archive.store.begin() as tx:
        await tx.rulings.merge(kept, gone)
        await tx.votes.merge(kept, gone)
        await tx.posts.merge(kept, gone)


async def test_merged_stories_are_one(archive):
    """Whoever asks for the one that went gets the one that was kept, each once."""
    kept, gone, third = [await archive.tells(title) for title in "一二三"]
    await merged(archive, kept, gone)

    async with archive.store.read() as tx:
        told = await tx.stories.load([gone, third, kept, 999])
        assert [(kept, ["一", "二"]), (third, ["三"])] == [
            (one.id, sorted(article.title for article in one.articles)) for one in told
        ]
        assert {gone: kept, kept: kept, 999: 999} == await tx.stories.current([gone, kept, 999])


async def test_what_was_merged_twice_is_found_too(archive):
    """The one that was kept first went later."""
    first, second, third = [await archive.tells(title) for title in "一二三"]
    await merged(archive, second, third)
    await merged(archive, first, second)

    async with archive.store.read() as tx:
        assert [first] == [one.id for one in await tx.stories.load([third])]


async def test_everybody_has_one_vote_on_a_merged_story(archive):
    """The later one; values and saves likewise, and what was said of it goes over."""
    kept, gone = await archive.tells("一"), await archive.tells("二")
    async with archive.store.begin() as tx:
        await tx.votes.cast(1, kept, 1, minutes_ago(5))
        await tx.votes.cast(1, gone, -1, NOON)
        await tx.votes.cast(2, kept, 1, NOON)
        await tx.votes.cast(2, gone, -1, minutes_ago(5))
        await tx.votes.cast(3, gone, 1, NOON)
        await tx.votes.rate(1, gone, 4, NOON)
        await tx.votes.save(1, gone, True, NOON)
        await tx.votes.save(2, kept, True, NOON)
        await tx.feedback.add(1, gone, "ad", "", NOON)
        await tx.deliveries.show(1, [Told(kept, 1, (1,))], NOON)
        await tx.deliveries.show(1, [Told(gone, 1, (2,))], NOON)
        await tx.deliveries.show(2, [Told(gone, 1, (2,))], NOON)
    await merged(archive, kept, gone)

    tally = (await archive.story(kept)).tally
    assert (2, 1, 4, 1, 2, 1, 2) == (
        tally.up, tally.down, tally.value_sum, tally.value_count, tally.saves, tally.reports, tally.times,
    )  # fmt: skip


async def test_who_followed_what_was_merged_follows_what_was_kept(archive):
    """With their alerts and what it answered; who followed both does so once."""
    kept, gone = await archive.tells("一"), await archive.tells("二")
    async with archive.store.begin() as tx:
        for reader, stories in ((1, (gone,)), (2, (kept, gone))):
            await tx.readers.save(Reader(id=reader), NOON)
            await tx.readers.add_words(reader, "follow", [of_story(one) for one in stories], NOON)
        await tx.readers.alert(1, [of_story(gone)], True)
        await tx.hits.add([(of_story(gone), 1)], NOON)
    await merged(archive, kept, gone)

    async with archive.store.read() as tx:
        readers = await tx.readers.load([1, 2])
        assert [(of_story(kept),)] * 2 == [one.follows for one in readers]
        assert [frozenset((of_story(kept),)), frozenset()] == [one.alerts for one in readers]
        assert {of_story(kept): {1}} == await tx.hits.of([of_story(kept), of_story(gone)], NOON)


async def test_a_story_that_went_is_kept_as_long_as_the_one_it_went_into(archive):
    """Its buttons lead there; both are forgotten together."""
    kept, gone = await archive.tells("一"), await archive.tells("二")
    await merged(archive, kept, gone)
    async with archive.store.begin() as tx:
        assert 0 == await tx.stories.remove_empty()
        articles = [one.id for one in (await tx.stories.load([gone]))[0].articles]
        await tx.articles.remove(articles, NOON + DAY)
        assert 1 == await tx.stories.remove_empty()
        assert {gone: gone} == await tx.stories.current([gone])


async def test_a_story_is_split(archive):
    """Some of its articles tell another one; what copied an article of the other one does so no longer."""
    story_id = await archive.tells("一")
    two, three = [await join(archive, story_id, title) for title in ("二", "三")]
    async with archive.store.begin() as tx:
        await tx.stories.join_all([(three, Placed(story_id, two))])
        new = await tx.rulings.split(story_id, [three, 999], NOON, minutes_ago(5))

    old, other = await archive.story(story_id), await archive.story(new)
    assert (["一", "二"], ["三"]) == tuple(sorted(a.title for a in one.articles) for one in (old, other))
    assert (None, "三") == (other.lead.copy_of, other.title)
    # who was shown the story was shown its lead: the new one is new to everybody
    assert (None, minutes_ago(5)) == (old.split_at, other.split_at)


async def test_rulings_are_remembered(archive):
    """For both stories, the first first."""
    rulings = [
        Ruling(kind=kind, story_id=1, other_id=other, article_ids=(5, 6), by=9, at=NOON)
        for kind, other in (("merge", 2), ("split", 3))
    ]
    async with archive.store.begin() as tx:
        for ruling in rulings:
            await tx.rulings.rule(ruling)
        assert [rulings, rulings[1:], []] == [await tx.rulings.of(one) for one in (1, 3, 4)]


async def test_a_story_is_on_top_until_then(archive):
    """Or no longer."""
    story_id = await archive.tells("一")
    seen = []
    for until in (NOON + DAY, None):
        async with archive.store.begin() as tx:
            await tx.rulings.pin(story_id, until)
        seen.append((await archive.story(story_id)).pinned_until)

    assert [NOON + DAY, None] == seen


async def test_the_later_of_two_pins_stays(archive):
    """Whichever of the two stories had it; what is on top is known."""
    kept, gone = await archive.tells("一"), await archive.tells("二")
    async with archive.store.begin() as tx:
        await tx.rulings.pin(gone, NOON + DAY)
    await merged(archive, kept, gone)

    async with archive.store.read() as tx:
        assert ([kept], []) == (await tx.stories.pinned(NOON), await tx.stories.pinned(NOON + DAY))


async def test_who_follows_and_mutes_what_became_one_follows_it(archive):
    """Both cannot be."""
    kept, gone = await archive.tells("一"), await archive.tells("二")
    async with archive.store.begin() as tx:
        await tx.readers.save(Reader(id=1), NOON)
        await tx.readers.add_words(1, "follow", [of_story(gone)], NOON)
        await tx.readers.add_words(1, "mute", [of_story(kept)], NOON)
    await merged(archive, kept, gone)

    async with archive.store.read() as tx:
        (reader,) = await tx.readers.load([1])
        assert ((of_story(kept),), ()) == (reader.follows, reader.mutes)


async def test_of_two_alerts_one_leaves(archive):
    """To whom both were written down; nobody else's, and not those of story 10 for those of story 1."""
    async with archive.store.begin() as tx:
        for chat, slot in (
            (7, "alert:1"),
            (7, "alert:2"),
            (8, "alert:2"),
            (9, "alert:10"),
            (9, "alert:2:1124"),
        ):
            await tx.deliveries.plan(
                Delivery(
                    id=0,
                    chat_id=chat,
                    slot=slot,
                    state=State.QUEUED,
                    due_at=NOON,
                    expires_at=NOON,
                    story_ids=(1,),
                )
            )
        assert 1 == await tx.deliveries.merge_alerts(1, 2)
        states = [(one.slot, one.state) for one in await tx.deliveries.of(7)]
        assert [("alert:1", State.QUEUED), ("alert:2", State.SKIPPED)] == states
