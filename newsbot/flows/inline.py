"""What is offered to somebody who types @bot in any chat: the hot stories, or those that answer the words.

Nothing is kept of it: a page is searched anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsbot.digests.compose import is_wanted
from newsbot.flows import pool, search
from newsbot.models.figures import SEARCHES
from newsbot.models.readers import Reader
from newsbot.models.stories import Story
from newsbot.newsroom import Newsroom
from newsbot.search.query import parse

PAGE = 10
MOST = 50  # stories


@dataclass(frozen=True, slots=True)
class Offer:
    """A page of stories.

    :ivar after: where the next one begins, 0 where there is none
    """

    stories: Sequence[Story]
    after: int


async def hot(room: Newsroom, reader: Reader, offset: int) -> Offer:
    """The best stories of the day, in the reader's languages."""
    async with room.store.read() as tx:
        told = await pool.stories(room, tx)
    ranked = [one.story for one in pool.ranked(pool.weighed(room, told)) if is_wanted(one.story, reader)]
    real = [story for story in ranked if not story.lead.sample] or ranked
    return Offer(real[:MOST][offset : offset + PAGE], _after(min(len(real), MOST), offset))


async def found(room: Newsroom, words: str, offset: int) -> Offer:
    """The best stories that answer.

    :raises NotUnderstood: the words are no search
    """
    ids = await search.found_stories(room, parse(words), False, MOST)
    async with room.store.read() as tx:
        stories = await tx.stories.load(ids[offset : offset + PAGE])
    return Offer(stories, _after(len(ids), offset))


async def count(room: Newsroom) -> None:
    """One more search of today."""
    async with room.store.begin() as tx:
        await tx.tallies.count(room.today, SEARCHES)


def _after(many: int, offset: int) -> int:
    return offset + PAGE if many > offset + PAGE else 0
