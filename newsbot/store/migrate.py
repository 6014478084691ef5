"""Bringing the database up to date, with Alembic, from within the program."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from newsbot.errors import NewerDatabase

HERE = Path(__file__).parent


def config() -> Config:
    """Alembic's configuration, without a file of its own."""
    made = Config()
    made.set_main_option("script_location", str(HERE).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    return made


async def current(engine: AsyncEngine) -> str | None:
    """The revision of the database; None where it is empty."""
    async with engine.connect() as connection:
        return await connection.run_sync(_current)


async def upgrade(engine: AsyncEngine) -> str | None:
    """Run the migrations that the database has not seen. Returns the revision it was at, None for a new one.

    :raises NewerDatabase: it has seen one that we do not know
    """
    script = ScriptDirectory.from_config(config())
    revision = await current(engine)
    if revision == script.get_current_head():
        return revision
    if revision is not None and revision not in {known.revision for known in script.walk_revisions()}:
        raise NewerDatabase(revision)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)
    return revision


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, "head")
