"""Taking deleted rows out of SQLite's files, where they would stand until something else is written there.

`secure_delete` (see engine.py) overwrites in the database what is deleted; the journal still has what was
written before, until its content is in the database and it is cut to nothing. Where very many rows go at once
SQLite moves what is left between pages, and may leave a copy between two rows: then the file is written anew.
PostgreSQL's VACUUM does this by itself.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

WAIT_MS = 2_000
CHUNK = 8_000_000  # bytes that are looked through at a time
FEWEST_BYTES = 4  # of a number in a record: shorter ones stand in any file by chance
FEWEST_DIGITS = 8


def cut_journal(database: Path) -> bool:
    """Everything into the database, and the journal empty. False while somebody reads what is older.

    :raises sqlite3.Error: the database cannot be written
    """
    with closing(sqlite3.connect(database, isolation_level=None, timeout=WAIT_MS / 1000)) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def has_traces(database: Path, number: int) -> bool:
    """Whether this number stands anywhere in the files, in digits or as SQLite writes it.

    :raises OSError: they cannot be read
    """
    needles = [str(number).encode()] if len(str(number)) >= FEWEST_DIGITS else []
    bits = number.bit_length() + 1
    width = next(size for size in (1, 2, 3, 4, 6, 8) if bits <= 8 * size)  # the format's integers
    if width >= FEWEST_BYTES:
        needles.append(number.to_bytes(width, "big"))
    files = [database, Path(f"{database}-wal")]
    return any(_holds(file, needle) for file in files if file.exists() for needle in needles)


def _holds(file: Path, needle: bytes) -> bool:
    with file.open("rb") as content:
        before = b""
        while part := content.read(CHUNK):
            if needle in before + part:
                return True
            before = part[-len(needle) :]
    return False


def rewrite(database: Path) -> None:
    """Every page anew, so that nothing stands between the rows. Takes seconds a gigabyte, and its size again.

    :raises sqlite3.Error: no room, or somebody else writes
    """
    with closing(sqlite3.connect(database, isolation_level=None, timeout=WAIT_MS / 1000)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
