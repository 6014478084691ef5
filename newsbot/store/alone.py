"""One bot a database: a lock that lives as long as the process that took it, however that ends.

On SQLite it is a lock on a file beside the database, on PostgreSQL an advisory lock of its own connection.
There several processes may stand by: one of them has the lock a moment after its holder died, or after its
machine did, which the server notices when its own questions stay unanswered (engine.py).
The command line does not take it: it may write beside a running bot, as transactions keep them apart.
"""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import repeat
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from newsbot.errors import AlreadyRunning, StoreError
from newsbot.store.dialects import cause

WATCH_SECONDS = 5.0
RETRIES, RETRY_SECONDS = 10, 0.1
STAND_BY_SECONDS = 1.0
KEY = 0x6E657773  # "news": whose lock it is, among others that a PostgreSQL database may know


@asynccontextmanager
async def alone(engine: AsyncEngine, until: asyncio.Event | None = None) -> AsyncIterator[asyncio.Event]:
    """Nobody else is in here with the same database, until the event says that this is no longer sure.

    :param until: on PostgreSQL wait for that, until this is set
    :raises AlreadyRunning: somebody is
    :raises StoreError: the database is not reached
    """
    lost = asyncio.Event()
    if engine.dialect.name == "postgresql":
        connection = await _holding(engine, until)
        watching = asyncio.create_task(_watch(connection, lost))
        try:
            yield lost
        finally:
            watching.cancel()
            await asyncio.wait([watching])
            await _let_go(connection)
        return
    path = engine.url.database
    if not path or path == ":memory:":
        yield lost
        return
    with _locked(Path(f"{path}.lock")):
        yield lost


async def _holding(engine: AsyncEngine, until: asyncio.Event | None) -> AsyncConnection:
    """A connection that has the lock."""
    try:
        connection = await engine.connect()
    except (SQLAlchemyError, OSError) as error:
        raise StoreError(cause(error)) from error
    try:
        await connection.execution_options(isolation_level="AUTOCOMMIT", reads_only=True)
        await _advised(connection, until)
    except BaseException as error:
        await _let_go(connection)
        if isinstance(error, (SQLAlchemyError, OSError)):
            raise StoreError(cause(error)) from error
        raise
    return connection


async def _let_go(connection: AsyncConnection) -> None:
    """The lock goes with the connection, also where the server is gone."""
    with suppress(SQLAlchemyError, OSError):
        await connection.invalidate()
    with suppress(SQLAlchemyError, OSError):
        await connection.close()


async def _advised(connection: AsyncConnection, until: asyncio.Event | None) -> None:
    """Take the lock. Of one who has just gone the server hears a moment later."""
    for pause in repeat(STAND_BY_SECONDS) if until else (*[RETRY_SECONDS] * RETRIES, None):
        if until is not None and until.is_set():
            break
        if await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY}):
            return
        if pause:
            await asyncio.sleep(pause)
    raise AlreadyRunning


async def _watch(connection: AsyncConnection, lost: asyncio.Event) -> None:
    """A server that restarts, or cuts off who is idle, lets go of the lock without telling."""
    try:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            async with asyncio.timeout(2 * WATCH_SECONDS):
                await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        lost.set()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield
