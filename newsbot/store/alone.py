"""One bot a database: a lock that lives as long as the process that took it, however that ends.

On SQLite it is a lock on a file beside the database, on PostgreSQL an advisory lock of its own connection.
The command line does not take it: it may write beside a running bot, as transactions keep them apart.
"""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from newsbot.errors import AlreadyRunning

WATCH_SECONDS = 5.0
RETRIES, RETRY_SECONDS = 10, 0.1
KEY = 0x6E657773  # "news": whose lock it is, among others that a PostgreSQL database may know


@asynccontextmanager
async def alone(engine: AsyncEngine) -> AsyncIterator[asyncio.Event]:
    """Nobody else is in here with the same database, until the event says that this is no longer sure.

    :raises AlreadyRunning: somebody is
    """
    lost = asyncio.Event()
    if engine.dialect.name == "postgresql":
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await _advised(connection)
            watching = asyncio.create_task(_watch(connection, lost))
            try:
                yield lost
            finally:
                watching.cancel()
                await asyncio.wait([watching])
                await connection.invalidate()  # the lock goes with the connection
        return
    path = engine.url.database
    if not path or path == ":memory:":
        yield lost
        return
    with _locked(Path(f"{path}.lock")):
        yield lost


async def _advised(connection: AsyncConnection) -> None:
    """Take the lock. Of one who has just gone the server hears a moment later."""
    for pause in (*[RETRY_SECONDS] * RETRIES, None):
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
