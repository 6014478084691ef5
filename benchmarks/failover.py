"""Two bots on one database, and the one that leads is killed while it sends, again and again.

    python benchmarks/failover.py [READERS] [TIMES]      600 readers at one hour, killed twice
    python benchmarks/failover.py --unplug               its machine loses its cable instead (Linux, as root)

Real processes on a PostgreSQL server of the benchmark's own, a strict Telegram that takes 30 messages a
second. Whoever leads is killed with SIGKILL some seconds into the slot, then whoever leads next; another is
started in its place. Meanwhile somebody presses a button every two seconds. Told is how long nothing was
sent, how long a press took, who got a digest twice (nobody may), and who got none: as many as were on the
wire, and counted.

With --unplug each bot has a network of its own. Whoever leads reaches neither the database nor Telegram from
one moment to the next, and nobody is told; when the other sends, it is plugged in again and has to stand by.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.crowd import crowd, news
from benchmarks.machines import HERE, Machine, alone
from benchmarks.postgres import server
from benchmarks.slot import WAITS, votes
from benchmarks.town import LOOPBACK, Bot, Town, is_digest, machine, town
from newsbot.models.deliveries import State
from newsbot.store import Store
from playground.faults import Limits

RATE = 30
STORIES = 40
PATIENCE = 300
GOAL = 15.0  # seconds until the other sends
APART = 8.0  # seconds between two kills


class Pair:
    """Two bots, one of which leads: how it is made to fall silent, and what comes then."""

    how, host, readers = "killed", LOOPBACK, 600

    def __init__(self, place: Town, folder: Path, address: str) -> None:
        self._place, self._folder = place, folder
        self._given = {"NEWSBOT_DATABASE_URL": address, "NEWSBOT_HTTP": "off"}
        self._kept = AsyncExitStack()
        self._bots: list[Bot] = []
        self._numbers = count()

    async def starts(self, prefix: Sequence[str] = ()) -> None:
        bot = self._place.bot(self._folder / str(next(self._numbers)), prefix, **self._given)
        self._bots.append(await self._kept.enter_async_context(bot))

    async def falls_silent(self) -> None:
        """The leader is killed, and another started in its place."""
        self._bots.pop(0).kill()
        await self.starts()

    async def comes_back(self) -> None:
        """Nothing more: it is gone."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._kept.aclose()


class Unplugged(Pair):
    """Bots on machines of their own."""

    how, host, readers = "unplugged", HERE, 1200

    def __init__(self, place: Town, folder: Path, address: str) -> None:
        name = address.partition("?")[0].rpartition("/")[2]
        super().__init__(place, folder, f"postgresql+psycopg://postgres@{HERE}/{name}")
        self._given |= {"NO_PROXY": HERE, "no_proxy": HERE}
        self._machines: list[Machine] = []

    async def starts(self, prefix: Sequence[str] = ()) -> None:
        self._machines.append(Machine(len(self._machines) + 1))
        await super().starts(self._machines[-1].inside)

    async def falls_silent(self) -> None:
        self._machines[0].unplug()

    async def comes_back(self) -> None:
        """It stands by from now on."""
        self._machines[0].plug_in()
        self._machines.reverse()
        await asyncio.sleep(APART)

    async def __aexit__(self, *error: object) -> None:
        await super().__aexit__(*error)
        for machine_ in self._machines:
            machine_.end()


async def measure(readers: int, times: int, folder: Path, address: str, pairs: type[Pair]) -> bool:
    async with AsyncExitStack() as kept:
        place = await kept.enter_async_context(town(folder, pairs.host))
        telegram = place.playground.telegram
        people = [
            telegram.add_person(f"p{number}", f"p{number}", started=True).id for number in range(readers)
        ]
        due = (datetime.now(UTC) + timedelta(minutes=1, seconds=20)).replace(second=0, microsecond=0)
        store = Store(address)
        await store.open()
        await news(store, range(STORIES), due)
        await crowd(store, readers, due, people[0])
        place.playground.faults.limits = Limits(per_second=RATE, per_chat_second=1)
        got: Counter[int] = Counter()
        arrived: list[float] = []

        def listen(event: dict[str, object]) -> None:
            message = event.get("message")
            if event["type"] == "message" and isinstance(message, dict) and is_digest(message):
                got[message["chat"]["id"]] += 1
                arrived.append(time.time())

        pair = await kept.enter_async_context(pairs(place, folder, address))
        await pair.starts()
        place.says("/digest")
        await telegram.wait_for(lambda: [one for one in place.heard() if is_digest(one)], 60)
        await pair.starts()
        telegram.listeners.append(listen)
        await asyncio.sleep(max(0.0, due.timestamp() - time.time()) + APART / 2)
        voting = asyncio.create_task(votes(place))
        silences = []
        for _ in range(times):
            since = time.time()
            await pair.falls_silent()
            await telegram.wait_for(lambda since=since: arrived[-1] > since + 0.5, PATIENCE)
            silences.append(next(at for at in arrived if at > since + 0.5) - since)
            await asyncio.sleep(APART)
            await pair.comes_back()
        async with asyncio.timeout(PATIENCE):
            while not await is_over(store, due):  # noqa: ASYNC110  other processes' work
                await asyncio.sleep(0.5)
        voting.cancel()
        async with store.read() as tx:
            counts = await tx.deliveries.counts(due)
        await store.close()
    twice = [chat for chat, many in got.items() if many > 1]
    without = [chat for chat in people if not got[chat]]
    unknown = counts.get(State.UNKNOWN, 0)
    print(f"{readers} readers at {RATE}/s, the leader {pairs.how} {times} times while it sent")
    print("nothing was sent for " + ", ".join(f"{one:.1f} s" for one in silences) + f" (goal {GOAL:g} s)")
    print(f"{len(twice)} got a digest twice; {len(without)} got none, {unknown} of all counted as unknown")
    print(f"{len(WAITS)} presses: median {statistics.median(WAITS):.2f} s, longest {max(WAITS):.1f} s")
    return not twice and len(without) <= unknown and max(silences) <= GOAL


async def is_over(store: Store, due: datetime) -> bool:
    async with store.read() as tx:
        counts = await tx.deliveries.counts(due)
    return not any(counts.get(state) for state in (State.QUEUED, State.CLAIMED, State.SENDING))


def main() -> int:
    pairs = Unplugged if "--unplug" in sys.argv else Pair
    if pairs is Unplugged:
        alone()
    print(machine())
    numbers = [int(one) for one in sys.argv[1:] if one != "--unplug"]
    readers, times = (*numbers, *(pairs.readers, 2)[len(numbers) :])
    with tempfile.TemporaryDirectory() as folder, server(pairs.host) as postgres:
        address = postgres.database("failover")
        well = asyncio.run(measure(readers, times, Path(folder), address, pairs))
    return int(not well)


if __name__ == "__main__":
    raise SystemExit(main())
