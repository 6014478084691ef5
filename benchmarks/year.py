"""How large the database is after a year of 10,000 readers.

    python benchmarks/year.py [READERS]

A year of news (300 articles a day, each stored, indexed, compared) and of votes (a reader in twenty a day);
of deliveries and of the ledger the last 60 days, as what is older than 30 is forgotten every night by the
same flow as in the bot. About ten minutes.
"""

from __future__ import annotations

import asyncio
import logging
import random
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import structlog
from sqlalchemy import Connection, insert

from benchmarks.crowd import FIRST_READER, PAPER, crowd, described
from benchmarks.town import machine
from newsbot import settings
from newsbot.flows.tidy import tidy
from newsbot.newsroom import Newsroom
from newsbot.store import Store
from newsbot.store.tables import deliveries, shown, votes

DAYS, TRAFFIC_DAYS, ARTICLES, STORIES = 365, 60, 300, 7
KEYS = 12  # under which clustering finds an article
POOL = 1500  # articles that are written once and printed again under other names
START = datetime(2026, 1, 1, 0, 0, tzinfo=UTC)
COPIES = 1.2  # articles of a story that was shown


class Year:
    """A database through which a year goes, day by day.

    :ivar told: (story, article) of the last two days
    """

    def __init__(self, folder: Path, readers: int) -> None:
        given = settings.read({}, data=folder)
        self.store = Store(given.database)
        self.room = Newsroom(settings=given, store=self.store, fetcher=None, sandbox=None)  # type: ignore[arg-type]
        self.readers, self.day = readers, 0
        self.told: list[tuple[int, int]] = []
        self.room.now = lambda: self.now
        self._pool = [described(number) for number in range(POOL)]
        self._chance = random.Random(1)

    @property
    def now(self) -> datetime:
        return START + timedelta(days=self.day)

    async def passes(self) -> None:
        await self.store.open()
        await crowd(self.store, self.readers, START)
        async with self.store.begin() as tx:
            await tx.sources.seed([PAPER], START)
        for self.day in range(DAYS):
            self.told = [*self.told, *await self._news()][-2 * ARTICLES :]
            await self.store.at_once(self._votes)
            if self.day >= DAYS - TRAFFIC_DAYS:
                await self.store.at_once(self._digests)
            await tidy(self.room)
        await self.store.close()

    async def _news(self) -> list[tuple[int, int]]:
        """What is printed today."""
        told = []
        async with self.store.begin() as tx:
            for place in range(ARTICLES):
                draft, found_by, mine = self._pool[(self.day * ARTICLES + place) % POOL]
                name = f"{self.day}:{place}"
                draft = replace(draft, keys=(name,), link=f"{draft.link}/{self.day}", published=self.now)
                article_id = await tx.articles.add(draft, PAPER.id, draft.tags, self.now)
                await tx.search.put_all([(article_id, found_by)])
                await tx.stories.describe(article_id, replace(mine, article_id=article_id))
                story_id = await tx.stories.begin(article_id, self.now)
                await tx.stories.index(article_id, [f"{name}:{n}" for n in range(KEYS)], self.now)
                told.append((story_id, article_id))
        return told

    def _votes(self, connection: Connection) -> None:
        who = self._chance.sample(range(self.readers), self.readers // 20)
        rows = [
            {"reader_id": FIRST_READER + one, "story_id": story, "vote": 1, "at": self.now}
            for one in who
            for story, _ in (self._chance.choice(self.told),)
        ]
        connection.execute(insert(votes).prefix_with("OR IGNORE"), rows)

    def _digests(self, connection: Connection) -> None:
        """Everybody's of the day."""
        sent, seen = [], []
        always = {
            "slot": self.now.strftime("%Y-%m-%dT%H:%M"),
            **dict.fromkeys(("due_at", "expires_at", "sent_at"), self.now),
            "state": "sent",
            "lost_ids": [],
            "filtered": 12,
            "attempts": 0,
            "owner": "0" * 32,
        }
        for reader in range(FIRST_READER, FIRST_READER + self.readers):
            chosen = self._chance.sample(self.told, round(STORIES * COPIES))
            ids = [story for story, _ in chosen[:STORIES]]
            sent.append(always | {"chat_id": reader, "story_ids": ids, "message_id": reader})
            seen += [{"chat_id": reader, "article_id": article, "at": self.now} for _, article in chosen]
        connection.execute(insert(deliveries), sent)
        connection.execute(insert(shown).prefix_with("OR IGNORE"), seen)


def report(path: Path, readers: int) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        names = ("page_count", "page_size", "freelist_count")
        pages, size, free = (db.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
        counts = {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 names of ours
            for table in ("articles", "deliveries", "shown", "votes")
        }
        sizes = "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 10"
        parts = db.execute(sizes).fetchall()
    print(f"{readers} readers, {DAYS} days: {pages * size / 1e6:.0f} MB")
    print(f"  {free * size / 1e6:.0f} MB of it free again")
    print("  " + ", ".join(f"{many:,} {name}" for name, many in counts.items()))
    for name, many in parts:
        print(f"  {many / 1e6:6.0f} MB  {name}")


def main() -> None:
    print(machine())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    readers, began = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(Year(Path(folder), readers).passes())
        report(Path(folder) / "newsbot.db", readers)
    print(f"simulated in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
