"""Which articles tell the same event."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsbot.models.shingles import Shingles
from newsbot.models.stories import Tally
from newsbot.store import dialects
from tests.examples import NOON, draft, minutes_ago
from tests.store.archive import signature

DAY = timedelta(days=1)


async def join(archive, story_id: int, title: str, minutes: float = 60, **changes) -> int:
    """A further article of a story; its id."""
    article_id = await archive.files(title, minutes=minutes, **changes)
    async with archive.store.begin() as tx:
        await tx.stories.join(article_id, story_id)
    return article_id


async def index(archive, article_id: int, *keys: str, when=NOON) -> None:
    async with archive.store.begin() as tx:
        await tx.stories.index(article_id, keys, when)


async def test_a_story_is_told_by_its_articles(archive):
    """The lead first, then the earliest; a lead can change."""
    story_id = await archive.tells("首发", minutes=60)
    await join(archive, story_id, "最早的", minutes=90)
    late = await join(archive, story_id, "最晚的", minutes=30)
    before = [one.title for one in (await archive.story(story_id)).articles]
    async with archive.store.begin() as tx:
        await tx.stories.lead(story_id, late)

    assert ["首发", "最早的", "最晚的"] == before
    assert ["最晚的", "最早的", "首发"] == [one.title for one in (await archive.story(story_id)).articles]


@pytest.mark.parametrize("most", [1, 2, 10_000])
async def test_stories_come_in_the_order_asked_for(archive, monkeypatch, most):
    """Each once; those that are not there are left out, also when they are loaded piece by piece."""
    monkeypatch.setattr(dialects, "MOST_VALUES", most)
    ids = [await archive.tells(title) for title in ("一", "二", "三")]
    async with archive.store.begin() as tx:
        await tx.votes.cast(1, ids[0], 1, NOON)

    async with archive.store.read() as tx:
        found = await tx.stories.load([ids[2], ids[0], 999, ids[2], ids[1]])
    assert [(ids[2], 0), (ids[0], 1), (ids[1], 0)] == [(one.id, one.tally.up) for one in found]


async def test_a_tally_is_counted_from_rows(archive):
    """Nothing is kept beside them that could disagree."""
    story_id, other = await archive.tells("一"), await archive.tells("二")
    async with archive.store.begin() as tx:
        for reader_id, vote in ((1, 1), (2, 1), (3, -1), (4, 1)):
            await tx.votes.cast(reader_id, story_id, vote, NOON)
        for reader_id, value in ((1, 5), (2, 2)):
            await tx.votes.rate(reader_id, story_id, value, NOON)
        await tx.votes.save(1, story_id, True, NOON)
        await tx.votes.cast(4, story_id, 0, NOON)
        await tx.feedback.add(1, story_id, "clickbait", "", NOON)
        await tx.feedback.add(2, story_id, "tags", "", NOON)  # a fault of ours, not of the story's

    votes = {"up": 2, "down": 1, "sure_up": 2, "sure_down": 1}
    values = {"value_sum": 7, "value_count": 2, "sure_value_sum": 7, "sure_value_count": 2}
    tally = Tally(**votes, **values, saves=1, reports=1)
    assert (tally, Tally()) == ((await archive.story(story_id)).tally, (await archive.story(other)).tally)


async def test_the_window_is_of_articles_not_of_stories(archive):
    """A story of last week with an article of today is today's."""
    old = await archive.tells("上周的", minutes=10_000)
    await join(archive, old, "今天的", minutes=30)
    await archive.tells("也是上周的", minutes=10_000)

    async with archive.store.read() as tx:
        assert [old] == await tx.stories.since(minutes_ago(60))


async def test_an_article_waits_until_it_belongs_to_a_story(archive):
    """The earliest published first, and no more than one asks for."""
    for title, minutes in (("二", 30), ("一", 60), ("三", 10)):
        await archive.files(title, minutes=minutes)
    await archive.tells("有主的")

    async with archive.store.read() as tx:
        assert ["一", "二"] == [one.title for one in await tx.stories.waiting(2)]


async def test_a_signature_comes_back_as_it_was_described(archive):
    """Also the largest shingle; describing again replaces it."""
    article_id = await archive.files("标题")
    made = signature(
        article_id,
        "标题",
        minutes_ago(60),
        shingles=Shingles.of((0, 7, 2**32 - 1)),
        entities=frozenset(("华为", "gpt 4o")),
        numbers=frozenset(("99万",)),
        terms=frozenset(("标题",)),
    )
    async with archive.store.begin() as tx:
        await tx.stories.describe(article_id, signature(article_id, "旧题"))
        await tx.stories.describe(article_id, made)

    async with archive.store.read() as tx:
        assert [made] == await tx.stories.waiting(10)


async def test_articles_are_found_under_their_keys(archive):
    """Those of the window, each key with all of its articles."""
    story_id = await archive.tells("一篇")
    one, two = [await join(archive, story_id, title) for title in ("一个", "两个")]
    old = await join(archive, story_id, "上周的")
    for article_id, keys in ((one, "a"), (two, "ab")):
        await index(archive, article_id, *keys)
    await index(archive, old, "a", when=NOON - 2 * DAY)

    async with archive.store.read() as tx:
        found = await tx.stories.under(["a", "b", "z"], NOON - DAY, NOON + DAY, 9)
    assert {"a": [(one, NOON), (two, NOON)], "b": [(two, NOON)]} == {
        key: sorted(places) for key, places in found.items()
    }


async def test_of_a_common_key_the_last_articles_are_found(archive):
    """So many of each key within the window, whatever else was stored; what stands in a key does no harm."""
    story_id = await archive.tells("一篇")
    ids = [await join(archive, story_id, title) for title in ("一个", "两个", "三个", "四个")]
    for article_id in ids:
        await index(archive, article_id, "a", "title:\"'\\%😀")
    await index(archive, ids[0], "b")
    for day in range(1, 4):
        await index(archive, await join(archive, story_id, f"{day} 周前"), "a", when=NOON - 7 * day * DAY)

    async with archive.store.read() as tx:
        found = await tx.stories.under(["a", "b", "title:\"'\\%😀"], NOON - DAY, NOON + DAY, 2)
        nothing = await tx.stories.under([], NOON - DAY, NOON + DAY, 2)
    assert {"a": set(ids[2:]), "b": {ids[0]}, "title:\"'\\%😀": set(ids[2:])} == {
        key: {article_id for article_id, _ in places} for key, places in found.items()
    }
    assert {} == nothing


async def test_an_article_without_a_story_is_no_candidate(archive):
    """It waits itself."""
    told = await archive.tells("有故事")
    waiting = await archive.files("还没有故事")
    async with archive.store.read() as tx:
        found = await tx.stories.signatures([1, waiting, 999])

    assert [("有故事", told)] == [(one.title, one.story_id) for one in found.values()]


async def test_an_edited_article_keeps_its_story(archive):
    """With everything readers made of it."""
    story_id = await archive.tells("旧题")
    (only,) = (await archive.story(story_id)).articles
    async with archive.store.begin() as tx:
        await tx.votes.cast(1, story_id, 1, NOON)
        await tx.articles.update(only.id, draft("新题"), "daily", ())

    after = await archive.story(story_id)
    assert ("新题", 1) == (after.title, after.tally.up)


async def test_stories_are_found_by_their_tags(archive):
    """Since then, the newest first, each once a tag, but for the one that asks."""
    me, near, old = (
        await archive.tells("一", tags=("AI",), minutes=5),
        await archive.tells("二", tags=("AI", "芯片"), minutes=9),
        await archive.tells("三", tags=("芯片",), minutes=900),
    )
    async with archive.store.read() as tx:
        assert {
            "ai": [(near, minutes_ago(9))],
            "芯片": [(near, minutes_ago(9)), (old, minutes_ago(900))],
            "x": [],
        } == (await tx.stories.tagged(["ai", "芯片", "x"], minutes_ago(1000), me, 10))
        assert {"芯片": []} == await tx.stories.tagged(["芯片"], minutes_ago(5), me, 10)
        assert {"ai": [(near, minutes_ago(9))]} == await tx.stories.tagged(["ai"], minutes_ago(60), 0, 1)


async def test_the_hottest_are_told_by_most_or_supported_by_most(archive):
    """Each once."""
    told, liked, other = [await archive.tells(title) for title in "一二三"]
    await join(archive, told, "四", source_id="weekly")
    async with archive.store.begin() as tx:
        await tx.votes.cast(1, liked, 1, NOON)
        await tx.votes.cast(1, other, -1, NOON)
        assert [told, liked] == await tx.stories.hottest(minutes_ago(90), 1)
        assert {told, liked, other} == set(await tx.stories.hottest(minutes_ago(90), 9))
        assert [] == await tx.stories.hottest(minutes_ago(-90), 9)


async def test_a_story_knows_how_much_is_thought_of_its_source(archive):
    """That of its lead; ordinary where nobody said otherwise."""
    story_id = await archive.tells("一", source_id="weekly")
    before = (await archive.story(story_id)).weight
    async with archive.store.begin() as tx:
        assert (True, False) == (await tx.sources.weigh("weekly", 2), await tx.sources.weigh("nobody", 2))
        told = await tx.stories.tellers([story_id])

    assert (1.0, 2.0, [2.0]) == (
        before,
        (await archive.story(story_id)).weight,
        [one.weight for one in told[story_id]],
    )


async def test_what_a_story_shows_without_its_text(archive):
    """Also of what was merged; nothing where there is none."""
    kept, gone = await archive.tells("一", tags=("芯片",)), await archive.tells("二")
    async with archive.store.begin() as tx:
        await tx.rulings.merge(kept, gone)
        shown = [await tx.stories.lead_of(one) for one in (kept, gone, 999)]
        exists = [await tx.stories.exists(one) for one in (kept, gone, 999)]

    assert [("一", ("芯片",), ""), ("一", ("芯片",), ""), None] == [
        one and (one.title, one.tags, one.text) for one in shown
    ]
    assert [True, False, False] == exists


async def test_what_a_source_tells(archive):
    """Since then."""
    old = await archive.tells("一", source_id="weekly", minutes=900)
    young = await archive.tells("二", source_id="weekly", minutes=5)
    await archive.tells("三", minutes=5)
    async with archive.store.read() as tx:
        assert [young] == await tx.stories.told_by("weekly", minutes_ago(60))
        assert {old, young} == set(await tx.stories.told_by("weekly", minutes_ago(1000)))


async def test_keys_of_long_ago_are_forgotten_piece_by_piece(archive):
    """Of so many articles; younger ones stay."""
    ids = [await join(archive, await archive.tells(f"故事{n}"), f"文章{n}") for n in range(3)]
    for place, article_id in enumerate(ids):
        await index(archive, article_id, "a", "b", when=NOON - (3 - place) * DAY)
    done = []
    for _ in range(3):
        async with archive.store.begin() as tx:
            done.append(await tx.stories.forget_keys(NOON - 1.5 * DAY, 1))
    async with archive.store.read() as tx:
        assert {"a": [(ids[2], NOON - DAY)]} == await tx.stories.under(["a"], NOON - 9 * DAY, NOON, 9)
    assert [1, 1, 0] == done
