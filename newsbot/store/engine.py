"""Opening the database so that no write is lost.

The default of SQLite's driver is no transaction at all for read-modify-write, and a deferred
BEGIN fails with "database is locked" as soon as two writers meet. Here every writing
transaction begins IMMEDIATE, in WAL mode, and waits for its turn.

On PostgreSQL two who read and then write the same row would both write what they made of the
same value, and two who write rows in different orders would wait for each other. There a writing
transaction begins with a lock that all of them take (docs/decisions/0015-one-writer.md), but for a few that
have a lock of their own. Who only reads waits for nobody, on either.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from newsbot.errors import SettingsError

BUSY_MS = 30_000
#: how libpq waits for a server, unless the address says otherwise: one that is there answers at once, and of
#: one that is gone without a word (`benchmarks/failover.py --unplug`) we learn as soon as it would of us.
#: They stand in the address, which who looks after jobs is given, too.
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 2,
    "tcp_user_timeout": 8000,
}  # fmt: skip
IDLE_MS = 60_000  # a transaction that nobody goes on with, although the server hears of its process
TURN = 0x7475726E  # "turn": the lock of PostgreSQL's writers
TAKE_TURN = f"SELECT pg_advisory_xact_lock({TURN})"
# Of a machine that is gone without a word the server learns within 8 s: it asks who is silent after 4, again
# after 2 and 2 more, and waits no longer for what it sent. Then its transactions and its locks are over.
BEHAVE = f"""
    SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 2;
    SET tcp_user_timeout = 8000;
    SET lock_timeout = {BUSY_MS}; SET idle_in_transaction_session_timeout = {IDLE_MS}
"""
CACHE, SMALL_CACHE = 16_000, 2_000  # kilobytes of pages a connection keeps


def open_engine(address: str) -> AsyncEngine:
    """An engine for `sqlite+aiosqlite://` or `postgresql+psycopg://`.

    :raises SettingsError: naming NEWSBOT_DATABASE_URL
    """
    try:
        url = make_url(address)
        dialect = url.get_backend_name()
    except (ArgumentError, ValueError):  # the latter of a port that is no number
        raise SettingsError("NEWSBOT_DATABASE_URL", "is not the address of a database") from None
    if dialect == "sqlite":
        return _open_sqlite(url.set(drivername="sqlite+aiosqlite"))
    if "@" in (url.host or ""):
        raise SettingsError("NEWSBOT_DATABASE_URL", "its password has signs to be written as %40, %3A or %2F")
    if dialect == "postgresql":
        patience = {name: str(value) for name, value in PATIENCE.items() if name not in url.query}
        try:
            return _open_postgresql(url.set(drivername="postgresql+psycopg").update_query_dict(patience))
        except ModuleNotFoundError:
            raise SettingsError(
                "NEWSBOT_DATABASE_URL", "PostgreSQL needs: pip install 'newsbot[postgres]'"
            ) from None
    raise SettingsError(
        "NEWSBOT_DATABASE_URL", "must begin with sqlite+aiosqlite:// or postgresql+psycopg://"
    )


def open_quick(engine: AsyncEngine) -> Engine | None:
    """A second engine for the same SQLite file that blocks its thread; None for any other database.

    Every statement of the asynchronous driver is a hop to a thread and back, about 0.2 ms of CPU. What is
    written for every message makes one hop a transaction instead (docs/decisions/0003-one-hop.md).
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return None
    quick = create_engine(
        engine.url.set(drivername="sqlite"),
        connect_args={"timeout": BUSY_MS / 1000},
        hide_parameters=True,
        poolclass=StaticPool,  # one connection, in one thread
    )
    _as_ours(quick, SMALL_CACHE)
    return quick


def _open_postgresql(url: Any) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=10,
        pool_pre_ping=True,
        hide_parameters=True,  # they hold what people typed, and errors reach the log
    )

    @event.listens_for(engine.sync_engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(BEHAVE)
        cursor.close()
        connection.commit()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get("patient"):  # who brings a database up to date, or waits for that: it may take minutes
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        if not (options.get("reads_only") or options.get("beside")):
            connection.exec_driver_sql(TAKE_TURN)

    return engine


def _open_sqlite(url: Any) -> AsyncEngine:
    engine = create_async_engine(url, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)
    _as_ours(engine.sync_engine, CACHE)
    return engine


def _as_ours(engine: Engine, cache: int) -> None:
    """WAL, foreign keys, and transactions that begin when we say so."""

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, see below
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # what was answered must survive a loss of power
            "foreign_keys=ON",
            "secure_delete=ON",  # who is forgotten is not in the file any more
            f"busy_timeout={BUSY_MS}",
            f"cache_size=-{cache}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads_only = connection.get_execution_options().get("reads_only", False)
        connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")
