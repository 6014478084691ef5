"""One slot of a few readers, delivered by the real process on a strict server; what may be true afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time as clock
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from newsbot import settings
from newsbot.flows import digest, group
from newsbot.flows.take_in import take_in
from newsbot.models.readers import Hour, Reader
from newsbot.newsroom import Newsroom
from newsbot.outbox.circuit import FIRST_ON_WIRE
from newsbot.store import Store
from playground.server import Playground
from tests import databases
from tests.examples import draft, source
from tests.flows.desk import understood
from tests.house import body

HERE = Path(__file__).parent
PATIENCE = 60.0
TITLES = ("长庚光刻机通过验收", "北斗云宣布存储降价三成", "蓝鲸手机系统测试版推送")


def room_of(data: Path, now: datetime) -> Newsroom:
    """The bot's memory, without the bot."""
    given = settings.read({}, data=data, database_url=databases.address(data))
    room = Newsroom(settings=given, store=Store(given.database), fetcher=None, sandbox=None)  # type: ignore[arg-type]
    room.now = lambda: now
    return room


async def prepared(data: Path, readers: list[int], due: datetime) -> None:
    """A database with news, and readers whose digest is due then."""
    room = room_of(data, due - timedelta(minutes=10))
    await room.store.open()
    local = due + timedelta(hours=8)
    async with room.store.begin() as tx:
        await tx.sources.seed([source("daily", on=False)], room.now())
    for title in TITLES:
        made = draft(title, text=body(title), published=due - timedelta(hours=1), keys=(f"t:{title}",))
        await take_in(room, source("daily"), [understood(made)])
    async with room.store.begin() as tx:
        for reader in readers:
            hours = (Hour(time(local.hour, local.minute)),)
            await tx.readers.save(Reader(id=reader, hours=hours, next_due=due, greeted=due), due)
    await group.group(room)
    await room.store.close()


@dataclass
class Slot:
    """A folder with a database, a Telegram, a clock, and a process that may be killed."""

    folder: Path
    people: int = 4
    rate: int = 30
    playground: Playground = field(default_factory=Playground)
    process: asyncio.subprocess.Process | None = None
    log_begins: int = 0
    due: datetime = field(default_factory=lambda: datetime.now(UTC).replace(second=0, microsecond=0))

    @property
    def data(self) -> Path:
        """The folder of the bot's data."""
        return self.folder / "data"

    @property
    def database(self) -> str:
        return databases.address(self.data)

    async def opens(self) -> None:
        """Telegram serves; the database is there."""
        await self.playground.start()
        telegram = self.playground.telegram
        self.readers = [telegram.add_person(f"r{n}", f"r{n}", started=True).id for n in range(self.people)]
        await prepared(self.data, self.readers, self.due)
        self.turns(0)

    def turns(self, seconds: float) -> None:
        """The clock is so far ahead."""
        new = self.folder / "clock.new"
        new.write_text(str(seconds), "ascii")
        new.replace(self.folder / "clock")

    async def starts(self, kill_at: int = 0, **more: str) -> None:
        """`python bot.py run`"""
        mine = {
            "CLOCK": str(self.folder / "clock"),
            "STEPS": str(self.folder / "steps"),
            "KILL_AT": str(kill_at),
            "NEWSBOT_TOKEN": self.playground.token,
            "NEWSBOT_API_URL": self.playground.url,
            "NEWSBOT_DATA": str(self.data),
            "NEWSBOT_DATABASE_URL": self.database,
            "NEWSBOT_SOURCES": "none",
            "NEWSBOT_SEND_RATE": str(self.rate),
        } | more
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}
        self.log_begins = len(self.log())
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, str(HERE / "stepped.py"), "run",
                env=kept | mine, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip

    def log(self) -> str:
        path = self.folder / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def is_ready(self) -> bool:
        """It has connected, and hears SIGTERM."""
        return " ready " in self.log()[self.log_begins :]

    async def begins(self, kill_at: int = 0) -> None:
        """The process, with what else its test needs."""
        await self.starts(kill_at)

    async def acts(self) -> None:
        """What a person does once it is ready; here nobody does anything."""

    async def acts_again(self) -> None:
        """What a person does after a kill, where it is needed."""

    async def ends(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def is_killed(self) -> bool:
        """Whether it kills itself before everything is over; then it is told to stop."""
        assert self.process is not None
        while self.process.returncode is None and not self.is_over():  # noqa: ASYNC110  another process
            await asyncio.sleep(0.05)
        return await self.ends() == -signal.SIGKILL

    async def closes(self) -> None:
        if self.process is not None and self.process.returncode is None:
            await self.ends(signal.SIGKILL)
        await self.playground.stop()

    # what is to be seen

    def arrived(self, reader: int) -> int:
        return len(self.playground.telegram.messages(reader))

    def all_arrived(self) -> int:
        return sum(map(self.arrived, self.readers))

    def rows(self) -> list[dict[str, Any]]:
        """The deliveries, as another process sees them."""
        return databases.rows(self.database, "SELECT * FROM deliveries ORDER BY id")

    def states(self) -> dict[int, str]:
        return {row["chat_id"]: row["state"] for row in self.rows()}

    async def until(self, true: Any, seconds: float = PATIENCE) -> bool:
        """Wait until it is so, or the process is gone: whether it is so."""
        end = clock.monotonic() + seconds
        while clock.monotonic() < end:
            if true():
                return True
            if self.process is not None and self.process.returncode is not None:
                return bool(true())
            await asyncio.sleep(0.05)
        return bool(true())

    def is_over(self) -> bool:
        """Everybody has a row, and every row is decided."""
        states = self.states()
        open_ones = {"queued", "claimed", "sending"} & set(states.values())
        return len(states) == self.people and not open_ones

    async def holds(self) -> int:
        """What is promised, and how many nobody can know of: nobody twice, nobody without but for those."""
        states = self.states()
        assert set(self.readers) == set(states), "somebody has no row"
        unknown = [reader for reader, state in states.items() if state == "unknown"]
        for reader in self.readers:
            count, state = self.arrived(reader), states[reader]
            assert count <= 1, f"{count} messages"
            assert state in ("sent", "unknown"), state
            assert count == 1 or state == "unknown", "somebody is without, and it is not counted"
        assert len(unknown) <= FIRST_ON_WIRE, f"{len(unknown)} unknown: more than were on the wire"
        await self._offered_again(unknown)
        return len(unknown)

    # from its beginning to its end

    async def length(self) -> int:
        """How many steps it takes when nobody kills."""
        await self.opens()
        try:
            await self.begins()
            assert await self.until(self.is_ready)
            await self.acts()
            assert await self.until(self.is_over)
            steps = int((self.folder / "steps").read_text("ascii"))  # later ones: a clock, and nothing due
            assert 0 == await self.holds()
            await self.ends()
            return steps
        finally:
            await self.closes()

    async def survives(self, kill_at: int) -> tuple[bool, int]:
        """Whether it came to the kill, and how many messages nobody can know of."""
        await self.opens()
        try:
            await self.begins(kill_at)
            await self.acts()
            killed = await self.is_killed()
            await self.begins()
            assert await self.until(self.is_ready)
            await self.acts_again()
            assert await self.until(self.is_over), f"not over after a kill at step {kill_at}: {self.states()}"
            unknown = await self.holds()
            assert 0 == await self.ends(signal.SIGTERM)
            return killed, unknown
        finally:
            await self.closes()

    async def _offered_again(self, unknown: list[int]) -> None:
        room = room_of(self.data, self.due + timedelta(hours=20))
        try:
            for reader_id in unknown:
                async with room.store.read() as tx:
                    reader = await tx.readers.get(reader_id)
                assert reader is not None
                (row,) = [row for row in self.rows() if row["chat_id"] == reader_id]
                again = await digest.composed(room, reader, hours=26)
                ids = {one.story.id for one in again.stories}
                assert again.lost_ids, "not offered again"
                assert ids & set(databases.listed(row["story_ids"])), "other stories"
        finally:
            await room.store.close()
