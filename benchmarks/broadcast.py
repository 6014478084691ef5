"""A broadcast's audience counted among a million readers, and written down for a hundred thousand.

    python benchmarks/broadcast.py [--readers N] [--keep FILE]

A database of its own, with readers in two languages, three kinds of chats, hours, activity over a year, 300
words that are followed by few and one that nearly a third follow. Each segment is counted as /broadcast does,
a transaction of its own, ten times; what is shown is the median and the longest. Writing is begun and
committed as 发送 does.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import statistics
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import Connection, insert

from newsbot import settings
from newsbot.flows import broadcast as casts
from newsbot.flows.story import Presser
from newsbot.models.broadcasts import Content, Kind, Segment
from newsbot.models.messages import Incoming
from newsbot.newsroom import Newsroom
from newsbot.store import Store
from newsbot.store.readers import hour_bits
from newsbot.store.tables import readers, words

NOW = datetime(2026, 11, 26, 4, tzinfo=UTC)
ADMIN, TIMES, AT_ONCE = 99, 10, 20_000
WORDS = [f"词{number}" for number in range(300)]
HOT = "人工智能"  # that nearly a third follow
WRITTEN = 100_000

SEGMENTS = {
    "everybody": Segment(),
    "language": Segment(languages=frozenset(("zh",))),
    "language, kind, active in 30 days, hour": Segment(
        languages=frozenset(("zh",)), kinds=frozenset(("private",)), days=30, hours=frozenset((8, 9))
    ),
    "a followed word": Segment(words=frozenset(("词1",))),
    "five followed words, active in 30 days": Segment(words=frozenset(WORDS[:5]), days=30),
    "a word that nearly a third follow": Segment(words=frozenset((HOT,))),
    "that word, language, kind, active, hour": Segment(
        languages=frozenset(("zh",)),
        kinds=frozenset(("private",)),
        days=30,
        hours=frozenset((8, 9, 20)),
        words=frozenset((HOT,)),
    ),
    "all of it combined": Segment(
        languages=frozenset(("zh",)),
        kinds=frozenset(("private",)),
        days=30,
        hours=frozenset((8, 9, 20)),
        words=frozenset(WORDS[:5]),
    ),
}


def fill(connection: Connection, first: int, count: int) -> None:
    """Some readers, with three words each."""
    chance = random.Random(first)
    rows, follows = [], []
    for number in range(first, first + count):
        kind = chance.choices(("private", "group", "channel"), (97, 2, 1))[0]
        hours = () if chance.random() < 0.4 else (chance.choice((7, 8, 8, 8, 9, 12, 18, 20, 22)),)
        rows.append(
            {
                "id": number if kind == "private" else -number,
                "language": chance.choices(("zh", "en"), (85, 15))[0],
                "languages": [],
                "zone": "Asia/Shanghai",
                "hours": [[f"{hour:02d}:00", list(range(7))] for hour in hours],
                "hour_bits": hour_bits(hours),
                "subscribed": chance.random() < 0.9,
                "reachable": chance.random() < 0.93,
                "length": 7,
                "kind": kind,
                "joined_at": NOW - timedelta(days=chance.randrange(700)),
                "active_at": NOW - timedelta(days=min(365, chance.expovariate(1 / 40))),
                "next_due": NOW + timedelta(hours=chance.random() * 24),
            }
        )
        follows += [
            {"reader_id": rows[-1]["id"], "kind": "follow", "word": word, "key": word, "added_at": NOW}
            for word in (*chance.sample(WORDS, 3), *([HOT] if chance.random() < 0.3 else []))
        ]
    connection.execute(insert(readers), rows)
    connection.execute(insert(words), follows)


async def counted(room: Newsroom) -> None:
    """Every segment, ten times."""
    async with room.store.begin() as tx:
        await tx.inbox.keep([Incoming(1, ADMIN, "{}")], NOW)
    one = await casts.draft(room, Presser(ADMIN, ADMIN, 1), Content(kind=Kind.TEXT, text="今晚维护"))
    for name, segment in SEGMENTS.items():
        took, many = [], 0
        for _ in range(TIMES):
            began = perf_counter()
            many = await casts.audience(room, replace(one, segment=segment))
            took.append(1000 * (perf_counter() - began))
        print(f"  {name:42s} {many:9,d}   {statistics.median(took):7.0f} ms   {max(took):7.0f} ms")


async def written(room: Newsroom, update: int, ids: frozenset[int], what: str) -> None:
    """One broadcast, from the press to the commit."""
    who = Presser(ADMIN, ADMIN, update)
    async with room.store.begin() as tx:
        await tx.inbox.keep([Incoming(update, ADMIN, "{}")], NOW)
        await tx.inbox.keep([Incoming(update + 1, ADMIN, "{}")], NOW)
    one = await casts.draft(room, who, Content(kind=Kind.TEXT, text=f"第 {update} 条"))
    segment = Segment(ids=ids) if ids else Segment()
    await casts.aim(room, who, one.id, segment)
    began = perf_counter()
    begun = await casts.send(room, Presser(ADMIN, ADMIN, update + 1), one.id)
    seconds = perf_counter() - began
    began = perf_counter()
    await casts.report(room, begun)
    print(f"  {what:42s} {begun.audience:9,d}   {seconds:7.2f} s    report {perf_counter() - began:.3f} s")


async def main(many: int, file: Path) -> None:
    given = settings.read({}, data=file.parent, database_url=f"sqlite+aiosqlite:///{file}")
    room = Newsroom(
        settings=given.model_copy(update={"admins": (ADMIN,)}),
        store=Store(given.database),
        fetcher=None,  # type: ignore[arg-type]
        sandbox=None,  # type: ignore[arg-type]
        now=lambda: NOW,
    )
    await room.store.open()
    began = perf_counter()
    for first in range(1, many + 1, AT_ONCE):
        count = min(AT_ONCE, many + 1 - first)
        await room.store.at_once(lambda connection, a=first, b=count: fill(connection, a, b))
    print(f"{many:,} readers in {perf_counter() - began:.0f} s")
    print("counted                                          readers    median        longest")
    await counted(room)
    print("written, all or none                                rows")
    small = await _some(room, WRITTEN)
    await written(room, 10, small, f"{WRITTEN:,} by id")
    await written(room, 20, frozenset(), "everybody")
    print(f"memory at its peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    await room.store.close()


async def _some(room: Newsroom, many: int) -> frozenset[int]:
    """So many who can be reached."""
    async with room.store.read() as tx:
        return frozenset(await tx.readers.due_ids(NOW + timedelta(days=2), many))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(asked.readers, Path(folder) / "broadcast.db"))
