"""What administrators decide about stories: two are one, one is two, one is on top.

Who may is asked here, not only where the button was shown. What was decided is remembered (`rulings`), and
nothing undoes it: clustering only ever places articles that have no story yet. The fact that counts placings
counts rulings too, first of all: whoever places articles meanwhile waits, or decides again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog

from newsbot.chinese.variants import fold
from newsbot.errors import NotUnderstood
from newsbot.flows import follows, group, staff
from newsbot.flows.story import Presser, there
from newsbot.models.articles import Article
from newsbot.models.readers import of_story
from newsbot.models.staff import Right
from newsbot.models.stories import Ruling, Story
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.apart import WINDOW
from newsbot.stories.cluster import candidates, keys
from newsbot.stories.related import LOOKED_AT, closest

PINNED = timedelta(hours=24)
OFFERED = 8  # stories that may be the same
LOOKED_THROUGH = 20  # articles of a story whose neighbours are looked up
log = structlog.get_logger()


async def pin(room: Newsroom, who: Presser, story_id: int) -> bool:
    """On top for a day, or no longer. Returns whether it is now.

    :raises NotUnderstood: no administrator, or there is no such story
    """
    await staff.authorise(room, who, Right.DESK, "story", story_id)
    async with room.store.begin() as tx:
        is_new = await tx.inbox.apply(who.update_id)
        story = await there(tx, story_id)
        is_pinned = story.pinned_until is not None and story.pinned_until > room.now()
        if is_new:
            is_pinned = not is_pinned
            await tx.rulings.pin(story.id, room.now() + PINNED if is_pinned else None)
            before = {
                "pinned_until": story.pinned_until.isoformat() if story.pinned_until else None,
                "was_on": not is_pinned,
            }
            made = Ruling(kind="pin", story_id=story.id, by=who.id, at=room.now(), before=before)
            await tx.rulings.rule(made)
            await staff.done(room, tx, who, "desk_pin", story.id)
    return is_pinned


async def offered(room: Newsroom, who: Presser, story_id: int) -> tuple[Story, Sequence[Story]]:
    """A story and those that may tell the same event, the nearest first.

    :raises NotUnderstood: no administrator, or there is no such story
    """
    await staff.authorise(room, who, Right.DESK, "story", story_id)
    async with room.store.read() as tx:
        story = await there(tx, story_id)
    return story, await near(room, story)


async def near(room: Newsroom, story: Story) -> list[Story]:
    """The stories that may tell the same event, the nearest first."""
    async with room.store.read() as tx:
        tags = list(dict.fromkeys(map(fold, story.tags)))
        told = await tx.stories.tagged(tags, story.when - WINDOW, story.id, LOOKED_AT)
    ids = [*await _near(room, story), *closest(told, 2 * OFFERED)]
    async with room.store.read() as tx:
        found = await tx.stories.load(ids)
    same = [
        one
        for one in found
        if one.id != story.id
        and one.lead.sample == story.lead.sample
        and one.lead.language == story.lead.language  # else half of the readers would lose it
        and (one.lead.noise == story.lead.noise or one.lead.noise != "roundup")
        and one.retracted is None
    ]
    return [one for one in same if abs(one.when - story.when) <= 2 * WINDOW][:OFFERED]


async def _near(room: Newsroom, story: Story) -> list[int]:
    """The stories whose articles stand under the same keys."""
    articles = [article.id for article in story.articles[:LOOKED_THROUGH]]
    async with room.store.read() as tx:
        mine = await tx.stories.signatures(articles)
    under = {article_id: keys(one) for article_id, one in mine.items()}
    since, until = story.when - WINDOW, max(article.when for article in story.articles) + WINDOW
    asked = (key for theirs in under.values() for key in theirs)
    async with room.store.read() as tx:
        places = await tx.stories.under(asked, since, until, OFFERED)
    ids = [other for number, one in mine.items() for other in candidates(one, under[number], places)]
    async with room.store.read() as tx:
        known = await tx.stories.signatures(ids)
    return [known[other].story_id or 0 for other in ids if other in known]


async def two(room: Newsroom, who: Presser, story_id: int, other_id: int) -> tuple[Story, Story]:
    """Two stories that are to be one.

    :raises NotUnderstood: no administrator, or there is no such story
    """
    await staff.authorise(room, who, Right.DESK, "story", story_id)
    async with room.store.read() as tx:
        return await there(tx, story_id), await there(tx, other_id)


async def merge(room: Newsroom, who: Presser, story_id: int, other_id: int) -> Story:
    """Two stories are one: the older one stays, with the articles, votes and readers of both.

    :raises NotUnderstood: no administrator, no such story, the same one, or a sample and real news
    """
    await staff.authorise(room, who, Right.DESK, "story", story_id)
    async with room.store.begin() as tx:
        is_new = await _begins(tx, who)
        one, other = await there(tx, story_id), await there(tx, other_id)
        if not is_new:
            return one
        if one.id == other.id:
            raise NotUnderstood("ruling.same")
        if one.lead.sample != other.lead.sample:
            raise NotUnderstood("ruling.sample")
        if one.retracted is not None or other.retracted is not None:
            raise NotUnderstood("ruling.retracted")
        kept, gone = sorted((one, other), key=lambda story: story.id)
        theirs = await tx.rulings.alone(kept.id, gone.id)
        await _merge(tx, kept.id, gone.id)
        await _rule(room, tx, who, "merge", kept.id, gone.id, gone.articles, theirs)
    await group.lead_again(room, [kept.id])
    await follows.renamed(room, of_story(gone.id), of_story(kept.id))
    log.info("stories merged", kept=kept.id, gone=gone.id, by=room.alias(who.id))
    async with room.store.read() as tx:
        return await there(tx, kept.id)


async def split(room: Newsroom, who: Presser, story_id: int, article_id: int) -> tuple[Story, Story]:
    """An article, with its copies, tells another event. Returns the story of before, and the new one.

    The lead stays in the story of before, with votes and saves: it is what readers saw.

    :raises NotUnderstood: no administrator, no such story or article, or nothing would be left
    """
    await staff.authorise(room, who, Right.DESK, "story", story_id)
    async with room.store.begin() as tx:
        is_new = await _begins(tx, who)
        story = await there(tx, story_id)
        if not is_new:
            return story, story
        theirs = _with_copies(story, article_id)
        if not theirs:
            raise NotUnderstood("ruling.not_there")
        if len(theirs) == len(story.articles):
            raise NotUnderstood("ruling.nothing_left")
        if story.lead.id in theirs:  # what readers saw and voted on keeps its number
            theirs = {article.id for article in story.articles} - theirs
        at = min(article.when for article in story.articles if article.id in theirs)
        new_id = await tx.rulings.split(story.id, sorted(theirs), at, room.now())
        new = await there(tx, new_id)
        await _rule(room, tx, who, "split", new.id, story.id, new.articles)
    await group.lead_again(room, [story.id, new.id])
    log.info("story split", left=story.id, new=new.id, by=room.alias(who.id))
    async with room.store.read() as tx:
        return await there(tx, story.id), await there(tx, new.id)


def _with_copies(story: Story, article_id: int) -> set[int]:
    """An article, what it copies and what copies it: they tell the same, whatever that is."""
    known = {article.id: article.copy_of for article in story.articles}
    if article_id not in known:
        return set()
    found = {article_id}
    while True:
        more = {one for one, original in known.items() if original in found}
        more |= {known[one] or 0 for one in found} & known.keys()
        if more <= found:
            return found
        found |= more


async def articles(room: Newsroom, who: Presser, story_id: int) -> tuple[Story, Sequence[Ruling]]:
    """A story, and what of it was merged and split, the first first.

    :raises NotUnderstood: no administrator, or there is no such story
    """
    await staff.authorise(room, who, Right.DESK, "story", story_id)
    async with room.store.read() as tx:
        story = await there(tx, story_id)
        known = await tx.rulings.of(story.id)
        return story, [one for one in known if one.kind in ("merge", "split") and one.undone_at is None]


async def _merge(tx: Transaction, kept: int, gone: int) -> None:
    await tx.rulings.merge(kept, gone)
    await tx.votes.merge(kept, gone)
    await tx.posts.merge(kept, gone)
    await tx.marks.merge(kept, gone)
    await tx.deliveries.merge_alerts(kept, gone)


async def join_again(tx: Transaction, kept: int, gone: int) -> None:
    """A story that was split off is a part of that one again."""
    await _merge(tx, kept, gone)


async def _rule(
    room: Newsroom,
    tx: Transaction,
    who: Presser,
    kind: str,
    story_id: int,
    other_id: int,
    articles: Sequence[Article],
    before: Mapping[str, Any] | None = None,
) -> None:
    ids = tuple(article.id for article in articles)
    made = Ruling(
        kind=kind,
        story_id=story_id,
        other_id=other_id,
        article_ids=ids,
        by=who.id,
        at=room.now(),
        before=before or {},
    )
    await tx.rulings.rule(made)
    await staff.done(room, tx, who, f"desk_{kind}", f"{story_id} {other_id}")


async def _begins(tx: Transaction, who: Presser) -> bool:
    """Nobody else places or rules meanwhile. False where this press has had its effect before a crash."""
    await group.counts(tx)
    return await tx.inbox.apply(who.update_id)
