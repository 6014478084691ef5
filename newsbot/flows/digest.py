"""The digest a reader would get now."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from newsbot.digests.compose import compose
from newsbot.flows import follows, pool
from newsbot.models.deliveries import Told
from newsbot.models.digests import Digest
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.stories.rank import Board

LEDGER = timedelta(days=14)
OFFERED_AGAIN = timedelta(days=8)  # by then the next digest has come, also to who gets one a week


async def composed(
    room: Newsroom,
    reader: Reader,
    hours: float = pool.HOURS,
    weighed: Board | None = None,
) -> Digest:
    """What this reader would get now; nothing is written down.

    :param weighed: the stories of the window, where they are loaded and weighed already
    """
    now = room.now()
    async with room.store.read() as tx:
        shown = await tx.deliveries.shown(reader.id, now - LEDGER)
        before = await tx.deliveries.lost(reader.id, now - OFFERED_AGAIN)
        lost = frozenset((await tx.stories.current(before)).values())
        told = weighed.stories if weighed else await pool.stories(room, tx, hours)
        older = await tx.stories.load(sorted(lost - {story.id for story in told}))
    wants = await pool.wants(room, reader)
    hits = await follows.hits(room, reader.follows, [*told, *older])
    if weighed is None or older:
        weighed = await asyncio.to_thread(pool.weighed, room, [*told, *older])
    # in a thread: a hundred words and thousands of stories take seconds
    ranked = await asyncio.to_thread(pool.ranked, weighed, replace(wants, hits=hits))
    return compose(ranked, reader, shown, lost)


def view_of(found: Digest, reader: Reader) -> View:
    """The list that number buttons and ‹ back refer to."""
    return View(
        chat_id=reader.id,
        kind="digest",
        story_ids=tuple(one.story.id for one in found.stories),
        lost_ids=tuple(found.lost_ids),
        grown_ids=tuple(found.grown_ids),
        filtered=found.filtered,
    )


def told(stories: Sequence[Story], first: int = 1) -> tuple[Told, ...]:
    """These stories as they enter the ledger, in the order in which they are shown.

    :param first: place, 0 of an alert
    """
    return tuple(
        Told(story.id, place, tuple(article.id for article in story.articles))
        for place, story in enumerate(stories, first)
    )


def again(view: View, stories: Sequence[Story]) -> Digest:
    """The digest of a kept list, with today's counts."""
    return Digest(
        stories=tuple(Ranked(story, 0) for story in stories),
        lost_ids=frozenset(view.lost_ids),
        grown_ids=frozenset(view.grown_ids),
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
        now = await tx.stories.current((*view.lost_ids, *view.grown_ids))
    lost, grown = ([now[one] for one in ids] for ids in (view.lost_ids, view.grown_ids))
    return again(replace(view, lost_ids=tuple(lost), grown_ids=tuple(grown)), stories)
