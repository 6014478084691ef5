"""Two bots on one database, and the one that leads is killed while it sends, again and again.

    python benchmarks/failover.py [READERS] [KILLS]      600 readers at one hour, killed twice

Real processes on a PostgreSQL server of the benchmark's own, a strict Telegram that takes 30 messages a
second. Whoever leads is killed with SIGKILL some seconds into the slot, then whoever leads next; another is
started in its place. Meanwhile somebody presses a button every two seconds. Told is how long nothing was
sent, how long a press took, who got a digest twice (nobody may), and who got none: as many as were on the
wire, and counted.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.crowd import crowd, news
from benchmarks.postgres import server
from benchmarks.slot import WAITS, votes
from benchmarks.town import is_digest, machine, town
from newsbot.models.deliveries import State
from newsbot.store import Store
from playground.faults import Limits

RATE = 30
STORIES = 40
PATIENCE = 300
GOAL = 15.0  # seconds until the other sends
APART = 8.0  # seconds between two kills


async def measure(readers: int, kills: int, folder: Path, address: str) -> bool:
    async with town(folder) as place, AsyncExitStack() as kept:
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

        given = {"NEWSBOT_DATABASE_URL": address, "NEWSBOT_HTTP": "off"}
        bots = [await kept.enter_async_context(place.bot(folder / "0", **given))]
        place.says("/digest")
        await telegram.wait_for(lambda: [one for one in place.heard() if is_digest(one)], 60)
        bots.append(await kept.enter_async_context(place.bot(folder / "1", **given)))
        telegram.listeners.append(listen)
        await asyncio.sleep(max(0.0, due.timestamp() - time.time()) + APART / 2)
        voting = asyncio.create_task(votes(place))
        silences = []
        for number in range(kills):
            killed_at = time.time()
            bots.pop(0).kill()
            bots.append(await kept.enter_async_context(place.bot(folder / str(number + 2), **given)))
            await telegram.wait_for(lambda since=killed_at: arrived[-1] > since + 0.5, PATIENCE)
            silences.append(next(at for at in arrived if at > killed_at + 0.5) - killed_at)
            await asyncio.sleep(APART)
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
    print(f"{readers} readers at {RATE}/s, the leader killed {kills} times while it sent")
    print("nothing was sent for " + ", ".join(f"{one:.1f} s" for one in silences) + f" (goal {GOAL:g} s)")
    print(f"{len(twice)} got a digest twice; {len(without)} got none, {unknown} of all counted as unknown")
    print(f"{len(WAITS)} presses: median {statistics.median(WAITS):.2f} s, longest {max(WAITS):.1f} s")
    return not twice and len(without) <= unknown and max(silences) <= GOAL


async def is_over(store: Store, due: datetime) -> bool:
    async with store.read() as tx:
        counts = await tx.deliveries.counts(due)
    return not any(counts.get(state) for state in (State.QUEUED, State.CLAIMED, State.SENDING))


def main() -> int:
    print(machine())
    numbers = [int(one) for one in sys.argv[1:]]
    readers, kills = (*numbers, *(600, 2)[len(numbers) :])
    with tempfile.TemporaryDirectory() as folder, server() as postgres:
        well = asyncio.run(measure(readers, kills, Path(folder), postgres.database("failover")))
    return int(not well)


if __name__ == "__main__":
    raise SystemExit(main())
