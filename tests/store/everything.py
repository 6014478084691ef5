"""A row and more in every table, made from the tables themselves: a new one has some as soon as it is there."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    cast,
    insert,
    select,
    text,
)

from newsbot.store import COPYING
from newsbot.store.search import REST
from newsbot.store.tables import Moment, facts, metadata

MANY = 5  # rows in a table
BIG = 6_000_000_000  # beyond 31 bits
START = datetime(2026, 11, 24, 4, 5, 6, 789012, tzinfo=UTC)
# half a surrogate, a null of JSON, the edge of 31 bits; what JSON keeps must come out letter for letter
KEPT = ('["\\ud83d"]', "null", '{"a": 1.50, "b": null}', "[]", "[2147483648]")

MADE: dict[type, Callable[[int], Any]] = {
    Moment: lambda number: START + timedelta(days=number, microseconds=number),
    Boolean: lambda number: number % 2 == 1,
    SmallInteger: lambda number: -number,
    BigInteger: lambda number: BIG + number,
    Float: lambda number: number + 0.1,
    JSON: lambda number: [number],
    LargeBinary: lambda number: bytes([0, 255, number]),
}


def fill(connection: Connection) -> None:
    """Rows in every table, as many and as different as its columns allow."""
    for table in metadata.sorted_tables:
        rows = [{one.name: value(one, number) for one in table.columns} for number in range(MANY)]
        connection.execute(insert(table), rows)
    for number, words in enumerate(KEPT):  # behind the back of what reads and writes JSON
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, JSON):
                    write(connection, table, column, number, words)
    article = metadata.tables["articles"]
    connection.execute(article.update().where(article.c.id == BIG).values(own_tags=None))


def write(connection: Connection, table: Table, column: Column[Any], number: int, words: str) -> None:
    """JSON as it is to be kept, in the row of this number."""
    key = next(iter(table.primary_key))
    is_json = connection.dialect.name == "postgresql"
    kept = text(f"CAST(:words AS {'JSON' if is_json else 'TEXT'})").bindparams(words=words)
    connection.execute(table.update().where(key == value(key, number)).values({column: kept}))


def value(column: Column[Any], number: int) -> Any:
    """Of its kind, another for each number; None now and then where that may be."""
    if column.foreign_keys:
        (other,) = column.foreign_keys
        return value(other.column, number)
    if column.nullable and number % 3 == 1:
        return None
    kind = column.type
    if isinstance(kind, String):
        return f"汉{number}"[: kind.length]
    return next((make(number) for known, make in MADE.items() if isinstance(kind, known)), number)


def seen(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Table -> all its rows as they are kept, but for the facts that are about one database."""
    found = {}
    for table in metadata.sorted_tables:
        columns = [cast(one, Text) if isinstance(one.type, JSON) else one for one in table.columns]
        rows = [tuple(row) for row in connection.execute(select(*columns))]
        found[table.name] = sorted(rows, key=lambda row: json.dumps(row, default=str))
    found[facts.name] = [row for row in found[facts.name] if row[0] not in (REST, COPYING)]
    return found
