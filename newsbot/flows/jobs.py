"""The jobs of a pull and of a slot, one function a task: what a worker does, and what is due after it.

    refresh -> (read, where a list names pages) -> tag -> cluster          compose

Each writes down what it found out together with the jobs that are due by it, in one transaction. A worker
that dies in between leaves the job as it was: another does it again, and what is stored already is known.
The database in trouble is no failure of a source: the job is tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog

from newsbot.flows import behind, group
from newsbot.flows import plan as plans
from newsbot.flows import pull as pulls
from newsbot.models.articles import Draft, Link
from newsbot.models.jobs import SOURCE, Job
from newsbot.models.sources import Health, Source
from newsbot.newsroom import Newsroom
from newsbot.sources.due import after_success, ask_anew

CLUSTER = Job(task="cluster", lock="cluster", once=True)
log = structlog.get_logger()


def refresh_job(source_id: str) -> Job:
    """Ask a source."""
    return Job(task="refresh", arguments={"source_id": source_id}, lock=lock_of(source_id), once=True)


def compose_job(slot: datetime) -> Job:
    """Compose what is due at a moment."""
    moment = slot.isoformat()
    return Job(task="compose", arguments={"slot": moment}, lock=f"slot {moment}", once=True)


async def refresh(room: Newsroom, source_id: str) -> None:
    """Ask a source that is due, and write down what is to be read of its answer."""
    known = await _known(room, source_id, is_due=True)
    if known is None:  # somebody asked it meanwhile, or it is gone
        return
    source, health = known
    jobs: Sequence[Job] = ()
    url = source.url
    try:
        asked = await pulls.ask(room, source, health)
    except Exception as error:
        pulled, after = pulls.failed(room, source, health, error)
    else:
        fetched, url = asked.served.fetched, asked.url
        status = "changed" if asked.fresh else "unchanged"
        pulled = pulls.Pulled(source=source, status=status, ms=fetched.ms, size=fetched.size)
        after = after_success(health, asked.served, source, room.now(), room.settings.refresh_seconds)
        jobs = _following(source, asked.fresh, asked.behind, asked.backlog)
    async with room.store.begin(beside=True) as tx:
        await tx.sources.remember(after, url)
        await tx.jobs.defer(jobs)
    pulls.tell(room, pulled, found=sum(len(job.arguments["drafts"]) for job in jobs))


async def read(room: Newsroom, source_id: str, drafts: Sequence[dict[str, Any]], backlog: bool) -> None:
    """Fetch the pages that a list names; what cannot be had now is found again by the next pull."""
    known = await _known(room, source_id)
    if known is None:
        return
    source, _ = known
    found = await behind.fetched(room, source, _unpacked(drafts))
    async with room.store.begin(beside=True) as tx:
        await tx.jobs.defer(_following(source, found.drafts, False, backlog))
        if not found.whole or found.wait is not None:
            source, health = (await tx.sources.get(source_id)) or known
            after = pulls.left_over(room, health, found.whole, found.wait)
            await tx.sources.remember(after, source.url)
    log.info("pages read", source=source_id, pages=len(found.drafts), left=not found.whole)


async def tag(room: Newsroom, source_id: str, drafts: Sequence[dict[str, Any]], backlog: bool) -> None:
    """Understand articles and store them; they are clustered next."""
    known = await _known(room, source_id)
    if known is None:
        return
    source, health = known
    try:
        statuses = await pulls.store(room, source, _unpacked(drafts), backlog, then=[CLUSTER])
    except Exception as error:
        pulled, after = pulls.failed(room, source, health, error)
        async with room.store.begin(beside=True) as tx:  # it is asked for all of it again
            await tx.sources.remember(ask_anew(after), source.url)
        pulls.tell(room, pulled)
        return
    new, changed = statuses.count("new"), statuses.count("changed")
    if new:
        async with room.store.begin(beside=True) as tx:
            await tx.sources.count(room.now(), source_id)
    log.info("articles stored", source=source_id, new=new, changed=changed)


async def cluster(room: Newsroom) -> None:
    """Give every article without a story its own or another's."""
    many = await group.group(room)
    log.info("articles clustered", many=many)


async def compose(room: Newsroom, slot: str) -> None:
    """Write down the digests that are due at this moment."""
    many = await plans.plan(room, datetime.fromisoformat(slot))
    log.info("digests composed", slot=slot, many=many)


def _following(source: Source, drafts: Sequence[Draft], is_behind: bool, backlog: bool) -> list[Job]:
    """What is due once these were found."""
    parts = [drafts] if is_behind and drafts else pulls.in_parts(drafts)
    return [
        Job(
            task="read" if is_behind else "tag",
            arguments={"source_id": source.id, "drafts": _packed(some), "backlog": backlog},
            lock=lock_of(source.id),
        )
        for some in parts
    ]


def lock_of(source_id: str) -> str:
    """Of everything that is done with a source: one job at a time."""
    return f"{SOURCE}{source_id}"


async def _known(room: Newsroom, source_id: str, is_due: bool = False) -> tuple[Source, Health] | None:
    async with room.store.read() as tx:
        return await tx.sources.get(source_id, room.now() if is_due else None)


def _packed(drafts: Sequence[Draft]) -> list[dict[str, Any]]:
    """As JSON has them."""
    return [
        asdict(draft) | {"published": draft.published.isoformat() if draft.published else None}
        for draft in drafts
    ]


def _unpacked(drafts: Sequence[dict[str, Any]]) -> list[Draft]:
    return [
        Draft(
            **one
            | {name: tuple(one[name]) for name in ("keys", "tags")}
            | {
                "published": datetime.fromisoformat(one["published"]) if one["published"] else None,
                "related": tuple(Link(**link) for link in one["related"]),
            }
        )
        for one in drafts
    ]
