"""How long a database takes to another kind, and back.

    python benchmarks/moving.py [--articles 200000] [--indexed 5000]

So many articles with their keys, tags, signatures and stories, from SQLite to PostgreSQL (a server of its
own) and back. Told: rows a second and the most memory of the process that copies. The index is filled by the
same flow as after an update; of that only so many articles are measured, as each costs the same.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import resource
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parent.parent))

import structlog
from sqlalchemy import Connection, insert

from benchmarks.crowd import PAPER
from benchmarks.postgres import server
from benchmarks.town import invented, machine
from newsbot import settings
from newsbot.cli.opening import indexers
from newsbot.flows import index
from newsbot.models.words import Vocabulary
from newsbot.store import Store, copying
from newsbot.store.tables import article_keys, article_tags, articles, signatures, stories, story_keys

START = datetime(2026, 1, 1, tzinfo=UTC)
POOL, AT_ONCE, KEYS = 1_500, 5_000, 6


def news(connection: Connection, first: int, texts: list[tuple[str, str]]) -> None:
    """The articles with these numbers, each a story of its own."""
    numbers = range(first, first + AT_ONCE)
    connection.execute(
        insert(stories),
        [{"id": one, "lead_id": one, "first_at": START, "is_dropped": False} for one in numbers],
    )
    connection.execute(insert(articles), [article(one, *texts[one % POOL]) for one in numbers])
    connection.execute(
        insert(article_keys),
        [{"source_id": PAPER.id, "key": f"n:{one}", "article_id": one} for one in numbers],
    )
    tags = ("芯片", "大模型", "开源")
    connection.execute(
        insert(article_tags), [{"tag": tag, "article_id": one} for one in numbers for tag in tags]
    )
    connection.execute(
        insert(story_keys),
        [{"key": f"{one}:{n}", "article_id": one, "at": START} for one in numbers for n in range(KEYS)],
    )
    about = {"shingles": bytes(400), "entities": ["芯片"], "numbers": ["7"], "terms": ["大模型"] * 10}
    connection.execute(
        insert(signatures), [about | {"article_id": one, "title": texts[one % POOL][0]} for one in numbers]
    )


def article(number: int, title: str, text: str) -> dict[str, object]:
    at = START + timedelta(minutes=number)
    return {
        "id": number, "source_id": PAPER.id, "story_id": number, "title": title, "text": text, "at": at,
        "summary": text[:100], "link": f"https://paper.example/{number}", "source": PAPER.name,
        "published": at, "first_seen": at, "language": "zh", "tags": ["芯片", "大模型", "开源"],
        "related": [], "sample": False,
    }  # fmt: skip


async def filled(store: Store, many: int) -> None:
    await store.open()
    async with store.begin() as tx:
        await tx.sources.seed([PAPER], START)
    made = [invented(number) for number in range(POOL)]
    texts = [(one.title, one.text) for one in made]
    for first in range(1, many, AT_ONCE):
        await store.at_once(partial(news, first=first, texts=texts))


async def moved(source: Store, target: Store, indexed: int) -> None:
    """Copy, tell how fast, and fill some of the index."""
    async with source.read() as tx:
        same = await tx.run(copying.server)
    await target.open(copying.admit(copying.identity(source.address), same))
    began, used = perf_counter(), process_time()
    copied = await copying.copy(source, target, lambda *_: None)
    seconds, cpu = perf_counter() - began, process_time() - used
    most, speed = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, copied.rows / seconds
    print(
        f"{source.dialect} to {target.dialect}: {copied.articles:,} articles, {copied.rows:,} rows"
        f" in {seconds:.0f} s, {speed:,.0f} rows/s; {cpu:.0f} s of CPU, {most:.0f} MB at most",
        flush=True,
    )
    began = perf_counter()
    async with indexers(settings.read({}), target, Vocabulary()) as room:
        many = await index.fill(room, lambda many: room.closing.set() if many >= indexed else None)
    print(f"  index: {many / (perf_counter() - began):,.0f} articles/s", flush=True)
    await copying.finish(target)


async def there_and_back(folder: Path, address: str, many: int, indexed: int) -> None:
    here, back = (Store(f"sqlite+aiosqlite:///{folder / name}.db") for name in ("here", "back"))
    there = Store(address)
    try:
        await filled(here, many)
        print(f"{here.size / 1e6:,.0f} MB", flush=True)
        await moved(here, there, indexed)
        await moved(there, back, indexed)
    finally:
        for store in (here, there, back):
            await store.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--indexed", type=int, default=5_000)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    print(machine())
    with tempfile.TemporaryDirectory() as folder, server() as postgres:
        address = postgres.database("there")
        asyncio.run(there_and_back(Path(folder), address, given.articles, given.indexed))


if __name__ == "__main__":
    main()
