"""The review of a week, on Sunday evenings, for who wants one.

    due soon -> the week's best that this reader gets -> a delivery, sent as digests are

What it tells is put together when it is sent; what is the same for all is worked out once a week.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import structlog

from newsbot.digests.compose import is_wanted
from newsbot.digests.due import Slot, newest, next_review
from newsbot.digests.rising import rising
from newsbot.errors import NewsbotError
from newsbot.flows import lists
from newsbot.messages.picture import has_pictures, picture
from newsbot.messages.wording import label
from newsbot.models.deliveries import WEEK, Delivery, State
from newsbot.models.readers import Reader
from newsbot.models.review import Review, Rising
from newsbot.models.stories import Story
from newsbot.newsroom import Newsroom
from newsbot.tags.alias import spoken

AT_ONCE = 200  # readers planned in one transaction
AHEAD = timedelta(minutes=5)
EXPIRES = timedelta(hours=14)  # until Monday morning
SPAN = timedelta(days=7)
STORIES, LOOKED_THROUGH = 5, 200
WEEKS = 3  # before this one, that it is compared with
DRAWN_SECONDS = 15.0  # on a slow machine, where nothing of it is in memory
log = structlog.get_logger()


async def plan_reviews(room: Newsroom) -> int:
    """Write a review down for everybody whose time for one comes soon. Returns how many."""
    written, best = 0, None
    while not room.closing.is_set():
        now = room.now()
        async with room.store.read() as tx:
            due = await tx.readers.reviews_due(now + AHEAD, AT_ONCE)
        if not due:
            break
        best = best if best is not None else await _best(room)
        own = {one.id: await _best_of(room, one) for one in due if not one.is_person}
        slots = [(one, *newest(partial(next_review, one), one.review_due or now, now)) for one in due]
        async with room.store.begin() as tx:
            for reader, slot, following, _ in slots:
                if await tx.readers.review_next(reader, following.due_at):
                    made = _delivery(reader, slot, own.get(reader.id, best), now)
                    written += made is not None and await tx.deliveries.plan(made) is not None
        if len(due) < AT_ONCE:
            break
    return written


def _delivery(reader: Reader, slot: Slot, best: Sequence[Story], now: datetime) -> Delivery | None:
    wanted = [story.id for story in best if is_wanted(story, reader)][:STORIES]
    if not wanted or now >= slot.due_at + EXPIRES:
        return None
    return Delivery(
        id=0,
        chat_id=reader.id,
        slot=slot.key,
        state=State.QUEUED,
        due_at=slot.due_at,
        expires_at=slot.due_at + EXPIRES,
        story_ids=tuple(wanted),
        thread_id=reader.thread_id,
    )


async def _best_of(room: Newsroom, reader: Reader) -> list[Story]:
    """What a group's or a channel's own people support most; nobody is told of a week without votes."""
    async with room.store.read() as tx:
        return await tx.stories.load(await lists.best_of(room, reader.id, room.now()))


async def _best(room: Newsroom) -> list[Story]:
    """The week's stories, those first that most readers support, then those that most sources tell."""
    since = room.now() - SPAN
    async with room.store.read() as tx:
        told = await tx.stories.load(await tx.stories.hottest(since, LOOKED_THROUGH))
    real = [story for story in told if not story.lead.sample and story.when >= since]

    def worth(story: Story) -> tuple[int, int, datetime]:
        return max(0, story.tally.up - story.tally.down), story.independent, story.when

    return sorted(real, key=worth, reverse=True)


async def told(room: Newsroom, reader: Reader, slot: str, stories: Sequence[Story]) -> Review:
    """The review of the week that ends with this slot's Sunday."""
    last = date.fromisoformat(slot.removeprefix(WEEK))
    until = min(_noon(last) + timedelta(hours=12), room.now())
    async with room.store.read() as tx:
        deeds = await tx.votes.deeds(reader.id, until - SPAN, until)
        votes = {} if reader.is_person else await tx.votes.in_chat(reader.id, until - SPAN, until)
        voters = await tx.votes.voters_in(reader.id, until - SPAN, until) if votes else 0
    return Review(
        first=last - timedelta(days=6),
        last=last,
        stories=tuple(stories),
        rising=await _rising(room, last),
        deeds=deeds,
        votes=votes,
        voters=voters,
    )


async def drawn(room: Newsroom, reader: Reader, told_of: Review) -> bytes:
    """The picture of the rising words; empty where there is none, or it cannot be drawn."""
    key = f"{told_of.last} {reader.language}"
    if not told_of.rising or not has_pictures():
        return b""
    async with room.drawing:
        if key not in room.pictures:
            room.pictures = {key: await _draw(room, reader.language, told_of)}  # the last one is enough
        return room.pictures[key]


async def _draw(room: Newsroom, language: str, told_of: Review) -> bytes:
    named = [replace(one, word=spoken(one.word, language)) for one in told_of.rising]
    words = [label(key, language) for key in ("review.rising", "review.unit", "review.new")]
    try:
        return await room.sandbox.run(picture, named, *words, seconds=DRAWN_SECONDS, last=True)
    except NewsbotError as error:
        log.warning("no picture of the week", why=str(error))
        return b""


async def _rising(room: Newsroom, last: date) -> tuple[Rising, ...]:
    """The words of the week that ends with this Sunday; worked out once."""
    async with room.drawing:
        if room.rising is None or room.rising[0] != last:
            room.rising = last, await _count(room, last)
        return room.rising[1]


async def _count(room: Newsroom, last: date) -> tuple[Rising, ...]:
    until = _noon(last)
    since = until - SPAN
    async with room.store.read() as tx:
        this = await tx.articles.tagged(since, until)
        before = await tx.articles.tagged(since - WEEKS * SPAN, since)
        first = await tx.articles.first_seen()
    weeks = min(WEEKS, (since - first) // SPAN) if first is not None and first < since else 0
    found = await asyncio.to_thread(rising, this, before, weeks)
    async with room.store.read() as tx:
        spelled = await tx.articles.spelled([one.word for one in found])
    return tuple(replace(one, word=spelled.get(one.word, one.word)) for one in found)


def _noon(day: date) -> datetime:
    """The same moment for readers of all zones: eight in the evening in China."""
    return datetime.combine(day, time(12), tzinfo=UTC)
