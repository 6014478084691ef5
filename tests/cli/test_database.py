"""A database that cannot be opened, brought up to date or written: one sentence, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from tests import databases
from tests.cli.command import Done
from tests.cli.conftest import Operator
from tests.databases import sqlite_only
from tests.store.past import KNOWN, Past, on
from tests.store.rows import fill, stored

HEAD = KNOWN[-1]
SECRET = "geheim-und-lang"  # a password
PAGE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"


def sentence(done: Done, status: int) -> str:
    """The one line that a command failed with; no password is in it."""
    assert (status, "") == (done.status, done.out), done.errors
    (line,) = done.errors.splitlines()
    assert SECRET not in line
    return line


def test_a_wrong_address_names_the_setting(operator: Operator) -> None:
    """Without repeating it: a password may stand in it."""
    address = f"postgresql+psycopg://u:{SECRET}@127.0.0.1:port/news"
    said = sentence(operator.runs("migrate", NEWSBOT_DATABASE_URL=address), 2)

    assert "NEWSBOT_DATABASE_URL: is not the address of a database" == said


def test_without_its_driver_postgresql_says_what_to_install(operator: Operator) -> None:
    """It is an extra."""
    operator.writes("lacking/psycopg.py", "raise ModuleNotFoundError(\"No module named 'psycopg'\")")
    address = f"postgresql+psycopg://u:{SECRET}@127.0.0.1/news"
    done = operator.runs_anew(
        "migrate", NEWSBOT_DATABASE_URL=address, PYTHONPATH=str(operator.folder / "lacking")
    )

    assert "NEWSBOT_DATABASE_URL: PostgreSQL needs: pip install 'newsbot[postgres]'" == sentence(done, 2)


def test_a_host_that_does_not_answer_is_not_waited_for(operator: Operator) -> None:
    """It takes the connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = (
            f"postgresql+psycopg://u:{SECRET}@127.0.0.1:{silent.getsockname()[1]}/news?connect_timeout=2"
        )
        said = sentence(operator.runs("migrate", NEWSBOT_DATABASE_URL=address), 2)

    assert said.startswith("NEWSBOT_DATABASE_URL: the database cannot be opened: connection timeout expired")


class Refuses(socketserver.BaseRequestHandler):
    """PostgreSQL as it asks for a password and takes none."""

    def handle(self) -> None:
        while len(self.request.recv(1024)) == 8:  # is there encryption?
            self.request.sendall(b"N")
        self.request.sendall(b"R\0\0\0\x08\0\0\0\x03")
        self.request.recv(1024)
        words = b'SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user "u"\0\0'
        self.request.sendall(b"E" + (len(words) + 4).to_bytes(4, "big") + words)


def test_a_refused_password_is_not_shown(operator: Operator) -> None:
    """Only whose it is."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refuses) as server:
        threading.Thread(target=server.serve_forever).start()
        address = f"postgresql+psycopg://u:{SECRET}@127.0.0.1:{server.server_address[1]}/news"
        said = sentence(operator.runs("migrate", NEWSBOT_DATABASE_URL=address), 2)
        server.shutdown()

    assert said.endswith('password authentication failed for user "u"')


def test_a_database_that_is_not_there_is_said(operator: Operator) -> None:
    """It is not made: that is the operator's to decide."""
    said = sentence(operator.runs("migrate", NEWSBOT_DATABASE_URL=databases.named("nowhere")), 2)

    assert said.endswith('database "nowhere" does not exist')


def test_who_may_not_make_tables_is_told(operator: Operator) -> None:
    """And nothing is made."""
    name, role = f"narrow_{os.getpid()}", f"guest_{os.getpid()}"
    address = databases.make(name)
    for statement in ("REVOKE CREATE ON SCHEMA public FROM PUBLIC", f"CREATE ROLE {role} LOGIN"):
        asyncio.run(on(address, lambda connection, asked=statement: connection.execute(text(asked))))
    theirs = make_url(address).set(username=role).render_as_string(hide_password=False)
    said = sentence(operator.runs("migrate", NEWSBOT_DATABASE_URL=theirs), 2)

    expected = "NEWSBOT_DATABASE_URL: the database cannot be opened: permission denied for schema public"
    assert expected == said
    assert {} == asyncio.run(on(address, stored))


@pytest.fixture(params=[databases.SQLITE, databases.POSTGRESQL])
def past(request: pytest.FixtureRequest, tmp_path: Path) -> Past:
    """Databases of earlier revisions."""
    return Past(tmp_path, request.param)


def test_a_newer_database_is_refused(operator: Operator, past: Past) -> None:
    """With what to do, and nothing is written."""
    address = asyncio.run(past.of(HEAD))
    newer = text("UPDATE alembic_version SET version_num = '9999'")
    asyncio.run(on(address, lambda connection: connection.execute(newer)))
    before = asyncio.run(on(address, stored))
    said = sentence(operator.runs("migrate", NEWSBOT_DATABASE_URL=address), 2)

    assert "the database is at revision 9999, which this newsbot does not know: update newsbot" == said
    assert before == asyncio.run(on(address, stored))


def test_half_a_database_is_refused(operator: Operator, past: Past) -> None:
    """It says what is missing, and what to do."""
    address = asyncio.run(past.of(HEAD))
    asyncio.run(on(address, lambda connection: connection.execute(text("DROP TABLE votes"))))
    said = sentence(operator.runs("migrate", NEWSBOT_DATABASE_URL=address), 1)

    lacks = f"the database says that it is at revision {HEAD}, but it lacks votes"
    assert f"{lacks}: put a backup in its place (docs/operators.md)" == said


def test_an_upgrade_says_what_it_did(operator: Operator, past: Past) -> None:
    """From where to where on stdout, and of SQLite where the copy is."""
    address = asyncio.run(past.of("0001"))
    done = operator.runs("migrate", NEWSBOT_DATABASE_URL=address)

    url = make_url(address)
    assert (0, f"{url.get_backend_name()}: 0001 → {HEAD}\n") == (done.status, done.out)
    is_copied = f"file={url.database}.before-{HEAD} " in done.errors
    assert is_copied == (url.get_backend_name() == "sqlite")
    assert int(is_copied) == len(done.errors.splitlines())


# a full disk


@pytest.fixture
def disk(operator: Operator) -> Iterator[Path]:
    """A small disk of its own, in the operator's folder."""
    place = operator.folder / "data"
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=1500k", "newsbot-test", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount can have a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fills(disk: Path, but: int) -> Path:
    """Something that takes all the room, but for so many bytes."""
    file = disk / "other"
    file.write_bytes(bytes(shutil.disk_usage(disk).free - but))
    return file


@sqlite_only("its file is on that disk")
def test_on_a_full_disk_nothing_is_lost(operator: Operator, disk: Path) -> None:
    """Neither by taking in news nor by a copy; what was there is found."""
    page = operator.writes("page.html", PAGE.format("鸿蒙发布", "华为发布了鸿蒙的新版本。" * 40))
    large = operator.writes("large.html", PAGE.format("芯片发布", "英伟达发布了新的芯片，很快。" * 2500))
    assert 0 == operator.runs("read", page).status
    fills(disk, but=60_000)
    failed = operator.runs("read", large)
    copied = operator.runs("backup", "data/copy.db")
    found = operator.runs("search", "鸿蒙", "--json")

    assert (1, ["database or disk is full"]) == (failed.status, failed.errors.splitlines())
    assert "no backup: database or disk is full" == sentence(copied, 1)
    assert not (disk / "copy.db").exists()
    assert ["鸿蒙发布"] == [line["title"] for line in found.lines]


@sqlite_only("its file is on that disk")
def test_without_room_for_a_copy_there_is_no_upgrade(operator: Operator, disk: Path, tmp_path: Path) -> None:
    """The database stays at its revision, with what is in it; with room it is brought up to date."""
    old = make_url(asyncio.run(Past(tmp_path).of(KNOWN[-2]))).database or ""
    shutil.copy(old, disk / "newsbot.db")
    address = f"sqlite+aiosqlite:///{disk / 'newsbot.db'}"
    before = asyncio.run(on(address, fill))
    other = fills(disk, but=200_000)
    said = sentence(operator.runs("migrate"), 1)
    left = sorted(file.name for file in disk.iterdir())

    words = (
        f"the database stays at revision {KNOWN[-2]}, as the copy that is made before an upgrade cannot be"
    )
    assert said.startswith(words)
    assert (before, ["newsbot.db", "other"]) == (asyncio.run(on(address, stored)), left)
    other.unlink()
    assert f"sqlite: {KNOWN[-2]} → {HEAD}\n" == operator.runs("migrate").out
