"""Digests at their hour: each written down once and sent at most once, whatever happens on the way."""

from __future__ import annotations

import asyncio
from datetime import time, timedelta
from time import monotonic
from typing import Any

import pytest

from newsbot.flows import deliver, holds, plan, readers
from newsbot.flows.deliver import FEWEST
from newsbot.messenger import Messenger
from newsbot.models.deliveries import Delivery, State
from newsbot.models.messages import Urgency
from newsbot.models.readers import Hour, Reader
from newsbot.newsroom import Newsroom
from newsbot.outbox.pace import Pace
from newsbot.outbox.settle import FIRST_PAUSE
from newsbot.store import Store
from playground.server import Playground
from tests import databases
from tests.examples import NOON, minutes_ago
from tests.flows.desk import Desk

EVENT, OTHER_EVENT = "长庚光刻机通过验收", "北斗云宣布存储降价三成"
TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
async def me(desk, playground) -> int:
    """A reader whose digest is due just now, and there is news."""
    reader = playground.telegram.person("zh").id
    await desk.subscribes(reader)
    await desk.publishes(EVENT)
    return reader


async def tick(room: Newsroom) -> int:
    """What the clock does again and again: plan, then send; how many arrived."""
    await plan.plan(room)
    return await deliver.deliver(room)


def received(playground: Playground, chat_id: int) -> list[str]:
    """The digests that stand in a chat."""
    return [one["text"] for one in playground.telegram.messages(chat_id)]


async def only(desk: Desk, chat_id: int) -> Delivery:
    (found,) = await desk.deliveries(chat_id)
    return found


async def becomes(desk: Desk, chat_id: int, state: State) -> None:
    """Wait until the newest delivery of this chat is so far."""
    async with asyncio.timeout(10):
        while [one.state for one in await desk.deliveries(chat_id)][-1:] != [state]:  # noqa: ASYNC110  a row
            await asyncio.sleep(0.01)


def another(room: Newsroom) -> Newsroom:
    """A second process on the same database."""
    same = {
        name: getattr(room, name) for name in ("settings", "store", "fetcher", "sandbox", "messenger", "now")
    }
    return Newsroom(**same)


class Waiting:
    """A pace that lets nobody through before their turn, which may never come."""

    def __init__(self, messenger: Any, turn: asyncio.Event | None = None) -> None:
        self._messenger = messenger
        self._turn = turn or asyncio.Event()

    async def turn(self, chat_id: int, urgency: Urgency) -> float:
        await self._turn.wait()
        return 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._messenger, name)


async def killed(task: asyncio.Task[Any], desk: Desk) -> tuple[int, int]:
    """The process is no more, and another one starts: what it recovers."""
    task.cancel()
    await asyncio.wait([task])
    return await deliver.recover(desk.room)


async def test_a_digest_arrives_at_its_hour(desk, playground, me):
    """It is recorded as sent, and its articles as shown; the next one is due tomorrow."""
    assert 1 == await tick(desk.room)

    sent = await only(desk, me)
    assert [True] == [EVENT in text for text in received(playground, me)]
    assert (State.SENT, "2026-11-24T12:00", NOON) == (sent.state, sent.slot, sent.sent_at)
    assert playground.telegram.messages(me)[-1]["message_id"] == sent.message_id
    assert TOMORROW == (await desk.reader(me)).next_due
    async with desk.room.store.read() as tx:
        assert {one.id for one in await desk.articles()} == set(await tx.deliveries.shown(me, NOON))


async def test_a_slot_is_planned_once(desk, playground, me):
    """Also when the clock strikes again, jumps back, or two of us plan in the same moment."""
    await asyncio.gather(plan.plan(desk.room), plan.plan(desk.room))
    await desk.subscribes(me)  # the same slot is due again
    await plan.plan(desk.room)
    await deliver.deliver(desk.room)

    assert (1, 1) == (len(await desk.deliveries(me)), len(received(playground, me)))


async def test_nobody_gets_anything_before_their_hour(desk, playground, me):
    """One second is enough."""
    desk.later(seconds=-1)

    assert (0, []) == (await tick(desk.room), received(playground, me))


async def test_without_news_nothing_is_sent(desk, playground, me):
    """What was shown is no news; the next digest is due tomorrow."""
    await tick(desk.room)
    desk.later(days=1)

    assert 0 == await tick(desk.room)
    assert TOMORROW + timedelta(days=1) == (await desk.reader(me)).next_due


async def test_tomorrows_digest_is_another_one(desk, playground, me):
    """Nobody reads the same twice."""
    await tick(desk.room)
    desk.later(days=1)
    await desk.publishes(OTHER_EVENT)
    await tick(desk.room)

    _, second = received(playground, me)
    assert (False, True) == (EVENT in second, OTHER_EVENT in second)


async def test_what_was_found_only_after_the_digest_is_in_the_next_one(desk, playground, me):
    """It was published an hour before the first, and pulled after it: no reader misses it."""
    await tick(desk.room)
    await desk.publishes(OTHER_EVENT, hours=1)
    desk.later(days=1)
    await tick(desk.room)

    assert OTHER_EVENT in received(playground, me)[-1].split("\n")[0]


async def test_of_the_hours_that_were_missed_the_newest_is_sent(desk, playground, me):
    """A bot that was down over three of them sends one digest."""
    reader = await readers_schedule(desk, me, "8:00 10:00 12:00")
    await desk.subscribes(me, hours=reader.hours, next_due=NOON - timedelta(hours=4))
    await tick(desk.room)

    assert ["2026-11-24T12:00"] == [one.slot for one in await desk.deliveries(me)]


async def readers_schedule(desk: Desk, chat_id: int, words: str) -> Reader:
    return await readers.schedule(desk.room, await desk.reader(chat_id), words)


async def test_a_slot_of_long_ago_is_skipped(desk, playground, me):
    """Six hours late is no digest any more; tomorrow's comes as usual."""
    desk.later(hours=6)
    await tick(desk.room)

    assert ([], [], TOMORROW) == (
        await desk.deliveries(me),
        received(playground, me),
        (await desk.reader(me)).next_due,
    )


async def test_what_waited_too_long_is_not_sent(desk, playground, me):
    """It was written down in time, but nobody could send it."""
    await plan.plan(desk.room)
    desk.later(hours=6, seconds=1)
    await deliver.deliver(desk.room)

    assert (State.SKIPPED, []) == ((await only(desk, me)).state, received(playground, me))


async def test_killed_before_sending_is_sent_after_the_next_start(desk, playground, me):
    """It was provably not sent."""
    messenger, desk.room.messenger = desk.room.messenger, Waiting(desk.room.messenger)
    task = asyncio.create_task(tick(desk.room))
    await becomes(desk, me, State.CLAIMED)
    recovered = await killed(task, desk)
    desk.room.messenger = messenger

    assert ((1, 0), 1) == (recovered, await tick(desk.room))
    assert 1 == len(received(playground, me))


@pytest.mark.parametrize("arrived", [True, False])
async def test_killed_while_sending_is_never_sent_again(desk, playground, me, arrived):
    """Nobody can know whether it arrived: it counts as unknown, and its stories are offered again, marked."""
    playground.faults.hang(None, method="sendMessage", done=arrived)
    task = asyncio.create_task(tick(desk.room))
    await becomes(desk, me, State.SENDING)
    if arrived:
        await playground.telegram.wait_for(lambda: received(playground, me))
    recovered = await killed(task, desk)
    playground.faults.clear()  # perhaps the call had not left yet
    again = await tick(desk.room)
    assert ((0, 1), 0, int(arrived)) == (recovered, again, len(received(playground, me)))

    desk.later(days=1)
    await desk.publishes(OTHER_EVENT)
    await tick(desk.room)
    lines = received(playground, me)[-1].split("\n")
    assert (True, True) == (EVENT in lines[0], "可能漏看" in lines[1])
    assert any(OTHER_EVENT in line for line in lines)


async def test_an_answer_that_says_nothing_makes_it_unknown(desk, playground, me):
    """Almost surely it arrived: never again."""
    playground.faults.garbage(method="sendMessage")
    await tick(desk.room)
    await tick(desk.room)

    assert (State.UNKNOWN, 1) == ((await only(desk, me)).state, len(received(playground, me)))


async def test_who_blocks_the_bot_is_left_alone(desk, playground, me):
    """From then on, until they come back."""
    playground.telegram.blocks(me)
    await tick(desk.room)
    desk.later(days=1)
    await desk.publishes(OTHER_EVENT)
    await tick(desk.room)

    assert (State.GAVE_UP, False) == ((await only(desk, me)).state, (await desk.reader(me)).reachable)


async def test_telegrams_429_is_waited_out_and_costs_no_attempt(desk, playground, me):
    """Nothing is sent before; then it arrives once."""
    playground.faults.too_many(17, times=2, method="sendMessage")
    seen = []
    for seconds in (0, 16, 1, 17):
        desk.later(seconds=seconds)
        await tick(desk.room)
        after = await only(desk, me)
        seen.append((after.state, after.attempts, len(received(playground, me))))

    queued = (State.QUEUED, 0, 0)
    assert [queued, queued, queued, (State.SENT, 0, 1)] == seen


async def test_telegram_that_cannot_be_reached_is_tried_again(desk, playground, me):
    """It was certainly not sent; each attempt counts, and the pauses grow."""
    await playground.stop()
    await tick(desk.room)
    after = await only(desk, me)

    assert (State.QUEUED, 1, NOON + FIRST_PAUSE) == (after.state, after.attempts, after.next_try_at)


async def test_a_message_that_telegram_refuses_holds_up_nobody(desk, playground, me):
    """It is given up; the others get theirs, and its stories count as not shown."""
    other = playground.telegram.person("admin").id
    await desk.subscribes(other)
    playground.faults.refuse("BUTTON_DATA_INVALID", chat=me)

    assert 1 == await tick(desk.room)
    assert (State.PARKED, State.SENT) == ((await only(desk, me)).state, (await only(desk, other)).state)
    async with desk.room.store.read() as tx:
        assert {} == await tx.deliveries.shown(me, minutes_ago(60))


async def test_who_stopped_meanwhile_gets_nothing(desk, playground, me):
    """Between the plan and the sending."""
    await plan.plan(desk.room)
    await desk.subscribes(me, subscribed=False)
    await deliver.deliver(desk.room)

    assert (State.SKIPPED, []) == ((await only(desk, me)).state, received(playground, me))


async def test_two_ticks_at_once_send_once(desk, playground, me):
    """In one process, and in two on the same database."""
    other = another(desk.room)
    arrived = await asyncio.gather(*(tick(room) for room in (desk.room, desk.room, other)))

    assert (1, 1) == (sum(arrived), len(received(playground, me)))


async def test_a_claim_that_was_taken_away_sends_nothing(desk, playground, me):
    """A sender that was taken for dead waits for its turn, while somebody else sends what it had claimed."""
    other = another(desk.room)
    turn = asyncio.Event()
    desk.room.messenger = Waiting(desk.room.messenger, turn)
    await plan.plan(other)
    late = asyncio.create_task(deliver.deliver(desk.room))
    await becomes(desk, me, State.CLAIMED)
    await deliver.recover(other)
    await deliver.deliver(other)
    turn.set()

    assert (0, 1) == (await late, len(received(playground, me)))


async def test_many_readers_each_get_one(desk, playground, me):
    """More than are taken at once."""
    people = [playground.telegram.add_person(f"p{n}", f"读者{n}", started=True).id for n in range(FEWEST + 5)]
    for reader in people:
        await desk.subscribes(reader)

    assert FEWEST + 6 == await tick(desk.room)
    assert {1} == {len(received(playground, reader)) for reader in (me, *people)}


async def test_a_digest_that_was_held_up_is_overtaken_by_the_next(desk, playground, me):
    """Otherwise the reader would get the same stories twice in a row."""
    hours = (await readers_schedule(desk, me, "12:00 13:00")).hours
    await desk.subscribes(me, hours=hours)
    playground.faults.too_many(3600, method="sendMessage")
    await tick(desk.room)
    desk.later(hours=1)
    await tick(desk.room)

    assert [State.SKIPPED, State.SENT] == [one.state for one in await desk.deliveries(me)]
    assert 1 == len(received(playground, me))


async def test_a_group_that_moved_gets_its_digest_in_the_new_place(desk, playground):
    """Once; and from then on there, with what it follows and was shown."""
    telegram = playground.telegram
    old = telegram.add_group("旧群", [telegram.person("zh").id], "group").id
    new = telegram.add_group("新群", [telegram.person("zh").id]).id
    playground.faults.migrate(old, new, method="sendMessage", times=1000)
    await desk.subscribes(old)
    await desk.publishes(EVENT)

    assert 1 == await tick(desk.room)
    assert (0, 1) == (len(received(playground, old)), len(received(playground, new)))
    assert (State.SENT, TOMORROW) == ((await only(desk, new)).state, (await desk.reader(new)).next_due)


async def test_a_reader_whose_plan_we_stumble_over_holds_up_nobody(desk, playground, me, logs):
    """A zone that is no zone any more, for one."""
    other = playground.telegram.person("admin").id
    await desk.subscribes(other, zone="Mars/Olympus", next_due=minutes_ago(5))

    assert 1 == await tick(desk.room)
    assert (1, 0) == (len(await desk.deliveries(me)), len(await desk.deliveries(other)))
    assert "not planned" in [line["event"] for line in logs]


async def test_a_digest_we_stumble_over_holds_up_nobody(desk, playground, me, monkeypatch):
    """It is provably not sent, and tried again; the others get theirs."""
    other = playground.telegram.person("admin").id
    await desk.subscribes(other)
    await plan.plan(desk.room)
    wording = deliver.wording

    def stumbles(found: Any, reader: Reader, *rest: Any) -> Any:
        return wording(found, reader, *rest) if reader.id == me else 1 / 0

    monkeypatch.setattr(deliver, "wording", stumbles)
    assert 1 == await deliver.deliver(desk.room)
    monkeypatch.undo()
    after = await only(desk, other)
    desk.later(minutes=2)
    assert ((State.QUEUED, 1), 1) == ((after.state, after.attempts), await deliver.deliver(desk.room))


async def test_a_fault_while_it_was_on_the_wire_makes_it_unknown(desk, playground, me):
    """Whatever it was: nobody can know."""

    class Faulty(Waiting):
        async def turn(self, chat_id: int, urgency: Urgency) -> float:
            return 0

        async def post(self, chat_id: int, message: Any, urgency: Urgency) -> Any:
            raise ZeroDivisionError

    desk.room.messenger = Faulty(desk.room.messenger)
    await tick(desk.room)

    assert State.UNKNOWN == (await only(desk, me)).state


async def test_a_reader_of_another_zone_gets_it_at_their_own_noon(desk, playground, me):
    """The slot is named by their local time."""
    await desk.subscribes(me, zone="Europe/Berlin", next_due=NOON + timedelta(hours=7))
    desk.later(hours=7)
    await tick(desk.room)

    assert "2026-11-24T12:00" == (await only(desk, me)).slot


async def test_a_start_with_nothing_left_over_says_nothing(desk, logs):
    """Recovering is for what was claimed or on the wire."""
    assert ((0, 0), []) == (await deliver.recover(desk.room), logs)


# Ahead of the hour


async def test_a_digest_is_written_down_some_minutes_ahead(desk, playground, me):
    """At its hour there is only sending to do; not before."""
    desk.later(minutes=-5)
    written = await plan.plan(desk.room)
    early = await deliver.deliver(desk.room)
    desk.later(minutes=5)

    assert (1, 0, 1) == (written, early, await deliver.deliver(desk.room))


async def test_who_chooses_another_hour_just_before_gets_it_then(desk, playground, me):
    """What was written down ahead is forgotten, also where the old hour is chosen again."""
    desk.later(minutes=-3)
    await plan.plan(desk.room)
    reader = await readers_schedule(desk, me, "13:00")
    between = await desk.deliveries(me)
    await readers_schedule(desk, me, "12:00 13:00")
    await plan.plan(desk.room)
    desk.later(minutes=3)

    assert ([], NOON + timedelta(hours=1)) == (between, reader.next_due)
    assert (1, ["2026-11-24T12:00"]) == (
        await deliver.deliver(desk.room),
        [one.slot for one in await desk.deliveries(me)],
    )


async def test_it_expires_after_the_slots_own_sending_time(desk, playground, me, monkeypatch):
    """Three readers at one a minute: nobody's digest is too late because others came first."""
    monkeypatch.setattr(type(desk.room), "rate", 1 / 60)
    for person in ("en", "admin"):
        await desk.subscribes(playground.telegram.person(person).id, languages=frozenset(("zh",)))
    await plan.plan(desk.room)

    assert NOON + plan.EXPIRES + timedelta(minutes=3) == (await only(desk, me)).expires_at


# What Telegram refuses


async def test_what_telegram_cannot_parse_is_sent_once_as_plain_text(desk, playground, me):
    """The reader gets the news, with its buttons, without its links."""
    playground.faults.refuse("can't parse entities: Unsupported start tag", method="sendMessage")

    assert 1 == await tick(desk.room)
    (message,) = playground.telegram.messages(me)
    kinds = {one["type"] for one in message.get("entities", ())}
    assert (True, set()) == (EVENT in message["text"], kinds & {"bold", "text_link"})
    assert message["reply_markup"]["inline_keyboard"]
    assert State.SENT == (await only(desk, me)).state


async def test_what_is_refused_as_plain_text_too_is_parked(desk, playground, me):
    """With what was to be said, for administrators; it is not tried again, and counts as not shown."""
    playground.faults.refuse("can't parse entities", method="sendMessage", times=2)
    await tick(desk.room)
    await tick(desk.room)

    row = await only(desk, me)
    assert (State.PARKED, "can't parse entities", 0) == (row.state, row.reason, len(received(playground, me)))
    assert EVENT in (row.text or "")
    async with desk.room.store.read() as tx:
        assert {} == await tx.deliveries.shown(me, minutes_ago(60))


async def next_day(desk: Desk, number: int) -> None:
    desk.moment = NOON + timedelta(days=number)
    await desk.publishes(f"第{number}号卫星发射成功")
    await tick(desk.room)


async def test_a_chat_that_is_not_found_at_two_slots_a_day_apart_is_gone(desk, playground, me):
    """Once may be a trouble of Telegram's."""
    playground.faults.refuse("chat not found", method="sendMessage", times=2)
    await tick(desk.room)
    first = await desk.reader(me)
    await next_day(desk, 1)
    second = await desk.reader(me)
    await readers.begin(desk.room, second)
    back = await desk.reader(me)

    assert [True, False, True] == [one.reachable for one in (first, second, back)]
    assert [NOON, NOON, None] == [one.doubted_at for one in (first, second, back)]


async def test_a_chat_that_is_found_again_is_not_doubted_any_more(desk, playground, me):
    """The doubt of Monday says nothing on Wednesday, when Tuesday's digest arrived."""
    playground.faults.refuse("chat not found", method="sendMessage")
    await tick(desk.room)
    await next_day(desk, 1)
    between = await desk.reader(me)
    playground.faults.refuse("CHAT_WRITE_FORBIDDEN", method="sendMessage")
    await next_day(desk, 2)
    after = await desk.reader(me)

    assert (None, True, True) == (between.doubted_at, between.reachable, after.reachable)


async def test_a_hold_outlives_a_restart(desk, playground, me):
    """The process that comes after waits as long as Telegram told the one before, and costs no attempt."""
    await at_pace(desk, playground, Pace(most=1000))
    playground.faults.too_many(300, method="sendMessage")
    await tick(desk.room)
    desk.later(minutes=1)
    fresh = another(desk.room)
    fresh.messenger = Messenger(playground.token, playground.url, Pace(most=1000))
    await holds.restore(fresh)
    held = [round(fresh.telegram.held(one)) for one in Urgency]
    desk.later(hours=2)
    late = another(desk.room)
    late.messenger = Messenger(playground.token, playground.url, Pace(most=1000))
    await holds.restore(late)

    assert ([0, 240, 240], 0) == (held, (await only(desk, me)).attempts)
    assert 0 == late.telegram.held(Urgency.DIGEST)
    await fresh.telegram.close()
    await late.telegram.close()


async def test_a_refused_token_gives_everything_back(desk, playground, me):
    """Nothing is lost: it waits for a token that is accepted."""
    playground._bot_api.token = "9:another"
    await tick(desk.room)

    assert (True, State.QUEUED) == (desk.room.telegram.refused.is_set(), (await only(desk, me)).state)


# The end


async def at_pace(desk: Desk, playground: Playground, pace: Pace) -> None:
    """From now on it is a real one."""
    await desk.room.telegram.close()
    desk.room.messenger = Messenger(playground.token, playground.url, pace)


async def test_when_the_bot_closes_the_wire_is_finished_and_the_rest_given_back(desk, playground, me):
    """Nothing new leaves."""
    people = [playground.telegram.add_person(f"p{n}", f"p{n}", started=True).id for n in range(10)]
    for reader in people:
        await desk.subscribes(reader)
    await plan.plan(desk.room)
    await at_pace(desk, playground, Pace(most=21, rate=20))
    sending = asyncio.create_task(deliver.deliver(desk.room))
    await playground.telegram.wait_for(
        lambda: sum(len(received(playground, one)) for one in (me, *people)) >= 3
    )
    desk.room.closing.set()
    arrived = await asyncio.wait_for(sending, 5)

    async with desk.room.store.read() as tx:
        counts = await tx.deliveries.counts()
    assert {"sent": arrived, "queued": 11 - arrived} == counts
    assert 3 <= arrived <= 6


# What was found by looking for ways to lose or repeat


async def test_a_silent_telegram_is_noticed_across_slots(desk, playground, me):
    """One reader a minute, 502 all the time: after three that nobody can know of nothing is sent."""
    playground.faults.server_error(502, times=10**6)
    people = [playground.telegram.add_person(f"p{n}", f"p{n}", started=True).id for n in range(6)]
    for minute, reader in enumerate(people, 1):
        due = NOON + timedelta(minutes=minute)
        await desk.subscribes(reader, hours=(Hour(time(12, minute)),), next_due=due)
    ticks = []
    for _ in range(6):
        ticks.append(asyncio.create_task(tick(desk.room)))
        await asyncio.wait(ticks[-1:], timeout=0.5)
        desk.later(minutes=1)
    async with desk.room.store.read() as tx:
        counts = await tx.deliveries.counts()
    desk.room.closing.set()
    await asyncio.wait_for(asyncio.gather(*ticks), 5)

    assert 3 == counts["unknown"]


async def test_a_slot_that_is_almost_another_one_is_sent_too(desk, playground, me):
    """Three minutes apart: the second is written down before the first has left."""
    reader = await readers_schedule(desk, me, "12:00 12:03")
    await desk.subscribes(me, hours=reader.hours)
    await plan.plan(desk.room)
    await plan.plan(desk.room)
    first = await deliver.deliver(desk.room)

    slots = {one.slot[-5:]: one.state for one in await desk.deliveries(me)}
    assert (1, State.SENT) == (first, slots["12:00"])


async def test_a_chat_that_rests_long_keeps_nobody_waiting(desk, playground, me):
    """An answer there was refused for five minutes: its digest is queued, not on the wire."""
    other = playground.telegram.person("admin").id
    await desk.subscribes(other)
    pace = Pace(most=1000)
    await at_pace(desk, playground, pace)
    pace.refused(me, Urgency.ANSWER, 300, monotonic(), monotonic())
    arrived = await tick(desk.room)

    row = await only(desk, me)
    assert (1, State.QUEUED, 0, True) == (
        arrived,
        row.state,
        row.attempts,
        row.next_try_at > NOON + timedelta(minutes=4),
    )


async def test_while_it_is_held_nothing_is_claimed(desk, playground, me):
    """It may be overtaken, or its reader may stop, by the time that it leaves."""
    pace = Pace(most=1000)
    await at_pace(desk, playground, pace)
    pace.hold(Urgency.DIGEST, 300, monotonic())

    assert (0, State.QUEUED) == (await tick(desk.room), (await only(desk, me)).state)


async def test_a_row_that_the_database_does_not_take_spoils_no_other(desk, playground, me, monkeypatch):
    """It is written down without its words in the end; the others are sent and recorded."""
    monkeypatch.setattr(deliver, "LONGEST_RETRY", 0.01)
    other = playground.telegram.person("admin").id
    await desk.subscribes(other)
    settle = desk.room.store.settle

    async def picky(settled: Any, *rest: Any) -> None:
        if any(one.reason not in (None, "not to be written down") for one in settled):
            raise deliver.StoreError("a value out of range")
        await settle(settled, *rest)

    monkeypatch.setattr(desk.room.store, "settle", picky)
    playground.faults.refuse("BUTTON_DATA_INVALID", method="sendMessage", chat=me)
    await tick(desk.room)

    rows = [await only(desk, one) for one in (me, other)]
    assert [(State.PARKED, "not to be written down"), (State.SENT, None)] == [
        (one.state, one.reason) for one in rows
    ]


async def test_what_seems_not_to_have_departed_is_sent_later_once(desk, playground, me, monkeypatch):
    """The commit was there, its confirmation was not: provably nothing left."""
    depart, broken = desk.room.store.depart, [True]

    async def breaks(*given: Any) -> Any:
        done = await depart(*given)
        if broken.pop() if broken else False:
            raise deliver.StoreError("the connection broke")
        return done

    monkeypatch.setattr(desk.room.store, "depart", breaks)
    with pytest.raises(deliver.StoreError):
        await tick(desk.room)

    assert (State.QUEUED, 1, 1) == (
        (await only(desk, me)).state,
        await tick(desk.room),
        len(received(playground, me)),
    )


async def test_a_hold_of_hours_outlives_a_restart_too(desk, playground, me):
    """Only the rate of so long ago says nothing any more."""
    await at_pace(desk, playground, Pace(most=1000))
    playground.faults.too_many(3 * 3600, method="sendMessage")
    await tick(desk.room)
    desk.later(hours=2)
    fresh = another(desk.room)
    fresh.messenger = Messenger(playground.token, playground.url, Pace(most=1000))
    usual = fresh.rate
    await holds.restore(fresh)
    left, rate = fresh.telegram.held(Urgency.DIGEST), fresh.rate
    await fresh.telegram.close()

    assert (3600, usual) == (round(left), rate)


@databases.sqlite_only("a dump of PostgreSQL does not say that it is one")
async def test_what_is_restored_from_a_backup_sends_nothing_twice(desk, playground, me):
    """The bot went on after the copy was made: what was due meanwhile may have been sent, planned or not yet."""
    other = playground.telegram.person("admin").id
    await plan.plan(desk.room)
    await desk.subscribes(other, hours=(Hour(time(12, 30)),), next_due=NOON + timedelta(minutes=30))
    copy = desk.room.settings.data / "copy.db"
    await desk.room.store.backup(copy)
    desk.later(hours=1)
    await tick(desk.room)
    went_on = [len(received(playground, one)) for one in (me, other)]
    await desk.room.store.close()
    desk.room.store = Store(f"sqlite+aiosqlite:///{copy}")
    await desk.room.store.open()
    await deliver.recover(desk.room)
    await tick(desk.room)
    again = await deliver.recover(desk.room)

    assert ([1, 1], [1, 1]) == (went_on, [len(received(playground, one)) for one in (me, other)])
    assert (State.UNKNOWN, (0, 0)) == ((await only(desk, me)).state, again)
    desk.moment = NOON + timedelta(days=1)
    await desk.publishes(OTHER_EVENT)
    await tick(desk.room)
    assert "可能漏看" in received(playground, me)[-1]
