"""Look for what must not be in the database, and mend what can be mended without losing anything.

Everything is looked at in one reading transaction; what is mended is mended a few rows at a time, each only
if it is still wrong: a bot may run beside this.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from newsbot.digests.due import next_review, next_slot
from newsbot.errors import AlreadyRunning, StoreError
from newsbot.flows import taste
from newsbot.models.inspection import Finding
from newsbot.newsroom import Newsroom
from newsbot.store.inspection import ALONE, BESIDE, INTEGRITY, NAMED
from newsbot.stories.lead import lead


async def inspect(room: Newsroom, mend: bool = False) -> list[Finding]:
    """What every check comes to; where the file itself is damaged, that alone.

    :param mend: what can be, is mended
    """
    found = await _looked(room)
    if not found[0].is_well:
        return found
    if mend:
        found = [await _mended(room, one) for one in found]
    return found + [await _alone(room, name, mend) for name in ALONE]


async def _looked(room: Newsroom) -> list[Finding]:
    """The file first: of a damaged one nothing else is asked, as what it says could be anything."""
    now, found = room.now(), list[Finding]()
    try:
        async with room.store.read() as tx:
            found.append(await tx.inspection.look(INTEGRITY, now))
            if found[0].is_well:
                found += [await tx.inspection.look(name, now) for name in BESIDE if name != INTEGRITY]
    except StoreError:
        if not found or found[0].is_well:
            raise  # else the transaction that found the damage could not even be ended
    return found


async def _alone(room: Newsroom, name: str, mend: bool) -> Finding:
    """What a bot that runs is busy with is no finding; none begins while this is looked at."""
    try:
        async with room.store.alone():
            async with room.store.read() as tx:
                found = await tx.inspection.look(name, room.now())
            return await _mended(room, found) if mend else found
    except AlreadyRunning:
        return Finding(name=name, words=NAMED[name].words)


async def _mended(room: Newsroom, found: Finding) -> Finding:
    """With how many were mended."""
    if found.is_well or not found.is_mendable:
        return found
    mended = 0
    while many := await (_decided(room, found.name) if found.name in DECIDED else _some(room, found.name)):
        mended += many
    return replace(found, mended=mended)


async def _some(room: Newsroom, name: str) -> int:
    async with room.store.begin() as tx:
        return await tx.inspection.mend(name, room.now())


async def _decided(room: Newsroom, name: str) -> int:
    """What is right is worked out between what is read and what is written."""
    async with room.store.read() as tx:
        ids = await tx.inspection.ids(name, room.now())
    return await DECIDED[name](room, ids) if ids else 0


async def _leads(room: Newsroom, ids: Sequence[int]) -> int:
    async with room.store.read() as tx:
        told = await tx.stories.tellers(ids)
    leads = {story_id: lead(tellers) for story_id, tellers in told.items()}
    async with room.store.begin() as tx:
        return sum([await tx.inspection.lead(story, one, room.now()) for story, one in leads.items()])


async def _plans(room: Newsroom, ids: Sequence[int]) -> int:
    now, many = room.now(), 0
    for reader_id in ids:
        try:
            async with room.store.read() as tx:
                reader = await tx.readers.get(reader_id)
            if reader is None:
                continue
            due = next_slot(reader, now, room.usual_hour).due_at, next_review(reader, now).due_at
        except (ValueError, KeyError, TypeError):  # a plan that cannot be read is another finding
            continue
        async with room.store.begin() as tx:
            many += await tx.inspection.plan(reader_id, *due, now)
    return many


async def _tastes(room: Newsroom, ids: Sequence[int]) -> int:
    for reader_id in ids:
        await taste.rebuild(room, reader_id)
    async with room.store.read() as tx:
        still = await tx.inspection.ids("tastes", room.now())
    return len(set(ids) - set(still))


DECIDED: dict[str, Callable[[Newsroom, Sequence[int]], Awaitable[int]]] = {
    "stories.lead": _leads,
    "readers.never_due": _plans,
    "tastes": _tastes,
}
