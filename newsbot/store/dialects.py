"""The few things in which SQLite and PostgreSQL differ, and what both of them bear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

MOST_VALUES = 10_000  # in one statement; SQLite takes 32,766 parameters, PostgreSQL 65,535


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    """These values in lists that one statement takes; nothing for no values."""
    rest = iter(values)
    while batch := list(islice(rest, MOST_VALUES)):
        yield batch


def insert(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT that can do something on conflict."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def inserted_id(done: CursorResult[Any]) -> int:
    """The id that the database gave to the row just inserted."""
    key = done.inserted_primary_key
    if key is None:
        raise LookupError("no row was inserted")
    return int(key[0])
