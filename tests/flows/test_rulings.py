"""What administrators decide about stories, and that nothing undoes it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsbot.errors import NotUnderstood
from newsbot.flows import catalogue, deliver, digest, follows, group, lists, rulings, story
from newsbot.models.deliveries import Delivery, State
from newsbot.models.readers import Reader, of_story
from newsbot.models.stories import Story
from newsbot.taste.fold import fold
from tests.house import body

EVENT, OTHER = "长庚光刻机通过验收", "国产光刻设备迎来里程碑"
ADMIN, READER = 99, 7


@pytest.fixture
def desk(desk):
    """With an administrator."""
    desk.room.settings = desk.room.settings.model_copy(update={"admins": (ADMIN,)})
    return desk


def titles(told: Story) -> list[str]:
    return sorted(article.title for article in told.articles)


async def test_two_stories_become_one(desk):
    """The older one stays; votes on either count once each, also through the buttons of the one that went."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly", hours=3)
    await story.vote(desk.room, await desk.press(READER), one, 1)
    await story.vote(desk.room, await desk.press(8), two, 1)
    kept = await rulings.merge(desk.room, await desk.press(ADMIN), two, one)
    again = await story.vote(desk.room, await desk.press(READER), two, -1)

    assert (one, sorted((EVENT, OTHER))) == (kept.id, titles(kept))
    assert (one, 1, 1) == (again.story.id, again.story.tally.up, again.story.tally.down)
    assert (await story.look(desk.room, 8, two)).mine.vote == 1


async def test_what_was_merged_stays_so(desk):
    """Articles that come later join the one that was kept, wherever they come from."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly", text=body(OTHER))
    await rulings.merge(desk.room, await desk.press(ADMIN), one, two)
    copy = await desk.publishes("转载的标题", "copies", text=body(OTHER))
    await desk.publishes(OTHER, "weekly", text=body(OTHER))

    assert one == copy
    assert 3 == len((await desk.story(one)).articles)
    assert [("merge", one, two)] == [
        (rule.kind, rule.story_id, rule.other_id)
        for rule in (await rulings.articles(desk.room, await desk.press(ADMIN), one))[1]
    ]


async def test_a_story_becomes_two(desk):
    """Votes stay with what is left; the other one has its own buttons."""
    one, two = await desk.publishes(EVENT, hours=3), await desk.publishes(OTHER, "weekly", hours=2)
    await rulings.merge(desk.room, await desk.press(ADMIN), one, two)
    await story.vote(desk.room, await desk.press(READER), one, 1)
    apart = next(article.id for article in (await desk.story(one)).articles if article.title == OTHER)
    left, new = await rulings.split(desk.room, await desk.press(ADMIN), one, apart)

    assert ([EVENT], [OTHER]) == (titles(left), titles(new))
    assert (1, 0) == (left.tally.up, new.tally.up)
    assert {one, new.id} == {left.id, new.id}


async def test_what_was_split_stays_so(desk):
    """A copy of what went goes there too, though the old story is the older one."""
    one = await desk.publishes(EVENT, hours=5)
    two = await desk.publishes(OTHER, "weekly", text=body(OTHER), hours=4)
    await rulings.merge(desk.room, await desk.press(ADMIN), one, two)
    apart = next(article.id for article in (await desk.story(one)).articles if article.title == OTHER)
    _, new = await rulings.split(desk.room, await desk.press(ADMIN), one, apart)

    assert new.id == await desk.publishes("转载的标题", "copies", text=body(OTHER))
    assert [EVENT] == titles(await desk.story(one))


async def test_a_copy_goes_with_what_it_copies(desk):
    """They tell the same, whatever that is; nothing would be left of a story of two copies."""
    text = body("同一段文字")
    one = await desk.publishes(EVENT, "daily", text=text, hours=3)
    assert one == await desk.publishes(OTHER, "weekly", text=text, hours=2)
    with pytest.raises(NotUnderstood, match="nothing_left"):
        await rulings.split(desk.room, await desk.press(ADMIN), one, (await desk.story(one)).lead.id)


async def test_copies_go_where_most_of_them_stands(desk):
    """Of two stories that an article resembles it joins the one it resembles more."""
    first, second = body("甲"), body("甲")[:90] + body("乙")
    one = await desk.publishes("甲公司发布", "a", text=first, hours=5)
    two = await desk.publishes("乙公司发布", "b", text=second, hours=4)
    assert one != two

    assert two == await desk.publishes("丙说", "c", text=second, hours=3)


async def test_the_best_source_leads_what_was_merged_and_what_is_left(desk):
    """Worked out anew."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly", hours=3)
    async with desk.room.store.begin() as tx:
        await tx.sources.weigh("weekly", 2)
    kept = await rulings.merge(desk.room, await desk.press(ADMIN), one, two)
    left, new = await rulings.split(desk.room, await desk.press(ADMIN), one, kept.lead.id)

    # what readers saw keeps its number: it is the other part that goes
    assert [(OTHER, one), (OTHER, one), (EVENT, new.id)] == [
        (told.title, told.id) for told in (kept, left, new)
    ]


async def test_who_follows_what_went_follows_what_was_kept(desk):
    """News of it reaches them, at once."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly", text=body(OTHER))
    me = await desk.subscribes(READER)
    await follows.toggle(desk.room, me, "follow", of_story(two), (await desk.press(READER)).update_id)
    await rulings.merge(desk.room, await desk.press(ADMIN), one, two)
    known = await follows.all_followed(desk.room)

    assert ((of_story(one),), True, False) == (
        (await desk.reader(READER)).follows, of_story(one) in known, of_story(two) in known,
    )  # fmt: skip


async def test_grouping_that_was_under_way_is_done_again(desk, monkeypatch):
    """It may have placed an article in the story that went."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly", text=body(OTHER))
    worked_out, late = group._leads, [await desk.press(ADMIN)]

    async def interrupted(room, placed):
        if late:
            await rulings.merge(room, late.pop(), one, two)
        return await worked_out(room, placed)

    monkeypatch.setattr(group, "_leads", interrupted)
    joined = await desk.publishes("转载", "copies", text=body(OTHER))

    assert one == joined


@pytest.mark.parametrize("wrong", ["same", "sample", "gone", "itself"])
async def test_what_makes_no_sense_is_refused(desk, wrong: str):
    """With a sentence, and nothing is changed."""
    one, sample = await desk.publishes(EVENT), await desk.publishes("示例", "newsstand", sample=True)
    two = await desk.publishes(OTHER, "weekly")
    await rulings.merge(desk.room, await desk.press(ADMIN), one, two)
    other = {"same": two, "sample": sample, "gone": 10**17, "itself": one}[wrong]
    with pytest.raises(NotUnderstood):
        await rulings.merge(desk.room, await desk.press(ADMIN), one, other)
    with pytest.raises(NotUnderstood):
        await rulings.split(desk.room, await desk.press(ADMIN), one, 10**17)

    assert (2, 1) == (len((await desk.story(one)).articles), len((await desk.story(sample)).articles))


async def test_only_administrators_decide(desk):
    """Whoever sends the button's data."""
    one, two = await desk.publishes(EVENT), await desk.publishes(OTHER, "weekly")
    for decide in (
        rulings.pin(desk.room, await desk.press(READER), one),
        rulings.merge(desk.room, await desk.press(READER), one, two),
        rulings.split(desk.room, await desk.press(READER), one, 1),
        rulings.offered(desk.room, await desk.press(READER), one),
        rulings.articles(desk.room, await desk.press(READER), one),
    ):
        with pytest.raises(NotUnderstood):
            await decide


async def test_a_story_is_put_on_top_once_a_press(desk):
    """And no longer, pressed again; after a day by itself."""
    one = await desk.publishes(EVENT, hours=20)
    who = await desk.press(ADMIN)
    seen = [await rulings.pin(desk.room, who, one), await rulings.pin(desk.room, who, one)]
    seen.append(await rulings.pin(desk.room, await desk.press(ADMIN), one))
    seen.append(await rulings.pin(desk.room, await desk.press(ADMIN), one))
    desk.later(hours=25)
    seen.append(await rulings.pin(desk.room, await desk.press(ADMIN), one))

    assert [True, True, False, True, True] == seen


async def test_what_may_be_the_same_is_offered(desk):
    """By rare words and names, and by tags, within some days; no sample, not itself."""
    about = {"tags": ("光刻机", "长庚")}
    one = await desk.publishes(EVENT, **about)
    near = await desk.publishes("长庚设备首次出货", "weekly", **about)
    await desk.publishes("演唱会门票开售", "music", tags=("演出",))
    await desk.publishes("光刻机去年的旧闻", "old", hours=24 * 30, **about)
    told, found = await rulings.offered(desk.room, await desk.press(ADMIN), one)

    assert (one, [near]) == (told.id, [other.id for other in found])


async def test_many_marks_are_merged_at_once(desk):
    """Those of whom did something with one of them only; who did it with both did it once."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly")
    for reader in range(100, 130):
        await story.vote(desk.room, await desk.press(reader), two, 1)
    for told, wish in ((one, 1), (two, 1), (two, 1)):  # for, for, and withdrawn there
        desk.later(seconds=1)
        await story.vote(desk.room, await desk.press(READER), told, wish)
    await rulings.merge(desk.room, await desk.press(ADMIN), one, two)

    assert (30, 0) == ((await desk.story(one)).tally.up, (await story.look(desk.room, READER, one)).mine.vote)
    async with desk.room.store.read() as tx:
        assert [] == [mark for mark in await tx.marks.of(READER) if mark.worth == 1]
        assert 30 == len(await tx.marks.about(one))
        for reader in (READER, 100):
            kept = {
                key: weight for key, weight in (await tx.marks.tastes(reader)).items() if abs(weight) > 1e-6
            }
            assert pytest.approx(fold(await tx.marks.of(reader)), abs=1e-6) == kept


async def test_what_was_shown_is_not_told_again_after_a_merge(desk, playground):
    """A delivery that was written down with the other story; of an alert of each only one leaves."""
    me = playground.telegram.add_person("me", "我", started=True).id
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly")
    third = await desk.publishes("北斗云宣布存储降价三成", "third")
    await desk.subscribes(me)
    async with desk.room.store.begin() as tx:
        await tx.deliveries.show(me, digest.told([await desk.story(one)]), desk.moment)
        for slot, told in (("x", (two, third)), (f"alert:{one}", (one,)), (f"alert:{two}", (two,))):
            await tx.deliveries.plan(
                Delivery(
                    id=0,
                    chat_id=me,
                    slot=slot,
                    state=State.QUEUED,
                    due_at=desk.moment,
                    expires_at=desk.moment + timedelta(hours=1),
                    story_ids=told,
                )
            )
    await rulings.merge(desk.room, await desk.press(ADMIN), one, two)
    await deliver.deliver(desk.room)

    texts = [message["text"] for message in playground.telegram.messages(me)]
    assert [True] == ["北斗云" in text for text in texts if text.startswith("1. ")]
    assert not any(OTHER in text or EVENT in text for text in texts if text.startswith("1. "))
    states = {row.slot: row.state for row in await desk.deliveries(me)}
    assert (State.SENT, State.SKIPPED) == (states["x"], states[f"alert:{two}"])


async def test_what_was_split_off_is_new_to_who_saw_the_lead(desk):
    """The digest tells it; what they saw does not come again."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly", hours=1)
    await rulings.merge(desk.room, await desk.press(ADMIN), one, two)
    merged = await desk.story(one)
    async with desk.room.store.begin() as tx:
        await tx.deliveries.show(READER, digest.told([merged]), desk.moment)
    apart = next(article.id for article in merged.articles if article.id != merged.lead.id)
    desk.later(minutes=1)
    _, new = await rulings.split(desk.room, await desk.press(ADMIN), one, apart)
    found = await digest.composed(desk.room, Reader(id=READER))

    assert [new.id] == [told.story.id for told in found.stories]


async def test_a_story_on_top_stays_there_when_it_is_merged(desk):
    """And however old it is it is in every list of the day."""
    one, two = await desk.publishes(EVENT, hours=40), await desk.publishes(OTHER, "weekly", hours=40)
    await rulings.pin(desk.room, await desk.press(ADMIN), two)
    await rulings.merge(desk.room, await desk.press(ADMIN), one, two)
    hot = await lists.hot(desk.room, Reader(id=READER), "hot")
    found = await digest.composed(desk.room, Reader(id=READER))

    assert ([one], [one]) == ([told.id for told in hot.stories], [told.story.id for told in found.stories])


async def test_a_ruling_that_is_dealt_with_twice_rules_once(desk):
    """Around a crash: it is only answered again."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly")
    who = await desk.press(ADMIN)
    kept = [(await rulings.merge(desk.room, who, one, two)).id for _ in range(2)]
    apart = (await desk.story(one)).articles[1].id
    who = await desk.press(ADMIN)
    left = [(await rulings.split(desk.room, who, one, apart))[0].id for _ in range(2)]

    assert ([one, one], [one, one]) == (kept, left)
    assert ["merge", "split"] == [rule.kind for rule in (await rulings.articles(desk.room, who, one))[1]]


async def test_an_edit_or_another_weight_changes_who_leads(desk):
    """The best source's teaser became a full text; an editor thinks more of another one."""
    text = body("同一段文字")
    one = await desk.publishes(EVENT, "a", text=text, hours=3)
    assert one == await desk.publishes(EVENT, "b", text="短", hours=2)
    await catalogue.weigh(desk.room, "b", 2)
    before = (await desk.story(one)).lead.source_id
    await desk.publishes(EVENT, "b", text=text + "又一句。", hours=2)
    after = (await desk.story(one)).lead.source_id
    await catalogue.weigh(desk.room, "a", 4)

    assert ["a", "b", "a"] == [before, after, (await desk.story(one)).lead.source_id]
