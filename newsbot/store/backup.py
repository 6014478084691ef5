"""A copy of the whole database as it is at one moment, while a bot runs on it.

SQLite copies itself (VACUUM INTO): the copy is a database like the other, to be put in its place.
PostgreSQL has pg_dump for this, whose file pg_restore takes.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from glob import escape
from pathlib import Path

from sqlalchemy.engine import URL

from newsbot.errors import StoreError

ENDING = ".part"
NAME = "newsbot-"  # of backups in a folder; when they were made follows, in UTC
ENDINGS = {"sqlite": "db", "postgresql": "dump"}
OURS = re.compile(rf"{NAME}([0-9]{{8}}-[0-9]{{6}})\.(?:db|dump)(?:\.part|-wal|-journal|-shm)*")
HALF_KEPT = timedelta(days=1)  # whoever was killed while they made it makes it no more
KEPT = timedelta(days=30)  # who is forgotten is in no backup any more then
IS_A_COPY = "is_a_copy"  # a fact: when it was made
BEFORE = ".before-"  # of a copy beside the database; the revision that this was brought up to follows
OF_BEFORE = re.compile(rf"{re.escape(BEFORE)}([0-9]{{4}})(?:\.part|-wal|-journal|-shm)*")


def backup(url: URL, file: Path, replaces: bool = False) -> int:
    """Write the copy; it is there whole or not at all. Blocks its thread. Returns its size in bytes.

    :param replaces: what is there under this name, which stays until the copy is whole
    :raises StoreError: the file is there already or cannot be written, or the database cannot be read
    """
    if file.exists() and not replaces:
        raise StoreError(f"{file} is there already: name another file")
    part = file.with_name(file.name + ENDING)
    with suppress(OSError):
        part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))  # readers stand in it
        if url.get_backend_name() == "postgresql":
            _dump(url, part)
        else:
            _copy(Path(url.database or ""), part)
        _keep(part, file)
    except OSError as error:
        raise StoreError(f"{file} cannot be written ({error.strerror or error})") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return file.stat().st_size


def dated(folder: Path, dialect: str, now: datetime) -> Path:
    """A name in a folder of backups that none there has: where two are made in one second, the next one's."""
    while True:
        file = folder / f"{NAME}{now:%Y%m%d-%H%M%S}.{ENDINGS.get(dialect, 'db')}"
        if not file.exists():
            return file
        now += timedelta(seconds=1)


def expire(folder: Path, now: datetime) -> int:
    """Remove backups in a folder that are too old by their names, and halves of a day ago; other files stay.

    Returns how many.
    """
    many = 0
    for file in folder.glob(f"{NAME}*"):
        if (made := _made(file.name)) is None:
            continue
        if now - made > (HALF_KEPT if file.name.endswith(ENDING) else KEPT):
            with suppress(OSError):
                file.unlink()
                many += 1
    return many


def before(database: Path, revision: str) -> Path:
    """Where SQLite's file is copied to before it is brought up to this revision."""
    return database.with_name(f"{database.name}{BEFORE}{revision}")


def expire_before(database: Path, now: datetime, last: str | None = None) -> int:
    """Remove copies of before an upgrade that are too old, by when they were written. Returns how many.

    :param last: the revision of the last upgrade: copies of earlier ones go too
    """
    many = 0
    for file in database.parent.glob(f"{escape(database.name)}{BEFORE}*"):
        if (found := OF_BEFORE.fullmatch(file.name[len(database.name) :])) is None:
            continue
        with suppress(OSError):
            age = now - datetime.fromtimestamp(file.stat().st_mtime, UTC)
            kept = HALF_KEPT if file.name.endswith(ENDING) else KEPT
            if age > kept or (last is not None and found[1] != last):
                file.unlink()
                many += 1
    return many


def _made(name: str) -> datetime | None:
    """When a backup of this name was made; None where it is none of ours."""
    found = OURS.fullmatch(name)
    return datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC) if found else None


def _copy(database: Path, part: Path) -> None:
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as source:
            source.execute("VACUUM INTO ?", (str(part),))
        with closing(sqlite3.connect(part)) as copy, copy:
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
            # the bot goes on: what waits in the copy may have been sent by the time that it is put in place
            made = datetime.now(UTC).isoformat()
            copy.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", (IS_A_COPY, made))
    except sqlite3.Error as error:
        raise StoreError(f"no backup: {error}") from None
    if found != "ok":
        raise StoreError(f"no backup: the database is damaged ({found})")


def _dump(url: URL, part: Path) -> None:
    program = shutil.which("pg_dump")
    if program is None:
        raise StoreError("a backup of PostgreSQL needs pg_dump, which is not installed (postgresql-client)")
    address = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command = [program, "--format=custom", "--no-owner", "--file", str(part), address]
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}  # a command line is seen by all
    done = subprocess.run(command, env=os.environ | secret, capture_output=True, check=False)  # noqa: S603 ours
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise StoreError(f"no backup: {words[-1] if words else 'pg_dump failed'}")


def _keep(part: Path, file: Path) -> None:
    """On the disk for certain, then under its name."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.rename(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
