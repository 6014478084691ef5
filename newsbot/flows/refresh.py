"""Pull what is due: one source that fails never holds up the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import structlog

from newsbot.errors import StoreError
from newsbot.flows import group
from newsbot.flows.pull import Pulled, pull
from newsbot.models.sources import Health, Source
from newsbot.newsroom import Newsroom

AT_A_HOST = 8  # sources of one host being asked; the fetcher lets four of them in at a time
log = structlog.get_logger()


async def refresh(
    room: Newsroom,
    only: Sequence[str] = (),
    force: bool = False,
    told: Callable[[Pulled], None] | None = None,
) -> list[Pulled]:
    """Ask every source that is due, and that nobody asks already: rounds may overlap.

    :param only: ids; empty for all
    :param force: also those that are not due
    :param told: called with each result as it comes
    """
    async with room.store.read() as tx:
        known = await tx.sources.all()
        due = {source.id for source, _ in await tx.sources.due(room.now())}
    chosen = [(s, h) for s, h in known if (s.id in only if only else s.on)]
    results = await _ask_all(room, [(s, h) for s, h in chosen if force or s.id in due], told)
    asked = {result.source.id for result in results}
    skipped = [Pulled(source=source, status="skipped") for source, _ in chosen if source.id not in asked]
    return sorted([*results, *skipped], key=lambda result: result.source.id)


async def refresh_due(room: Newsroom, told: Callable[[Pulled], None] | None = None) -> None:
    """The same every few seconds, where nobody wants to hear of those that are not due."""
    async with room.store.read() as tx:
        due = await tx.sources.due(room.now())
    await _ask_all(room, due, told)


async def _ask_all(
    room: Newsroom, due: Sequence[tuple[Source, Health]], told: Callable[[Pulled], None] | None
) -> list[Pulled]:
    asked = [(source, health) for source, health in due if source.id not in room.asking]
    ids = {source.id for source, _ in asked}
    _begins(room, ids)
    try:
        return await asyncio.gather(*(_ask(room, source, health, told) for source, health in asked))
    finally:
        _ends(room, ids)


async def _ask(
    room: Newsroom, source: Source, health: Health, told: Callable[[Pulled], None] | None
) -> Pulled:
    # the place at the host first: sixty feeds of one that hangs are not to have all places that there are
    async with _place(room, source), room.askers:
        result = await _pulled(room, source, health)
    room.asking.discard(source.id)
    room.progress.done += 1
    if told is not None:
        told(result)
    return result


async def _pulled(room: Newsroom, source: Source, health: Health) -> Pulled:
    """A database in trouble is no reason to forget the other sources: this one is asked again."""
    try:
        result = await pull(room, source, health)
        if result.new:  # at once: a first digest does not wait for the slowest source
            await group.group(room)
    except StoreError as error:
        log.error("pull not written down", source=source.id, why=str(error))
        return Pulled(source=source, status="failed", error=f"the database: {error}")
    return result


def _place(room: Newsroom, source: Source) -> asyncio.Semaphore:
    """At the host of a source; forgotten once nobody stands there."""
    host = urlsplit(source.url).hostname or ""
    place = room.hosts.get(host)
    if place is None:
        place = room.hosts[host] = asyncio.Semaphore(AT_A_HOST)
    return place


def _begins(room: Newsroom, ids: set[str]) -> None:
    progress = room.progress
    if not room.underway:
        progress.done = progress.total = 0
    room.asking |= ids
    room.underway += 1
    progress.total += len(ids)
    progress.running = True


def _ends(room: Newsroom, ids: set[str]) -> None:
    """All is done when no round is underway; one that had nothing to ask ends none of the others."""
    room.asking -= ids
    room.underway -= 1
    if not room.underway:
        room.progress.running = False
        room.progress.rounds += 1
