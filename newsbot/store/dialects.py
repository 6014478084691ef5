"""The few statements in which SQLite and PostgreSQL differ."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert(connection: AsyncConnection, table: Table) -> Any:
    """An INSERT that can do something on conflict."""
    return (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)


def inserted_id(done: CursorResult[Any]) -> int:
    """The id that the database gave to the row just inserted."""
    key = done.inserted_primary_key
    if key is None:
        raise LookupError("no row was inserted")
    return int(key[0])
