"""Sets of grams, asked for in the two languages of the databases.

What a query asks for is said once, by `asked` and its neighbours, in four words: `has`, `every`, `some` and
`but`. `Fts` makes the text of an FTS5 MATCH of them, `Gin` a condition for PostgreSQL's index over arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, Select, Text, and_, column, or_, select, table, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.search import Phrase, Place, Query
from newsbot.store.tables import articles

# the index, which SQLAlchemy knows by name alone; SQLite asks for matches in a column that is called like it
SEARCH = table("search", column("rowid"), column("id"), column("grams", ARRAY(Text)), column("search"))
ASKED = (articles.c.id, articles.c.story_id, articles.c.at, articles.c.sample, articles.c.noise)
STEPS = (20_000, 160_000, 1_280_000)  # of the last articles


class Engine(Protocol):
    """One of the two.

    :ivar row: the id of an article in the index
    """

    row: ColumnElement[Any]

    def has(self, grams: Iterable[str]) -> Any: ...

    def every(self, parts: Iterable[Any]) -> Any: ...

    def some(self, parts: Iterable[Any]) -> Any: ...

    def but(self, part: Any, others: Sequence[Any]) -> Any: ...

    def rows(self, wanted: Any) -> Select[Any]:
        """Of what matches: what ranking asks of the articles."""

    async def last(self, connection: AsyncConnection, rows: Select[Any], limit: int) -> Sequence[Row[Any]]:
        """The last stored of these rows, the last first."""

    async def which(self, connection: AsyncConnection, wanted: Any, ids: Sequence[int]) -> set[int]:
        """Which of these articles match."""


class Fts:
    """SQLite: FTS5 gives its hits from the last to the first, and stops where we have enough."""

    row: ColumnElement[Any] = SEARCH.c.rowid

    def has(self, grams: Iterable[str]) -> str:
        return self.every('"' + gram.replace('"', "") + '"' for gram in grams)

    def every(self, parts: Iterable[str]) -> str:
        return f"({' AND '.join(parts)})"

    def some(self, parts: Iterable[str]) -> str:
        return f"({' OR '.join(parts)})"

    def but(self, part: str, others: Sequence[str]) -> str:
        return f"({part} NOT {self.some(others)})" if others else part

    def rows(self, wanted: str) -> Select[Any]:
        return (
            select(*ASKED)
            .select_from(SEARCH.join(articles, articles.c.id == SEARCH.c.rowid))
            .where(SEARCH.c.search.op("MATCH")(wanted))
        )

    async def last(self, connection: AsyncConnection, rows: Select[Any], limit: int) -> Sequence[Row[Any]]:
        found: Sequence[Row[Any]] = (
            await connection.execute(rows.order_by(self.row.desc()).limit(limit))
        ).all()
        return found

    async def which(self, connection: AsyncConnection, wanted: str, ids: Sequence[int]) -> set[int]:
        found = await connection.scalars(
            select(self.row).where(
                SEARCH.c.search.op("MATCH")(wanted), self.row >= min(ids), self.row <= max(ids)
            )
        )
        return set(ids) & set(found)


class Gin:
    """PostgreSQL: GIN gives all its hits in no order, so it is asked for the last articles first.

    Nothing here looks into the grams of a row, which stand apart from it: of a thousand only the index
    says quickly whether some are there.
    """

    row: ColumnElement[Any] = SEARCH.c.id

    def has(self, grams: Iterable[str]) -> ColumnElement[bool]:
        return SEARCH.c.grams.contains(list(grams))

    def every(self, parts: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
        return and_(true(), *parts)

    def some(self, parts: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
        return or_(*parts)

    def but(self, part: ColumnElement[bool], others: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
        if not others:
            return part
        without = select(SEARCH.c.id).where(or_(*others)).correlate(None)  # asked of the index, once
        return and_(part, self.row.not_in(without))

    def rows(self, wanted: ColumnElement[bool]) -> Select[Any]:
        return select(*ASKED).select_from(SEARCH.join(articles, articles.c.id == SEARCH.c.id)).where(wanted)

    async def last(self, connection: AsyncConnection, rows: Select[Any], limit: int) -> Sequence[Row[Any]]:
        highest = await connection.scalar(select(articles.c.id).order_by(articles.c.id.desc()).limit(1)) or 0
        ordered = rows.order_by(self.row.desc()).limit(limit)
        found: Sequence[Row[Any]] = []
        for first in [highest - step for step in STEPS if step < highest] + [0]:
            found = (await connection.execute(ordered.where(self.row > first))).all()
            if len(found) == limit:
                break
        return found

    async def which(
        self, connection: AsyncConnection, wanted: ColumnElement[bool], ids: Sequence[int]
    ) -> set[int]:
        found = await connection.scalars(
            select(self.row).where(wanted, self.row >= min(ids), self.row <= max(ids))
        )
        return set(ids) & set(found)


def asked(engine: Engine, query: Query, sources: Sequence[str]) -> Any:
    """Articles that may answer the query.

    :param sources: grams of the sources that are asked for
    """
    groups = [engine.some(_anywhere(engine, phrase) for phrase in group) for group in query.groups]
    return _narrowed(engine, query, groups, sources)


def headlines(engine: Engine, query: Query, sources: Sequence[str]) -> Any:
    """Those of them that have all of it in the title, as words."""
    return _narrowed(engine, query, [in_title(engine, group) for group in query.groups], sources)


def in_title(engine: Engine, group: Sequence[Phrase]) -> Any:
    """The group stands in the title, and as a word."""
    return engine.some(_as_word(engine, phrase, Place.TITLE) for phrase in group)


def often(engine: Engine, group: Sequence[Phrase]) -> Any:
    """The group stands there often, and as a word."""
    return engine.some(_as_word(engine, phrase, Place.OFTEN) for phrase in group)


def very_often(engine: Engine, group: Sequence[Phrase]) -> Any:
    """The group stands there very often, and as a word."""
    return engine.some(_as_word(engine, phrase, Place.VERY_OFTEN) for phrase in group)


def in_tags(engine: Engine, group: Sequence[Phrase]) -> Any:
    """The group is a tag."""
    wanted = [[phrase.whole(Place.TAG)] for phrase in group]
    wanted += [[f"{Place.TAG}{phrase.joined}"] for phrase in group if phrase.joined]
    return engine.some(engine.has(grams) for grams in wanted)


def as_words(engine: Engine, group: Sequence[Phrase]) -> Any:
    """The group stands there, and not by accident."""
    return engine.some(_as_word(engine, phrase, Place.ANYWHERE) for phrase in group)


def _narrowed(engine: Engine, query: Query, groups: Sequence[Any], sources: Sequence[str]) -> Any:
    parts = [*groups, *(engine.has([tag.whole(Place.TAG)]) for tag in query.tags)]
    if query.sources:
        parts.append(engine.some(engine.has([source]) for source in sources))
    # of a longer phrase its pieces may stand in what is wanted: the text decides
    excluded = [_anywhere(engine, phrase) for phrase in query.excluded if phrase.is_exact]
    return engine.but(engine.every(parts), excluded)


def _anywhere(engine: Engine, phrase: Phrase, place: Place = Place.ANYWHERE) -> Any:
    found = engine.has(phrase.grams(place))
    return engine.some([found, engine.has([f"{place}{phrase.joined}"])]) if phrase.joined else found


def _as_word(engine: Engine, phrase: Phrase, place: Place) -> Any:
    found = _anywhere(engine, phrase, place)
    if not phrase.may_be_an_accident:
        return found
    return engine.but(found, [engine.has([phrase.whole(Place.ACCIDENT)])])
