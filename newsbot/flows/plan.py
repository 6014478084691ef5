"""Which digests are to be sent: a row per reader and slot, written down before the first of them leaves.

    due soon -> composed -> planned (a row with its stories, committed)

The rows of a slot are there some minutes before its hour, so that at the hour there is only sending to do.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import NamedTuple

import structlog

from newsbot.digests.due import Slot, hours, newest, next_slot
from newsbot.flows.edition import Edition
from newsbot.models.deliveries import Delivery, Planned, State
from newsbot.models.digests import Digest
from newsbot.models.readers import Reader, Topic
from newsbot.newsroom import Newsroom

AT_ONCE = 500  # readers planned in one go
AHEAD = timedelta(minutes=5)
FAR = timedelta(days=8)  # a week has every slot once, but for who pauses
EXPIRES = timedelta(hours=6)  # after the slot's own sending time
SKIPPED = "skipped:"  # facts that count them begin so; the date follows
log = structlog.get_logger()


async def plan(room: Newsroom, slot: datetime | None = None) -> int:
    """Write a delivery down for every reader whose time comes soon. Returns how many.

    :param slot: only for those whose time is this one
    """
    written = line = 0
    edition: Edition | None = None
    stumbled: set[int] = set()  # those behind them get theirs all the same
    while not room.closing.is_set():
        now = room.now()
        async with room.store.read() as tx:
            waiting = await tx.readers.due(slot or now + AHEAD, AT_ONCE + len(stumbled), slot)
            due = [reader for reader in waiting if reader.id not in stumbled]
            if not due:
                break
            if edition is None:
                edition = Edition(room)
                line = await tx.deliveries.waiting() + await tx.readers.due_count(now + AHEAD)
        planned = await _planned(room, edition, due, timedelta(seconds=line / room.rate))
        written += await room.store.plan(planned, now, skipped(room))
        stumbled |= {reader.id for reader in due} - {one.reader_id for one in planned}
        if len(waiting) < AT_ONCE:
            break
    return written


async def rewind(room: Newsroom) -> int:
    """A clock that was far ahead left readers waiting for what is far away. Returns of how many."""
    now = room.now()
    async with room.store.read() as tx:
        late = await tx.readers.due_after(now + FAR, AT_ONCE)
    moves = [
        Planned(one.id, one.next_due, due)
        for one in late
        if (due := next_slot(one, now, room.usual_hour).due_at) != one.next_due
    ]
    if moves:
        log.warning("slots that were far away", many=len(moves))
        await room.store.plan(moves, now, skipped(room))
    return len(moves)


def skipped(room: Newsroom) -> str:
    """The fact that counts today's slots that passed while nobody sent anything."""
    return f"{SKIPPED}{room.today}"


async def skip(room: Newsroom) -> int:
    """Begin with the next slot of everybody whose last one has passed. Returns of how many."""
    many = 0
    while True:
        now = room.now()
        async with room.store.read() as tx:
            late = await tx.readers.due(now, AT_ONCE)
        moves = [Planned(one.id, one.next_due, next_slot(one, now, room.usual_hour).due_at) for one in late]
        await room.store.plan(moves, now, skipped(room))
        many += len(late)
        if len(late) < AT_ONCE:
            return many


async def _planned(
    room: Newsroom, edition: Edition, due: Sequence[Reader], takes: timedelta
) -> list[Planned]:
    """What comes of each; whoever we stumble over is left for the next round.

    :param takes: how long it takes to send everything that waits
    """
    now, slots = room.now(), {}
    alike: dict[Hashable, tuple[Slot, Slot, int]] = {}  # most have the same hour in the same zone
    for reader in due:
        try:
            plan = (
                reader.zone,
                hours(reader, room.usual_hour),
                reader.quiet,
                reader.paused_until,
                reader.next_due,
            )
            if plan not in alike:
                alike[plan] = _slots(reader, now, room.usual_hour)
            slots[reader.id] = alike[plan]
        except Exception:
            log.exception("not planned", reader=room.alias(reader.id))
    in_time = [one for one in due if one.id in slots and now < slots[one.id][0].due_at + EXPIRES]
    forums = [one for one in in_time if one.topics]
    plain = [one for one in in_time if not one.topics]
    found = await _sections(edition, forums) if forums else {}
    for reader, told in zip(plain, await edition.digests(plain), strict=True):
        found[reader.id] = [Section(reader, told)] if told is not None else None
    planned = []
    for reader in due:
        if reader.id not in slots or (reader.id in found and found[reader.id] is None):
            continue
        slot, following, missed = slots[reader.id]
        if missed:
            log.info("slots skipped", reader=room.alias(reader.id), last=slot.key, many=missed)
        sent = _deliveries(found.get(reader.id) or (), slot, takes, now)
        planned.append(Planned(reader.id, reader.next_due, following.due_at, sent, missed))
    return planned


def _deliveries(
    sections: Sequence[Section], slot: Slot, takes: timedelta, now: datetime
) -> tuple[Delivery, ...]:
    """One a section that has enough to tell. While one waits for more the next digest looks back as far."""
    if len(sections) == 1:
        alone = _delivery(sections[0], slot, takes, now)
        return (alone,) if alone is not None else ()
    made = [_delivery(one, slot, takes, now) for one in sections]
    waits = any(
        section.digest.stories and (one is None or not one.story_ids)
        for section, one in zip(sections, made, strict=True)
    )
    sent = [one for one in made if one is not None]
    return tuple(replace(one, told_at=None) for one in sent) if waits else tuple(sent)


class Section(NamedTuple):
    """What a chat gets as one message: its digest, or that of one of its topics.

    :ivar reader: the chat, with what this topic is about
    """

    reader: Reader
    digest: Digest
    topic: Topic | None = None


async def _sections(edition: Edition, forums: Sequence[Reader]) -> dict[int, list[Section] | None]:
    """A story is told in one topic: the first that is about it, or else where the rest goes.

    All first topics together, then all second ones, and so on.
    """
    found: dict[int, list[Section] | None] = {one.id: [] for one in forums}
    taken: dict[int, frozenset[int]] = dict.fromkeys(found, frozenset())
    most = max((len(one.topics) for one in forums), default=0)
    for number in (*range(most), None):
        some = [one for one in forums if number is None or number < len(one.topics)]
        topics = [None if number is None else one.topics[number] for one in some]
        own = [
            one if topic is None else of_topic(one, topic) for one, topic in zip(some, topics, strict=True)
        ]
        for reader, topic, told in zip(own, topics, await edition.digests(own, taken), strict=True):
            sections = found[reader.id]
            if told is None or sections is None:
                found[reader.id] = None
                continue
            sections.append(Section(reader, told, topic))
            taken[reader.id] |= {one.story.id for one in told.stories}
    return found


def of_here(reader: Reader, thread_id: int | None) -> Reader:
    """The chat as what is said in this topic is about it."""
    mine = reader.topic(thread_id)
    return of_topic(reader, mine) if mine is not None else reader


def of_topic(reader: Reader, topic: Topic) -> Reader:
    """The chat as if it followed only what this topic is about; there is no news of no news there."""
    return replace(reader, follows=topic.words, only_followed=True, least=1, tells_nothing=False)


def _slots(reader: Reader, now: datetime, usual: time) -> tuple[Slot, Slot, int]:
    """The newest slot, the one after it, and how many are skipped; itself too where it is too late for it."""
    slot, following, over = newest(lambda after: next_slot(reader, after, usual), reader.next_due or now, now)
    return slot, following, over + (now >= slot.due_at + EXPIRES)


def _delivery(section: Section, slot: Slot, takes: timedelta, now: datetime) -> Delivery | None:
    """None where there is too little to send, and the reader need not be told so."""
    reader, found, topic = section
    told = found.stories if len(found.stories) >= reader.least else ()
    # of a forum's corrections the message without a topic tells
    corrections = found.corrections if topic is None and (told or not found.stories) else ()
    if not (told or corrections or reader.tells_nothing):
        return None
    return Delivery(
        id=0,
        chat_id=reader.id,
        slot=slot.key if topic is None else f"{slot.key}#{topic.thread_id}",
        state=State.QUEUED,
        due_at=slot.due_at,
        expires_at=slot.due_at + takes + EXPIRES,
        thread_id=reader.thread_id if topic is None else topic.thread_id,
        story_ids=tuple(one.story.id for one in told),
        lost_ids=tuple(found.lost_ids) if told else (),
        grown_ids=tuple(found.grown_ids) if told else (),
        corrected_ids=tuple(one.id for one in corrections),
        told_at=now if told else None,
        filtered=found.filtered if topic is None else 0,
    )
