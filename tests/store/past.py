"""Databases as earlier versions left them: an empty one brought up to a revision, never down to it."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from newsbot.store import migrate
from newsbot.store.engine import open_engine
from tests import databases

R = TypeVar("R")
KNOWN = migrate.revisions()
NUMBERS = itertools.count()


class Past:
    """Each revision is made once, of the one before; databases are copies of it."""

    def __init__(self, folder: Path, kind: str = databases.SQLITE) -> None:
        self._folder, self._kind = folder, kind
        self._made: dict[str, str] = {}

    async def of(self, revision: str) -> str:
        """The address of a new empty database of this revision."""
        return self._copy(await self._pattern(revision))

    def empty(self) -> str:
        """The address of a database in which nothing is yet."""
        return self._copy()

    async def _pattern(self, revision: str) -> str:
        if revision not in self._made:
            place = KNOWN.index(revision)
            address = self._copy(await self._pattern(KNOWN[place - 1])) if place else self._copy()
            await on(address, lambda connection: to(connection, revision))
            self._made[revision] = address
        return self._made[revision]

    def _copy(self, pattern: str | None = None) -> str:
        name = f"past_{os.getpid()}_{next(NUMBERS)}"
        if self._kind == databases.SQLITE:
            if pattern:
                shutil.copy(pattern.partition("///")[2], self._folder / f"{name}.db")
            return f"sqlite+aiosqlite:///{self._folder / name}.db"
        before = pattern.partition("?")[0].rpartition("/")[2] if pattern else "template1"
        return databases.make(name, before)


async def on(address: str, work: Callable[[Connection], R]) -> R:
    """In one transaction, on a connection as the store has them."""
    engine = open_engine(address)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def to(connection: Connection, revision: str) -> None:
    """Bring it up to a revision, as the program does."""
    command.upgrade(_config(connection), revision)


def check(connection: Connection) -> None:
    """Fail, saying how, where it is another schema than tables.py says; env.py says what is left out."""
    command.check(_config(connection))


def _config(connection: Connection) -> Config:
    made = migrate.config()
    made.attributes["connection"] = connection
    return made
