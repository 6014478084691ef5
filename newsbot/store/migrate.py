"""Bringing the database up to date, with Alembic, from within the program.

One transaction: whoever is killed in it leaves the revision before, whole. Processes that start at once wait
for each other, and look again at what they find then. SQLite's file is copied first.

Alembic is imported only where there is something to migrate: a bot that starts again does without.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from newsbot.errors import NewerDatabase, StoreError
from newsbot.store.backup import backup, before, expire_before
from newsbot.store.dialects import cause
from newsbot.store.tables import metadata

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent
KEY = 0x6D696772  # "migr": the lock of those who migrate, beside that of `alone`
VERSION = "alembic_version"
MOST_NAMED = 3  # of what is missing
REMEDY = "put a backup in its place (docs/operators.md)"
# every table and column that a name without a schema finds
COLUMNS = {
    "sqlite": (
        "SELECT tables.name, columns.name"
        " FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'"
    ),
    "postgresql": (
        "SELECT tables.relname, columns.attname FROM pg_catalog.pg_class AS tables"
        " JOIN pg_catalog.pg_attribute AS columns ON columns.attrelid = tables.oid"
        " WHERE tables.relkind IN ('r', 'p') AND columns.attnum > 0 AND NOT columns.attisdropped"
        " AND tables.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)"
        " AND pg_catalog.pg_table_is_visible(tables.oid)"
    ),
}
log = structlog.get_logger()


def config() -> Config:
    """Alembic's configuration, without a file of its own."""
    # of its templates' library, which we have no use for, this would load lexers of twenty languages: 4.5 MB
    sys.modules.setdefault("mako.ext.pygmentplugin", None)  # type: ignore[arg-type]
    from alembic.config import Config

    made = Config()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


def revisions() -> list[str]:
    """All that we know, oldest first, by the names of their files: `v0001_first_tables.py` is 0001."""
    return sorted(path.name[1:].partition("_")[0] for path in (HERE / "versions").glob("v*_*.py"))


async def current(engine: AsyncEngine) -> str | None:
    """The revision of the database; None where it is empty."""
    async with engine.connect() as connection:
        await connection.execution_options(reads_only=True)
        return await connection.run_sync(lambda database: _revision(database, _columns(database)))


async def upgrade(engine: AsyncEngine) -> str | None:
    """Run the migrations that the database has not seen. Returns the revision it was at, None for a new one.

    :raises NewerDatabase: it has seen one that we do not know
    :raises StoreError: something of it is missing; or it could not be copied, or not be brought up to date,
        and is as it was
    """
    async with engine.connect() as connection:
        await connection.execution_options(reads_only=True)  # who only looks waits for nobody
        revision = await connection.run_sync(_checked)
    if revision == revisions()[-1]:
        return revision
    async with engine.execution_options(patient=True).begin() as connection:
        revision = await connection.run_sync(_upgrade)
    if engine.dialect.name == "sqlite" and revision is not None:
        expire_before(Path(engine.url.database or ""), datetime.now(UTC), revisions()[-1])
    return revision


def _columns(connection: Connection) -> dict[str, set[str]]:
    """The columns of every table."""
    found: dict[str, set[str]] = {}
    for table, column in connection.execute(text(COLUMNS[connection.dialect.name])):
        found.setdefault(table, set()).add(column)
    return found


def _revision(connection: Connection, found: dict[str, set[str]]) -> str | None:
    if VERSION not in found:
        return None
    said = connection.execute(text(f"SELECT version_num FROM {VERSION}")).scalars().all()  # noqa: S608 a constant
    if len(said) > 1:
        raise StoreError(f"the database says that it is at several revisions ({', '.join(said)}): {REMEDY}")
    return said[0] if said else None


def _checked(connection: Connection) -> str | None:
    """The revision, of a database that can be opened as it is, or brought up to date."""
    known, found = revisions(), _columns(connection)
    revision = _revision(connection, found)
    if revision is not None and revision not in known:
        raise NewerDatabase(revision)
    if revision is None and (tables := metadata.tables.keys() & found.keys()):
        state = "is empty" if VERSION in found else "is missing"
        raise StoreError(
            f"the database has tables ({_some(sorted(tables))}) but {VERSION}, which says of what revision"
            f" they are, {state}: {REMEDY}, or name an empty database"
        )
    if revision == known[-1]:
        _is_whole(revision, found)
    return revision


def _is_whole(revision: str, found: dict[str, set[str]]) -> None:
    """All that tables.py has is there. What somebody added may stay.

    :raises StoreError: naming what is missing
    """
    missing = ["search"] if "search" not in found else []
    for table in metadata.sorted_tables:
        columns = found.get(table.name)
        if columns is None:
            missing.append(table.name)
        else:
            missing += [
                f"{table.name}.{column.name}" for column in table.columns if column.name not in columns
            ]
    if missing:
        raise StoreError(
            f"the database says that it is at revision {revision}, but it lacks {_some(missing)}: {REMEDY}"
        )


def _some(names: list[str]) -> str:
    rest = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _upgrade(connection: Connection) -> str | None:
    """In a transaction that nobody else is in: SQLite's begins IMMEDIATE, PostgreSQL's takes a lock."""
    head = revisions()[-1]
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": KEY})
    revision = _checked(connection)
    if revision == head:  # somebody else was faster
        return revision
    if revision is not None and connection.dialect.name == "sqlite":
        _copy(connection.engine.url, revision, head)
    try:
        _run(connection)
    except SQLAlchemyError as error:
        if revision is None:
            raise  # what keeps a new one from being made is said by whoever opens it
        raise StoreError(
            f"the database cannot be brought from revision {revision} to {head} and stays as it is"
            f" ({cause(error)})"
        ) from error
    _is_whole(head, _columns(connection))
    return revision


def _run(connection: Connection) -> None:
    made = config()
    from alembic import command

    made.attributes["connection"] = connection
    command.upgrade(made, "head")


def _copy(url: URL, revision: str, head: str) -> None:
    """The database as it is, beside it: the way back. Nobody writes meanwhile."""
    file = before(Path(url.database or ""), head)
    try:
        size = backup(url, file, replaces=True)
    except StoreError as error:
        raise StoreError(
            f"the database stays at revision {revision}, as the copy that is made before an upgrade"
            f" cannot be written to {file} ({error})"
        ) from error
    log.warning("copied before the upgrade", file=str(file), bytes=size, revision=revision)
