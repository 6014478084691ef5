"""Digests at their hour: a row per reader and slot, then each row sent at most once.

    due -> planned (a row, committed) -> claimed -> pace -> sending (committed) -> POST -> settled (committed)

A process killed before `sending` sent nothing, so the row is sent after the next start. Killed after it,
nobody can know: the row becomes unknown, is not sent again, and its stories are offered in the next digest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

import structlog

from newsbot.digests.due import Slot, next_slot
from newsbot.errors import StoreError
from newsbot.flows import digest as digests
from newsbot.flows import pool
from newsbot.messages.digest import digest as wording
from newsbot.messages.digest import shown
from newsbot.models.deliveries import Blocked, Delivery, MovedTo, Outcome, State, TryLater, Unknown
from newsbot.models.digests import Digest
from newsbot.models.readers import Reader
from newsbot.models.stories import Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.outbox.settle import expired, settle
from newsbot.store import Transaction

AT_ONCE = 500  # readers planned in one go
CLAIMED = 20  # deliveries taken in one go
EXPIRES = timedelta(hours=6)
WINDOW = 26  # hours of news in a digest: a day, and what was found only hours after it was published
FAULT_SECONDS = 60  # until a digest that we stumbled over is tried again
log = structlog.get_logger()


async def tick(room: Newsroom) -> int:
    """What the clock does every five seconds: write down what is due, send it. Returns how many arrived."""
    await plan(room)
    return await deliver(room)


async def plan(room: Newsroom) -> int:
    """Write a delivery down for every reader whose time has come. Returns how many."""
    written = 0
    while True:
        async with room.store.read() as tx:
            due = await tx.readers.due(room.now(), AT_ONCE)
            told = await pool.stories(room, tx, WINDOW) if due else []
        failed = 0
        for reader in due:
            try:
                written += await _plan_one(room, reader, told)
            except StoreError:
                raise
            except Exception:  # whatever is wrong with one reader, the others get theirs
                failed += 1
                log.exception("not planned", reader=room.alias(reader.id))
        if len(due) < AT_ONCE or failed == len(due):
            return written


async def _plan_one(room: Newsroom, reader: Reader, told: Sequence[Story]) -> bool:
    """Compose first, then write: nobody else's write waits for the composing."""
    slot, following = _slots(reader, room.now(), room.usual_hour)
    found = None
    if room.now() < slot.due_at + EXPIRES:
        async with room.store.read() as tx:
            found = await digests.composed(room, tx, reader, told=told)
    else:
        log.info("slot skipped", reader=room.alias(reader.id), slot=slot.key, why="too late")
    async with room.store.begin() as tx:
        # false where the reader chose other hours or stopped meanwhile: the next round sees that
        goes_on = await tx.readers.move_on(reader, following.due_at)
        if not goes_on or found is None or not found.stories:
            return False
        number = await tx.deliveries.plan(_delivery(reader, slot, found))
        if number is not None:
            await tx.deliveries.overtake(reader.id, number)
        return number is not None


def _slots(reader: Reader, now: datetime, usual: time) -> tuple[Slot, Slot]:
    """The newest slot that is due, and the one after it; older ones that were missed are skipped."""
    slot = next_slot(reader, (reader.next_due or now) - timedelta(seconds=1), usual)
    following = next_slot(reader, slot.due_at, usual)
    while following.due_at <= now:
        slot, following = following, next_slot(reader, following.due_at, usual)
    return slot, following


def _delivery(reader: Reader, slot: Slot, found: Digest) -> Delivery:
    return Delivery(
        id=0,
        chat_id=reader.id,
        slot=slot.key,
        state=State.QUEUED,
        due_at=slot.due_at,
        expires_at=slot.due_at + EXPIRES,
        story_ids=tuple(one.story.id for one in found.stories),
        lost_ids=tuple(found.lost_ids),
        filtered=found.filtered,
    )


async def deliver(room: Newsroom) -> int:
    """Send what is written down and due. Returns how many arrived."""
    sent = 0
    async with room.delivering:
        while True:
            async with room.store.begin() as tx:
                claimed = await tx.deliveries.claim(room.owner, room.now(), CLAIMED)
            if not claimed:
                return sent
            sending = (_send(room, delivery) for delivery in claimed)
            for result in await asyncio.gather(*sending, return_exceptions=True):
                if isinstance(result, BaseException):
                    raise result  # the database's: what is claimed waits for the next start
                sent += result.state == State.SENT


async def _send(room: Newsroom, delivery: Delivery) -> Delivery:
    """One delivery, tried once; whatever is wrong with it, the others are sent."""
    try:
        return await _try(room, delivery)
    except StoreError:
        raise
    except Exception:
        log.exception("not sent", reader=room.alias(delivery.chat_id), slot=delivery.slot)
        return await _stumbled(room, delivery)


async def _stumbled(room: Newsroom, delivery: Delivery) -> Delivery:
    """After a fault of our own: what had not left is tried again; of what had, nobody can know."""
    why = "a fault of our own"
    async with room.store.begin() as tx:
        row = await tx.deliveries.get(delivery.id) or delivery
        outcome = Unknown(why) if row.state is State.SENDING else TryLater(FAULT_SECONDS, why)
        settled = settle(row, outcome, room.now())
        await tx.deliveries.save(settled)
    return settled


async def _try(room: Newsroom, delivery: Delivery) -> Delivery:
    too_late = expired(delivery, room.now())
    if too_late:
        return await _record(room, too_late)
    async with room.store.read() as tx:
        reader = await tx.readers.get(delivery.chat_id)
        found = await digests.again(tx, _view(delivery))
    if reader is None or not reader.subscribed or not found.stories:
        return await _record(room, replace(delivery, state=State.SKIPPED, reason="nobody or nothing to send"))
    message = wording(found, reader, room.now(), f"d{delivery.id}")
    await room.telegram.turn(delivery.chat_id)
    async with room.store.begin() as tx:
        is_ours = await tx.deliveries.depart(delivery, room.owner)
    if not is_ours:  # we were taken for dead, and somebody else sends it
        log.warning("not ours any more", reader=room.alias(delivery.chat_id), slot=delivery.slot)
        return delivery
    outcome = await room.telegram.post(delivery.chat_id, message)
    return await _settle(room, replace(delivery, state=State.SENDING), shown(found, message), outcome)


async def _settle(room: Newsroom, sending: Delivery, told: Sequence[Story], outcome: Outcome) -> Delivery:
    now = room.now()
    settled = settle(sending, outcome, now)
    async with room.store.begin() as tx:
        if isinstance(outcome, MovedTo):
            settled = await _moved(tx, settled, sending.chat_id, outcome.chat_id)
        await tx.deliveries.save(settled)
        if settled.state is State.SENT:
            articles = (article.id for story in told for article in story.articles)
            await tx.deliveries.show(settled.chat_id, articles, now)
        if isinstance(outcome, Blocked):
            await tx.readers.unreachable(settled.chat_id)
    alias = room.alias(settled.chat_id)
    log.info("delivered", reader=alias, slot=settled.slot, state=settled.state, reason=settled.reason)
    return settled


async def _moved(tx: Transaction, settled: Delivery, old: int, new: int) -> Delivery:
    """A group has another number from now on, which everything we know of it gets."""
    await tx.readers.move(old, new)
    await tx.deliveries.move(old, new)
    row = await tx.deliveries.get(settled.id)
    if row is None or row.chat_id == new:
        return settled
    return replace(settled, chat_id=old, state=State.SKIPPED, reason="moved, and has one there")


async def _record(room: Newsroom, delivery: Delivery) -> Delivery:
    async with room.store.begin() as tx:
        await tx.deliveries.save(delivery)
    return delivery


def _view(delivery: Delivery) -> View:
    return View(
        chat_id=delivery.chat_id,
        kind="digest",
        story_ids=delivery.story_ids,
        lost_ids=delivery.lost_ids,
        filtered=delivery.filtered,
    )


async def recover(room: Newsroom) -> tuple[int, int]:
    """After a start: free what was claimed, give up what was on the wire. Returns how many of each.

    Only for the one who is alone with the database: another's would be given up while it arrives.
    """
    async with room.store.begin() as tx:
        freed, unknown = await tx.deliveries.recover()
    if freed or unknown:
        log.warning("deliveries recovered", freed=freed, unknown=unknown)
    return freed, unknown
