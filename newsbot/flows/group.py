"""Which event does each new article tell? One flow clusters at a time."""

from __future__ import annotations

from newsbot.models.articles import Article
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.cluster import WINDOW, choose, keys
from newsbot.stories.lead import lead
from newsbot.stories.signature import signature


async def group(room: Newsroom) -> int:
    """Give every article without a story its own or another's. Returns how many there were."""
    done = 0
    async with room.clustering:
        while True:
            async with room.store.begin() as tx:
                waiting = await tx.articles.without_story(limit=50)
                for article in waiting:
                    await _place(tx, article)
            done += len(waiting)
            if not waiting:
                return done


async def _place(tx: Transaction, article: Article) -> None:
    mine = signature(article)
    under = keys(mine)
    near = await tx.stories.candidates(under, article.when - WINDOW, article.when + WINDOW)
    # samples and real news are never in one story
    alike = [signature(other) for other in near if other.sample == article.sample]
    story_id = choose(mine, alike)
    if story_id is None:
        await tx.stories.begin(article)
    else:
        await tx.stories.join(article, story_id)
        (story,) = await tx.stories.load([story_id])
        await tx.stories.lead(story_id, lead(story.articles).id)
    await tx.stories.index(article.id, under, article.when)
