"""Bringing the database up to date, with Alembic, from within the program.

Alembic is imported only where there is something to migrate: a bot that starts again does without.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from newsbot.errors import NewerDatabase

if TYPE_CHECKING:
    from alembic.config import Config

HERE = Path(__file__).parent


def config() -> Config:
    """Alembic's configuration, without a file of its own."""
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
        return await connection.run_sync(_current)


async def upgrade(engine: AsyncEngine) -> str | None:
    """Run the migrations that the database has not seen. Returns the revision it was at, None for a new one.

    :raises NewerDatabase: it has seen one that we do not know
    """
    known = revisions()
    revision = await current(engine)
    if revision == known[-1]:
        return revision
    if revision is not None and revision not in known:
        raise NewerDatabase(revision)
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)
    return revision


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _upgrade(connection: Connection) -> None:
    from alembic import command

    made = config()
    made.attributes["connection"] = connection
    command.upgrade(made, "head")
