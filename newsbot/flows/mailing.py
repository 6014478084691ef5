"""What becomes of broadcasts that were begun: sent, counted, changed, deleted, each by the clock.

    mail       what was begun leaves, in the line behind the digests
    progress   one message says how far it is, edited every three seconds at most
    amend      what was sent gets other words, or is deleted

Which messages are still to be changed their rows say, so that a crash costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from newsbot.flows import broadcast, readers
from newsbot.flows.deliver import Letter, Post
from newsbot.messages import broadcast as words
from newsbot.messages.digest import Worded
from newsbot.messages.wording import say
from newsbot.models.broadcasts import GOING, Broadcast, Content, Kind, Segment, Stage
from newsbot.models.deliveries import Delivery, Gone, Outcome, Sent, State, TryLater, Unknown
from newsbot.models.messages import Message, Urgency
from newsbot.models.readers import Reader
from newsbot.models.stories import Story
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.store.broadcasts import NOT_CHANGED, NOT_DELETED

EVERY = timedelta(seconds=3)  # two edits of its progress
AT_ONCE = 100  # messages that are changed between two looks at what is wanted
SWEPT = timedelta(hours=1)  # after it was cancelled
log = structlog.get_logger()


class Bag(Post):
    """Sends broadcasts: in the line behind digests, and worded for each reader."""

    urgency = Urgency.BROADCAST

    async def _claimed(self, tx: Transaction, many: int) -> list[Delivery]:
        going = await tx.broadcasts.going()
        return await tx.deliveries.claim(self._owner, self._room.now(), many, going) if going else []

    async def _one_go(self) -> bool:
        async with self._room.store.read() as tx:
            self._going: Mapping[int, Broadcast] = await tx.broadcasts.load(await tx.broadcasts.going())
        return await super()._one_go()

    async def _letter(
        self, delivery: Delivery, reader: Reader | None, told: list[Story], lines: Worded
    ) -> Letter | None:
        one = self._going.get(delivery.broadcast_id or 0)
        if one is None:  # begun since they were looked up: in the next go
            await self._save(replace(delivery, state=State.QUEUED))
            return None
        is_there = not one.content.story_id or (told and told[0].retracted is None)
        if not is_there:
            await self._skip(delivery, "nothing to send")
            return None
        if reader is None or not _is_for(one, reader, self._room.now()):
            await self._skip(delivery, "nobody or nothing to send")
            return None
        if await self._is_quiet(delivery, reader):
            return None
        story = told[0] if told else None
        message = words.message(one, reader, story, self._room.now(), f"d{delivery.id}")
        message = replace(message, thread_id=reader.thread_id)
        worded = replace(delivery, revision=one.revision)
        return Letter(worded, message, (), reader.doubted_at is not None)


def _is_for(one: Broadcast, reader: Reader, now: datetime) -> bool:
    """Whether this reader still is to get it: an answer to what they said also without digests."""
    if one.content.kind is Kind.NOTICE:
        return True
    return reader.subscribed and not reader.pauses(now)


async def mail(room: Newsroom) -> int:
    """Send what was begun. Returns how many arrived."""
    async with room.mailing:
        async with room.store.read() as tx:
            going = await tx.broadcasts.going()
            due = await tx.deliveries.next_due(room.now(), going) if going else None
        if due is None or room.telegram.held(Urgency.BROADCAST):
            return 0
        bag = room.bag if isinstance(room.bag, Bag) else Bag(room)
        room.bag = bag
        return await bag.deliver()


async def amend(room: Newsroom) -> int:
    """Change, or delete, what was sent and is not to stand there as it does. Returns how many."""
    async with room.amending:
        async with room.store.read() as tx:
            changed = await tx.broadcasts.changed()
        many = 0
        for one in changed:
            many += await _amended(room, one)
        return many


async def _amended(room: Newsroom, one: Broadcast) -> int:
    """All of it, once; what got no answer is tried again in the next round."""
    many, last, some_stay = 0, 0, one.stage in GOING
    while not room.closing.is_set() and not room.telegram.held(Urgency.BROADCAST):
        async with room.store.read() as tx:
            current = await tx.broadcasts.get(one.id)
            some = await tx.broadcasts.to_amend(current, AT_ONCE, last) if current else []
            theirs = {reader.id: reader for reader in await tx.readers.load([x.chat_id for x in some])}
        if current is None or not some:
            await _is_amended(room, current, some_stay)
            break
        outcomes = await asyncio.gather(
            *(_amend_one(room, current, delivery, theirs.get(delivery.chat_id)) for delivery in some)
        )
        done = [
            _amended_to(current, delivery, outcome)
            for delivery, outcome in zip(some, outcomes, strict=True)
            if not isinstance(outcome, TryLater | Unknown)
        ]
        async with room.store.begin() as tx:
            await tx.broadcasts.amended(done)
        many, last = many + len(done), some[-1].id
        some_stay = some_stay or len(done) < len(some)
    return many


async def _is_amended(room: Newsroom, one: Broadcast | None, some_stay: bool) -> None:
    """All of it was gone through: unless some got no answer, or some are still being sent, it is over."""
    if one is None or some_stay:
        return
    async with room.store.begin() as tx:
        current = await tx.broadcasts.get(one.id)
        if current is None or (current.revision, current.withdrawn_at) != (one.revision, one.withdrawn_at):
            return  # changed once more meanwhile
        done = replace(current, is_amending=False)
        await tx.broadcasts.save(done, current.stage)
    await _show(room, done, is_over=True)


def _amended_to(one: Broadcast, delivery: Delivery, outcome: Outcome) -> tuple[int, State, int]:
    """What it is by now; one that Telegram does not change, or delete, stays, and is not tried again."""
    is_done = isinstance(outcome, Sent)
    if one.withdrawn_at is None:
        return delivery.id, State.SENT, one.revision if is_done else NOT_CHANGED
    return (delivery.id, State.WITHDRAWN, one.revision) if is_done else (delivery.id, State.SENT, NOT_DELETED)


async def _amend_one(room: Newsroom, one: Broadcast, delivery: Delivery, reader: Reader | None) -> Outcome:
    await asyncio.sleep(await room.telegram.turn(delivery.chat_id, Urgency.BROADCAST))
    if delivery.message_id is None:
        return Gone("no message")
    if one.withdrawn_at is not None:
        return await room.telegram.delete(delivery.chat_id, delivery.message_id)
    if reader is None:
        return Gone("no reader")
    message = words.message(one, reader, None, room.now(), f"d{delivery.id}")
    return await room.telegram.revise(delivery.chat_id, delivery.message_id, message)


async def progress(room: Newsroom) -> None:
    """Say how far they are, in one message each that is edited; end those that are over."""
    now = room.now()
    async with room.store.read() as tx:
        going = await tx.broadcasts.at(Stage.SENDING)
        changing = await tx.broadcasts.changed()
        cancelled = await tx.broadcasts.cancelled(now - SWEPT)
    for under_way in going:
        one = await _ended(room, under_way)
        await _show(room, one, is_over=one.stage is Stage.SENT)
    for one in changing:
        await _show(room, one, is_over=False)
    for one in cancelled:
        await _swept(room, one)


async def _swept(room: Newsroom, one: Broadcast) -> None:
    """What was on the wire when it was cancelled and came back does not wait for ever."""
    async with room.store.read() as tx:
        if await tx.broadcasts.is_over(one.id):
            return
    async with room.store.begin() as tx:
        await tx.broadcasts.cancel(one.id)
    await _show(room, one, is_over=True)


async def _ended(room: Newsroom, one: Broadcast) -> Broadcast:
    async with room.store.read() as tx:
        if not await tx.broadcasts.is_over(one.id):
            return one
    async with room.store.begin() as tx:
        current = await tx.broadcasts.get(one.id)
        if current is None or not await tx.broadcasts.is_over(one.id):
            return one
        ended = replace(current, stage=Stage.SENT, ended_at=room.now())
        if not await tx.broadcasts.save(ended, Stage.SENDING):
            return one
    log.info("broadcast is over", number=one.id)
    return ended


async def _show(room: Newsroom, one: Broadcast, is_over: bool) -> None:
    now = room.now()
    is_soon = one.shown_at is not None and now - one.shown_at < EVERY
    if one.place is None or (is_soon and not is_over):
        return
    chat_id, message_id = one.place
    async with room.store.begin() as tx:
        await tx.broadcasts.shown(one.id, one.place, now)
    reader = await readers.known(room, chat_id, None)
    told = words.report(await broadcast.report(room, one), reader, now)
    outcome = await room.telegram.edit(chat_id, message_id, told, waits=True)
    if isinstance(outcome, Gone):
        outcome = await room.telegram.send(chat_id, told)
        if isinstance(outcome, Sent):
            await broadcast.shown_at(room, one, (chat_id, outcome.message_id))
    if not isinstance(outcome, Sent):
        log.info("progress not shown", number=one.id, why=type(outcome).__name__)


async def tell(
    room: Newsroom, tx: Transaction, ids: Iterable[int], sentence: str, **values: str
) -> list[int]:
    """Write it down for these people, in the transaction of what it tells of.

    Returns those who are no readers, for whom nothing can be written down: see `call`.

    :param sentence: the key of its wording
    """
    now, theirs = room.now(), frozenset(ids)
    if not theirs:
        return []
    # whom it is for its rows say, and nothing else: they may be forgotten
    content = Content(kind=Kind.NOTICE, text=sentence, values=values)
    made = Broadcast(
        id=0, by=0, at=now, content=content, key="", segment=Segment(ids=frozenset((0,))),
        stage=Stage.SENDING, began_at=now, audience=len(theirs),
    )  # fmt: skip
    number = await tx.broadcasts.add(made)
    await tx.broadcasts.write_to(number, theirs, now, now + broadcast.EXPIRES)
    known = {one.id for one in await tx.readers.load(sorted(theirs))}
    return sorted({one for one in theirs if one > 0} - known)


async def call(room: Newsroom, ids: Iterable[int], sentence: str, **values: str) -> None:
    """Tell people who are no readers, at once; who cannot be written to is not told."""
    for person in ids:
        words = say(sentence, room.settings.language, **values)
        await room.telegram.send(person, Message(text=str(words)))
