"""Which event does each new article tell? Decided without a transaction, written down in one.

    waiting, candidates (read) -> placed -> their stories (read) -> written, unless somebody was faster

One flow clusters at a time; where two processes do, such as the bot and the command line beside it, the one
that finds other articles placed meanwhile decides again.
"""

from __future__ import annotations

from collections import defaultdict

from newsbot.models.articles import Article
from newsbot.models.stories import Signature
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.cluster import WINDOW, keys, place
from newsbot.stories.lead import lead

AT_ONCE = 50  # articles in one transaction: others who write wait for it
FACT = "grouped"  # how often articles were placed


async def group(room: Newsroom) -> int:
    """Give every article without a story its own or another's. Returns how many there were."""
    done = 0
    async with room.clustering:
        while True:
            async with room.store.read() as tx:
                before = await tx.facts.get(FACT)
                waiting = await tx.stories.waiting(AT_ONCE)
            if not waiting:
                return done
            done += await _group(room, waiting, before)


async def _group(room: Newsroom, waiting: list[Signature], before: str | None) -> int:
    """Returns how many were placed: none where others were meanwhile."""
    under = {one.article_id: keys(one) for one in waiting}
    async with room.store.read() as tx:
        near = {
            one.article_id: await tx.stories.candidates(
                under[one.article_id], one.when - WINDOW, one.when + WINDOW, one.sample
            )
            for one in waiting
        }
    placed = place(waiting, near, under)
    leads = await _leads(room, placed)
    async with room.store.begin() as tx:
        if not await tx.facts.change(FACT, before, str(int(before or 0) + 1)):
            return 0
        await _write(tx, waiting, placed, leads)
        for one in waiting:
            await tx.stories.index(one.article_id, under[one.article_id], one.when)
    return len(waiting)


async def _leads(room: Newsroom, placed: dict[int, int]) -> dict[int, int]:
    """The article that each story will show: story -> article."""
    async with room.store.read() as tx:
        stories = await tx.stories.load(sorted({story for story in placed.values() if story > 0}))
        articles = await tx.articles.load(sorted(placed))
    told: dict[int, list[Article]] = defaultdict(list)
    for story in stories:
        told[story.id] += story.articles
    for article_id, story_id in placed.items():
        if article_id in articles:
            told[story_id].append(articles[article_id])
    return {story_id: lead(theirs).id for story_id, theirs in told.items()}


async def _write(
    tx: Transaction, waiting: list[Signature], placed: dict[int, int], leads: dict[int, int]
) -> None:
    begun: dict[int, int] = {}
    for one in waiting:
        story_id = placed[one.article_id]
        if story_id == -one.article_id:
            begun[story_id] = await tx.stories.begin(one.article_id, one.when)
        else:
            await tx.stories.join(one.article_id, begun.get(story_id, story_id))
    for story_id, article_id in leads.items():
        await tx.stories.lead(begun.get(story_id, story_id), article_id)
