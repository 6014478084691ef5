"""The search index: FTS5 on SQLite; a GIN index over pairs of tokens, rechecked exactly, on PostgreSQL.

Both hold `models.search.Document`, whose tokens are separated by single spaces: a phrase is a run of
tokens, so recall is that of a substring search for Chinese, and whole words for Latin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, func, literal_column, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.chinese.variants import fold
from newsbot.models.search import Candidate, Document, Phrase, Query
from newsbot.store.dialects import batches
from newsbot.store.tables import article_tags, articles, sources

LONGEST_GRAM = 100  # characters; an index entry has at most 2,700 bytes, and what is found is rechecked

INSERT_SQLITE = (
    "INSERT INTO search (rowid, title, body, tags, source, joined)"
    " VALUES (:id, :title, :body, :tags, :source, :joined)"
)
INSERT_POSTGRES = (
    "INSERT INTO search (id, title, body, tags, source, joined, grams)"
    " VALUES (:id, :title, :body, :tags, :source, :joined, :grams)"
)


def put_all(connection: Connection, documents: Sequence[tuple[int, Document]]) -> None:
    """Index articles that are not there yet: (article id, what it is found by)."""
    postgres = connection.dialect.name == "postgresql"
    rows = [
        {
            "id": article_id,
            "title": document.title,
            "body": document.text,
            "tags": document.tags,
            "source": document.source,
            "joined": document.joined,
        }
        | ({"grams": sorted(set(_grams(document)))} if postgres else {})
        for article_id, document in documents
    ]
    if rows:
        connection.execute(text(INSERT_POSTGRES if postgres else INSERT_SQLITE), rows)


class Search:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"

    async def put(self, article_id: int, document: Document) -> None:
        """Index an article, in place of what was there."""
        await self.remove([article_id])
        await self._connection.run_sync(put_all, [(article_id, document)])

    async def remove(self, ids: Sequence[int]) -> None:
        """Forget articles."""
        if not ids:
            return
        row = "id" if self._postgres else "rowid"
        await self._connection.execute(
            text(f"DELETE FROM search WHERE {row} = :id"),  # noqa: S608 one of two names of ours
            [{"id": article_id} for article_id in ids],
        )

    async def find(self, query: Query, now: datetime, limit: int) -> list[Candidate]:
        """The newest `limit` articles that the query asks for, newest first."""
        statement: Select[Any] = select(articles.c.id, articles.c.story_id, articles.c.at).order_by(
            articles.c.at.desc(), articles.c.id.desc()
        )
        statement = self._narrow(statement, query, now).limit(limit)
        if query.sources:
            statement = statement.where(await self._of_sources(query.sources))
        rows = (await self._connection.execute(statement)).all()
        ids = [row.id for row in rows]
        in_title = await self._counts(query, ids, "title")
        in_tags = await self._counts(query, ids, "tags")
        return [
            Candidate(
                article_id=row.id,
                story_id=row.story_id,
                when=row.at,
                in_title=in_title.get(row.id, 0),
                in_tags=in_tags.get(row.id, 0),
            )
            for row in rows
        ]

    def _narrow(self, statement: Select[Any], query: Query, now: datetime) -> Select[Any]:
        for group in query.groups:
            statement = statement.where(articles.c.id.in_(self._matching(group)))
        if query.excluded:
            statement = statement.where(articles.c.id.not_in(self._matching(query.excluded)))
        for tag in query.tags:
            statement = statement.where(
                articles.c.id.in_(select(article_tags.c.article_id).where(article_tags.c.tag == tag))
            )
        if query.within is not None:
            statement = statement.where(articles.c.at >= now - query.within)
        return statement

    async def _of_sources(self, names: Sequence[str]) -> ColumnElement[bool]:
        """By id, by name in any writing, or as the article itself words it.

        :param names: folded
        """
        rows = await self._connection.execute(select(sources.c.id, sources.c.name))
        ids = [row.id for row in rows if row.id.lower() in names or fold(row.name) in names]
        return or_(articles.c.source_id.in_(ids), func.lower(articles.c.source).in_(names))

    def _matching(self, phrases: Sequence[Phrase], column: str | None = None) -> Select[tuple[int]]:
        """The ids of articles in which one of the phrases stands."""
        if self._postgres:
            found = or_(*(_contains(phrase, column) for phrase in phrases))
            return select(literal_column("id")).select_from(text("search")).where(found)
        match = " OR ".join(_fts(phrase) for phrase in phrases)
        if column:
            match = f"{{{column} joined}} : ({match})" if column == "title" else f"{{{column}}} : ({match})"
        is_found = literal_column("search").op("MATCH")(match)
        return select(literal_column("rowid")).select_from(text("search")).where(is_found)

    async def _counts(self, query: Query, ids: Sequence[int], column: str) -> dict[int, int]:
        """In how many of the query's groups each article has a phrase in this column."""
        counts: dict[int, int] = {}
        for group in query.groups:
            matching = self._matching(group, column)
            for batch in batches(ids):
                rows = await self._connection.execute(
                    select(articles.c.id).where(articles.c.id.in_(batch), articles.c.id.in_(matching))
                )
                for row in rows:
                    counts[row.id] = counts.get(row.id, 0) + 1
        return counts


def _fts(phrase: Phrase) -> str:
    """An FTS5 phrase; tokens are letters and digits alone, quoted all the same.

    What stands side by side in `joined` does not in the article: phrases are not looked for there.
    """
    tokens = '{title body tags source} : "' + " ".join(phrase.tokens).replace('"', "") + '"'
    return f'({tokens} OR "{phrase.joined}")' if phrase.joined else tokens


def _contains(phrase: Phrase, column: str | None) -> ColumnElement[bool]:
    """Narrowed by the index, decided by the text itself."""
    columns = (column,) if column else ("title", "body", "tags", "source")
    run = _run(phrase.tokens, columns)
    if not phrase.joined:
        return run
    return or_(run, _run((phrase.joined,), (*columns, "joined") if column in (None, "title") else columns))


def _run(tokens: Sequence[str], columns: Sequence[str]) -> ColumnElement[bool]:
    pairs = [_cut(f"{a} {b}") for a, b in pairwise(tokens)] or [_cut(token) for token in tokens]
    like = f"% {' '.join(tokens)} %"
    exact = or_(*(literal_column(f"(' ' || {column} || ' ')").like(like) for column in columns))
    return and_(literal_column("grams", ARRAY(Text)).contains(pairs), exact)


def _grams(document: Document) -> Iterator[str]:
    """Every token and every pair of neighbours."""
    for column in (document.title, document.text, document.tags, document.source, document.joined):
        tokens = column.split()
        yield from map(_cut, tokens)
        yield from (_cut(f"{a} {b}") for a, b in pairwise(tokens))


def _cut(gram: str) -> str:
    return gram[:LONGEST_GRAM]
