"""What people send: nothing is lost, nothing waits for anybody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio

from newsbot.errors import Deaf, NoAnswer, SecondPoller, SettingsError, StoreError
from newsbot.flows import receive as receiving
from newsbot.flows.receive import MOST_AT_ONCE, Lines, Tries, receive
from newsbot.models.messages import Incoming
from newsbot.store.inbox import Inbox
from playground.bot_api import SECOND_POLLER
from playground.errors import ApiError
from playground.faults import Fault
from playground.server import Playground
from tests.databases import sqlite_only
from tests.examples import NOON
from tests.flows.desk import Desk

CONFLICT = ApiError(409, f"Conflict: {SECOND_POLLER}")


@dataclass
class Clerk:
    """Answers people, and remembers what they said; `keeps_waiting` makes somebody's words take for ever."""

    slow: dict[str, asyncio.Event] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    bell: asyncio.Event = field(default_factory=asyncio.Event)

    def keeps_waiting(self, words: str) -> None:
        self.slow[words] = asyncio.Event()

    def goes_on(self, words: str) -> None:
        self.slow.pop(words).set()

    async def answer(self, incoming: Incoming) -> None:
        words = json.loads(incoming.payload)["message"]["text"]
        self.begun.append(words)
        self.bell.set()
        if words in self.slow:
            await self.slow[words].wait()
        if words == "故障":
            raise ZeroDivisionError
        self.heard.append(words)
        self.ids.append(incoming.id)
        self.bell.set()

    async def begins(self, count: int) -> None:
        await self._until(lambda: len(self.begun) >= count)

    async def hears(self, count: int) -> None:
        await self._until(lambda: len(self.heard) >= count)

    async def _until(self, done: Any) -> None:
        async with asyncio.timeout(20):
            while not done():
                self.bell.clear()
                await self.bell.wait()


@dataclass
class Office:
    """The counter: it opens and closes, with the same newsroom and Telegram."""

    desk: Desk
    playground: Playground
    clerk: Clerk = field(default_factory=Clerk)
    task: asyncio.Task[None] | None = None

    def opens(self) -> None:
        self.task = asyncio.create_task(receive(self.desk.room, self.clerk.answer))

    async def closes(self) -> None:
        """As at the end of the program, or when it is killed: what is not dealt with is left."""
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])

    def says(self, *texts: str, who: str = "zh") -> None:
        for text in texts:
            self.playground.telegram.says(self.playground.telegram.person(who).id, text)

    async def inbox(self) -> list[int]:
        async with self.desk.room.store.read() as tx:
            return [one.id for one in await tx.inbox.pending()]

    async def is_empty(self) -> None:
        """Wait until nothing is left to deal with."""
        async with asyncio.timeout(20):
            while self.playground.telegram.updates or await self.inbox():  # noqa: ASYNC110  rows
                await asyncio.sleep(0.01)


@pytest_asyncio.fixture
async def office(desk, playground, monkeypatch) -> AsyncIterator[Office]:
    """Not open yet; pauses are short, and nobody who is late is waited for."""
    monkeypatch.setattr(receiving, "LONGEST_PAUSE", 0.02)
    monkeypatch.setattr(receiving, "GRACE_SECONDS", 0.05)
    made = Office(desk, playground)
    yield made
    await made.closes()


async def test_what_people_say_is_answered(office):
    """And then it is out of the inbox, and Telegram has forgotten it."""
    office.opens()
    office.says("一", "二")
    await office.clerk.hears(2)
    await office.is_empty()

    assert ["一", "二"] == office.clerk.heard


class Watched:
    """A messenger that looks into the inbox whenever updates are confirmed."""

    def __init__(self, office: Office) -> None:
        self._office, self._messenger = office, office.desk.room.messenger
        self.confirmed: list[int] = []
        self.lost: list[int] = []
        self._given: list[int] = []

    async def updates(self, offset: int, seconds: int) -> list[Incoming]:
        kept = {*await self._office.inbox(), *self._office.clerk.ids}
        now = [number for number in self._given if number < offset and number not in self.confirmed]
        self.confirmed += now
        self.lost += [number for number in now if number not in kept]
        found = await self._messenger.updates(offset, seconds)
        self._given += [one.id for one in found]
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._messenger, name)


async def test_updates_are_in_the_inbox_before_they_are_confirmed(office):
    """Whatever happens afterwards, they are there."""
    office.desk.room.messenger = watched = Watched(office)
    office.clerk.keeps_waiting("三")
    office.opens()
    office.says("一", "二", "三")
    await office.clerk.begins(3)
    office.says("四", who="en")
    await office.clerk.hears(3)
    async with asyncio.timeout(5):
        while len(watched.confirmed) < 4:  # noqa: ASYNC110  the next poll
            await asyncio.sleep(0.01)

        while len(await office.inbox()) > 1:  # noqa: ASYNC110  the third was heard, and is written down
            await asyncio.sleep(0.01)

    assert [] == watched.lost
    assert 1 == len(await office.inbox())


async def test_a_chat_is_answered_in_order(office):
    """Also where the first answer takes longest."""
    office.clerk.keeps_waiting("一")
    office.opens()
    office.says("一", "二", "三")
    await office.clerk.begins(1)
    await asyncio.sleep(0.05)
    begun = list(office.clerk.begun)
    office.clerk.goes_on("一")
    await office.clerk.hears(3)

    assert (["一"], ["一", "二", "三"]) == (begun, office.clerk.heard)


async def test_a_slow_chat_delays_no_other(office):
    """Nor does one that has more to say than are served at a time."""
    office.clerk.keeps_waiting("等")
    office.opens()
    office.says("等", *["快"] * (MOST_AT_ONCE + 50))
    office.says("你好", who="en")
    await office.clerk.hears(1)

    assert (["你好"], ["等", "你好"]) == (office.clerk.heard, office.clerk.begun)
    office.clerk.goes_on("等")
    await office.clerk.hears(MOST_AT_ONCE + 52)


async def test_what_is_left_in_the_inbox_is_dealt_with_after_a_kill(office):
    """In order, each once, before what came meanwhile."""
    office.clerk.keeps_waiting("一")
    office.opens()
    office.says("一", "二", "三")
    await office.clerk.begins(1)
    await office.closes()
    left = await office.inbox()
    office.says("四")
    office.clerk.goes_on("一")
    office.opens()
    await office.clerk.hears(4)
    await office.is_empty()

    assert (3, ["一", "二", "三", "四"]) == (len(left), office.clerk.heard)
    assert left == office.clerk.ids[:3]


async def test_who_is_late_at_the_end_is_sent_home(office):
    """Nothing goes on in the background of a counter that is closed."""
    office.clerk.keeps_waiting("一")
    office.opens()
    office.says("一", "二", "三")
    await office.clerk.begins(1)
    await office.closes()
    office.clerk.goes_on("一")
    await asyncio.sleep(0.05)

    assert ([], 3) == (office.clerk.heard, len(await office.inbox()))
    assert [] == [task for task in asyncio.all_tasks() if "_in_turn" in repr(task)]


async def test_who_is_being_served_at_the_end_is_served(office, monkeypatch):
    """If it does not take too long."""
    monkeypatch.setattr(receiving, "GRACE_SECONDS", 10.0)
    office.clerk.keeps_waiting("一")
    office.opens()
    office.says("一")
    await office.clerk.begins(1)
    closing = asyncio.create_task(office.closes())
    await asyncio.sleep(0.02)
    office.clerk.goes_on("一")
    await closing

    assert (["一"], []) == (office.clerk.heard, await office.inbox())


async def test_an_update_we_stumble_over_holds_up_nobody(office, logs):
    """It is not tried for ever."""
    office.opens()
    office.says("故障", "二")
    await office.clerk.hears(1)
    await office.is_empty()

    assert (["二"], True) == (office.clerk.heard, "update failed" in [line["event"] for line in logs])


async def test_a_telegram_in_trouble_is_asked_again(office):
    """With a pause, for as long as it takes."""
    office.playground.faults.server_error(502, times=2, method="getUpdates")
    office.playground.faults.garbage(times=1, method="getUpdates", done=False)
    office.opens()
    office.says("一")
    await office.clerk.hears(1)

    assert ["一"] == office.clerk.heard


async def test_a_database_in_trouble_loses_no_update(office, monkeypatch):
    """They stay with Telegram until they are stored."""
    keep, troubles = Inbox.keep, iter([True, True])

    async def keeps(inbox: Inbox, *what: Any) -> None:
        if next(troubles, False):
            raise StoreError("database is locked")
        await keep(inbox, *what)

    monkeypatch.setattr(Inbox, "keep", keeps)
    office.opens()
    office.says("一", "二")
    await office.clerk.hears(2)

    assert ["一", "二"] == office.clerk.heard


async def test_an_update_whose_end_cannot_be_written_down_stays(office, monkeypatch, logs):
    """It is dealt with again after the next start, as after a kill."""

    async def fails(*_: Any) -> bool:
        raise StoreError("disk full")

    with monkeypatch.context() as trouble:
        trouble.setattr("newsbot.store.inbox.Inbox.done", fails)
        office.opens()
        office.says("一", "二")
        await office.clerk.hears(2)
        await office.closes()

    assert 2 == len(await office.inbox())
    assert "update stays in the inbox" in [line["event"] for line in logs]


async def place(office: Office, bot: int, offset: int, at: datetime) -> None:
    """Where polling stood when the bot was last seen."""
    async with office.desk.room.store.begin() as tx:
        await tx.facts.put("polling", json.dumps({"bot": bot, "offset": offset, "at": at.isoformat()}))


async def waiting(office: Office, *texts: str) -> list[int]:
    """What was said while nobody listened; the numbers that Telegram gave it."""
    office.says(*texts)
    return [update["update_id"] for update in office.playground.telegram.updates]


async def test_polling_goes_on_where_it_stood(office):
    """What was stored before a kill and not yet confirmed does not come twice."""
    first, second = await waiting(office, "一", "二")
    await place(office, office.desk.room.telegram.id, second, NOON - timedelta(days=5))
    office.opens()
    await office.clerk.hears(1)
    await office.is_empty()

    assert (["二"], True) == (office.clerk.heard, first < second)


@pytest.mark.parametrize(("bot", "days"), [(999, 0), (None, 6)])
async def test_a_place_that_is_not_ours_or_too_old_is_not_used(office, bot, days):
    """Another bot counts differently, and after a week Telegram may count anew."""
    _, second = await waiting(office, "一", "二")
    mine = office.desk.room.telegram.id
    await place(office, bot or mine, second + 1000, NOON - timedelta(days=days))
    office.opens()
    await office.clerk.hears(2)

    assert ["一", "二"] == office.clerk.heard


async def test_a_token_that_is_no_longer_accepted_ends_it(office):
    """The operator hears which setting is wrong."""
    office.playground.faults.script.append(
        Fault(times=99, method="getUpdates", error=ApiError(401, "Unauthorized"))
    )
    office.opens()
    with pytest.raises(SettingsError, match="NEWSBOT_TOKEN"):
        await asyncio.wait_for(office.task, 5)


async def test_lines_serve_so_many_at_a_time_and_no_more():
    """A crowd of chats is served one after another, none is forgotten."""
    now, most, served = 0, 0, []

    async def answer(incoming: Incoming, tries: Tries) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.001)
        now -= 1
        served.append(incoming.id)

    lines = Lines(answer, lambda incoming, seconds: None)
    for number in range(MOST_AT_ONCE * 2):
        await lines.put(Incoming(number, number, "{}"))
    with suppress(TimeoutError):
        await lines.finish(10)

    assert (MOST_AT_ONCE, MOST_AT_ONCE * 2) == (most, len(served))


# Who else polls, and who hears nothing


@sqlite_only("on PostgreSQL a lock says who polls, and who has it stays")
async def test_a_newcomer_goes_where_somebody_polls_already(office):
    """In its first minute: two would take updates away from each other for ever."""
    office.playground.faults.script.append(Fault(method="getUpdates", times=10**6, error=CONFLICT))
    with pytest.raises(SecondPoller, match="another program runs with this token"):
        await asyncio.wait_for(receive(office.desk.room, office.clerk.answer), 10)


async def test_who_was_there_first_stays(office, monkeypatch, logs):
    """It warns, and goes on when the other is gone."""
    monkeypatch.setattr(receiving, "NEWCOMER_SECONDS", 0)
    monkeypatch.setattr(receiving, "LONGEST_PAUSE", 0.01)
    office.playground.faults.script.append(Fault(method="getUpdates", times=3, error=CONFLICT))
    office.opens()
    office.playground.telegram.says(office.playground.telegram.person("zh").id, "在吗")
    await office.clerk.hears(1)

    assert 3 == len([line for line in logs if line["event"] == "no updates"])


async def test_who_hears_nothing_for_two_minutes_ends_for_the_supervisor(office, monkeypatch):
    """A connection that is dead, or a network: a new process may hear."""
    monkeypatch.setattr(receiving, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(receiving, "DEAF_SECONDS", 0.05)
    office.playground.faults.hang(None, method="getUpdates", times=10)
    with pytest.raises(Deaf, match="no answer of Telegram's"):
        await asyncio.wait_for(receive(office.desk.room, office.clerk.answer), 10)


async def test_who_is_told_to_wait_is_not_deaf(office, monkeypatch):
    """Telegram is there, and asked for a longer pause than we are patient."""
    monkeypatch.setattr(receiving, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(receiving, "DEAF_SECONDS", 0.3)
    office.playground.faults.too_many(1, method="getUpdates")
    office.opens()
    office.playground.telegram.says(office.playground.telegram.person("zh").id, "在吗")
    await office.clerk.hears(1)


async def test_a_process_that_was_asleep_was_not_deaf(monkeypatch):
    """However long a suspended machine stood still, it counts as two looks."""
    now = [0.0]
    hearing = receiving.Hearing()

    async def sleeps(seconds: float) -> None:
        now[0] += 3600
        if now[0] > 3 * 3600:
            raise asyncio.CancelledError

    monkeypatch.setattr(receiving, "monotonic", lambda: now[0])
    monkeypatch.setattr(receiving.asyncio, "sleep", sleeps)
    with pytest.raises(asyncio.CancelledError):
        await receiving._watch(hearing)

    assert 3 * 2 * receiving.WATCH_SECONDS == hearing.silent


async def test_an_answer_that_telegram_does_not_take_is_given_later(office, monkeypatch):
    """The update stays in the inbox meanwhile; others are not kept waiting."""
    monkeypatch.setattr(receiving, "UNANSWERED_PAUSES", (0.01,) * 5)
    tried: list[int] = []

    async def answer(incoming: Incoming) -> None:
        tried.append(incoming.id)
        if len(tried) < 3:
            async with office.desk.room.store.read() as tx:
                assert [incoming.id] == [one.id for one in await tx.inbox.pending()]
            raise NoAnswer("not reached")

    (number,) = await waiting(office, "在吗")
    lines = receiving.lines(office.desk.room, answer)
    async with office.desk.room.store.begin() as tx:
        await tx.inbox.keep([Incoming(number, 7, "{}")], NOON, office.desk.room.owner, NOON)
    await lines.put(Incoming(number, 7, "{}"))
    await lines.finish(10)

    assert [number] * 3 == tried
    async with office.desk.room.store.read() as tx:
        assert [] == await tx.inbox.pending()
