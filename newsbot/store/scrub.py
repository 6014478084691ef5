"""Taking deleted rows out of SQLite's files, where they would stand until something else is written there.

`secure_delete` (see engine.py) overwrites in the database what is deleted; the journal still has what was
written before, until its content is in the database and it is cut to nothing. PostgreSQL's VACUUM does this
by itself.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

WAIT_MS = 2_000


def cut_journal(database: Path) -> bool:
    """Everything into the database, and the journal empty. False while somebody reads what is older.

    :raises sqlite3.Error: the database cannot be written
    """
    with closing(sqlite3.connect(database, isolation_level=None, timeout=WAIT_MS / 1000)) as connection:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def rewrite(database: Path) -> None:
    """Every page anew, so that nothing stands between the rows. Takes seconds a gigabyte, and its size again.

    :raises sqlite3.Error: no room, or somebody else writes
    """
    with closing(sqlite3.connect(database, isolation_level=None, timeout=WAIT_MS / 1000)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
