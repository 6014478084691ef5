"""Which digests are to be sent: a row per reader and slot, written down before the first of them leaves.

    due soon -> composed -> planned (a row with its stories, committed)

The rows of a slot are there some minutes before its hour, so that at the hour there is only sending to do.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta

import structlog

from newsbot.digests.due import Slot, next_slot
from newsbot.errors import StoreError
from newsbot.flows import digest as digests
from newsbot.flows import pool
from newsbot.models.deliveries import Delivery, State
from newsbot.models.digests import Digest
from newsbot.models.readers import Reader
from newsbot.newsroom import Newsroom
from newsbot.stories.rank import Board

AT_ONCE = 500  # readers planned in one go
AHEAD = timedelta(minutes=5)
EXPIRES = timedelta(hours=6)  # after the slot's own sending time
WINDOW = 26  # hours of news in a digest: a day, and what was found only hours after it was published
log = structlog.get_logger()


async def plan(room: Newsroom) -> int:
    """Write a delivery down for every reader whose time comes soon. Returns how many."""
    written = 0
    while not room.closing.is_set():
        until = room.now() + AHEAD
        async with room.store.read() as tx:
            due = await tx.readers.due(until, AT_ONCE)
            told = await pool.stories(room, tx, WINDOW) if due else []
            line = await tx.deliveries.waiting() + await tx.readers.due_count(until) if due else 0
        takes = timedelta(seconds=line / room.rate)
        weighed = await asyncio.to_thread(pool.weighed, room, told)
        failed = 0
        for reader in due:
            try:
                written += await _plan_one(room, reader, weighed, takes)
            except StoreError:
                raise
            except Exception:  # whatever is wrong with one reader, the others get theirs
                failed += 1
                log.exception("not planned", reader=room.alias(reader.id))
        if len(due) < AT_ONCE or failed == len(due):
            break
    return written


async def skip(room: Newsroom) -> int:
    """Begin with the next slot of everybody whose last one has passed. Returns of how many."""
    skipped = 0
    while True:
        now = room.now()
        async with room.store.read() as tx:
            late = await tx.readers.due(now, AT_ONCE)
        moves = [(reader, next_slot(reader, now, room.usual_hour).due_at) for reader in late]
        async with room.store.begin() as tx:
            for reader, due in moves:
                await tx.readers.move_on(reader, due)
        skipped += len(late)
        if len(late) < AT_ONCE:
            return skipped


async def _plan_one(room: Newsroom, reader: Reader, weighed: Board, takes: timedelta) -> bool:
    """Compose first, then write: nobody else's write waits for the composing.

    :param takes: how long it takes to send everything that waits
    """
    slot, following = _slots(reader, room.now(), room.usual_hour)
    found = None
    if room.now() < slot.due_at + EXPIRES:
        found = await digests.composed(room, reader, weighed=weighed)
    else:
        log.info("slot skipped", reader=room.alias(reader.id), slot=slot.key, why="too late")
    async with room.store.begin() as tx:
        # false where the reader chose other hours or stopped meanwhile: the next round sees that
        goes_on = await tx.readers.move_on(reader, following.due_at)
        if not goes_on or found is None or not found.stories:
            return False
        number = await tx.deliveries.plan(_delivery(reader, slot, found, takes))
        if number is not None:
            await tx.deliveries.overtake(reader.id, number, room.now())
        return number is not None


def _slots(reader: Reader, now: datetime, usual: time) -> tuple[Slot, Slot]:
    """The newest slot that is due, or soon will be, and the one after it; what was missed is skipped."""
    slot = next_slot(reader, (reader.next_due or now) - timedelta(seconds=1), usual)
    following = next_slot(reader, slot.due_at, usual)
    while following.due_at <= now:
        slot, following = following, next_slot(reader, following.due_at, usual)
    return slot, following


def _delivery(reader: Reader, slot: Slot, found: Digest, takes: timedelta) -> Delivery:
    return Delivery(
        id=0,
        chat_id=reader.id,
        slot=slot.key,
        state=State.QUEUED,
        due_at=slot.due_at,
        expires_at=slot.due_at + takes + EXPIRES,
        story_ids=tuple(one.story.id for one in found.stories),
        lost_ids=tuple(found.lost_ids),
        grown_ids=tuple(found.grown_ids),
        filtered=found.filtered,
    )
