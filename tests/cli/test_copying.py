"""`copy` as an operator uses it: a bot's database moved to PostgreSQL and back."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from newsbot.cli import main
from newsbot.models.search import Candidate
from newsbot.store import COPYING, Store
from tests import databases
from tests.cli.command import Done
from tests.cli.conftest import Operator
from tests.store.archive import Archive
from tests.store.damage import healthy

WORDS = ("大模型", "五", "六")
HERE = "sqlite+aiosqlite:///data/newsbot.db"
THERE = "sqlite+aiosqlite:///other/moved.db"


@pytest.fixture
def archive(operator: Operator) -> Operator:
    """With a database that has something of everything, and articles that are found."""
    folder = operator.folder / "data"
    folder.mkdir(exist_ok=True)

    async def make() -> None:
        store = Store(f"sqlite+aiosqlite:///{folder / 'newsbot.db'}")
        await store.open()
        await healthy(store)
        await store.close()

    asyncio.run(make())
    return operator


@pytest.fixture
def said(
    archive: Operator, monkeypatch, capsys, logs_as_before, collector_as_before
) -> Callable[[str, str], Done]:
    """`copy` in this process, which is sooner."""
    monkeypatch.chdir(archive.folder)
    monkeypatch.setenv("NEWSBOT_SOURCES", "none")

    def run(origin: str, goal: str) -> Done:
        status = main(lambda room: None, ["copy", "--from", origin, "--to", goal])
        return Done(status, *capsys.readouterr())

    return run


def searched(address: str, folder: Path) -> list[list[Candidate]]:
    """What several searches find there."""

    async def find() -> list[list[Candidate]]:
        store = Store(address.replace(":///", f":///{folder}/") if address.startswith("sqlite") else address)
        found = [await Archive(store).search(words) for words in WORDS]
        await store.close()
        return found

    return asyncio.run(find())


def test_a_bot_moves_to_postgresql_and_back(archive):
    """Searches answer the same there and after the way back; what is to be done next is said."""
    server = databases.make(f"moved_{os.getpid()}")
    there = archive.runs("copy", "--from", HERE, "--to", server)
    back = archive.runs("copy", "--from", server, "--to", THERE)
    answers = [searched(address, archive.folder) for address in (HERE, server, THERE)]

    assert (0, "") == (there.status, there.errors)
    assert (0, "") == (back.status, back.errors)
    assert there.out == back.out
    assert " rows, the same on both sides\n" in there.out
    assert "NEWSBOT_DATABASE_URL" in there.out.splitlines()[-1]
    assert all(answers[0])
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    ("origin", "goal", "sentence"),
    [
        ("sqlite+aiosqlite:///data/none.db", THERE, "--from: there is no file data/none.db"),
        ("nonsense", THERE, "--from: is not the address of a database"),
        (HERE, "postgresql+psycopg://me:secret@host:port/x", "--to: is not the address of a database"),
        (HERE, "mysql://x", "--to: must begin with sqlite+aiosqlite:// or postgresql+psycopg://"),
        (HERE, "sqlite:///./data/../data/newsbot.db", "--to: is the database that is to be copied"),
        (HERE, "sqlite://", "--to: a database in memory is gone with its process: name a file"),
        (HERE, "postgresql+psycopg://me:secret@127.0.0.1:9/x", "--to: the database cannot be opened: "),
    ],
)
def test_a_wrong_address_is_one_sentence(said, archive, origin, goal, sentence):
    """It names the option, never a password; nothing is made."""
    done = said(origin, goal)

    assert (2, "", 1) == (done.status, done.out, len(done.errors.splitlines()))
    assert done.errors.startswith(sentence)
    assert "secret" not in done.errors
    assert not (archive.folder / "data/none.db").exists()
    assert not (archive.folder / "other").exists()


def test_a_password_that_is_refused_is_one_sentence(said):
    """A user whom the server does not know; the word itself is not repeated."""
    address = databases.named("postgres").replace("postgres:", "nobody:secret", 1)
    done = said(address, THERE)

    assert (2, "", 1) == (done.status, done.out, len(done.errors.splitlines()))
    assert done.errors.startswith("--from: ")
    assert "secret" not in done.errors


@pytest.mark.parametrize(("option", "file"), [("--from", "data/newsbot.db"), ("--to", "other/moved.db")])
def test_a_running_bot_is_told_with_its_side(said, archive, option, file):
    """It goes on; nothing was copied."""
    (archive.folder / "other").mkdir(exist_ok=True)
    with Path(archive.folder / f"{file}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = said(HERE, THERE)

    assert (1, "") == (done.status, done.out)
    assert f"{option}: another newsbot runs on this database: stop it first\n" == done.errors


def test_half_a_copy_serves_no_bot_and_is_finished(said, archive):
    """Whoever is told so starts `copy` again; what is complete is no target."""
    first, second = said(HERE, THERE), said(HERE, THERE)
    half(archive.folder / "other/moved.db", archive)
    refused = archive.runs("search", "x", NEWSBOT_DATABASE_URL=THERE)
    again = said(HERE, THERE)

    assert (0, 1) == (first.status, second.status)
    assert second.errors.startswith("--to: the database is not empty, it has ")
    assert (1, 0) == (refused.status, again.status)
    assert "the database holds half a copy: finish `copy`, or use an empty one\n" == refused.errors


def half(file: Path, operator: Operator) -> None:
    """As if `copy` had been killed when it was nearly done."""
    from newsbot.store import copying

    async def way() -> str:
        source = Store(f"sqlite+aiosqlite:///{operator.folder / 'data/newsbot.db'}")
        async with source.read() as tx:
            counts = await tx.run(copying._counts)
            state = await tx.run(lambda connection: copying._state(connection, counts))
        await source.close()
        return copying.Way(copying.identity(source.address), state, len(copying.TABLES) + 1).written()

    words = asyncio.run(way())
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO facts VALUES (?, ?)", (COPYING, words))
