"""What a reader gets now: since when, of how many days, and what was corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from newsbot.flows import deliver, digest, plan, rulings, take_in
from newsbot.flows.story import Presser
from newsbot.models.deliveries import Delivery, State
from newsbot.models.digests import Digest
from newsbot.models.readers import WORKDAYS, Hour, Reader
from tests.examples import NOON, draft, source
from tests.flows.desk import Desk, understood
from tests.house import body

ME, ADMIN = 7, 99
MORNING, EVENING = Hour(time(8)), Hour(time(18))
FRIDAY = NOON.replace(day=27, hour=0)  # eight in the morning in China


def told(found: Digest) -> list[int]:
    return [one.story.id for one in found.stories]


async def tick(desk: Desk) -> int:
    await plan.plan(desk.room)
    return await deliver.deliver(desk.room)


async def now(desk: Desk, reader_id: int = ME) -> list[int]:
    """What `/digest` would give."""
    return told(await digest.composed(desk.room, await desk.reader(reader_id)))


@pytest.fixture
def desk(desk):
    """With an administrator."""
    desk.room.settings = desk.room.settings.model_copy(update={"admins": (ADMIN,)})
    return desk


@pytest.fixture
async def me(desk, playground) -> int:
    return playground.telegram.person("zh").id


async def subscribes(desk: Desk, who: int, *hours: Hour, **more: object) -> None:
    """From now on, with digests at these hours."""
    await desk.subscribes(who, hours=hours, next_due=desk.moment, **more)


async def test_the_evening_tells_what_arrived_since_the_morning(desk, me):
    """What was not chosen in the morning is old; what is found late is not, whenever it was published."""
    desk.moment = FRIDAY
    await subscribes(desk, me, MORNING, EVENING, length=1)
    await desk.publishes("长庚光刻机通过验收", hours=2)
    await desk.publishes("北斗云宣布存储降价三成", "b", hours=9)
    assert 1 == await tick(desk)
    desk.later(hours=10)
    late = await desk.publishes("蓝鲸手机系统测试版推送", "c", hours=12)

    assert [late] == await now(desk, me)


async def test_asking_for_a_digest_does_not_spoil_the_next(desk, me):
    """However often; and what it gave comes at its hour all the same."""
    desk.moment = FRIDAY
    await subscribes(desk, me, MORNING)
    one = await desk.publishes("长庚光刻机通过验收", hours=2)
    for _ in range(2):
        await digest.now(desk.room, await desk.reader(me))

    assert 1 == await tick(desk)
    assert [(one,)] == [row.story_ids for row in await desk.deliveries(me)]
    assert [] == await now(desk, me)


async def test_after_a_digest_that_did_not_arrive_the_day_before_it_counts_too(desk, me):
    """Given up, or skipped, or perhaps lost; what is on its way is not offered again."""
    desk.moment = FRIDAY - timedelta(hours=1)
    one = await desk.publishes("长庚光刻机通过验收", hours=2)
    desk.moment = FRIDAY
    await subscribes(desk, me, MORNING, EVENING)
    await plan.plan(desk.room)
    (row,) = await desk.deliveries(me)
    desk.later(hours=10)
    for state in set(State) - {State.SENT}:
        async with desk.room.store.begin() as tx:
            await tx.deliveries.save(replace(row, state=state))

        is_coming = state in (State.CLAIMED, State.SENDING)
        assert (state, [] if is_coming else [one]) == (state, await now(desk, me))


async def test_monday_tells_of_the_weekend(desk, me):
    """Who gets digests on workdays: what most tell, and all that they follow."""
    desk.moment = FRIDAY
    await subscribes(desk, me, Hour(time(8), WORKDAYS))
    await desk.publishes("长庚光刻机通过验收")
    assert 1 == await tick(desk)
    async with desk.room.store.begin() as tx:
        await tx.readers.add_words(me, "follow", ["鸿蒙"], desk.moment)
    desk.later(hours=30)
    followed = await desk.publishes("鸿蒙手表开始公测", "b")
    other = await desk.publishes("蓝鲸手机系统测试版推送", "c")
    desk.moment = FRIDAY + timedelta(days=3)
    today = await desk.publishes("北斗云宣布存储降价三成", "d")
    reader = await desk.reader(me)

    assert (FRIDAY + timedelta(days=3), [followed, today, other]) == (reader.next_due, await now(desk, me))


async def test_too_little_is_kept_for_the_next(desk, me):
    """Nothing comes, nothing is lost, and nobody is told unless they want to be."""
    desk.moment = FRIDAY
    await subscribes(desk, me, MORNING, EVENING, least=2)
    one = await desk.publishes("长庚光刻机通过验收", hours=2)
    assert 0 == await tick(desk)
    desk.later(hours=10)
    two = await desk.publishes("北斗云宣布存储降价三成", "b")

    assert 1 == await tick(desk)
    assert [{one, two}] == [set(row.story_ids) for row in await desk.deliveries(me)]


async def test_that_there_is_nothing_is_said_in_silence(desk, playground, me):
    """To who wants to know; it is no digest, so that the next one looks back as far as before."""
    desk.moment = FRIDAY
    await subscribes(desk, me, MORNING, EVENING, tells_nothing=True)
    assert 1 == await tick(desk)
    said = playground.telegram.messages(me)[-1]
    sent = playground.telegram.calls[-1].params

    assert ("这次没有值得打扰你的新闻。", True) == (said["text"], sent["disable_notification"])
    assert (None, ()) == ((await desk.reader(me)).told_at, (await desk.deliveries(me))[0].story_ids)


async def test_who_is_wrong_holds_up_nobody(desk, monkeypatch):
    """A reader that cannot be composed for is left for the next round."""
    await desk.publishes("长庚光刻机通过验收")
    await desk.subscribes(1)
    await desk.subscribes(2, zone="No/Where")
    await plan.plan(desk.room)

    assert (1, 0) == (len(await desk.deliveries(1)), len(await desk.deliveries(2)))


# what was corrected


async def edits(desk: Desk, title: str, new: str, text: str = "") -> None:
    """A source changes an article."""
    link = f"https://daily.example/{abs(hash(title))}"
    made = draft(new, text=text or body(title), link=link, keys=(f"link:{link}",), source="daily日报")
    made = replace(made, published=desk.moment - timedelta(hours=1))
    await take_in.take_in(desk.room, source("daily"), [understood(made, "daily")])


WRONG, RIGHT = "青松科技去年亏损 3 亿元", "青松科技去年亏损 5 亿元"


async def shown(desk: Desk, me: int) -> None:
    """The reader got the article as it was at first, and another one appears later."""
    desk.moment = FRIDAY
    await subscribes(desk, me, MORNING, EVENING)
    await desk.publishes(WRONG)
    assert 1 == await tick(desk)
    desk.later(hours=5)


async def test_a_correction_stands_in_the_next_digest_once(desk, playground, me):
    """With what it said before; the digest after it does not repeat it."""
    await shown(desk, me)
    await edits(desk, WRONG, RIGHT)
    desk.later(hours=5)
    await desk.publishes("北斗云宣布存储降价三成", "b")
    assert 1 == await tick(desk)
    text = playground.telegram.messages(me)[-1]["text"]
    desk.later(hours=14)
    await desk.publishes("蓝鲸手机系统测试版推送", "c")
    assert 1 == await tick(desk)

    assert f"✏️ 更正：{RIGHT}（原题：{WRONG}）" in text
    assert "更正" not in playground.telegram.messages(me)[-1]["text"]


async def test_a_correction_is_told_once_in_a_chat_that_was_doubted_too(desk, me):
    """Where its arrival says that the chat is there after all."""
    await shown(desk, me)
    await edits(desk, WRONG, RIGHT)
    async with desk.room.store.begin() as tx:
        await tx.readers.doubt(me, desk.moment, timedelta(hours=100))
    for number in range(2):
        desk.later(hours=5 + 9 * number)
        await desk.publishes(f"第{number}号公司发布新品", f"n{number}")
        assert 1 == await tick(desk)

    assert [0, 1, 0] == [len(row.corrected_ids) for row in await desk.deliveries(me)]


async def test_put_back_to_what_was_shown_it_is_no_correction(desk, me):
    """Of several the first one counts: it says what the reader was shown."""
    await shown(desk, me)
    await edits(desk, WRONG, RIGHT)
    desk.later(hours=1)
    await edits(desk, WRONG, "青松科技去年亏损 8 亿元")
    twice = await digest.composed(desk.room, await desk.reader(me))
    desk.later(hours=1)
    await edits(desk, WRONG, WRONG)
    back = await digest.composed(desk.room, await desk.reader(me))

    assert ([(WRONG, "青松科技去年亏损 8 亿元")], ()) == (
        [(one.before, one.title) for one in twice.corrections],
        back.corrections,
    )


async def test_without_news_a_correction_comes_alone(desk, playground, me):
    """It is worth a message; in `/digest` it stands before that there is nothing."""
    await shown(desk, me)
    await edits(desk, WRONG, RIGHT)
    asked, _ = await digest.now(desk.room, await desk.reader(me))
    desk.later(hours=5)
    assert 1 == await tick(desk)

    assert ((), 1) == (asked.stories, len(asked.corrections))
    assert f"✏️ 更正：{RIGHT}（原题：{WRONG}）" == playground.telegram.messages(me)[-1]["text"]


async def test_who_reads_once_a_week_is_told_of_corrections_too(desk, me):
    """As long as the ledger knows what they were shown."""
    await shown(desk, me)
    await edits(desk, WRONG, RIGHT)
    desk.later(days=6)

    assert 1 == len((await digest.composed(desk.room, await desk.reader(me))).corrections)


async def test_corrected_again_it_is_told_again(desk, me):
    """Every time that something else is taken back."""
    await shown(desk, me)
    await edits(desk, WRONG, RIGHT)
    desk.later(hours=5)
    await desk.publishes("北斗云宣布存储降价三成", "b")
    await tick(desk)
    desk.later(hours=1)
    await edits(desk, WRONG, "青松科技去年亏损 6 亿元")
    found = await digest.composed(desk.room, await desk.reader(me))

    assert [RIGHT] == [one.before for one in found.corrections]


@pytest.mark.parametrize(
    ("new", "is_one"),
    [
        (RIGHT, True),
        ("青松科技：去年亏损 3 亿元", False),
        ("独家｜青松科技去年亏损 3 亿元，CFO 离职", False),
        (WRONG, False),
    ],
)
async def test_a_polished_headline_is_no_correction(desk, me, new, is_one):
    """Where what was said is still said."""
    await shown(desk, me)
    await edits(desk, WRONG, new, body(WRONG) + "又一句新的话。")
    found = await digest.composed(desk.room, await desk.reader(me))

    assert is_one == bool(found.corrections)


async def test_an_article_may_say_itself_that_it_was_corrected(desk, me):
    """Also where its headline stays."""
    await shown(desk, me)
    await edits(desk, WRONG, WRONG, body(WRONG) + "更正：上文的日期有误。")

    assert 1 == len((await digest.composed(desk.room, await desk.reader(me))).corrections)


async def test_who_was_not_shown_it_needs_no_correction(desk, me):
    """It is news as it is."""
    await shown(desk, me)
    await edits(desk, WRONG, RIGHT)

    assert () == (await digest.composed(desk.room, Reader(id=1234))).corrections


# the ledger


async def rules(desk: Desk, what: str, one: int, two: int) -> None:
    """What an administrator, or a late article, does to two stories after one was shown."""

    async def admin() -> Presser:
        return await desk.press(ADMIN)

    if what == "merged into it":
        await rulings.merge(desk.room, await admin(), one, two)
    elif what == "it is merged into another":
        await rulings.merge(desk.room, await admin(), two, one)
    elif what == "merged and split":
        apart = (await desk.story(two)).lead.id
        kept = await rulings.merge(desk.room, await admin(), one, two)
        await rulings.split(desk.room, await admin(), kept.id, apart)
    elif what == "split":
        story = await desk.story(one)
        apart = next(each.id for each in story.articles if each.id != story.lead.id)
        await rulings.split(desk.room, await admin(), one, apart)
    elif what == "split and merged":
        story = await desk.story(one)
        apart = next(each.id for each in story.articles if each.id != story.lead.id)
        old, new = await rulings.split(desk.room, await admin(), one, apart)
        await rulings.merge(desk.room, await admin(), old.id, new.id)


@pytest.mark.parametrize("by", ["digest", "alert", "greeting"])
@pytest.mark.parametrize(
    ("what", "new"),
    [
        ("nothing", {"two"}),
        ("merged into it", set()),
        ("it is merged into another", set()),
        ("merged and split", {"two"}),
        ("split", {"two", "apart"}),
        ("split and merged", {"two"}),
    ],
)
async def test_what_was_shown_does_not_come_again_whatever_becomes_of_stories(desk, me, by, what, new):
    """Nor does anything else get lost: what was split off is a story that nobody was told of."""
    await subscribes(desk, me)
    one = await desk.publishes("长庚光刻机通过验收", "a", hours=3)
    other = await desk.publishes("国产光刻设备迎来里程碑", "b", hours=2)
    await rulings.merge(desk.room, await desk.press(ADMIN), one, other)
    two = await desk.publishes("北斗云宣布存储降价三成", "c")
    async with desk.room.store.begin() as tx:
        place = 0 if by == "alert" else 1
        await tx.deliveries.show(me, digest.told([await desk.story(one)], first=place), desk.moment)
    desk.later(minutes=1)
    await rules(desk, what, one, two)
    found = [await desk.story(story_id) for story_id in await now(desk, me)]
    titles = {title for story in found for title in {each.title for each in story.articles}}

    told_of = {"two": "北斗云宣布存储降价三成", "apart": "国产光刻设备迎来里程碑"}
    assert {told_of[each] for each in new} == titles


async def test_the_ledger_is_fourteen_days_long(desk, me):
    """After that a story that is still told is news again."""
    await subscribes(desk, me)
    one = await desk.publishes("长庚光刻机通过验收", hours=1)
    async with desk.room.store.begin() as tx:
        await tx.deliveries.show(me, digest.told([await desk.story(one)]), desk.moment)
    for days, expected in ((13, []), (15, [one])):
        desk.moment = NOON + timedelta(days=days)
        async with desk.room.store.begin() as tx:
            await tx.rulings.pin(one, desk.moment + timedelta(hours=1))

        assert (days, expected) == (days, await now(desk, me))


# slots


async def test_slots_that_passed_are_counted(desk, me):
    """After days without us the newest one goes out, the others are counted."""
    desk.moment = FRIDAY
    await subscribes(desk, me, MORNING, EVENING)
    desk.moment = FRIDAY + timedelta(days=2, hours=1)
    await desk.publishes("长庚光刻机通过验收")
    assert 1 == await tick(desk)

    async with desk.room.store.read() as tx:
        assert "4" == await tx.facts.get(plan.skipped(desk.room))
    assert ["2026-11-29T08:00"] == [row.slot for row in await desk.deliveries(me)]


async def test_a_night_that_has_an_hour_twice_gives_one_digest(desk, me):
    """02:30 in Berlin on 25 October, which is twice: one row, one message."""
    first = datetime.fromisoformat("2026-10-25T00:30:00+00:00")
    desk.moment = first
    await subscribes(desk, me, Hour(time(2, 30)), zone="Europe/Berlin")
    await desk.publishes("长庚光刻机通过验收")
    sent = await tick(desk)
    desk.later(hours=1)
    await desk.publishes("北斗云宣布存储降价三成", "b")

    assert (1, 0, 1) == (sent, await tick(desk), len(await desk.deliveries(me)))


async def test_a_clock_that_jumps_back_gives_nothing_twice(desk, me):
    """Nor one that jumps ahead, beyond what is skipped."""
    desk.moment = FRIDAY
    await subscribes(desk, me, MORNING)
    await desk.publishes("长庚光刻机通过验收")
    sent = await tick(desk)
    desk.later(hours=-2)
    again = await tick(desk)
    desk.later(hours=2)

    assert (1, 0, 0) == (sent, again, await tick(desk))


# quiet hours


QUIET = (time(22), time(8, 30))


async def test_a_digest_in_quiet_hours_comes_when_they_are_over(desk, me):
    """Under its own hour, and with the news of that moment."""
    desk.moment = FRIDAY - timedelta(hours=1)
    await subscribes(desk, me, MORNING, quiet=QUIET)
    reader = await desk.reader(me)
    async with desk.room.store.begin() as tx:
        await tx.readers.save(replace(reader, next_due=FRIDAY + timedelta(minutes=30)), desk.moment)
    desk.moment = FRIDAY + timedelta(minutes=29)
    late = await desk.publishes("长庚光刻机通过验收", hours=0.1)
    before = await tick(desk)
    desk.later(minutes=1)

    assert (0, 1) == (before, await tick(desk))
    assert [("2026-11-27T08:00", (late,))] == [(one.slot, one.story_ids) for one in await desk.deliveries(me)]


async def test_what_is_late_does_not_break_the_quiet(desk, me):
    """It waits until that is over, however long it was in the line."""
    desk.moment = FRIDAY.replace(hour=13, minute=55)  # five to ten in the evening
    await subscribes(desk, me, Hour(time(21, 55)), quiet=QUIET)
    await desk.publishes("长庚光刻机通过验收")
    await plan.plan(desk.room)
    desk.later(minutes=10)
    held = await deliver.deliver(desk.room)
    (row,) = await desk.deliveries(me)
    desk.later(hours=10, minutes=25)

    assert (0, State.QUEUED) == (held, row.state)
    assert 1 == await deliver.deliver(desk.room)


async def test_while_a_reader_pauses_nothing_comes(desk, me):
    """And then it goes on by itself."""
    desk.moment = FRIDAY
    await subscribes(desk, me, MORNING)
    await desk.publishes("长庚光刻机通过验收")
    await plan.plan(desk.room)
    async with desk.room.store.begin() as tx:
        theirs = await tx.readers.get(me)
        await tx.readers.save(replace(theirs, paused_until=desk.moment + timedelta(days=2)), desk.moment)

    assert 0 == await deliver.deliver(desk.room)
    assert [State.SKIPPED] == [one.state for one in await desk.deliveries(me)]


async def test_a_delivery_of_before_is_not_a_review(desk, me):
    """What is to be told once a week is no digest that overtakes another."""
    await subscribes(desk, me)
    async with desk.room.store.begin() as tx:
        await tx.deliveries.plan(
            Delivery(
                id=0,
                chat_id=me,
                slot="week:2026-11-22",
                state=State.QUEUED,
                due_at=desk.moment - timedelta(hours=1),
                expires_at=desk.moment + timedelta(hours=1),
                story_ids=(1,),
            )
        )
    await desk.publishes("长庚光刻机通过验收")
    await plan.plan(desk.room)

    assert [State.QUEUED, State.QUEUED] == [one.state for one in await desk.deliveries(me)]
