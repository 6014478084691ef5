"""The digest a reader would get now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from newsbot.flows import notes
from newsbot.flows.edition import DAY, composed
from newsbot.flows.story import listed_at
from newsbot.models.deliveries import Told
from newsbot.models.digests import Correction, Digest
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom


def view_of(found: Digest, reader: Reader) -> View:
    """The list that number buttons and ‹ back refer to."""
    return View(
        chat_id=reader.id,
        kind="digest",
        story_ids=tuple(one.story.id for one in found.stories),
        lost_ids=tuple(found.lost_ids),
        grown_ids=tuple(found.grown_ids),
        corrected_ids=tuple(one.id for one in found.corrections),
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


def again(view: View, stories: Sequence[Story], corrections: Sequence[Correction] = ()) -> Digest:
    """The digest of a kept list, with today's counts."""
    return Digest(
        stories=tuple(Ranked(story, 0) for story in stories),
        lost_ids=frozenset(view.lost_ids),
        grown_ids=frozenset(view.grown_ids),
        corrections=tuple(corrections),
        filtered=view.filtered,
        sample=any(story.lead.sample for story in stories),
    )


async def now(room: Newsroom, reader: Reader) -> tuple[Digest, str]:
    """`/digest`: what would come now, kept as a list. Returns it and the list's name; no ledger."""
    found = await composed(room, reader)
    found = replace(found, note=(await notes.notes(room)).get(reader.language, ""))
    async with room.store.begin() as tx:
        view_id = await tx.views.add(view_of(found, reader), room.now())
    return found, f"v{view_id}"


async def more(room: Newsroom, reader: Reader, view: View, place: str) -> tuple[Digest, str]:
    """What would come after a kept list, kept as a list that goes on from it; no ledger.

    :param place: the list's name
    """
    seen, here = set(view.story_ids), view
    while before := await listed_at(room, reader.id, here.words):
        seen |= set(before.story_ids)
        here = before
    found = await composed(room, reader, DAY / timedelta(hours=1), seen)
    found = replace(found, corrections=(), filtered=0)
    async with room.store.begin() as tx:
        view_id = await tx.views.add(replace(view_of(found, reader), words=place), room.now())
    return found, f"v{view_id}"


async def kept(room: Newsroom, view: View) -> Digest:
    """The digest of a kept list, with today's counts."""
    async with room.store.read() as tx:
        stories = await tx.stories.load(view.story_ids)
        now = await tx.stories.current((*view.lost_ids, *view.grown_ids))
        corrections = await tx.corrections.of(view.corrected_ids)
    lost, grown = ([now[one] for one in ids] for ids in (view.lost_ids, view.grown_ids))
    return again(replace(view, lost_ids=tuple(lost), grown_ids=tuple(grown)), stories, corrections)
