"""Lists of stories that a reader asks for: what is hot, what they may like, what they saved."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from newsbot.chinese.variants import fold
from newsbot.digests.compose import is_wanted, was_shown
from newsbot.flows import follows, pool
from newsbot.messages.listing import PAGE, Listed
from newsbot.models.deliveries import LEDGER
from newsbot.models.readers import Reader
from newsbot.models.search import Query
from newsbot.models.stories import Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.search.match import answers, is_of
from newsbot.search.query import parse
from newsbot.stories.related import LOOKED_AT, closest
from newsbot.stories.suggest import suggest

MOST = 3 * PAGE  # stories of a list, but for what was saved
MOST_SAVED = 1_000
WEEK = timedelta(days=7)
LOOKED_THROUGH = 300  # stories that are weighed: those that most sources tell, and that most readers support
LIKINGS = 10  # of a reader, the strongest, whose stories are looked for


class Span(NamedTuple):
    """How far a list looks back, and how fast stories fade in it."""

    within: timedelta
    half_life: timedelta


SPANS = {
    "hot": Span(timedelta(days=1), timedelta(hours=12)),
    "week": Span(WEEK, timedelta(hours=84)),
    "guess": Span(timedelta(days=3), timedelta(hours=36)),
}
KINDS = (*SPANS, "saved", "board")
FOR_ALL = ("hot", "week")  # the same for everybody


async def hot(room: Newsroom, reader: Reader, kind: str) -> Listed:
    """The stories of the day (`hot`) or the week (`week`) that most was made of, for all alike."""
    span = SPANS[kind]
    async with room.store.read() as tx:
        best = await tx.stories.hottest(room.now() - span.within, LOOKED_THROUGH)
        told = await tx.stories.load([*await tx.stories.pinned(room.now()), *best])
    common = await pool.common(room)
    weighed = await asyncio.to_thread(pool.weighed, room, told, span.half_life, common)
    wanted = [one.story for one in pool.ranked(weighed) if is_wanted(one.story, reader)]
    return await _kept(room, reader, kind, [story.id for story in _news(wanted)[:MOST]])


async def board(room: Newsroom, reader: Reader) -> Listed:
    """群周榜: what was voted on in this chat within a week, those first that most there support."""
    return await _kept(room, reader, "board", await best_of(room, reader.id, room.now()))


async def best_of(room: Newsroom, chat_id: int, until: datetime) -> list[int]:
    """The stories that a chat supports most of the week before then; none that more there oppose."""
    async with room.store.read() as tx:
        votes = await tx.votes.in_chat(chat_id, until - WEEK, until)
    liked = [one for one, (up, down) in votes.items() if up > down]
    return sorted(liked, key=lambda one: (votes[one][1] - votes[one][0], -votes[one][0], -one))[:MOST]


async def guess(room: Newsroom, reader: Reader) -> Listed:
    """猜你喜欢: what they may like of what they have not seen, and a few other things."""
    span, since = SPANS["guess"], room.now() - SPANS["guess"].within
    common, wants = await pool.common(room), await pool.wants(room, reader)
    liked = sorted(wants.taste, key=lambda key: wants.taste[key], reverse=True)[:LIKINGS]
    tags = [fold(key.removeprefix("tag:")) for key in liked if key.startswith("tag:")]
    async with room.store.read() as tx:
        tagged = await tx.stories.tagged(tags, since, 0, LOOKED_AT)
    near = closest(tagged, LOOKED_THROUGH)
    async with room.store.read() as tx:
        told = await tx.stories.load([*await tx.stories.hottest(since, LOOKED_THROUGH), *near])
        shown = await tx.deliveries.shown(reader.id, room.now() - LEDGER)
        done = {mark.story_id for mark in await tx.marks.of(reader.id)} | await tx.votes.marked(reader.id)
    weighed = await asyncio.to_thread(pool.weighed, room, told, span.half_life, common)
    weighed.hits.update(await follows.hits(room, reader.follows, told))
    ranked = [
        one
        for one in pool.ranked(weighed, wants)
        if is_wanted(one.story, reader)
        and one.story.id not in done
        and not was_shown(one.story, shown, reader)
    ]
    real = [one for one in ranked if not one.story.lead.sample] or ranked
    found, tried = suggest(real, wants.taste, PAGE, f"{reader.id} {room.today}")
    ids = [story.id for story in found]
    return await _kept(room, reader, "guess", ids, " ".join(map(str, sorted(tried))))


async def saved(room: Newsroom, reader: Reader, words: str = "") -> Listed:
    """What this reader saved, the last first; of these the ones that answer a search.

    :raises NotUnderstood: the words are no search
    """
    query = parse(words) if words else None
    async with room.store.read() as tx:
        ids = (await tx.votes.saved(reader.id))[:MOST_SAVED]
        told = await tx.stories.load(ids) if query else []
    if query is not None:
        ids = [story.id for story in await asyncio.to_thread(_answering, query, told, room)]
    return await _kept(room, reader, "saved", ids, words)


def _answering(query: Query, told: Sequence[Story], room: Newsroom) -> list[Story]:
    """Those of which an article answers; sources, tags and age too, which elsewhere the index decides."""
    found = []
    for story in told:
        young = query.within is None or max(one.when for one in story.articles) >= room.now() - query.within
        about = any(
            answers(query, one) and is_of(query, one.tags, (one.source, one.source_id))
            for one in story.articles
        )
        if young and about:
            found.append(story)
    return found


async def page(room: Newsroom, view: View, number: int = 0, story_id: int = 0) -> Listed:
    """A page of a kept list.

    :param number: from 0; with a story the page where that stands
    """
    async with room.store.read() as tx:
        now = await tx.stories.current(view.story_ids)
    ids = list(dict.fromkeys(now[one] for one in view.story_ids))
    pages = max(1, -(-len(ids) // PAGE))
    number = ids.index(story_id) // PAGE if story_id in ids else number % pages
    async with room.store.read() as tx:
        told = await tx.stories.load(ids[number * PAGE : (number + 1) * PAGE])
    votes: dict[int, tuple[int, int]] = {}
    if view.kind == "board":
        async with room.store.read() as tx:
            votes = await tx.votes.in_chat(view.chat_id, room.now() - WEEK, room.now())
    return Listed(
        kind=view.kind,
        stories=tuple(told),
        place=f"v{view.id}",
        page=number,
        pages=pages,
        count=len(ids),
        words=view.words if view.kind == "saved" else "",
        tried=frozenset(map(int, view.words.split())) if view.kind == "guess" else frozenset(),
        votes={story.id: votes[story.id] for story in told if story.id in votes},
    )


async def _kept(room: Newsroom, reader: Reader, kind: str, ids: Sequence[int], words: str = "") -> Listed:
    """The first page; the list is kept for its buttons."""
    view = View(chat_id=reader.id, kind=kind, story_ids=tuple(ids), words=words)
    async with room.store.begin() as tx:
        view = replace(view, id=await tx.views.add(view, room.now()))
    return await page(room, view)


def _news(stories: Sequence[Story]) -> list[Story]:
    """Samples are for whom there is no real news yet."""
    return [story for story in stories if not story.lead.sample] or list(stories)
