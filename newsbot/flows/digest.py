"""The digest a reader would get now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from newsbot.digests.compose import compose
from newsbot.flows import follows, pool
from newsbot.models.digests import Digest
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom

LEDGER = timedelta(days=14)
OFFERED_AGAIN = timedelta(days=8)  # by then the next digest has come, also to who gets one a week


async def composed(
    room: Newsroom,
    reader: Reader,
    hours: float = pool.HOURS,
    told: Sequence[Story] | None = None,
) -> Digest:
    """What this reader would get now; nothing is written down.

    :param told: the stories of the window, where they are loaded already
    """
    now = room.now()
    async with room.store.read() as tx:
        shown = await tx.deliveries.shown(reader.id, now - LEDGER)
        lost = await tx.deliveries.lost(reader.id, now - OFFERED_AGAIN)
        told = await pool.stories(room, tx, hours) if told is None else told
        older = await tx.stories.load(sorted(lost - {story.id for story in told}))
        made = await pool.marks(room, tx, reader)
    hits = await follows.hits(room, reader.follows, [*told, *older])
    # in a thread: a hundred followed words and thousands of stories take seconds
    ranked = await asyncio.to_thread(pool.ranked, room, [*told, *older], reader, made, hits)
    return compose(ranked, reader, shown, lost)


def view_of(found: Digest, reader: Reader) -> View:
    """The list that number buttons and ‹ back refer to."""
    return View(
        chat_id=reader.id,
        kind="digest",
        story_ids=tuple(one.story.id for one in found.stories),
        lost_ids=tuple(found.lost_ids),
        filtered=found.filtered,
    )


def again(view: View, stories: Sequence[Story]) -> Digest:
    """The digest of a kept list, with today's counts."""
    return Digest(
        stories=tuple(Ranked(story=story, score=0, reasons=()) for story in stories),
        lost_ids=frozenset(view.lost_ids),
        filtered=view.filtered,
        sample=any(story.lead.sample for story in stories),
    )


async def now(room: Newsroom, reader: Reader) -> tuple[Digest, str]:
    """`/digest`: what would come now, kept as a list. Returns it and the list's name; no ledger."""
    found = await composed(room, reader)
    async with room.store.begin() as tx:
        view_id = await tx.views.add(view_of(found, reader), room.now())
    return found, f"v{view_id}"


async def kept(room: Newsroom, view: View) -> Digest:
    """The digest of a kept list, with today's counts."""
    async with room.store.read() as tx:
        stories = await tx.stories.load(view.story_ids)
    return again(view, stories)
