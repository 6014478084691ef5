"""Pull what is due: one source that fails never holds up the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from newsbot.flows import group
from newsbot.flows.pull import Pulled, pull
from newsbot.models.sources import Health, Source
from newsbot.newsroom import Newsroom

AT_ONCE = 32  # sources being asked at the same time; those that answer late have most of the places


async def refresh(
    room: Newsroom,
    only: Sequence[str] = (),
    force: bool = False,
    told: Callable[[Pulled], None] | None = None,
) -> list[Pulled]:
    """Ask every source that is due.

    :param only: ids; empty for all
    :param force: also those that are not due
    :param told: called with each result as it comes
    """
    async with room.refreshing:
        async with room.store.read() as tx:
            known = await tx.sources.all()
            due = {source.id for source, _ in await tx.sources.due(room.now())}
        chosen = [(s, h) for s, h in known if (s.id in only if only else s.on)]
        asked = [(s, h) for s, h in chosen if force or s.id in due]
        room.progress.done, room.progress.total, room.progress.running = 0, len(asked), True
        try:
            results = await _ask_all(room, asked, told)
        finally:
            room.progress.running = False
            room.progress.rounds += 1
        skipped = [Pulled(source=s, status="skipped") for s, h in chosen if not (force or s.id in due)]
        return sorted(results + skipped, key=lambda result: result.source.id)


async def _ask_all(
    room: Newsroom, asked: Sequence[tuple[Source, Health]], told: Callable[[Pulled], None] | None
) -> list[Pulled]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(source: Source, health: Health) -> Pulled:
        async with turns:
            result = await pull(room, source, health)
        room.progress.done += 1
        if result.new:  # at once: a first digest does not wait for the slowest source
            await group.group(room)
        if told is not None:
            told(result)
        return result

    return list(await asyncio.gather(*(ask(source, health) for source, health in asked)))
