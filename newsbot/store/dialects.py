"""The few things in which SQLite and PostgreSQL differ, and what both of them bear."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    BindParameter,
    Connection,
    CursorResult,
    Table,
    TableValuedAlias,
    Text,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import REGCLASS
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

MOST_VALUES = 10_000  # in one statement; SQLite takes 32,766 parameters, PostgreSQL 65,535


def cause(error: Exception) -> str:
    """What the database said, in its first line."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """These values in lists that one statement takes; nothing for no values."""
    rest = iter(values)
    while batch := list(islice(rest, MOST_VALUES)):
        yield batch


def insert(connection: AsyncConnection | Connection, table: Table) -> Any:
    """An INSERT that can do something on conflict."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def each(connection: AsyncConnection | Connection, values: Iterable[str]) -> TableValuedAlias:
    """These texts as a table of one column, `value`: however many they are, the statement stays the same."""
    given: BindParameter[str] = bindparam("given", json.dumps(list(values)), Text)
    if connection.dialect.name == "postgresql":
        listed = func.jsonb_array_elements_text(cast(given, postgresql.JSONB))
    else:
        listed = func.json_each(given)
    return listed.table_valued("value", name="each")


def new_ids(connection: Connection, table: Table, count: int) -> list[int]:
    """Ids for so many new rows, so that all of them can be inserted by one statement.

    On SQLite the next ones: a writing transaction is alone, and that is how SQLite itself numbers.
    """
    if connection.dialect.name == "postgresql":
        sequence = select(func.pg_get_serial_sequence(table.name, "id")).scalar_subquery()
        numbers = select(func.nextval(cast(sequence, REGCLASS))).select_from(func.generate_series(1, count))
        return [int(number) for number in connection.scalars(numbers)]
    last = connection.scalar(select(func.coalesce(func.max(table.c.id), 0)))
    return [int(last or 0) + number for number in range(1, count + 1)]


def inserted_id(done: CursorResult[Any]) -> int:
    """The id that the database gave to the row just inserted."""
    key = done.inserted_primary_key
    if key is None:
        raise LookupError("no row was inserted")
    return int(key[0])
