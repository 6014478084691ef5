"""Opening a database: by many at once, of another version, half there; what is copied before an upgrade."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from newsbot.errors import StoreError
from newsbot.newsroom import utc_now
from newsbot.store import Store, engine, migrate
from newsbot.store.backup import IS_A_COPY, before
from tests.store.past import KNOWN, Past, on
from tests.store.rows import fill, lost, stored

HEAD = KNOWN[-1]
# so many processes open a database at the same moment; of one that is to stop, before a revision is written down
PROCESSES = """
import asyncio, os, sys
import alembic.command, structlog
from newsbot.store import Store

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))

async def opened(address, stops_at):
    store = Store(address)
    if stops_at:
        stops(store, stops_at)
    print(await store.open(), await store.revision(), flush=True)
    await store.close()

def stops(store, times):
    from sqlalchemy import event
    seen = []

    @event.listens_for(store._engine.sync_engine, "before_cursor_execute")
    def look(connection, cursor, statement, *rest):
        if statement.startswith("UPDATE alembic_version"):
            seen.append(statement)
            if len(seen) == times:
                print("here", flush=True)
                sys.stdin.readline()

address, many, stops_at = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for _ in range(many - 1):
    if not os.fork():
        break
asyncio.run(opened(address, stops_at))
"""


def processes(address: str, many: int = 1, stops_at: int = 0) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROCESSES, address, f"{many}", f"{stops_at}"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip


async def opened(address: str) -> str | None:
    store = Store(address)
    try:
        return await store.open()
    finally:
        await store.close()


async def refused(address: str) -> str:
    """The sentence with which opening it fails; nothing of it was changed by that."""
    rows, tables = await on(address, stored), await on(address, migrate._columns)
    with pytest.raises(StoreError) as error:
        await opened(address)
    assert (rows, tables) == (await on(address, stored), await on(address, migrate._columns))
    return str(error.value)


def path(address: str) -> Path:
    return Path(make_url(address).database or "")


def copies(address: str) -> list[str]:
    """What was copied beside a database of SQLite's."""
    name = path(address).name
    return sorted(file.name.removeprefix(name) for file in path(address).parent.glob(f"{name}.before-*"))


# several at once


def started_together(address: str) -> list[list[str]]:
    """What three processes say that open it at the same moment: at which revision it was, and is."""
    said, _ = processes(address, many=3).communicate()
    return sorted(line.split() for line in said.splitlines())


def test_processes_that_start_together_make_a_database_once(past: Past) -> None:
    """One makes it, the others wait and find it made."""
    assert [[HEAD, HEAD], [HEAD, HEAD], ["None", HEAD]] == started_together(past.empty())


async def test_processes_that_start_together_upgrade_once(past: Past) -> None:
    """And nothing is lost by it."""
    address = await past.of("0001")
    rows = await on(address, fill)

    assert [["0001", HEAD], [HEAD, HEAD], [HEAD, HEAD]] == started_together(address)
    assert set(lost(rows, await on(address, stored))) <= {"search"}


async def test_who_finds_an_upgrade_under_way_waits_for_its_end(past: Past, monkeypatch) -> None:
    """However long it takes: elsewhere on PostgreSQL a lock is waited for half a minute."""
    monkeypatch.setattr(engine, "BEHAVE", engine.BEHAVE.replace(str(engine.BUSY_MS), "200"))
    address = await past.of(KNOWN[-2])
    if "postgresql" not in address:
        pytest.skip("PostgreSQL only: SQLite waits half a minute, and its migrations take less")
    begun, late = Store(address), Store(address)
    async with begun.begin():
        opening = asyncio.create_task(late.open())
        await asyncio.sleep(1)
        assert not opening.done()
    assert KNOWN[-2] == await opening
    await begun.close()
    await late.close()


# killed


async def test_who_is_killed_in_a_migration_leaves_the_version_before(past: Past) -> None:
    """Whole: the same tables with the same rows, of which the next start makes the new version."""
    address = await past.of("0001")
    rows, tables = await on(address, fill), await on(address, migrate._columns)
    begun = processes(address, stops_at=len(KNOWN) - 1)  # in the last migration, at its end
    assert begun.stdout is not None
    assert "here\n" == begun.stdout.readline()
    os.kill(begun.pid, signal.SIGKILL)
    begun.communicate()

    assert tables == await on(address, migrate._columns)
    assert (rows, "0001") == (await on(address, stored), await opened(address))
    assert set(lost(rows, await on(address, stored))) <= {"search"}
    assert HEAD == await opened(address)


# of another version, half there


async def test_a_newer_database_is_refused_and_not_touched(past: Past) -> None:
    """In a sentence that says what to do, on either database."""
    address = await past.of(HEAD)
    await on(
        address, lambda connection: changed(connection, "UPDATE alembic_version SET version_num = '9999'")
    )
    said = await refused(address)

    assert "the database is at revision 9999, which this newsbot does not know: update newsbot" == said


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (["DROP TABLE payments"], f"at revision {HEAD}, but it lacks payments: put a backup in its place"),
        (
            ["ALTER TABLE inbox DROP COLUMN applied", "DROP TABLE tallies", "DROP TABLE search"],
            "but it lacks ",
        ),
        (["DELETE FROM alembic_version"], "alembic_version, which says of what revision they are, is empty"),
        (["DROP TABLE alembic_version"], "has tables (article_keys, article_tags, articles and "),
        (["INSERT INTO alembic_version VALUES ('0001')"], "that it is at several revisions ("),
    ],
)
async def test_what_a_database_lacks_is_said(past: Past, damage: list[str], words: str) -> None:
    """When it is opened, in one sentence; it is left as it is."""
    address = await past.of(HEAD)
    await on(address, lambda connection: changed(connection, *damage))
    said = await refused(address)

    assert words in said
    assert "put a backup in its place (docs/operators.md)" in said
    assert 1 == len(said.splitlines())


async def test_what_somebody_added_may_stay(past: Past) -> None:
    """A table or a column of the operator's own."""
    address = await past.of(HEAD)
    own = ("CREATE TABLE own (id INTEGER)", "ALTER TABLE readers ADD COLUMN own TEXT")
    await on(address, lambda connection: changed(connection, *own))

    assert HEAD == await opened(address)


async def test_a_migration_that_fails_leaves_the_database_as_it_was(past: Past) -> None:
    """As where half of it was done by hand."""
    address = await past.of(KNOWN[0])
    await on(address, fill)
    await on(address, lambda connection: changed(connection, "CREATE TABLE payments (id INTEGER)"))
    said = await refused(address)

    assert said.startswith(
        f"the database cannot be brought from revision 0001 to {HEAD} and stays as it is ("
    )


def changed(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))


# the copy of before


async def test_sqlite_is_copied_before_an_upgrade(tmp_path: Path) -> None:
    """Beside it, for nobody but its owner, with what stood in it; it knows that it is a copy."""
    past = Past(tmp_path)
    address = await past.of(KNOWN[-2])
    rows = await on(address, fill)
    await opened(address)

    assert [f".before-{HEAD}"] == copies(address)
    copy = before(path(address), HEAD)
    assert 0o600 == copy.stat().st_mode & 0o777
    there = f"sqlite+aiosqlite:///{copy}"
    found = await on(there, stored)
    assert rows == found | {"facts": found["facts"][:-1]}
    assert IS_A_COPY == found["facts"][-1]["name"]
    assert KNOWN[-2] == await opened(there)


async def test_a_new_database_and_one_that_is_up_to_date_are_not_copied(tmp_path: Path) -> None:
    """There is nothing that could be lost."""
    address = Past(tmp_path).empty()
    await opened(address)
    await opened(address)

    assert [] == copies(address)


async def test_the_last_copy_alone_is_kept(tmp_path: Path) -> None:
    """Of the same upgrade, done again from a backup, too; what has another name is nobody's to remove."""
    address = await Past(tmp_path).of("0001")
    file = path(address)
    for name in ("before-0007", "before-0008-wal", "before-mine", f"before-{HEAD}"):
        file.with_name(f"{file.name}.{name}").write_text("of earlier")
    await opened(address)

    assert [f".before-{HEAD}", ".before-mine"] == copies(address)
    assert before(file, HEAD).read_bytes().startswith(b"SQLite format 3")


async def test_without_a_copy_there_is_no_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database stays as it is, and the sentence says why."""
    address = await Past(tmp_path).of("0001")
    await on(address, fill)
    before(path(address), HEAD).mkdir()
    said = await refused(address)

    assert said.startswith("the database stays at revision 0001, as the copy that is made before an upgrade")
    assert [f".before-{HEAD}"] == copies(address)


async def test_who_is_forgotten_is_in_no_copy_after_thirty_days(tmp_path: Path) -> None:
    """Every night those go that are so old, and halves of a day ago."""
    address = await Past(tmp_path).of("0001")
    await opened(address)
    (half := before(path(address), "0099.part")).write_text("killed")
    now = utc_now()

    store = Store(address)
    assert 0 == await store.expire_copies(now + timedelta(hours=23))
    assert 1 == await store.expire_copies(now + timedelta(days=2))
    assert not half.exists()
    assert 0 == await store.expire_copies(now + timedelta(days=29))
    assert 1 == await store.expire_copies(now + timedelta(days=31))
    await store.close()
    assert [] == copies(address)
