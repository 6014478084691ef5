"""Which event does each new article tell? One flow clusters at a time."""

from __future__ import annotations

from newsbot.models.stories import Signature
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.cluster import WINDOW, choose, keys
from newsbot.stories.lead import lead

AT_ONCE = 50  # articles in one transaction: others who write wait for it


async def group(room: Newsroom) -> int:
    """Give every article without a story its own or another's. Returns how many there were."""
    done = 0
    async with room.clustering:
        while True:
            async with room.store.begin() as tx:
                waiting = await tx.stories.waiting(AT_ONCE)
                for article in waiting:
                    await _place(tx, article)
            done += len(waiting)
            if not waiting:
                return done


async def _place(tx: Transaction, mine: Signature) -> None:
    under = keys(mine)
    near = await tx.stories.candidates(under, mine.when - WINDOW, mine.when + WINDOW, mine.sample)
    story_id = choose(mine, near)
    if story_id is None:
        await tx.stories.begin(mine.article_id, mine.when)
    else:
        await tx.stories.join(mine.article_id, story_id)
        (story,) = await tx.stories.load([story_id])
        await tx.stories.lead(story_id, lead(story.articles).id)
    await tx.stories.index(mine.article_id, under, mine.when)
