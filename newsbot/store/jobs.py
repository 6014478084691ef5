"""Jobs for workers on further machines. On PostgreSQL alone; their tables are procrastinate's.

A job is a row, written in the same transaction as what makes it due: either both are there or none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib import resources
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from newsbot.errors import SettingsError, StoreError
from newsbot.models.jobs import MOST_ATTEMPTS, QUEUE, SOURCE, STALLED_SECONDS, TASKS, Job, Queue

LOCK = 0x6A6F6273  # "jobs": who changes these tables

# The newest change of procrastinate's tables that these have seen stands with them, where a copy leaves it.
# (Not to_regclass: that would believe what this connection knew before it waited for its turn.)
SEEN = text("""
    SELECT obj_description(oid, 'pg_class') FROM pg_class
    WHERE relname = 'procrastinate_jobs' AND pg_table_is_visible(oid)
""")
# Whether another job with its lock goes first is asked of each that may be next; procrastinate's own index
# begins with the number of the job, so that the question goes through all that wait (benchmarks/workers.py:
# with 2,000 of them PostgreSQL used 47 s where it uses 30).
BY_LOCK = """
    CREATE INDEX IF NOT EXISTS newsbot_jobs_lock
    ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing')
"""
# As procrastinate's own function does it, but without its queueing lock: there a job that waits already is an
# error, which would cost the transaction and with it what made the job due, and so is a job that is tried
# again while another waits. Who finds one that waits keeps it from being begun until this transaction is
# over: it is to see what is written here.
DEFER = text("""
    WITH waiting AS (
        SELECT id FROM procrastinate_jobs
        WHERE :once AND status = 'todo' AND lock = :lock AND task_name = :task LIMIT 1 FOR SHARE)
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, args)
    SELECT :queue, :task, :priority, :lock, CAST(:arguments AS jsonb)
    WHERE NOT EXISTS (SELECT FROM waiting)
""")
LIVING = text("""
    SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :seconds)
""")
LOCKS = text("SELECT DISTINCT lock FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
QUEUES = text("""
    SELECT task_name AS task, count(*) AS depth,
           coalesce(extract(epoch FROM now() - min(coalesce(jobs.scheduled_at, events.at))), 0) AS age
    FROM procrastinate_jobs AS jobs
    LEFT JOIN procrastinate_events AS events ON events.job_id = jobs.id AND events.type = 'deferred'
    WHERE jobs.status = 'todo' GROUP BY task_name
""")
FAILED = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('failed', 'aborted')")
KNOWN = text("SELECT id FROM procrastinate_workers WHERE id = :worker")
MINE = text("SELECT id FROM procrastinate_jobs WHERE status = 'doing' AND worker_id = :worker")
STALLED = text("""
    SELECT jobs.id, jobs.attempts FROM procrastinate_jobs AS jobs
    LEFT JOIN procrastinate_workers AS workers ON workers.id = jobs.worker_id
    WHERE jobs.status = 'doing'
      AND (workers.id IS NULL OR workers.last_heartbeat < now() - make_interval(secs => :seconds))
    FOR UPDATE OF jobs SKIP LOCKED
""")
AGAIN = text("SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)")
GIVEN_UP = text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)")
# what such a job carried is found by the next pull again; once for each
ASKED_AGAIN = text("""
    WITH lost AS (
        UPDATE procrastinate_jobs AS jobs SET queueing_lock = 'asked again'
        WHERE status IN ('failed', 'aborted') AND task_name IN ('read', 'tag') AND queueing_lock IS NULL
          AND NOT EXISTS (  -- who asks the source just now would write down what it knew before
            SELECT FROM procrastinate_jobs AS others
            WHERE others.lock = jobs.lock AND others.status = 'doing')
        RETURNING lock)
    UPDATE sources SET etag = NULL, last_modified = NULL, body_hash = NULL
    WHERE id IN (SELECT substr(lock, :length + 1) FROM lost)
""")
EXPIRED = text("""
    DELETE FROM procrastinate_jobs WHERE status IN ('failed', 'aborted', 'cancelled') AND id IN (
        SELECT job_id FROM procrastinate_events GROUP BY job_id
        HAVING max(at) < now() - make_interval(days => :days))
""")


async def prepare(engine: AsyncEngine) -> None:
    """Make procrastinate's tables, or bring them up to date; nothing on SQLite.

    :raises SettingsError: procrastinate is not installed
    """
    if engine.dialect.name != "postgresql":
        return
    known = _changes()
    async with engine.connect() as connection:  # who only looks waits for nobody
        await connection.execution_options(reads_only=True)
        if await connection.scalar(SEEN) == known[-1][0]:
            return
    async with engine.begin() as connection:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        seen: str | None = await connection.scalar(SEEN)
        if seen is None:
            await _run(connection, _schema())
        for name, change in known:
            if seen is not None and name > seen:
                await _run(connection, change)
        if seen is None or seen < known[-1][0]:
            await connection.exec_driver_sql(BY_LOCK)
            await connection.exec_driver_sql(f"COMMENT ON TABLE procrastinate_jobs IS '{known[-1][0]}'")


def _schema() -> str:
    return (resources.files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8")


def _changes() -> list[tuple[str, str]]:
    """What procrastinate's releases changed: name and SQL, in order of their names, as it wants it."""
    try:
        folder = resources.files("procrastinate.sql") / "migrations"
    except ModuleNotFoundError:
        raise SettingsError(
            "NEWSBOT_DATABASE_URL", "PostgreSQL needs: pip install 'newsbot[postgres]'"
        ) from None
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".sql")), key=lambda one: one.name)
    return [(one.name.removesuffix(".sql"), one.read_text(encoding="utf-8")) for one in files]


async def _run(connection: AsyncConnection, script: str) -> None:
    """Several statements at once, which only the driver itself takes.

    :raises StoreError: something of theirs is there and something is not
    """
    from psycopg import Error

    raw = await connection.get_raw_connection()
    try:
        await raw.driver_connection.execute(script)  # type: ignore[union-attr]
    except Error as error:
        why = str(error).splitlines()[0]
        raise StoreError(
            f"the tables of the jobs are not whole ({why}): put a backup in its place"
        ) from error


def defer(connection: Connection, jobs: Sequence[Job]) -> int:
    """Write jobs down. Returns how many of them did not wait already."""
    many = 0
    for job in jobs:
        values = {
            "queue": QUEUE,
            "task": job.task,
            "priority": TASKS[job.task],
            "lock": job.lock,
            "once": job.once,
            # PostgreSQL has no place for the character NUL, not even escaped
            "arguments": json.dumps(job.arguments, ensure_ascii=False).replace("\\u0000", ""),
        }
        many += connection.execute(DEFER, values).rowcount
    return many


class Jobs:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def defer(self, jobs: Sequence[Job]) -> int:
        """Write jobs down. Returns how many of them did not wait already."""
        return await self._connection.run_sync(defer, jobs)

    async def workers(self) -> int:
        """How many live."""
        return int(await self._connection.scalar(LIVING, {"seconds": STALLED_SECONDS}) or 0)

    async def locks(self) -> set[str]:
        """Of the jobs that wait or are done just now."""
        return set(await self._connection.scalars(LOCKS))

    async def queues(self) -> dict[str, Queue]:
        """What waits of each task."""
        rows: Any = await self._connection.execute(QUEUES)
        found = {row.task: Queue(row.depth, max(float(row.age), 0.0)) for row in rows}
        return {task: found.get(task, Queue(0, 0.0)) for task in TASKS}

    async def failed(self) -> int:
        """Jobs that were given up; they are kept for a week, for people to look at."""
        return int(await self._connection.scalar(FAILED) or 0)

    async def revive(self) -> tuple[int, int]:
        """Whose worker died is done by another. Returns how many, and how many were given up for good."""
        rows: Any = await self._connection.execute(STALLED, {"seconds": STALLED_SECONDS})
        stalled = rows.all()
        for row in stalled:
            again = row.attempts + 1 < MOST_ATTEMPTS
            await self._connection.execute(AGAIN if again else GIVEN_UP, {"id": row.id})
        given_up = sum(row.attempts + 1 >= MOST_ATTEMPTS for row in stalled)
        return len(stalled) - given_up, given_up

    async def is_known(self, worker: int) -> bool:
        """Whether this worker is not taken for dead."""
        return await self._connection.scalar(KNOWN, {"worker": worker}) is not None

    async def of_worker(self, worker: int) -> set[int]:
        """The jobs that this worker is said to be doing."""
        return set(await self._connection.scalars(MINE, {"worker": worker}))

    async def again(self, ids: Iterable[int]) -> None:
        """Let these, which nobody does, be done."""
        for one in ids:
            await self._connection.execute(AGAIN, {"id": one})

    async def ask_again(self) -> int:
        """Sources whose articles were in jobs that were given up are read anew. Returns how many."""
        return (await self._connection.execute(ASKED_AGAIN, {"length": len(SOURCE)})).rowcount

    async def expire(self, days: int) -> int:
        """Forget those that were given up so long ago."""
        return (await self._connection.execute(EXPIRED, {"days": days})).rowcount
