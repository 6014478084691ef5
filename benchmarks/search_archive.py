"""An archive of newsbot's to search in: its real tables and its real index, filled many at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

from search_texts import Maker, Text
from sqlalchemy import Connection, insert
from sqlalchemy import text as sql

from newsbot import settings
from newsbot.chinese import ready
from newsbot.chinese.variants import fold
from newsbot.flows.understand import indexable
from newsbot.models.articles import Draft
from newsbot.models.search import Document
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom
from newsbot.store import Store
from newsbot.store import search as index
from newsbot.store.tables import article_tags, articles, stories

PER_DAY = 1000  # articles
AT_ONCE = 500  # articles in one transaction, and for one child
PROCESSES = 2
_maker: Maker
PAPER = Source(id="paper", name="Paper", url="https://paper.example/feed")


@dataclass(slots=True)
class Archive:
    """A newsroom whose store is being filled.

    :ivar start: when its first article was published
    :ivar count: articles in it
    :ivar understanding: CPU seconds for the documents of the index, those of the children
    :ivar indexing: CPU seconds for putting them into the index
    """

    room: Newsroom
    start: datetime
    count: int = 0
    understanding: float = 0.0
    indexing: float = 0.0

    @property
    def now(self) -> datetime:
        return self.start + timedelta(days=self.count / PER_DAY, hours=1)

    async def open(self) -> None:
        self.room.now = lambda: self.now
        await self.room.store.open()
        async with self.room.store.begin() as tx:
            await tx.sources.seed([PAPER], self.start)

    async def fill(self, maker: Maker, until: int, times: Sequence[datetime] = ()) -> None:
        """Articles up to this many.

        :param times: when each was published; else one after the other, so many a day
        """
        wanted = [range(at, min(until, at + AT_ONCE)) for at in range(self.count, until, AT_ONCE)]
        with processes(maker) as pool:
            for numbers, (made, seconds) in zip(wanted, pool.imap(described, wanted), strict=True):
                self.understanding += seconds
                usual = [self.start + timedelta(days=(number + 1) / PER_DAY) for number in numbers]
                await self._take(made, [times[number] for number in numbers] if times else usual)

    async def _take(self, made: Sequence[tuple[Text, Document]], times: Sequence[datetime]) -> None:
        """These articles, the next ones, each a story of its own."""
        first = self.count + 1
        told = [one for one, _ in made]
        await self.room.store.at_once(lambda connection: written(connection, first, told, times))
        began = time.process_time()
        documents = [(first + place, one) for place, (_, one) in enumerate(made)]
        await self.room.store.at_once(lambda connection: index.put_all(connection, documents))
        self.indexing += time.process_time() - began
        self.count += len(made)

    async def fill_all(self, maker: Maker, many: int) -> None:
        """On PostgreSQL the index of all but the last is made at the end, in a fifth of the time."""
        if self.room.store.dialect != "postgresql":
            await self.fill(maker, many)
            return
        index = await self._does("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_search_grams'")
        await self._does("DROP INDEX ix_search_grams")
        await self.fill(maker, many - AT_ONCE)
        await self._does(index)
        await self.fill(maker, many)
        for table in ("articles", "stories"):  # they were given their ids
            await self._does(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {many})")
        await self.analyse()

    async def analyse(self) -> None:
        """What a database knows after a while of use."""
        if self.room.store.dialect == "postgresql":
            await self._does("ANALYZE")

    async def _does(self, statement: str) -> Any:
        """Returns the value that it gives, if any."""
        return await self.room.store.at_once(lambda connection: given(connection, statement))

    async def index_size(self) -> int:
        """Bytes on PostgreSQL."""
        return int(await self._does("SELECT pg_total_relation_size('search')"))

    async def close(self) -> None:
        await self.room.store.close()


def given(connection: Connection, statement: str) -> Any:
    """The first value of what a statement returns."""
    found = connection.execute(sql(statement))
    return found.scalar() if found.returns_rows else None


def archive(folder: Path, most: int, address: str = "") -> Archive:
    """One that is not open yet: on SQLite in this folder, or at this address.

    :param most: how many articles it will have; the last one is published now
    """
    given = settings.read({}, data=folder)
    store = Store(address or given.database)
    room = Newsroom(settings=given, store=store, fetcher=None, sandbox=None)  # type: ignore[arg-type]
    return Archive(room, datetime.now(UTC) - timedelta(days=most / PER_DAY, hours=1))


def processes(maker: Maker) -> Pool:
    """Children that make texts: they are forked, so that the maker and its texts are theirs too."""
    return get_context("fork").Pool(PROCESSES, _begin, (maker,))


def _begin(maker: Maker) -> None:
    global _maker  # noqa: PLW0603 of a child, which has but one
    _maker = maker
    ready.prepare()


def described(numbers: range) -> tuple[list[tuple[Text, Document]], float]:
    """Texts with what they are found by, and the CPU seconds for the latter."""
    told = [_maker(number) for number in numbers]
    began = time.process_time()
    made = [indexable(draft(one), PAPER.id) for one in told]
    return list(zip(told, made, strict=True)), time.process_time() - began


def draft(one: Text) -> Draft:
    return Draft(
        keys=(),
        title=one.title,
        text=one.text,
        source=PAPER.name,
        tags=one.tags,
        summary=one.summary,
        link=None,
    )


def written(connection: Connection, first: int, told: Sequence[Text], times: Sequence[datetime]) -> None:
    """Articles and stories with the same ids, and tags."""
    numbered = list(enumerate(told, first))
    begun = [{"id": number, "lead_id": number, "first_at": times[number - first]} for number, _ in numbered]
    connection.execute(insert(stories), begun)
    connection.execute(
        insert(articles), [row(number, one, times[number - first]) for number, one in numbered]
    )
    tags = list(tagged(numbered))
    if tags:
        connection.execute(insert(article_tags), tags)


def row(number: int, one: Text, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "story_id": number,
        "source_id": PAPER.id,
        "title": one.title,
        "text": one.text,
        "summary": one.summary,
        "link": f"https://paper.example/{number}",
        "source": PAPER.name,
        "published": at,
        "first_seen": at,
        "at": at,
        "language": "zh",
        "tags": list(one.tags),
        "related": [],
        "sample": False,
    }


def tagged(numbered: Sequence[tuple[int, Text]]) -> Iterator[dict[str, Any]]:
    for number, one in numbered:
        yield from ({"tag": tag, "article_id": number} for tag in dict.fromkeys(map(fold, one.tags)))
