"""One bot a database: a lock that lives as long as the process that took it, however that ends.

On SQLite it is a lock on a file beside the database, on PostgreSQL an advisory lock of its own connection.
The command line does not take it: it may write beside a running bot, as transactions keep them apart.
"""

from __future__ import annotations

import fcntl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from newsbot.errors import AlreadyRunning

KEY = 0x6E657773  # "news": whose lock it is, among others that a PostgreSQL database may know


@asynccontextmanager
async def alone(engine: AsyncEngine) -> AsyncIterator[None]:
    """Nobody else is in here with the same database.

    :raises AlreadyRunning: somebody is
    """
    if engine.dialect.name == "postgresql":
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            if not await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": KEY}):
                raise AlreadyRunning
            try:
                yield
            finally:
                await connection.invalidate()  # the lock goes with the connection
        return
    path = engine.url.database
    if not path or path == ":memory:":
        yield
        return
    with _locked(Path(f"{path}.lock")):
        yield


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield
