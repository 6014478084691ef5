"""Trouble in the middle of a slot: Telegram falls silent, the process stands still, the clock jumps, the disk fills."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from newsbot.flows import deliver, plan
from newsbot.models.deliveries import State
from newsbot.models.readers import Hour, Reader
from newsbot.outbox.circuit import FIRST_ON_WIRE
from playground.server import Playground
from tests import databases
from tests.faults.slot import Slot
from tests.flows.conftest import *  # noqa: F403  the newsroom of the flows' tests

EVENT = "长庚光刻机通过验收"
MANY = 30
GATEWAY = 6.0  # seconds of 502


@pytest_asyncio.fixture
async def slot(tmp_path: Path) -> AsyncIterator[Slot]:
    """Thirty readers, ten a second."""
    made = Slot(tmp_path, people=MANY, rate=10)
    await made.opens()
    yield made
    await made.closes()


@pytest.mark.xdist_group("kills")
async def test_while_telegram_is_silent_nothing_is_lost_but_what_was_on_the_wire(slot: Slot) -> None:
    """Every call is answered 502 for a while, in the middle of the slot; afterwards it goes on."""
    await slot.starts()
    assert await slot.until(lambda: slot.all_arrived() >= 5)
    slot.playground.faults.server_error(502, times=10**6)
    await asyncio.sleep(GATEWAY)
    calls = [call.method for call in slot.playground.telegram.calls[-20:]]
    slot.playground.faults.clear()
    assert await slot.until(slot.is_over)

    lost = await slot.holds()
    assert 1 <= lost <= FIRST_ON_WIRE
    assert MANY - lost == slot.all_arrived()
    assert calls.count("sendMessage") <= FIRST_ON_WIRE + 5
    assert "getMe" in calls
    assert "Telegram is silent: nothing is sent" in (slot.folder / "log").read_text("utf-8")


@pytest.mark.xdist_group("kills")
async def test_a_process_that_stood_still_goes_on(slot: Slot) -> None:
    """SIGSTOP in the middle of the slot, as a suspended machine; nobody twice, nobody without."""
    await slot.starts()
    assert slot.process is not None
    assert await slot.until(lambda: slot.all_arrived() >= 5)
    slot.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(3)
    before = slot.all_arrived()
    slot.process.send_signal(signal.SIGCONT)
    assert await slot.until(slot.is_over)

    assert 5 <= before < MANY
    assert (0, MANY) == (await slot.holds(), slot.all_arrived())


@pytest.mark.xdist_group("kills")
async def test_a_clock_that_jumps_repeats_nothing(slot: Slot) -> None:
    """Three hours ahead and back again while a slot is sent: everybody gets it, once."""
    await slot.starts()
    for arrived, ahead in ((5, 3 * 3600), (12, -3600), (20, 0)):
        assert await slot.until(lambda arrived=arrived: slot.all_arrived() >= arrived)
        slot.turns(ahead)
    assert await slot.until(slot.is_over)

    assert (0, MANY) == (await slot.holds(), slot.all_arrived())


@pytest.mark.xdist_group("kills")
async def test_told_to_stop_in_the_middle_it_finishes_the_wire(slot: Slot) -> None:
    """Exit 0, nothing unknown; the rest is sent after the next start."""
    await slot.starts()
    assert await slot.until(lambda: slot.all_arrived() >= 5)
    slot.playground.faults.hang(1.0, method="sendMessage", times=2)
    await asyncio.sleep(0.3)
    began = asyncio.get_running_loop().time()
    assert 0 == await slot.ends(signal.SIGTERM)
    took = asyncio.get_running_loop().time() - began
    states = set(slot.states().values())
    await slot.starts()
    assert await slot.until(slot.is_over)

    assert took < 25
    assert {"claimed", "sending"} & states == set()
    assert await slot.holds() <= 2  # those two were answered with a 504


# The database


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, of a few megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a small file system needs the right to mount one")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


async def subscribed(desk, *ids: int) -> None:
    for chat_id in ids:
        await desk.subscribes(chat_id)
    await desk.publishes(EVENT)


@databases.sqlite_only("its file is on a small disk")
async def test_a_full_disk_sends_nothing_that_it_cannot_write_down(
    desk, playground: Playground, small_disk: Path
) -> None:
    """And nothing is lost: with space again everybody gets theirs, once."""
    readers = [person.id for person in playground.telegram.people]
    await subscribed(desk, *readers)
    await plan.plan(desk.room)
    await move(desk, small_disk)
    filling = small_disk / "filling"
    with filling.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    full = await outcome(desk)
    sent = [len(playground.telegram.messages(reader)) for reader in readers]
    filling.unlink()
    arrived = await deliver.deliver(desk.room)

    assert ("StoreError", [0] * len(readers)) == (full, sent)
    assert len(readers) == arrived
    assert [1] * len(readers) == [len(playground.telegram.messages(reader)) for reader in readers]


async def test_what_was_sent_before_the_disk_was_full_is_written_down_later(
    desk, playground: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer came, and could not be written: it is tried until it can, and nothing is sent twice."""
    monkeypatch.setattr(deliver, "LONGEST_RETRY", 0.05)
    reader = playground.telegram.person("zh").id
    await subscribed(desk, reader)
    await plan.plan(desk.room)
    settle, failures = desk.room.store.settle, [3]

    async def full(*given):
        if failures[0]:
            failures[0] -= 1
            raise deliver.StoreError("database or disk is full")
        await settle(*given)

    monkeypatch.setattr(desk.room.store, "settle", full)
    assert 1 == await deliver.deliver(desk.room)

    (row,) = await desk.deliveries(reader)
    assert (State.SENT, 1) == (row.state, len(playground.telegram.messages(reader)))


@databases.sqlite_only("by its own switch")
async def test_a_database_that_only_reads_sends_nothing(desk, playground: Playground) -> None:
    """Nobody gets what could not be written down before."""
    reader = playground.telegram.person("zh").id
    await subscribed(desk, reader)
    await plan.plan(desk.room)
    await read_only(desk, True)
    refused = await outcome(desk)
    before = len(playground.telegram.messages(reader))
    await read_only(desk, False)

    assert ("StoreError", 0) == (refused, before)
    assert 1 == await deliver.deliver(desk.room)


async def outcome(desk) -> str:
    """What sending came to, by the name of its error."""
    try:
        await deliver.deliver(desk.room)
    except Exception as error:
        return type(error).__name__
    return "sent"


async def move(desk, place: Path) -> None:
    """The database is on another disk from now on."""
    from newsbot.store import Store

    await desk.room.store.close()
    old = Path(desk.room.settings.data) / "newsbot.db"
    shutil.copy(old, place / "newsbot.db")
    desk.room.store = Store(f"sqlite+aiosqlite:///{place / 'newsbot.db'}")
    await desk.room.store.open()


async def read_only(desk, on: bool) -> None:
    """SQLite's own switch, on both connections."""
    word = f"PRAGMA query_only = {int(on)}"
    store = desk.room.store
    async with store._engine.connect() as connection:
        await connection.execution_options(reads_only=True)
        await connection.exec_driver_sql(word)
        await connection.rollback()
    with store._quick.connect() as connection:
        connection.execution_options(reads_only=True).exec_driver_sql(word)
        connection.rollback()


# Nights


@pytest.mark.parametrize(
    ("before", "hour"),
    [
        (datetime(2027, 10, 30, 22, 0, tzinfo=UTC), time(2, 30)),  # 02:30 twice
        (datetime(2027, 3, 27, 22, 0, tzinfo=UTC), time(2, 30)),  # no 02:30
        (datetime(2027, 3, 27, 22, 0, tzinfo=UTC), time(3, 0)),
    ],
    ids=["an hour twice", "an hour missing", "just after the missing hour"],
)
async def test_a_night_when_the_clocks_change_has_one_digest(
    desk, playground: Playground, before: datetime, hour: time
) -> None:
    """Looked at every ten minutes of it, in Berlin; the next one is due a day later."""
    reader = playground.telegram.person("zh").id
    desk.moment = before
    await desk.publishes(EVENT)
    slot = plan.next_slot(Reader(id=reader, zone="Europe/Berlin", hours=(Hour(hour),)), before, hour)
    await desk.subscribes(reader, zone="Europe/Berlin", hours=(Hour(hour),), next_due=slot.due_at)
    for _ in range(36):
        desk.later(minutes=10)
        await plan.plan(desk.room)
        await deliver.deliver(desk.room)

    (row,) = await desk.deliveries(reader)
    due = (await desk.reader(reader)).next_due
    assert (State.SENT, 1) == (row.state, len(playground.telegram.messages(reader)))
    assert timedelta(hours=22) <= due - slot.due_at <= timedelta(hours=25)
