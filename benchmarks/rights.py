"""What it costs to hand somebody all that is kept of them, and to forget them, on a database in use.

    python benchmarks/rights.py [--people 10000] [--rows 100000]

One person has so many votes, values and saves each, the others a hundred rows in the ledger. Told: seconds
and bytes of the export, seconds of forgetting with the files looked through, how long another writer waits
meanwhile, and what `secure_delete` costs a digest that is written down, sent and entered into the ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import resource
import sqlite3
import sys
import tempfile
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import Connection, event, text

from newsbot import settings
from newsbot.fetcher import Fetcher
from newsbot.flows import rights
from newsbot.flows.story import Presser
from newsbot.models.deliveries import Delivery, Planned, State, Told
from newsbot.models.readers import Reader
from newsbot.newsroom import Newsroom
from newsbot.sandbox import Sandbox
from newsbot.store import Store
from newsbot.vault import Vault

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
PERSON = 5_123_456_789
SENT = 5_000  # digests whose cost is measured
NUMBERS = "WITH RECURSIVE n(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n LIMIT :many) "
WHEN = "CASE WHEN value % 2 THEN '2026-11-20 04:00:00.000000' ELSE '2026-03-20 04:00:00.000000' END"
STORIES = f"INSERT INTO stories (id, first_at) SELECT value, {WHEN} FROM n"  # noqa: S608 our own words
PEOPLE = f"""
INSERT INTO readers (id, language, languages, zone, hours, subscribed, reachable, length, joined_at)
SELECT 6000000000 + value, 'zh', '[]', 'Asia/Shanghai', '[]', 1, 1, 7, {WHEN} FROM n
"""  # noqa: S608
VOTES = f"INSERT INTO votes (reader_id, story_id, vote, at) SELECT :person, value, 1, {WHEN} FROM n"  # noqa: S608
VALUES = f"INSERT INTO ratings (reader_id, story_id, value, at) SELECT :person, value, 5, {WHEN} FROM n"  # noqa: S608
SAVES = f"INSERT INTO saves (reader_id, story_id, at) SELECT :person, value, {WHEN} FROM n"  # noqa: S608
SHOWN = f"INSERT INTO shown (chat_id, article_id, at, place) SELECT :person, value, {WHEN}, 1 FROM n"  # noqa: S608
LEDGER = f"""
INSERT INTO shown (chat_id, article_id, at, place)
SELECT readers.id, value, {WHEN}, 1 FROM readers, n WHERE readers.id <> :person
"""  # noqa: S608


async def fill(store: Store, people: int, rows: int) -> None:
    """One person with many rows, half of them older than 90 days, among many with a hundred."""
    async with store.begin() as tx:
        await tx.readers.save(Reader(id=PERSON), NOW)
    for words, many in (
        *((STORIES, rows), (PEOPLE, people), (VOTES, rows), (VALUES, rows), (SAVES, rows), (SHOWN, rows)),
        (LEDGER, 100),
    ):
        await store.at_once(partial(inserted, words=words, many=many))


def inserted(connection: Connection, words: str, many: int) -> None:
    connection.execute(text(NUMBERS + words), {"many": many, "person": PERSON})


async def waits(store: Store, longest: list[float]) -> None:
    """Another writer, such as the one who sends."""
    while True:
        began = perf_counter()
        async with store.begin() as tx:
            await tx.facts.put("writer", "1")
        longest[0] = max(longest[0], perf_counter() - began)
        await asyncio.sleep(0.01)


async def measured(folder: Path, people: int, rows: int) -> None:
    given = settings.read({}, data=folder)
    room = Newsroom(
        settings=given, store=Store(given.database), fetcher=Fetcher(), sandbox=Sandbox(),
        now=lambda: NOW, vault=Vault(b"k" * 32, folder / "forgotten"),
    )  # fmt: skip
    await room.store.open()
    await fill(room.store, people, rows)
    size = (folder / "newsbot.db").stat().st_size / 1e6
    print(f"{people:,} readers, one of them with {rows:,} votes, values and saves each; {size:.0f} MB")
    longest = [0.0]
    writer = asyncio.create_task(waits(room.store, longest))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = perf_counter()
    data, _, is_compressed = await rights.export(room, Reader(id=PERSON))
    seconds = perf_counter() - began
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    told = json.loads(gzip.decompress(data) if is_compressed else data)
    many, waited = len(told["votes"]), longest[0] * 1000
    print(
        f"export: {seconds:.2f} s, {len(data) / 1e6:.1f} MB, {many:,} votes; {grown:.0f} MB more memory at "
        f"its peak; another writer waited {waited:.0f} ms at most"
    )
    longest[0] = 0.0
    began = perf_counter()
    await rights.forget(room, Presser(PERSON, PERSON, 0))
    seconds = perf_counter() - began
    writer.cancel()
    with suppress(asyncio.CancelledError):
        await writer
    content = (folder / "newsbot.db").read_bytes() + (folder / "newsbot.db-wal").read_bytes()
    traces = content.count(PERSON.to_bytes(6, "big")) + content.count(str(PERSON).encode())
    print(
        f"forget: {seconds:.2f} s, traces {traces}; another writer waited {longest[0] * 1000:.0f} ms at most"
    )
    await room.close()
    began = perf_counter()
    with closing(sqlite3.connect(folder / "newsbot.db", isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    print(f"the file written anew, as the update does once: {perf_counter() - began:.1f} s for {size:.0f} MB")


async def digests(folder: Path, overwrites: bool) -> float:
    """Milliseconds of CPU to plan, send and enter one digest."""
    store = Store(f"sqlite+aiosqlite:///{folder / 'digests.db'}")
    await store.open()
    quick = store._quick  # noqa: SLF001 the connection that writes this
    if quick is not None and not overwrites:
        quick.dispose()
        event.listen(quick, "connect", lambda one, _: one.execute("PRAGMA secure_delete=OFF"))
    async with store.begin() as tx:
        for number in range(1, SENT + 1):
            await tx.readers.save(Reader(id=number, next_due=NOW), NOW)
    began = process_time()
    planned = [Planned(one, NOW, NOW + timedelta(days=1), (delivery(one),)) for one in range(1, SENT + 1)]
    for at in range(0, SENT, 500):
        await store.plan(planned[at : at + 500], NOW, "skipped")
    async with store.begin() as tx:
        claimed = await tx.deliveries.claim("me", NOW, SENT)
    told = tuple(Told(story, story, (story, story + 100)) for story in range(1, 8))
    for at in range(0, SENT, 20):
        some = claimed[at : at + 20]
        await store.depart([one.id for one in some], "me", NOW)
        await store.settle(some, [(one.chat_id, told) for one in some], NOW, "2026-11-24")
    spent = process_time() - began
    await store.close()
    return spent / SENT * 1000


def delivery(chat: int) -> Delivery:
    return Delivery(
        id=0, chat_id=chat, slot="2026-11-24T12:00", state=State.QUEUED, due_at=NOW,
        expires_at=NOW + timedelta(hours=6), story_ids=tuple(range(1, 8)),
    )  # fmt: skip


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=100_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        await measured(Path(folder), given.people, given.rows)
    for overwrites in (False, True) * 2:
        with tempfile.TemporaryDirectory() as folder:
            spent = await digests(Path(folder), overwrites)
        print(f"a digest planned and recorded, secure_delete {overwrites}: {spent:.3f} ms CPU")


if __name__ == "__main__":
    asyncio.run(main())
