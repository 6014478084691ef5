"""Sets of grams, asked for in the two languages of the databases.

What a query asks for is said once, by `asked` and its neighbours, in four words: `has`, `every`, `some` and
`but`. `Fts` makes the text of an FTS5 MATCH of them, `Gin` that of PostgreSQL's tsquery.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, cast, column, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.search import Phrase, Place, Query
from newsbot.store.tables import articles

# the index, which SQLAlchemy knows by name alone; SQLite asks for matches in a column that is called like it
SEARCH = table("search", column("rowid"), column("id"), column("grams"), column("search"))
ASKED = (articles.c.id, articles.c.story_id, articles.c.at, articles.c.sample, articles.c.noise)
NEWEST = 20_000  # ids that are asked first: most words that are common are found often enough in these
BLOCK = 5_000  # ids; the numbers of blocks are stored, so that another size needs a migration
MOST_BLOCKS = 5  # more of them in a question cost more than they save
IN_BLOCK = "_b"  # as the gram begins that says so, beside those of Place
# Of an article's grams. A tsvector keeps their places in 20 bits and array_to_tsvector does not look whether
# they fit: beyond a megabyte it would be nonsense. Articles of two million characters have as many.
MOST_BYTES = 1_000_000


class Engine(ABC):
    """One of the two. What is wanted is a text in its language, made of grams by these four."""

    AND: str
    OR: str
    NOT: str
    ARM: str  # of a statement that asks which articles match

    def has(self, grams: Iterable[str]) -> str:
        return self.every(map(self._quoted, grams))

    def every(self, parts: Iterable[str]) -> str:
        return f"({self.AND.join(parts)})"

    def some(self, parts: Iterable[str]) -> str:
        return f"({self.OR.join(parts)})"

    def but(self, part: str, others: Sequence[str]) -> str:
        return f"({part}{self.NOT}{self.some(others)})" if others else part

    @abstractmethod
    def _quoted(self, gram: str) -> str: ...

    @abstractmethod
    async def last(
        self,
        connection: AsyncConnection,
        wanted: str,
        limit: int,
        *conditions: ColumnElement[bool],
        first: int = 0,
        before: int | None = None,
    ) -> Sequence[Row[Any]]:
        """What ranking asks of the articles that match, the last stored first.

        :param conditions: on articles, besides
        :param first: of the ids that may be found
        :param before: all of these; None for any
        """

    async def which(
        self, connection: AsyncConnection, wanted: Sequence[str], among: str, ids: Sequence[int]
    ) -> Sequence[Row[Any]]:
        """Which of these articles match what: (place among what is wanted, id), in one statement.

        :param among: what all of them match, by which `last` found them in the same transaction
        """
        first, last = min(ids), max(ids)
        given = {"first": first, "last": last, "ids": self._listed(ids)}
        for number, one in enumerate(wanted):
            given[f"wanted{number}"] = self._near(one, among, first, last)
        arms = (self.ARM.format(number=number) for number in range(len(wanted)))
        return (await connection.execute(text(" UNION ALL ".join(arms)), given)).all()

    def _listed(self, ids: Sequence[int]) -> Any:
        """As the statement takes them."""
        return list(ids)

    def _near(self, wanted: str, among: str, first: int, last: int) -> str:
        """The same, for one who looks for articles that match this and have these ids alone."""
        return wanted


class Fts(Engine):
    """SQLite: FTS5 gives its hits from the last to the first, and stops where we have enough."""

    AND, OR, NOT = " AND ", " OR ", " NOT "
    ARM = (
        "SELECT {number} AS number, rowid AS id FROM search"
        " WHERE search MATCH :wanted{number} AND rowid >= :first AND rowid <= :last"
        # +: else FTS5 is asked once for each of them
        " AND +rowid IN (SELECT value FROM json_each(:ids))"
    )

    def _quoted(self, gram: str) -> str:
        return '"' + gram.replace('"', "") + '"'

    def _listed(self, ids: Sequence[int]) -> str:
        return json.dumps(list(ids))

    async def last(
        self,
        connection: AsyncConnection,
        wanted: str,
        limit: int,
        *conditions: ColumnElement[bool],
        first: int = 0,
        before: int | None = None,
    ) -> Sequence[Row[Any]]:
        rows: Select[Any] = (
            select(*ASKED)
            .select_from(SEARCH.join(articles, articles.c.id == SEARCH.c.rowid))
            .where(SEARCH.c.search.op("MATCH")(wanted), SEARCH.c.rowid >= first, *conditions)
        )
        if before is not None:
            rows = rows.where(SEARCH.c.rowid < before)
        rows = rows.order_by(SEARCH.c.rowid.desc()).limit(limit)
        found: Sequence[Row[Any]] = (await connection.execute(rows)).all()
        return found


class Gin(Engine):
    """PostgreSQL: GIN gives all its hits, in no order.

    So it is asked for the last articles first: each has a gram that says in which block of ids it is, and
    beside a rare gram GIN skips most hits of the common ones.

    Nothing looks into the grams of a row. They stand apart from it, a thousand of them, and to unpack them
    takes 60 µs: 200,000 of them 12 seconds. PostgreSQL, which counts that as one comparison, would prefer it
    for every common word. So what else it could go by is taken from it: whole tables, and the order of ids,
    which it does not see behind `+ 0`.
    """

    AND, OR, NOT = " & ", " | ", " & !"
    ARM = (
        "SELECT {number} AS number, id FROM search"
        " WHERE grams @@ CAST(:wanted{number} AS tsquery) AND id + 0 BETWEEN :first AND :last"
        " AND id + 0 = ANY(CAST(:ids AS bigint[]))"
    )

    def _quoted(self, gram: str) -> str:
        return "'" + gram.replace("\\", "").replace("'", "") + "'"

    async def last(
        self,
        connection: AsyncConnection,
        wanted: str,
        limit: int,
        *conditions: ColumnElement[bool],
        first: int = 0,
        before: int | None = None,
    ) -> Sequence[Row[Any]]:
        highest = (await connection.execute(BY_INDEXES)).one().highest or 0
        end = before if before is not None else highest + 1
        newest = range(max(first, end - NEWEST), end)
        found = await self._between(connection, wanted, limit, conditions, newest)
        if len(found) == limit or newest.start == first:
            return found
        return await self._between(connection, wanted, limit, conditions, range(first, end))

    async def _between(
        self,
        connection: AsyncConnection,
        wanted: str,
        limit: int,
        conditions: Sequence[ColumnElement[bool]],
        ids: range,
    ) -> Sequence[Row[Any]]:
        if not ids:
            return []
        first, last = ids.start, ids.stop - 1
        matches = SEARCH.c.grams.op("@@")(cast(self._in_blocks(wanted, first, last), TSQUERY))
        found_ids = select(ID.label("id")).where(matches, ID.between(first, last))
        if not conditions:
            found_ids = found_ids.order_by(ID.desc()).limit(limit)
        hits = found_ids.subquery("hits")
        rows: Select[Any] = select(*ASKED).join(hits, hits.c.id == articles.c.id).where(*conditions)
        rows = rows.order_by(hits.c.id.desc()).limit(limit)
        found: Sequence[Row[Any]] = (await connection.execute(rows)).all()
        return found

    def _near(self, wanted: str, among: str, first: int, last: int) -> str:
        return self._in_blocks(self.every((wanted, among)), first, last)

    def _in_blocks(self, wanted: str, first: int, last: int) -> str:
        blocks = range(first // BLOCK, last // BLOCK + 1)
        if len(blocks) > MOST_BLOCKS:
            return wanted
        return self.every((wanted, self.some(self._quoted(f"{IN_BLOCK}{number}") for number in blocks)))


ID = SEARCH.c.id + 0
# Until the transaction ends: no whole tables; a plan for what is asked for just now, not for all; and nothing
# compiled, which takes longer than it saves. And the last article, which the same question finds out.
BY_INDEXES = text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true),"
    " set_config('plan_cache_mode', 'force_custom_plan', true), (SELECT max(id) FROM articles) AS highest"
)


def vector(article_id: int, grams: str) -> list[str]:
    """What PostgreSQL's index holds of an article; of too many grams those with a mark, and the shortest."""
    kept = grams.split()
    if len(grams.encode()) > MOST_BYTES:
        kept.sort(key=lambda gram: (not gram.startswith("_"), len(gram)))
        sizes = accumulate(len(gram.encode()) for gram in kept)
        kept = [gram for gram, size in zip(kept, sizes, strict=True) if size <= MOST_BYTES]
    return [*kept, f"{IN_BLOCK}{article_id // BLOCK}"]


def asked(engine: Engine, query: Query, sources: Sequence[str]) -> str:
    """Articles that may answer the query.

    :param sources: grams of the sources that are asked for
    """
    groups = [engine.some(_anywhere(engine, phrase) for phrase in group) for group in query.groups]
    return _narrowed(engine, query, groups, sources)


def headlines(engine: Engine, query: Query, sources: Sequence[str]) -> str:
    """Those of them that have all of it in the title, as words."""
    return _narrowed(engine, query, [in_title(engine, group) for group in query.groups], sources)


def in_title(engine: Engine, group: Sequence[Phrase]) -> str:
    """The group stands in the title, and as a word."""
    return engine.some(_as_word(engine, phrase, Place.TITLE) for phrase in group)


def often(engine: Engine, group: Sequence[Phrase]) -> str:
    """The group stands there often, and as a word."""
    return engine.some(_as_word(engine, phrase, Place.OFTEN) for phrase in group)


def very_often(engine: Engine, group: Sequence[Phrase]) -> str:
    """The group stands there very often, and as a word."""
    return engine.some(_as_word(engine, phrase, Place.VERY_OFTEN) for phrase in group)


def in_tags(engine: Engine, group: Sequence[Phrase]) -> str:
    """The group is a tag."""
    wanted = [[phrase.whole(Place.TAG)] for phrase in group]
    wanted += [[f"{Place.TAG}{phrase.joined}"] for phrase in group if phrase.joined]
    return engine.some(engine.has(grams) for grams in wanted)


def as_words(engine: Engine, group: Sequence[Phrase]) -> str:
    """The group stands there, and not by accident."""
    return engine.some(_as_word(engine, phrase, Place.ANYWHERE) for phrase in group)


def _narrowed(engine: Engine, query: Query, groups: Sequence[str], sources: Sequence[str]) -> str:
    parts = [*groups, *(engine.has([tag.whole(Place.TAG)]) for tag in query.tags)]
    if query.sources:
        parts.append(engine.some(engine.has([source]) for source in sources))
    # of a longer phrase its pieces may stand in what is wanted: the text decides
    excluded = [_anywhere(engine, phrase) for phrase in query.excluded if phrase.is_exact]
    return engine.but(engine.every(parts), excluded)


def _anywhere(engine: Engine, phrase: Phrase, place: Place = Place.ANYWHERE) -> str:
    found = engine.has(phrase.grams(place))
    return engine.some([found, engine.has([f"{place}{phrase.joined}"])]) if phrase.joined else found


def _as_word(engine: Engine, phrase: Phrase, place: Place) -> str:
    found = _anywhere(engine, phrase, place)
    if not phrase.may_be_an_accident:
        return found
    return engine.but(found, [engine.has([phrase.whole(Place.ACCIDENT)])])
