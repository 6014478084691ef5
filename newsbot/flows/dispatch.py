"""What is due becomes jobs, where jobs are kept (PostgreSQL); else the same flows run here, at once.

    due sources, due slots -> jobs (committed) -> any worker

Whether jobs are done by this process or by others on further machines makes no difference here (`worker.py`).
"""

from __future__ import annotations

from collections.abc import Collection

import structlog

from newsbot.flows import plan as plans
from newsbot.flows import refresh as refreshing
from newsbot.flows.jobs import CLUSTER, compose_job, lock_of, refresh_job
from newsbot.flows.plan import AHEAD
from newsbot.models.jobs import SOURCE
from newsbot.newsroom import Newsroom

MOST_SLOTS = 2_000  # of one round: those of a day that are a minute apart
FAILED_KEPT = 7  # days
log = structlog.get_logger()


def has_jobs(room: Newsroom) -> bool:
    """Whether work is written down for workers."""
    return room.store.dialect == "postgresql"


async def refresh_due(room: Newsroom) -> None:
    """A job for every source that is due and has none."""
    if not has_jobs(room):
        await refreshing.refresh_due(room)
        return
    async with room.store.begin(beside=True) as tx:
        busy = await tx.jobs.locks()
        due = [source.id for source, _ in await tx.sources.due(room.now())]
        new = [one for one in due if lock_of(one) not in busy]
        await tx.jobs.defer([refresh_job(one) for one in new])
    _tell(room, {lock_of(one) for one in new} | {one for one in busy if one.startswith(SOURCE)})


def _tell(room: Newsroom, waiting: Collection[str]) -> None:
    """How far the pull is, for whoever waits for a first digest."""
    progress = room.progress
    if waiting and not progress.running:
        progress.total, progress.running = len(waiting), True
    progress.total = max(progress.total, len(waiting))
    progress.done = progress.total - len(waiting)
    if not waiting:
        progress.rounds += progress.running or not progress.rounds
        progress.running = False


async def is_settled(room: Newsroom) -> bool:
    """Whether nothing is on its way from a source into a story."""
    if room.underway:
        return False
    if not has_jobs(room):
        return True
    async with room.store.read() as tx:
        busy = await tx.jobs.locks()
    return not any(one == CLUSTER.lock or one.startswith(SOURCE) for one in busy)


async def plan(room: Newsroom) -> None:
    """A job for every slot that is due soon."""
    if not has_jobs(room):
        await plans.plan(room)
        return
    async with room.store.begin(beside=True) as tx:
        due = await tx.readers.slots_due(room.now() + AHEAD, MOST_SLOTS)
        await tx.jobs.defer([compose_job(slot) for slot in due])


async def revive(room: Newsroom) -> None:
    """Jobs whose worker died are done by others."""
    if not has_jobs(room):
        return
    async with room.store.begin(beside=True) as tx:
        again, given_up = await tx.jobs.revive()
        sources = await tx.jobs.ask_again()
    if again or given_up:
        log.warning("a worker died", jobs_again=again, given_up=given_up)
    if sources:
        log.error("jobs given up: their sources are read anew", sources=sources)


async def tidy_jobs(room: Newsroom) -> None:
    """Forget what was given up long ago."""
    if has_jobs(room):
        async with room.store.begin(beside=True) as tx:
            await tx.jobs.expire(FAILED_KEPT)
