"""Rows for any table, made from what the database says of it: as awkward as its columns let them be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

MANY = 3  # rows a table; the second has null wherever that may be
MOMENT = datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)
LARGE = (2**33 + 7, 12, -1_001_234_567_890)  # a person beyond 32 bits, a small number, a group
TEXT = "鸿蒙🚀 'é' \"%s\" \\n {x}; --\t中文"
OF_PEOPLE = ("chat_id", "reader_id", "person_id", "by")
# JSON whose content a migration reads
MEANT = {
    "hours": [["08:30", [1, 2]], ["20:00", []]],
    "about": {"tag:鸿蒙": 0.5, "source:🚀": -1.25},
}
INDEXED = "SELECT rowid FROM search WHERE search MATCH 'ab'"  # an index cannot be read in another way
LIST = [2**33 + 1, -1, "鸿蒙🚀 \"'\\", None, {"键": [0.1]}]

Rows = dict[str, list[dict[str, Any]]]


def fill(connection: sa.Connection) -> Rows:
    """Put rows into every table but Alembic's. Returns what stands in all of them then, as it is stored."""
    tables, keys = _reflected(connection), Rows()
    for table in tables:
        keys[table.name] = [
            {column.name: _value(column, number, keys) for column in table.columns} for number in range(MANY)
        ]
        connection.execute(sa.insert(table), keys[table.name])
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text(f"INSERT INTO search (rowid, {_column(connection)}) VALUES (7, 'ab')"))  # noqa: S608
    return stored(connection)


def stored(connection: sa.Connection) -> Rows:
    """All rows of all tables but Alembic's, as the driver gives them; of SQLite's index which articles it has."""
    return {name: _stored(connection, name) for name in sorted(_names(connection))}


def lost(before: Rows, after: Rows) -> dict[str, list[str]]:
    """Rows that are not there any more, or say something else, in the columns that are still there."""
    found = {}
    for table, rows in before.items():
        there = after.get(table, [])
        columns = [name for name in rows[0] if not there or name in there[0]]
        gone = Counter(_said(row, columns) for row in rows) - Counter(_said(row, columns) for row in there)
        if gone:
            found[table] = list(gone)
    return found


def _said(row: dict[str, Any], columns: list[str]) -> str:
    return repr({name: row[name] for name in columns})


def _names(connection: sa.Connection) -> list[str]:
    known = [name for name in sa.inspect(connection).get_table_names() if name != "alembic_version"]
    if connection.dialect.name == "sqlite":
        return [name for name in known if not name.startswith(("search_", "sqlite_"))]
    return known


def _column(connection: sa.Connection) -> str:
    """A column of SQLite's index."""
    return str(sa.inspect(connection).get_columns("search")[0]["name"])


def _stored(connection: sa.Connection, table: str) -> list[dict[str, Any]]:
    every = f'SELECT * FROM "{table}"'  # noqa: S608
    found = connection.execute(sa.text(INDEXED if _is_index(connection, table) else every))
    return [dict(row) for row in found.mappings()]


def _is_index(connection: sa.Connection, table: str) -> bool:
    return connection.dialect.name == "sqlite" and table == "search"


def _reflected(connection: sa.Connection) -> list[sa.Table]:
    """Those that others refer to first."""
    names = [name for name in _names(connection) if not _is_index(connection, name)]
    metadata = sa.MetaData()
    metadata.reflect(connection, only=names)
    return metadata.sorted_tables


def _value(column: sa.Column[Any], number: int, keys: Rows) -> Any:
    if column.nullable and number == 1:
        return None
    for key in column.foreign_keys:
        return keys[key.column.table.name][number][key.column.name]
    for kind, made in VALUES:
        if isinstance(column.type, kind):
            return made(column, number)
    raise LookupError(f"rows have no value for {column.table.name}.{column.name}, {column.type!r}")


def _text(column: sa.Column[Any], number: int) -> str:
    text = f"{number}{TEXT}{number}"
    return text[: column.type.length] if column.type.length else text * 3


def _whole(column: sa.Column[Any], number: int) -> int:
    if column.name == "id" and column.table.name != "readers":
        return 2**33 + number
    if isinstance(column.type, sa.BigInteger) or column.name in OF_PEOPLE:
        return LARGE[number]
    return number + 1 if isinstance(column.type, sa.SmallInteger) else 2**31 - 1 - number


# the first that fits
VALUES: tuple[tuple[Any, Callable[[Any, int], Any]], ...] = (
    (sa.ARRAY, lambda column, number: [f"{TEXT}{number}", "鸿蒙"]),
    (postgresql.TSVECTOR, lambda column, number: f"'{number}' '鸿蒙'"),
    (sa.JSON, lambda column, number: MEANT.get(column.name, LIST)),
    (sa.Integer, _whole),
    (sa.Float, lambda column, number: 0.1 + number),
    (sa.Boolean, lambda column, number: number % 2 == 0),
    (sa.DateTime, lambda column, number: MOMENT + timedelta(days=number)),
    (sa.LargeBinary, lambda column, number: bytes(range(256)) * (number + 1)),
    (sa.String, _text),
)
