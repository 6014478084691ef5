"""A whole database into another one, of the same kind or the other, restartable.

    admit -> copy: table after table, batch after batch -> compare the counts -> (the index) -> finish

The target says itself how far it is: a fact, written with every batch in one transaction. Values go over as
they are kept, JSON as its text; only what PostgreSQL cannot hold, U+0000, is replaced. The search index is
not copied, as it differs by database: REST says that all of it is to be filled anew, and `flows.index` does.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    Text,
    bindparam,
    cast,
    func,
    inspect,
    literal,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.engine import URL, make_url

from newsbot.errors import SettingsError, StoreError
from newsbot.models.jobs import SOURCE
from newsbot.store import COPYING, REWRITE, Store, Transaction, copying_in, dialects
from newsbot.store.search import REST
from newsbot.store.tables import articles, facts, metadata, sources

AT_ONCE = 1_000  # rows
OWN = (COPYING, REWRITE, REST)  # facts that are about one database, and stay there
TABLES: Sequence[Table] = sorted(metadata.sorted_tables, key=lambda table: table is facts)  # the facts last
GIVEN = "given_"  # before the name of a column: SQLAlchemy keeps the bare ones for itself
NUL, NO_NUL = "\0", "\N{REPLACEMENT CHARACTER}"
NUL_IN_JSON = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
SETTING = "NEWSBOT_DATABASE_URL"  # as every address is called in here


@dataclass(frozen=True, slots=True)
class Way:
    """How far a copy is.

    :ivar origin: which database it is of, as `identity` says it
    :ivar state: what that one was like when it began
    :ivar table: that is being copied, by its place among TABLES; behind the last: all are copied, and then
        that they were compared, and the index may be filled
    :ivar after: the key of its last row that was
    :ivar rows: so far
    :ivar replaced: characters U+0000
    """

    origin: str
    state: str
    table: int = 0
    after: tuple[Any, ...] = ()
    rows: int = 0
    replaced: int = 0

    def written(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, words: str) -> Way:
        values = json.loads(words)
        return cls(**values | {"after": tuple(values["after"])})


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy came to.

    :ivar rows: in all tables, on either side
    :ivar replaced: characters U+0000, which PostgreSQL cannot hold
    """

    tables: int
    rows: int
    articles: int
    replaced: int


#: hears the rows that are copied, the rows there are, and the table
Told = Callable[[int, int, str], None]


def identity(address: str) -> str:
    """Which database an address names: a hash in which there is no secret.

    :raises SettingsError: none that can be copied
    """
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        name = f"{url.host or ''}:{url.port or 5432}/{url.database or ''}"
    elif url.database and url.database != ":memory:":
        name = str(_path(url))
    else:
        raise SettingsError(SETTING, "a database in memory is gone with its process: name a file")
    return blake2b(f"{url.get_backend_name()}:{name}".encode(), digest_size=16).hexdigest()


def must_exist(address: str) -> None:
    """A source is never made.

    :raises SettingsError: it is no file
    """
    url = make_url(address)
    if url.get_backend_name() == "sqlite" and not _path(url).is_file():
        raise SettingsError(SETTING, f"there is no file {url.database}")


def _path(url: URL) -> Path:
    return Path(url.database or "").resolve()


def server(connection: Connection) -> str:
    """The same for one database of PostgreSQL, whatever its server was called; empty for SQLite."""
    if connection.dialect.name != "postgresql":
        return ""
    found = connection.execute(
        text(
            "SELECT pg_postmaster_start_time()::text, oid FROM pg_database WHERE datname = current_database()"
        )
    ).one()
    return " ".join(map(str, found))


def admit(origin: str, same: str) -> Callable[[Connection], None]:
    """What may become a copy of a source: what is empty, or holds an unfinished copy of it.

    :param origin: the source's identity
    :param same: its `server`
    """

    def look(connection: Connection) -> None:
        if same and server(connection) == same:
            raise SettingsError(SETTING, "is the database that is to be copied")
        found = copying_in(connection)
        if found is not None and Way.read(found).origin != origin:
            raise StoreError("the database holds half a copy of another one: use an empty one")
        if found is None and (name := _filled(connection)):
            raise StoreError(f"the database is not empty, it has {name}: use an empty one")

    return look


def _filled(connection: Connection) -> str | None:
    """A table with rows; None where all are empty, or missing."""
    there = set(inspect(connection).get_table_names())
    for table in TABLES:
        if table.name in there and connection.execute(select(literal(1)).select_from(table).limit(1)).first():
            return table.name
    return None


async def copy(
    source: Store, target: Store, told: Told, lost: Sequence[asyncio.Event] = (), at_once: int = AT_ONCE
) -> Copied:
    """All rows of all tables, up to the index; goes on where it was stopped.

    :param target: admitted
    :param lost: set where somebody else may be in one of the two
    :param at_once: rows in one transaction
    :raises StoreError: it cannot be done, or something is not the same afterwards
    """
    async with source.read() as picture:
        counts = await picture.run(_counts)
        state = await picture.run(partial(_state, counts=counts))
        way = await _begin(target, Way(identity(source.address), state))
        total = sum(counts.values())
        while way.table < len(TABLES):
            if any(event.is_set() for event in lost):
                raise StoreError("the database let go of our lock: somebody else may be in it")
            name = TABLES[way.table].name
            told(way.rows, total, name)
            with _of(name):
                way = await _step(picture, target, way, at_once)
        if way.table == len(TABLES):
            async with target.read() as tx:
                _compare(counts, await tx.run(_counts))
            numbered = await picture.run(_numbered)
            asked = await picture.jobs.locks() if source.dialect == "postgresql" else set()
            await target.at_once(
                partial(_prepare, way=replace(way, table=way.table + 1), numbered=numbered, asked=asked)
            )
    return Copied(len(TABLES), total, counts[articles.name], way.replaced)


async def finish(target: Store) -> None:
    """The copy is complete: from now on it is a database like any other."""
    async with target.begin() as tx:
        await tx.facts.remove(COPYING)


async def _begin(target: Store, way: Way) -> Way:
    """Where to begin.

    :raises StoreError: the source is no longer what the first part of the copy was made of
    """
    async with target.begin() as tx:
        if await tx.facts.change(COPYING, None, way.written()):
            return way
        found = Way.read(await tx.facts.get(COPYING) or "")
    if found.state != way.state:
        raise StoreError("what is to be copied has changed since the copy began: use an empty database")
    return found


async def _step(picture: Transaction, target: Store, way: Way, at_once: int) -> Way:
    """One batch, committed with how far it is."""
    table = TABLES[way.table]
    rows = await picture.run(partial(_read, table=table, after=way.after, most=at_once))
    values = [{f"{GIVEN}{name}": value for name, value in row.items()} for row in rows]
    replaced = _without_nul(table, values) if target.dialect == "postgresql" else 0
    way = replace(way, rows=way.rows + len(rows), replaced=way.replaced + replaced)
    if len(rows) < at_once:
        way = replace(way, table=way.table + 1, after=())
    else:
        way = replace(way, after=tuple(rows[-1][key.name] for key in table.primary_key))
    await target.at_once(partial(_write, table=table, values=values, way=way))
    return way


def _read(connection: Connection, table: Table, after: tuple[Any, ...], most: int) -> Sequence[RowMapping]:
    """The next rows, in the order of the primary key."""
    keys = list(table.primary_key)
    rows = select(*map(_as_kept, table.columns)).where(_moves(table)).order_by(*keys).limit(most)
    if after:
        there = [literal(value, key.type) for key, value in zip(keys, after, strict=True)]
        rows = rows.where(tuple_(*keys) > tuple_(*there) if len(keys) > 1 else keys[0] > there[0])
    return connection.execute(rows).mappings().all()


def _as_kept(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """JSON is not read: a null of JSON would become none, and half a surrogate an error."""
    return cast(column, Text).label(column.key) if isinstance(column.type, JSON) else column


def _moves(table: Table) -> ColumnElement[bool]:
    """Its rows without the facts that stay where they are."""
    return facts.c.name.not_in(OWN) if table is facts else true()


def _write(connection: Connection, table: Table, values: list[dict[str, Any]], way: Way) -> None:
    if values:
        into = dialects.insert(connection, table).on_conflict_do_nothing()
        given = {column.name: _given(connection, column) for column in table.columns}
        connection.execute(into.values(given), values)
    _note(connection, way)


def _note(connection: Connection, way: Way) -> None:
    connection.execute(facts.update().where(facts.c.name == COPYING).values(value=way.written()))


def _given(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    is_json = isinstance(column.type, JSON)
    given: ColumnElement[Any] = bindparam(f"{GIVEN}{column.key}", type_=Text() if is_json else column.type)
    return cast(given, JSON) if is_json and connection.dialect.name == "postgresql" else given


def _without_nul(table: Table, values: list[dict[str, Any]]) -> int:
    """Replace what PostgreSQL cannot hold. Returns how many there were."""
    many = 0
    for column in table.columns:
        name, is_json = f"{GIVEN}{column.name}", isinstance(column.type, JSON)
        for row in values:
            value = row[name]
            if is_json and value is not None:
                row[name], times = NUL_IN_JSON.subn(rf"\1{NO_NUL}", value)
                many += times
            elif isinstance(value, str) and NUL in value:
                row[name] = value.replace(NUL, NO_NUL)
                many += value.count(NUL)
    return many


def _prepare(
    connection: Connection, way: Way, numbered: Mapping[str, int], asked: Collection[str] = ()
) -> None:
    """New rows get new numbers, all articles are to be indexed, and jobs are begun anew.

    :param numbered: the last number that the source gave in each table
    :param asked: locks of jobs that wait there, which are not copied: what they carry is asked for again
    """
    for batch in dialects.batches(lock.removeprefix(SOURCE) for lock in asked):
        forgets = {"etag": None, "last_modified": None, "body_hash": None, "next_at": None}
        connection.execute(sources.update().where(sources.c.id.in_(batch)).values(forgets))
    if connection.dialect.name == "postgresql":
        for table in TABLES:
            _set_sequence(connection, table, numbered.get(table.name, 0))
    last = connection.scalar(select(func.max(articles.c.id)))
    if last is not None:
        connection.execute(facts.insert().values(name=REST, value=str(last + 1)))
    _note(connection, way)


def _set_sequence(connection: Connection, table: Table, at_least: int) -> None:
    sequence = _sequence(connection, table)
    if sequence is None:
        return
    (key,) = table.primary_key
    last = max(connection.scalar(select(func.max(key))) or 0, at_least)
    if last:
        connection.execute(select(func.setval(cast(sequence, REGCLASS), last)))


def _sequence(connection: Connection, table: Table) -> str | None:
    """What numbers its rows, None where nothing does."""
    keys = list(table.primary_key)
    if len(keys) != 1:
        return None
    found: str | None = connection.scalar(select(func.pg_get_serial_sequence(table.name, keys[0].name)))
    return found


def _numbered(connection: Connection) -> dict[str, int]:
    """The last number that each table of PostgreSQL gave, also to a row that is gone."""
    if connection.dialect.name != "postgresql":
        return {}
    found = {}
    for table in TABLES:
        if (sequence := _sequence(connection, table)) is not None:
            last = text("SELECT pg_sequence_last_value(CAST(:name AS regclass))")
            found[table.name] = int(connection.scalar(last, {"name": sequence}) or 0)
    return found


def _counts(connection: Connection) -> dict[str, int]:
    """Table -> rows."""
    return {
        table.name: connection.scalar(select(func.count()).select_from(table).where(_moves(table))) or 0
        for table in TABLES
    }


def _compare(before: Mapping[str, int], after: Mapping[str, int]) -> None:
    """
    :raises StoreError: naming the first table that has not as many rows
    """
    for name, many in before.items():
        if after[name] != many:
            raise StoreError(
                f"{name}: {after[name]:,} rows are there, {many:,} in the other: use an empty database"
            )


def _state(connection: Connection, counts: Mapping[str, int]) -> str:
    """A hash of what changes whenever a bot runs: numbers of rows, the last keys, sources and facts."""
    made = blake2b(digest_size=16)
    for table in TABLES:
        last = connection.scalar(select(func.max(next(iter(table.primary_key)))).where(_moves(table)))
        made.update(repr((table.name, counts[table.name], last)).encode())
    for table in (sources, facts):
        for row in connection.execute(select(table).where(_moves(table)).order_by(*table.primary_key)):
            made.update(repr(tuple(row)).encode())
    return made.hexdigest()


@contextmanager
def _of(name: str) -> Iterator[None]:
    """What cannot be read or written, with the name of its table."""
    try:
        yield
    except StoreError as error:
        raise StoreError(f"{name}: {error}") from error
    except (ValueError, OverflowError) as error:
        raise StoreError(f"{name}: a row cannot be read ({error})") from error
