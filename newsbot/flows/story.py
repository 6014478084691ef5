"""One story in the chat: its card, the votes on it, what is related, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from newsbot.errors import NotUnderstood
from newsbot.flows import pool
from newsbot.messages.card import Mine
from newsbot.messages.markup import leaf
from newsbot.models.stories import Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.related import related as related_to

RELATED = 5
RELATED_HOURS = 24 * 7
MOST_FEEDBACK = 5  # an hour
LONGEST_FEEDBACK = 1000
PLACE = re.compile(r"[vd][0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Seen:
    """A story with what one reader made of it."""

    story: Story
    mine: Mine


async def look(room: Newsroom, reader_id: int, story_id: int) -> Seen | None:
    """The story, or None where there is none of this id."""
    async with room.store.read() as tx:
        return await _look(tx, reader_id, story_id)


async def _look(tx: Transaction, reader_id: int, story_id: int) -> Seen | None:
    stories = await tx.stories.load([story_id])
    return Seen(stories[0], Mine(*await tx.votes.of(reader_id, story_id))) if stories else None


async def vote(room: Newsroom, reader_id: int, story_id: int, wish: int, press: int) -> Seen | None:
    """Support (1) or oppose (-1); the same again withdraws. Committed when this returns.

    :param press: the update's id: a press that is dealt with twice, around a crash, counts once
    """
    async with _pressed(room, reader_id, story_id, press) as (tx, seen):
        if seen is not None:
            await tx.votes.cast(reader_id, story_id, 0 if seen.mine.vote == wish else wish, room.now())
    return await look(room, reader_id, story_id)


async def rate(room: Newsroom, reader_id: int, story_id: int, value: int, press: int) -> Seen | None:
    """A value from 1 to 5; the same again withdraws."""
    async with _pressed(room, reader_id, story_id, press) as (tx, seen):
        if seen is not None:
            await tx.votes.rate(reader_id, story_id, 0 if seen.mine.value == value else value, room.now())
    return await look(room, reader_id, story_id)


async def save(room: Newsroom, reader_id: int, story_id: int, press: int) -> Seen | None:
    """Save the story, or no longer."""
    async with _pressed(room, reader_id, story_id, press) as (tx, seen):
        if seen is not None:
            await tx.votes.save(reader_id, story_id, not seen.mine.saved, room.now())
    return await look(room, reader_id, story_id)


@asynccontextmanager
async def _pressed(
    room: Newsroom, reader_id: int, story_id: int, press: int
) -> AsyncIterator[tuple[Transaction, Seen | None]]:
    """The story as it stands, in the transaction that notes that the press has had its effect.

    None where there is no such story, or where the press has had it before: then it is only answered.
    """
    async with room.store.begin() as tx:
        is_new = await tx.inbox.apply(press)
        yield tx, await _look(tx, reader_id, story_id) if is_new else None


async def related(
    room: Newsroom, chat_id: int, story_id: int, place: str
) -> tuple[Sequence[Story], str] | None:
    """Other stories about the same things, kept as a list: they and the list's name.

    :param place: the list that the story was opened from, for the way back
    """
    async with room.store.read() as tx:
        mine = await tx.stories.load([story_id])
        if not mine:
            return None
        near = [
            s for s in await pool.stories(room, tx, RELATED_HOURS) if s.lead.sample == mine[0].lead.sample
        ]
    found = related_to(mine[0], near, RELATED)
    view = View(
        chat_id=chat_id, kind="related", story_ids=tuple(s.id for s in found), words=f"{story_id} {place}"
    )
    async with room.store.begin() as tx:
        return found, f"v{await tx.views.add(view, room.now())}"


async def place(room: Newsroom, chat_id: int, name: str) -> View | None:
    """The kept list of this name (`v12`, `d12`), if it stands in this chat."""
    if not PLACE.fullmatch(name):
        return None
    async with room.store.read() as tx:
        if name[0] == "v":
            return await tx.views.get(int(name[1:]), chat_id)
        delivery = await tx.deliveries.get(int(name[1:]))
    if delivery is None or delivery.chat_id != chat_id:
        return None
    return View(
        id=delivery.id,
        chat_id=chat_id,
        kind="alert" if delivery.is_alert else "digest",
        story_ids=delivery.story_ids,
        lost_ids=delivery.lost_ids,
        filtered=delivery.filtered,
    )


async def several(room: Newsroom, view: View) -> list[Story]:
    """The stories of a kept list."""
    async with room.store.read() as tx:
        return await tx.stories.load(view.story_ids)


async def feedback(
    room: Newsroom, reader_id: int, story_id: int | None, reason: str, update_id: int, words: str = ""
) -> bool:
    """Write down what a reader says. False where the same was said before.

    :raises NotUnderstood: too long, or too many within an hour
    """
    words = leaf(words)
    if len(words) > LONGEST_FEEDBACK:
        raise NotUnderstood("feedback.too_long", most=LONGEST_FEEDBACK)
    async with room.store.begin() as tx:
        if not await tx.inbox.apply(update_id):
            return True
        if await tx.feedback.count(reader_id, room.now() - timedelta(hours=1)) >= MOST_FEEDBACK:
            raise NotUnderstood("feedback.too_many", most=MOST_FEEDBACK)
        return await tx.feedback.add(reader_id, story_id, reason, words, room.now())
