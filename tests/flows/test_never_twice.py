"""Never the same thing twice, and nothing lost: what happens between composing a digest and its arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from newsbot.flows import alert, deliver, digest, follows, plan, readers, rulings
from newsbot.models.deliveries import State
from newsbot.models.readers import WORKDAYS, Hour
from newsbot.models.views import View
from tests.examples import NOON
from tests.flows.desk import Desk

ADMIN = 99
EIGHT = NOON.replace(day=27, hour=0)  # in the morning of a Friday in China
MORNING = Hour(time(8))
EVENTS = [
    "长庚光刻机通过验收", "北斗云宣布存储降价三成", "蓝鲸手机系统测试版推送", "青松机器人开始量产", "云雀大模型开源",
    "沧浦固态电池中试线点火", "星河芯片发布车规处理器", "飞鹭折叠屏手机上市", "赤霄火箭完成回收", "白泽浏览器停止维护",
    "玄鸟无人机获准试飞", "金乌光伏电站并网", "鲲鹏海底数据中心投运",
]  # fmt: skip


@pytest.fixture
async def me(desk, playground) -> int:
    """A reader with digests at eight, in a newsroom with an administrator; it is five to eight."""
    desk.room.settings = desk.room.settings.model_copy(update={"admins": (ADMIN,)})
    who = playground.telegram.person("zh").id
    desk.moment = EIGHT - timedelta(hours=3)
    await desk.subscribes(who, hours=(MORNING,), next_due=EIGHT, length=5)
    return who


async def news(desk: Desk, many: int, first: int = 0) -> list[int]:
    """So many stories, each of its own source and about something else."""
    made = []
    for number, title in enumerate(EVENTS[first : first + many], first):
        made.append(await desk.publishes(title, f"s{number}", hours=2, tags=(f"t{number}",)))
    return made


async def tick(desk: Desk) -> int:
    await plan.plan(desk.room)
    return await deliver.deliver(desk.room)


async def told(desk: Desk, who: int) -> list[tuple[int, ...]]:
    """What arrived, one after the other."""
    return [row.story_ids for row in await desk.deliveries(who) if row.state is State.SENT]


async def follow(desk: Desk, who: int, word: str) -> None:
    """And to know at once."""
    await follows.follow(desk.room, await desk.reader(who), [word])
    await follows.alert(desk.room, await desk.reader(who), [word], True)


async def more(desk: Desk, who: int, view: View) -> list[int]:
    async with desk.room.store.begin() as tx:
        number = await tx.views.add(view, desk.moment)
    found, _ = await digest.more(desk.room, await desk.reader(who), view, f"v{number}")
    return [one.story.id for one in found.stories]


@pytest.mark.parametrize("value", ["preview.on", "length.5", "least.1", "quiet.2300.0700", "zone.0"])
async def test_a_change_in_the_minutes_before_loses_no_news(desk, me, value):
    """The digest that was written down already comes, or is composed anew."""
    stories = await news(desk, 3)
    desk.moment = EIGHT - timedelta(minutes=4)
    await plan.plan(desk.room)
    await readers.choose(desk.room, await desk.reader(me), value)
    desk.moment = EIGHT

    assert (1, [set(stories)]) == (await tick(desk), [set(one) for one in await told(desk, me)])


async def test_who_stops_in_the_minutes_before_finds_the_news_when_they_come_back(desk, me):
    """They were not told."""
    stories = await news(desk, 3)
    desk.moment = EIGHT - timedelta(minutes=4)
    await plan.plan(desk.room)
    await readers.stop(desk.room, await desk.reader(me))
    desk.moment = EIGHT + timedelta(hours=3)
    await readers.begin(desk.room, await desk.reader(me))
    found = await digest.composed(desk.room, await desk.reader(me))

    assert set(stories) == {one.story.id for one in found.stories}


@pytest.mark.parametrize("minutes", [3, 5])
async def test_two_digests_minutes_apart_do_not_tell_the_same(desk, me, minutes):
    """The second one is composed while the first is on its way."""
    await news(desk, 12)
    reader = await desk.reader(me)
    desk.moment = EIGHT - timedelta(minutes=5)
    async with desk.room.store.begin() as tx:
        both = (MORNING, Hour(time(8, minutes)))
        await tx.readers.save(replace(reader, hours=both), desk.moment)
    for _ in range(12):
        await tick(desk)
        desk.later(minutes=1)
    arrived = await told(desk, me)

    assert len(arrived[0]) == 5
    assert len({one for each in arrived for one in each}) == sum(map(len, arrived))


async def test_an_alert_that_is_held_is_not_told_by_the_digest_too(desk, me):
    """Both leave when the quiet hours are over."""
    await follow(desk, me, "光刻机")
    await readers.choose(desk.room, await desk.reader(me), "quiet.2300.0800")
    story, other = await news(desk, 2)
    await alert.alert(desk.room)
    desk.moment = EIGHT - timedelta(minutes=4)
    await plan.plan(desk.room)
    desk.moment = EIGHT
    await tick(desk)

    assert {(story,), (other,)} == set(await told(desk, me))


async def test_what_a_digest_is_about_to_tell_raises_no_alert(desk, me):
    """It comes within minutes."""
    await follow(desk, me, "光刻机")
    (story,) = await news(desk, 1)
    desk.moment = EIGHT - timedelta(minutes=4)
    await plan.plan(desk.room)
    raised = await alert.alert(desk.room)
    desk.moment = EIGHT
    await tick(desk)

    assert (0, [(story,)]) == (raised, await told(desk, me))


async def test_more_goes_on_from_a_digest_that_arrived(desk, me):
    """With the next best of the day."""
    stories = await news(desk, 12)
    desk.moment = EIGHT
    await tick(desk)
    (row,) = await desk.deliveries(me)
    on = await more(desk, me, row.view)

    assert 5 == len(on)
    assert set(on) | set(row.story_ids) <= set(stories)
    assert not set(on) & set(row.story_ids)


async def test_more_repeats_nothing_whatever_became_of_it(desk, me):
    """Also stories that may have been lost, that were merged since, or that are of days ago."""
    stories = await news(desk, 12)
    desk.moment = EIGHT
    await plan.plan(desk.room)
    (row,) = await desk.deliveries(me)
    async with desk.room.store.begin() as tx:
        await tx.deliveries.save(replace(row, state=State.UNKNOWN))
    first = await digest.composed(desk.room, await desk.reader(me))
    view = digest.view_of(first, await desk.reader(me))
    rest = next(one for one in stories if one not in view.story_ids)
    await rulings.merge(
        desk.room, await desk.press(ADMIN), min(rest, view.story_ids[0]), max(rest, view.story_ids[0])
    )
    on = await more(desk, me, view)
    async with desk.room.store.read() as tx:
        before = set((await tx.stories.current(view.story_ids)).values())

    assert on
    assert not set(on) & before


async def test_a_slot_of_the_same_name_in_another_zone_loses_no_news(desk, me):
    """Eight in Shanghai was today's; eight in New York is tomorrow's again, with what came between."""
    first = await news(desk, 2)
    desk.moment = EIGHT
    await tick(desk)
    desk.later(hours=1)
    await readers.schedule(desk.room, await desk.reader(me), "纽约")
    second = await news(desk, 2, 2)
    desk.moment = EIGHT.replace(hour=13)
    await tick(desk)
    desk.later(days=1)
    await tick(desk)

    assert [set(first), set(second)] == [set(one) for one in await told(desk, me)]


async def test_a_press_after_an_outage_does_not_lose_the_digest_that_is_overdue(desk, me):
    """What it changes has nothing to do with the hour."""
    stories = await news(desk, 2)
    desk.moment = EIGHT + timedelta(minutes=30)
    await readers.choose(desk.room, await desk.reader(me), "length.10")

    assert (1, [set(stories)]) == (await tick(desk), [set(one) for one in await told(desk, me)])


async def test_after_a_friday_that_may_be_lost_monday_tells_of_the_weekend(desk, me):
    """And offers Friday's stories again."""
    async with desk.room.store.begin() as tx:
        workdays = (Hour(time(8), WORKDAYS),)
        reader = replace(await tx.readers.get(me), hours=workdays, length=10)
        await tx.readers.save(reader, desk.moment)
    desk.moment = EIGHT - timedelta(days=1)
    await desk.publishes("白泽浏览器停止维护", "z", tags=("z",))
    async with desk.room.store.begin() as tx:
        await tx.readers.save(replace(reader, next_due=desk.moment), desk.moment)
    assert 1 == await tick(desk)
    desk.moment = EIGHT - timedelta(hours=1)
    friday = await news(desk, 2)
    desk.moment = EIGHT
    await plan.plan(desk.room)
    row = (await desk.deliveries(me))[-1]
    async with desk.room.store.begin() as tx:
        await tx.deliveries.save(replace(row, state=State.UNKNOWN))
    desk.later(days=1)
    weekend = await news(desk, 2, 2)
    desk.later(days=2)
    found = await digest.composed(desk.room, await desk.reader(me))

    assert (set(friday) | set(weekend), frozenset(friday)) == (
        {one.story.id for one in found.stories},
        found.lost_ids,
    )


async def test_what_is_muted_while_it_waits_does_not_come(desk, me):
    """Neither in the minutes before the hour nor in quiet hours."""
    story, other = await news(desk, 2)
    desk.moment = EIGHT - timedelta(minutes=4)
    await plan.plan(desk.room)
    await follows.mute(desk.room, await desk.reader(me), ["光刻机"])
    desk.moment = EIGHT
    await tick(desk)

    assert (story, [(other,)]) == (min(story, other), await told(desk, me))


async def test_where_all_of_it_is_muted_nothing_comes(desk, me):
    """Not even that there is nothing."""
    await news(desk, 1)
    desk.moment = EIGHT - timedelta(minutes=4)
    await plan.plan(desk.room)
    await follows.mute(desk.room, await desk.reader(me), ["光刻机"])
    desk.moment = EIGHT

    assert (0, [State.SKIPPED]) == (await tick(desk), [one.state for one in await desk.deliveries(me)])


async def test_an_alert_does_not_wait_for_quiet_hours_that_are_no_more(desk, me):
    """It leaves at once."""
    await follow(desk, me, "光刻机")
    await readers.choose(desk.room, await desk.reader(me), "quiet.2300.0700")
    desk.moment = EIGHT - timedelta(hours=5)
    (story,) = await news(desk, 1)
    await alert.alert(desk.room)
    held = await deliver.deliver(desk.room)
    await readers.choose(desk.room, await desk.reader(me), "quiet.off")

    assert (0, 1, [(story,)]) == (held, await deliver.deliver(desk.room), await told(desk, me))


async def test_tonights_alert_counts_for_tomorrow_when_it_comes_tomorrow(desk, me):
    """Today's three are told; what quiet hours hold back is the first of the next day."""
    for word in ("光刻机", "北斗云", "蓝鲸", "青松"):
        await follow(desk, me, word)
    await readers.choose(desk.room, await desk.reader(me), "quiet.2300.0700")
    await readers.choose(desk.room, await desk.reader(me), "alerts.3")
    desk.moment = EIGHT + timedelta(hours=12)
    await news(desk, 3)
    told_today = await alert.alert(desk.room)
    desk.later(hours=3, minutes=30)
    await news(desk, 1, 3)

    assert (3, 1) == (told_today, await alert.alert(desk.room))


async def test_who_was_gone_for_long_has_missed_no_slots(desk, me):
    """Nothing was due; when they are back, the next one is."""
    await readers.reachable(desk.room, me, False)
    desk.later(days=100)
    await readers.reachable(desk.room, me, True)
    await tick(desk)
    async with desk.room.store.read() as tx:
        assert await tx.facts.get(plan.skipped(desk.room)) is None
    assert desk.moment < (await desk.reader(me)).next_due < desk.moment + timedelta(days=1)


async def test_five_hundred_whom_we_stumble_over_starve_nobody(desk, me, monkeypatch):
    """Those behind them get theirs in the same round."""
    monkeypatch.setattr(plan, "AT_ONCE", 5)
    for number in range(12):
        await desk.subscribes(1000 + number, zone="No/Where", next_due=EIGHT - timedelta(minutes=9))
    await news(desk, 1)
    desk.moment = EIGHT
    await plan.plan(desk.room)

    assert 1 == len(await desk.deliveries(me))


async def test_a_clock_that_was_a_year_ahead_is_put_right(desk, me):
    """At the next start, or in the night."""
    await news(desk, 1)
    desk.moment = EIGHT + timedelta(days=365)
    await plan.plan(desk.room)
    desk.moment = EIGHT + timedelta(hours=1)
    many = await plan.rewind(desk.room)

    assert (1, EIGHT + timedelta(days=1)) == (many, (await desk.reader(me)).next_due)
    assert 0 == await plan.rewind(desk.room)


async def test_what_was_put_on_top_after_weeks_is_shown_once(desk, me):
    """The ledger remembers the second time too."""
    (story,) = await news(desk, 1)
    desk.moment = EIGHT
    await tick(desk)
    desk.later(days=15)
    async with desk.room.store.begin() as tx:
        await tx.rulings.pin(story, desk.moment + timedelta(days=3))
    for _ in range(3):
        await tick(desk)
        desk.later(days=1)

    assert [(story,), (story,)] == await told(desk, me)
