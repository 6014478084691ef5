"""News of what somebody follows and wants to know at once.

    hits that wait -> their stories -> whom it concerns -> a delivery each, sent as digests are

A story is told a chat once, and so many stories a day: what is more comes with the digest.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsbot.chinese.variants import fold
from newsbot.digests.compose import is_wanted, was_shown
from newsbot.digests.quiet import heard
from newsbot.flows.follows import KEPT
from newsbot.models.deliveries import ALERT, LEDGER, Delivery, State
from newsbot.models.readers import Reader, of_story, story_of
from newsbot.models.stories import Story
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.rank import is_followed

AT_ONCE = 200  # hits
WRITTEN = 50  # deliveries in one transaction: others who write wait for it
FRESH = timedelta(hours=24)  # what is older is no news to be told at once
EXPIRES = timedelta(hours=2)
DAY = timedelta(days=1)
QUARTER = 6  # hours of a day


@dataclass(frozen=True, slots=True)
class Concern:
    """A story and who wants to know of it."""

    story: Story
    reader: Reader


async def alert(room: Newsroom) -> int:
    """Write down what is to be told at once. Returns how many messages these are."""
    async with room.store.read() as tx:
        waiting = await tx.hits.waiting(AT_ONCE)
        if not waiting:
            return 0
        asked = await tx.readers.alerted(sorted({hit.key for hit in waiting}))
        told = {story.id: story for story in await tx.stories.load(sorted({hit.story_id for hit in waiting}))}
        ids = sorted({reader for readers in asked.values() for reader in readers})
        readers = {reader.id: reader for reader in await tx.readers.load(ids)}
    concerns: dict[tuple[int, int], Concern] = {}
    for hit in waiting:
        for reader_id in asked.get(hit.key, ()):
            story, reader = told.get(hit.story_id), readers.get(reader_id)
            if story and reader and _concerns(room, story, reader, hit.key):
                concerns[(reader_id, story.id)] = Concern(story, reader)
    new = [concern for concern in concerns.values() if not await _was_told(room, concern)]
    many = 0
    for some in (new[at : at + WRITTEN] for at in range(0, len(new), WRITTEN)):
        async with room.store.begin() as tx:
            for concern in some:
                many += await _write(room, tx, concern)
    async with room.store.begin() as tx:
        await tx.hits.told(waiting)
    return many


def _concerns(room: Newsroom, story: Story, reader: Reader, key: str) -> bool:
    """Whether it is about that, young, and of what the reader gets."""
    if reader.pauses(room.now()) or not (reader.reachable and is_wanted(story, reader)):
        return False
    if max(article.when for article in story.articles) < room.now() - FRESH:
        return False
    return any(fold(word) == key and about(story, word) for word in reader.alerts)


def about(story: Story, word: str) -> bool:
    """Whether a story is about what is followed: a mention in its text is nothing to be told at once."""
    return story_of(word) is not None or is_followed(story, word)


async def words(room: Newsroom, reader: Reader, story: Story) -> Collection[str]:
    """Those for which this reader is told of this story at once."""
    keys = {fold(word): word for word in reader.alerts}
    async with room.store.read() as tx:
        found = await tx.hits.of(list(keys), room.now() - KEPT)
    ids = {article.id for article in story.articles}
    return [word for key, word in keys.items() if ids & found.get(key, set()) and about(story, word)]


async def _was_told(room: Newsroom, concern: Concern) -> bool:
    """Or is being told, by another delivery that is on its way."""
    reader, now = concern.reader, room.now()
    async with room.store.read() as tx:
        shown = await tx.deliveries.shown(reader.id, now - LEDGER)
        past = await tx.deliveries.past([reader.id], now, now - EXPIRES)
    is_coming = concern.story.id in past.coming.get(reader.id, ())
    return is_coming or was_shown(concern.story, shown, reader)


async def _write(room: Newsroom, tx: Transaction, concern: Concern) -> bool:
    """Unless the chat has one for the slot, or has enough of them on the day on which it comes."""
    reader, now = concern.reader, room.now()
    if not await tx.readers.is_there(reader.id):  # they were forgotten meanwhile
        return False
    due = heard(reader, now)
    today = _midnight(due, reader.zone)
    if await tx.deliveries.alerts(reader.id, today, today + DAY) >= reader.most_alerts:
        return False
    delivery = Delivery(
        id=0,
        chat_id=reader.id,
        slot=_slot(concern, now),
        state=State.QUEUED,
        due_at=due,
        expires_at=due + EXPIRES,
        story_ids=(concern.story.id,),
        thread_id=_topic(concern),
    )
    return await tx.deliveries.plan(delivery) is not None


def _topic(concern: Concern) -> int | None:
    """The topic of a forum that is about it, or where the rest goes."""
    topics = concern.reader.topics
    mine = (one.thread_id for one in topics if any(is_followed(concern.story, word) for word in one.words))
    return next(mine, concern.reader.thread_id)


def _slot(concern: Concern, now: datetime) -> str:
    """A story is told once; of one that is followed more is told, once each quarter of a day."""
    slot = f"{ALERT}{concern.story.id}"
    if of_story(concern.story.id) not in concern.reader.alerts:
        return slot
    return f"{slot}:{now:%m%d}{now.hour // QUARTER}"


def _midnight(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(now.tzinfo)
