"""Jobs, in the transaction that makes them due. They are on PostgreSQL alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.jobs import MOST_ATTEMPTS, Job
from newsbot.models.sources import Health
from newsbot.store import Store, jobs
from tests import databases
from tests.examples import NOON, source

ASKING = Job(task="refresh", arguments={"source_id": "daily"}, lock="source daily", once=True)
CLUSTERING = Job(task="cluster", lock="cluster", once=True)


@pytest_asyncio.fixture
async def store(tmp_path) -> AsyncIterator[Store]:
    """An empty store on PostgreSQL."""
    opened = Store(databases.postgres(tmp_path))
    await opened.open()
    yield opened
    await opened.close()


async def run(store: Store, statement: str, **values: object) -> list[tuple[object, ...]]:
    """As another process does."""
    async with store._engine.connect() as connection, beside(connection):
        done = await connection.execute(text(statement), values)
        return [tuple(row) for row in done] if done.returns_rows else []


@asynccontextmanager
async def beside(connection: AsyncConnection) -> AsyncIterator[None]:
    await connection.execution_options(beside=True)
    async with connection.begin():
        yield


async def fetched(store: Store, worker: int) -> tuple[object, ...]:
    """The next job, as procrastinate takes it."""
    return (
        await run(
            store, "SELECT id, task_name, args FROM procrastinate_fetch_job_v2(NULL, :worker)", worker=worker
        )
    )[0]


async def a_worker(store: Store, age: float = 0) -> int:
    ((number,),) = await run(
        store,
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => :age)) "
        "RETURNING id",
        age=age,
    )
    return int(str(number))


async def test_a_job_is_there_with_what_made_it_due(store):
    """Both or none: a transaction that fails leaves neither."""
    try:
        async with store.begin() as tx:
            await tx.facts.put("a", "b")
            await tx.jobs.defer([ASKING])
            raise LookupError
    except LookupError:
        pass
    async with store.begin() as tx:
        nothing = (await tx.facts.get("a"), await tx.jobs.locks())
        await tx.jobs.defer([ASKING])

    assert (None, set()) == nothing
    async with store.read() as tx:
        assert {"source daily"} == await tx.jobs.locks()


async def test_what_waits_already_is_not_written_down_again(store):
    """Nor does it harm the transaction; once a worker has it, a second one may wait."""
    async with store.begin() as tx:
        many = [await tx.jobs.defer([ASKING, CLUSTERING]), await tx.jobs.defer([ASKING])]
    worker = await a_worker(store)
    await fetched(store, worker)
    await fetched(store, worker)
    async with store.begin() as tx:
        many.append(await tx.jobs.defer([ASKING]))

    assert [2, 0, 1] == many


async def test_what_is_nearer_to_a_reader_goes_first(store):
    """Composing, then clustering, and asking last; of one source one job at a time."""
    tagging = Job(task="tag", arguments={"drafts": ["\x00NUL"]}, lock="source daily")
    async with store.begin() as tx:
        await tx.jobs.defer([ASKING, CLUSTERING, Job(task="compose", lock="slot"), tagging])
    worker = await a_worker(store)
    taken = [await fetched(store, worker) for _ in range(4)]

    assert ["compose", "cluster", "tag", None] == [task for _, task, _ in taken]
    assert {"drafts": ["NUL"]} == taken[2][2]


async def test_the_jobs_of_a_worker_that_died_are_done_by_another(store):
    """Of one that lives they are left alone; a job that ends its worker each time is given up."""
    alive, dead = await a_worker(store), await a_worker(store, age=60)
    async with store.begin() as tx:
        await tx.jobs.defer([ASKING, CLUSTERING])
    await fetched(store, dead)
    await fetched(store, alive)
    async with store.begin() as tx:
        first = await tx.jobs.revive()
    await fetched(store, dead)
    await run(
        store,
        "UPDATE procrastinate_jobs SET attempts = :most WHERE task_name = 'cluster'",
        most=MOST_ATTEMPTS - 1,
    )
    async with store.begin() as tx:
        second = await tx.jobs.revive()

    assert [(1, 0), (0, 1)] == [first, second]
    async with store.read() as tx:
        assert (1, 1) == (await tx.jobs.failed(), await tx.jobs.workers())


async def test_what_waits_is_seen_with_its_age(store):
    """Of every task, also where nothing waits."""
    async with store.begin() as tx:
        await tx.jobs.defer([ASKING])
    await run(store, "UPDATE procrastinate_events SET at = now() - interval '90 seconds'")
    async with store.read() as tx:
        queues = await tx.jobs.queues()

    assert ["refresh", "read", "tag", "cluster", "compose"] == list(queues)
    assert (1, 90, 0) == (queues["refresh"].depth, round(queues["refresh"].age), queues["tag"].depth)


async def test_what_was_given_up_long_ago_is_forgotten(store):
    """After some days, in which somebody could look at it."""
    async with store.begin() as tx:
        await tx.jobs.defer([ASKING, CLUSTERING])
    await run(store, "UPDATE procrastinate_jobs SET status = 'failed'")
    await run(store, "UPDATE procrastinate_events SET at = now() - interval '9 days' WHERE job_id = 1")
    async with store.begin() as tx:
        assert 1 == await tx.jobs.expire(7)
    async with store.read() as tx:
        assert 1 == await tx.jobs.failed()


async def test_several_may_make_the_tables_at_once(store):
    """As workers do that are started together on a new database."""
    await run(store, "DROP SCHEMA public CASCADE")
    await run(store, "CREATE SCHEMA public")
    await asyncio.gather(*(jobs.prepare(store._engine) for _ in range(3)))
    async with store.begin() as tx:
        assert 1 == await tx.jobs.defer([ASKING])


async def test_sqlite_has_no_jobs(tmp_path):
    """It needs none of it."""
    opened = Store(f"sqlite+aiosqlite:///{tmp_path / 'news.db'}")
    await opened.open()
    async with opened.begin() as tx:
        await tx.facts.put("at", NOON.isoformat())
        tables = await tx.run(lambda connection: connection.dialect.get_table_names(connection))
    await opened.close()

    assert [] == [name for name in tables if name.startswith("procrastinate")]


async def test_what_a_job_carried_that_was_given_up_is_asked_for_again(store):
    """Its source forgets that it was read, once; others do not."""
    async with store.begin() as tx:
        await tx.sources.seed([source("daily"), source("weekly")], NOON)
        for one in ("daily", "weekly"):
            await tx.sources.save_health(Health(source_id=one, etag="a", failures=0))
        await tx.jobs.defer([Job(task="tag", lock="source daily"), Job(task="refresh", lock="source weekly")])
    await run(store, "UPDATE procrastinate_jobs SET status = 'failed'")
    async with store.begin() as tx:
        many = [await tx.jobs.ask_again(), await tx.jobs.ask_again()]
        etags = {one.id: health.etag for one, health in await tx.sources.all()}

    assert ([1, 0], {"daily": None, "weekly": "a"}) == (many, etags)


async def test_a_job_comes_back_also_while_another_waits(store):
    """As when a worker dies in clustering while articles are stored: both are done, one after the other."""
    dead = await a_worker(store, age=60)
    async with store.begin() as tx:
        await tx.jobs.defer([CLUSTERING])
    await fetched(store, dead)
    async with store.begin() as tx:
        await tx.jobs.defer([CLUSTERING])
        assert (1, 0) == await tx.jobs.revive()
    alive = await a_worker(store)

    assert ["cluster", None] == [(await fetched(store, alive))[1] for _ in range(2)]


async def test_a_job_that_waits_is_not_begun_before_it_sees_what_it_is_for(store):
    """Who stores articles relies on it: until they are committed no worker takes it."""
    worker = await a_worker(store)
    async with store.begin(beside=True) as tx:
        await tx.jobs.defer([CLUSTERING])
    async with store.begin(beside=True) as tx:
        assert 0 == await tx.jobs.defer([CLUSTERING])
        meanwhile = await fetched(store, worker)

    assert (None, "cluster") == (meanwhile[1], (await fetched(store, worker))[1])
