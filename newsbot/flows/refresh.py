"""Pull what is due: one source that fails never holds up the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from newsbot.flows import group
from newsbot.flows.pull import Pulled, pull
from newsbot.models.sources import Health, Source
from newsbot.newsroom import Newsroom


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
    asked = [(s, h) for s, h in chosen if (force or s.id in due) and s.id not in room.asking]
    ids = {source.id for source, _ in asked}
    _begins(room, ids)
    try:
        results = await asyncio.gather(*(_ask(room, source, health, told) for source, health in asked))
    finally:
        _ends(room, ids)
    skipped = [Pulled(source=source, status="skipped") for source, _ in chosen if source.id not in ids]
    return sorted([*results, *skipped], key=lambda result: result.source.id)


async def _ask(
    room: Newsroom, source: Source, health: Health, told: Callable[[Pulled], None] | None
) -> Pulled:
    async with room.askers:
        result = await pull(room, source, health)
    room.asking.discard(source.id)
    room.progress.done += 1
    if result.new:  # at once: a first digest does not wait for the slowest source
        await group.group(room)
    if told is not None:
        told(result)
    return result


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
