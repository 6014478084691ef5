"""The same flows as jobs, on any number of machines; home of procrastinate.

A job is taken by one worker. Where that one is told to stop it finishes what it has; where it dies another
does the job again a moment later. What goes wrong for a while, such as the database, is tried again later
and later; what goes wrong for good is kept for people to look at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any

import structlog
from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ProcrastinateException
from procrastinate.worker import Worker
from psycopg import OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from newsbot.errors import StoreError
from newsbot.flows import jobs, learn
from newsbot.models.jobs import BEATS_SECONDS, MOST_ATTEMPTS, QUEUE, STALLED_SECONDS
from newsbot.newsroom import Newsroom

AT_ONCE = 8  # most of a job is waiting: for a site, for the sandbox, for the database
GRACE_SECONDS = 20.0  # for the jobs that run when we are told to stop
POLL_SECONDS = 5.0  # PostgreSQL tells of new jobs; this is for those whose time comes
AGAIN_SECONDS = 3.0
OPEN_SECONDS = 10.0
LOOK_SECONDS = 5.0  # between two looks whether there are other workers
RECALL_SECONDS = 3600.0  # what the archive taught last night is told to the children within an hour
FLOWS: Mapping[str, Callable[..., Awaitable[None]]] = {
    "refresh": jobs.refresh,
    "read": jobs.read,
    "tag": jobs.tag,
    "cluster": jobs.cluster,
    "compose": jobs.compose,
}
#: 2, 4, 8 … seconds after one attempt
RETRIES = RetryStrategy(max_attempts=MOST_ATTEMPTS, exponential_wait=2)
log = structlog.get_logger()


async def work(room: Newsroom, at_once: int = AT_ONCE) -> None:
    """Do jobs until cancelled, whatever becomes of the database meanwhile.

    :param at_once: jobs at the same time
    """
    recalling = asyncio.create_task(_recall(room))
    try:
        while True:
            why = "the database was away for a moment"  # the library's own words have all that jobs carry
            try:
                await _work(room, at_once)
            except (ProcrastinateException, OperationalError, PoolTimeout, OSError) as error:
                why = (str(error).strip() or type(error).__name__).splitlines()[0]
            room.works = False
            log.error("no jobs", why=why, again_in=AGAIN_SECONDS)
            await asyncio.sleep(AGAIN_SECONDS)
    finally:
        room.works = False
        recalling.cancel()


async def help_out(room: Newsroom) -> None:
    """Do jobs as long as nobody else does: a bot without workers needs none."""
    working: asyncio.Task[None] | None = None
    try:
        while True:
            if working is not None and working.done():
                log.error("jobs stopped", why=str(working.exception()))
                working = None
            others = await _others(room, working is not None)
            if others and working is not None:
                log.info("jobs left to workers", workers=others)
                await _end(working)
                working = None
            elif others == 0 and working is None:
                working = asyncio.create_task(work(room))
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        if working is not None:
            await _end(working)


async def _others(room: Newsroom, but_us: bool) -> int | None:
    """How many other workers live; None where nobody can say."""
    try:
        async with room.store.read() as tx:
            return max(await tx.jobs.workers() - but_us, 0)
    except StoreError as error:
        log.warning("workers not counted", why=str(error))
        return None


async def _end(working: asyncio.Task[None]) -> None:
    working.cancel()
    await asyncio.wait([working])


async def _recall(room: Newsroom) -> None:
    while True:
        await asyncio.sleep(RECALL_SECONDS)
        try:
            await learn.recall(room, learn.described(room.settings))
        except Exception as error:
            log.warning("not recalled", why=str(error))


async def _work(room: Newsroom, at_once: int) -> None:
    connector = PsycopgConnector(pool_factory=_Pool, conninfo=room.store.libpq, min_size=1, max_size=4)
    app = App(connector=connector)
    for name, flow in FLOWS.items():
        app.task(name=name, queue=QUEUE, retry=RETRIES)(_job(room, flow))
    told = _Told(room)
    async with app.open_async():
        worker = Worker(
            app,
            queues=[QUEUE],
            concurrency=at_once,
            install_signal_handlers=False,
            fetch_job_polling_interval=POLL_SECONDS,
            shutdown_graceful_timeout=GRACE_SECONDS,
            delete_jobs="successful",
            update_heartbeat_interval=BEATS_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            worker_middleware=[told],
        )
        room.works = True
        log.info("taking jobs", at_once=at_once)
        looking = asyncio.create_task(_look_after(room, worker, told.running))
        try:
            await worker.run()  # type: ignore[no-untyped-call]
        finally:
            looking.cancel()


async def _look_after(room: Newsroom, worker: Worker, running: set[int]) -> None:
    """What an outage of the database leaves behind, which the library does not notice.

    Another may have taken us for dead: then nobody hears that we live, and we begin anew. The end of a job
    may not have been written down: it is let go of, as nobody does it.
    """
    before: set[int] = set()
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if worker.worker_id is None:
            continue
        try:
            async with room.store.begin(beside=True) as tx:
                if not await tx.jobs.is_known(worker.worker_id):
                    log.warning("taken for dead: beginning anew")
                    worker.stop()  # type: ignore[no-untyped-call]
                    return
                left = await tx.jobs.of_worker(worker.worker_id) - running
                await tx.jobs.again(left & before)  # seen twice: not just begun, nor just ended
        except StoreError as error:
            log.warning("jobs not looked after", why=str(error))
        else:
            before = left


class _Pool(AsyncConnectionPool):
    """Connections to a server that is there; where it is not, that is said soon."""

    async def open(self, wait: bool = False, timeout: float = 0) -> None:
        """The library waits half a minute."""
        await super().open(wait, OPEN_SECONDS)


def _job(room: Newsroom, flow: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def job(**arguments: Any) -> None:
        await flow(room, **arguments)

    return job


class _Told:
    """One line a job, and it is counted."""

    def __init__(self, room: Newsroom) -> None:
        self._room = room
        self.running: set[int] = set()

    async def __call__(self, call: Callable[[], Awaitable[Any]], context: Any, _worker: Any) -> Any:
        self.running.add(context.job.id)
        try:
            return await self._do(call, context)
        finally:
            self.running.discard(context.job.id)

    async def _do(self, call: Callable[[], Awaitable[Any]], context: Any) -> Any:
        began, task, status = monotonic(), context.job.task_name, "failed"
        told = {"task": task, "job": context.job.id, "attempt": context.job.attempts + 1}
        try:
            found = await call()
            status = "succeeded"
            return found
        except StoreError as error:
            log.warning("job not done", **told, why=str(error))
            raise
        except asyncio.CancelledError:
            status = "aborted"
            log.warning("job cut short", **told)
            raise
        except Exception:
            log.exception("job failed", **told)
            raise
        finally:
            seconds = monotonic() - began
            self._room.meters.count("jobs", task=task, status=status)
            self._room.meters.took("job_seconds", seconds, task=task)
            if status == "succeeded":
                log.info("job done", **told, ms=round(seconds * 1000))
