"""The search index: sets of grams, in FTS5 on SQLite and under GIN on PostgreSQL.

Both say which articles have all the grams of a query, the last stored first, and of those no more than are
ranked: a common word costs what a rare one does. For a phrase of three tokens and more that is a proposal, on
which the text decides (`search/match.py`).

On SQLite the index keeps no text. What an article was found by has to be said again to have it forgotten,
and no more than that: FTS5 counts. Its hints, which may be others on another day, stay behind. They are no
harm: they find nothing and only weigh what was found.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.chinese.variants import fold
from newsbot.models.search import Candidate, Document, Phrase, Place, Query, is_called
from newsbot.store.facts import Facts
from newsbot.store.grams import (
    Engine,
    Fts,
    Gin,
    as_words,
    asked,
    headlines,
    in_tags,
    in_title,
    often,
    vector,
    very_often,
)
from newsbot.store.sources import Sources
from newsbot.store.tables import article_tags, articles

REST = "search_rest"  # fact: articles below this id are not in the index yet
YOUNG = timedelta(days=7)
OLDER = 500  # headlines beyond the newest hits
PIECES = re.compile(r"[a-z0-9]+")  # of a source's id, as tokens are
SHORT = timedelta(days=40)  # for a longer time it costs less to look at every hit
IS_ITS = article_tags.c.article_id == articles.c.id
PLACES: Mapping[str, Sequence[Callable[[Engine, Sequence[Phrase]], str]]] = {
    "in_title": (in_title,),
    "in_tags": (in_tags,),
    "as_words": (as_words,),
    "often": (often, very_often),
}


def put_all(connection: Connection, documents: Sequence[tuple[int, Document]]) -> None:
    """Index articles that are not there yet: (article id, what it is found by)."""
    if not documents:
        return
    rows = [(article_id, f"{made.grams} {made.hints}") for article_id, made in documents]
    if connection.dialect.name == "postgresql":
        statement = (
            "INSERT INTO search (id, grams) VALUES (:id, array_to_tsvector(CAST(:grams AS TEXT[])))"
            " ON CONFLICT (id) DO UPDATE SET grams = excluded.grams"
        )
        connection.execute(text(statement), [{"id": one, "grams": vector(one, grams)} for one, grams in rows])
    else:
        statement = "INSERT INTO search (rowid, grams) VALUES (:id, :grams)"
        connection.execute(text(statement), [{"id": one, "grams": grams} for one, grams in rows])


def remove_all(connection: Connection, documents: Sequence[tuple[int, Document]]) -> None:
    """Forget articles that are there: (article id, what it was found by)."""
    if not documents:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("DELETE FROM search WHERE id = :id"), [{"id": one} for one, _ in documents])
    else:
        statement = "INSERT INTO search (search, rowid, grams) VALUES ('delete', :id, :grams)"
        connection.execute(text(statement), [{"id": one, "grams": made.grams} for one, made in documents])


class Search:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._engine: Engine = Gin() if connection.dialect.name == "postgresql" else Fts()

    async def put_all(self, documents: Sequence[tuple[int, Document]]) -> None:
        """Index articles that are not there: (article id, what it is found by)."""
        await self._connection.run_sync(put_all, documents)

    async def replace(self, article_id: int, old: Document, new: Document) -> None:
        """An edited article; one that is not in the index yet comes with its new words in its turn."""
        if article_id >= await self._rest():
            await self.remove([(article_id, old)])
            await self.put_all([(article_id, new)])

    async def remove(self, documents: Sequence[tuple[int, Document]]) -> None:
        """Forget articles: (article id, what it was found by). What was never there cannot be forgotten."""
        rest = await self._rest()
        await self._connection.run_sync(remove_all, [one for one in documents if one[0] >= rest])

    async def _rest(self) -> int:
        return int(await Facts(self._connection).get(REST) or 0)

    async def find(self, query: Query, now: datetime, limit: int) -> list[Candidate]:
        """What the query may ask for: the last `limit` stored, as many of this week, and older headlines.

        All of it is right where `query.is_exact`.
        """
        names = await self._names(query)
        wanted = asked(self._engine, query, names)
        newest = await self._last(wanted, query, now, limit)
        if len(newest) == limit and min(row.at for row in newest) < now - YOUNG:
            # what was stored last may be old: a new source comes with all that it has
            young = await self._last(wanted, replace(query, within=YOUNG), now, limit)
            newest = sorted({*newest, *young}, key=lambda row: row.id, reverse=True)
        found = await self._weighed(query, wanted, newest)
        if len(newest) >= limit and query.groups:
            wanted = headlines(self._engine, query, names)
            older = await self._last(wanted, query, now, OLDER, before=newest[-1].id)
            every = len(query.groups)
            found += [_candidate(row, every, 0, every, 0) for row in older]
        return found

    async def with_any(self, grams: Sequence[str], limit: int) -> list[int]:
        """The last stored articles that have one of these grams."""
        wanted = self._engine.some(self._engine.has([gram]) for gram in grams)
        rows = await self._engine.last(self._connection, wanted, limit)
        return [row.id for row in rows]

    async def _last(
        self, wanted: str, query: Query, now: datetime, limit: int, before: int | None = None
    ) -> Sequence[Row[Any]]:
        """Rows of what ranking asks, the last stored first."""
        conditions: list[ColumnElement[bool]] = [
            exists().where(article_tags.c.tag == tag.words, IS_ITS) for tag in query.tags
        ]
        first = 0
        if query.within is not None:
            young = articles.c.at >= now - query.within
            conditions.append(young)
            if query.within <= SHORT:
                # + 0: by the index of times; SQLite would go through all ids for the least one
                first = await self._connection.scalar(select(func.min(articles.c.id + 0)).where(young)) or 0
        return await self._engine.last(
            self._connection, wanted, limit, *conditions, first=first, before=before
        )

    async def _weighed(self, query: Query, wanted: str, newest: Sequence[Row[Any]]) -> list[Candidate]:
        """With how many groups of the query stand in the title, are a tag, stand as words, and how often."""
        counts = await self._counts(query, wanted, [row.id for row in newest])
        titles, tags, words, many = (counts[name] for name in ("in_title", "in_tags", "as_words", "often"))
        return [_candidate(row, titles[row.id], tags[row.id], words[row.id], many[row.id]) for row in newest]

    async def _counts(self, query: Query, among: str, ids: Sequence[int]) -> dict[str, Counter[int]]:
        """Of each of PLACES: how many groups of the query stand there, article by article."""
        parts = [
            (name, made(self._engine, group))
            for group in query.groups
            for name, several in PLACES.items()
            for made in several
        ]
        counts: dict[str, Counter[int]] = {name: Counter() for name in PLACES}
        if parts and ids:
            wanted = [words for _, words in parts]
            for row in await self._engine.which(self._connection, wanted, among, ids):
                counts[parts[row.number][0]][row.id] += 1
        return counts

    async def _names(self, query: Query) -> list[str]:
        """The grams of the sources that are asked for: as typed, and by the ids of those called so."""
        if not query.sources:
            return []
        wanted = {source.words for source in query.sources}
        names = await Sources(self._connection).names()
        ids = [one for one, name in names if one.lower() in wanted or _is_one_of(name, wanted)]
        typed = [source.whole(Place.SOURCE) for source in query.sources]
        return [
            *typed,
            *(f"{Place.SOURCE}{'_'.join(PIECES.findall(source_id.lower()))}" for source_id in ids),
        ]

    async def last_ids(self, below: int | None, limit: int) -> list[int]:
        """The last stored articles, or those under this id, the last first."""
        statement = select(articles.c.id).order_by(articles.c.id.desc()).limit(limit)
        if below is not None:
            statement = statement.where(articles.c.id < below)
        return list(await self._connection.scalars(statement))


def _is_one_of(name: str, wanted: Collection[str]) -> bool:
    return any(is_called(fold(name), one) for one in wanted)


def _candidate(row: Row[Any], in_title: int, in_tags: int, as_words: int, many: int) -> Candidate:
    return Candidate(
        article_id=row.id,
        story_id=row.story_id,
        when=row.at,
        sample=row.sample,
        noise=row.noise,
        in_title=in_title,
        in_tags=in_tags,
        as_words=as_words,
        often=many,
    )
