"""A quarter of an hour before a busy slot: what would lead it, for who looks after the desk.

Nothing waits for an answer.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from newsbot.flows import pool, readers, staff
from newsbot.messages.desk import nudge as wording
from newsbot.models.deliveries import Sent
from newsbot.models.stories import Story
from newsbot.newsroom import Newsroom

FACT = "nudged"  # until when slots were looked at
BEFORE = timedelta(minutes=15)
TICK = timedelta(seconds=90)  # the clock looks every minute, and may be late
TOGETHER = timedelta(minutes=15)  # readers who never chose are spread: what comes within is one slot
APART = timedelta(hours=1)  # between two of them
FEWEST, SHARE = 5, 0.1  # readers, and of all of them: fewer are not busy
SHOWN = 5  # stories
log = structlog.get_logger()


async def nudge(room: Newsroom) -> int:
    """What the clock does every minute. Returns how many were told."""
    now = room.now()
    async with room.store.begin() as tx:
        await tx.stories.release(now)  # what was held long enough
    if room.messenger is None or not (wanted := await staff.nudged(room)):
        return 0
    begins = now + BEFORE
    async with room.store.read() as tx:
        last = await tx.facts.get(FACT)
        slots = await tx.readers.slots(begins - TICK, begins + TOGETHER)
        reached, _ = await tx.readers.counts()
    many = sum(slots.values())
    is_told = last is not None and datetime.fromisoformat(last) > now - APART
    if is_told or many < max(FEWEST, SHARE * reached) or min(slots) > begins:
        return 0
    async with room.store.begin() as tx:  # first, so that they are told once at most
        if not await tx.facts.change(FACT, last, now.isoformat()):
            return 0
    return await _tell(room, wanted, min(slots), many)


async def _tell(room: Newsroom, wanted: list[int], slot: datetime, many: int) -> int:
    best = await _best(room)
    told = 0
    for person in wanted:
        reader = await readers.known(room, person, None)
        outcome = await room.telegram.send(person, wording(best, slot, many, reader, room.now()))
        told += isinstance(outcome, Sent)
        if not isinstance(outcome, Sent):
            log.info("editor not told", editor=room.alias(person), why=type(outcome).__name__)
    return told


async def _best(room: Newsroom) -> list[Story]:
    async with room.store.read() as tx:
        told = await pool.stories(room, tx)
    news = [one for one in told if one.is_offered and not one.lead.noise]
    real = [one for one in news if not one.lead.sample] or news
    return [one.story for one in pool.ranked(pool.weighed(room, real))][:SHOWN]
