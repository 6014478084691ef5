"""Search the archive: what the chat and the command line answer.

words | parse | the index proposes | order | the text decides | one line a story
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from newsbot.messages.listing import PAGE, Answer, Snippet
from newsbot.models.articles import Article
from newsbot.models.figures import SEARCHES
from newsbot.models.search import Candidate, Query
from newsbot.models.stories import Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.search import nearest
from newsbot.search.match import Told, answers, stands
from newsbot.search.order import by_time, order
from newsbot.search.query import at_any_time, parse
from newsbot.search.snippet import snippet

BOUND = 1000  # the newest hits that are ranked: a common word costs no more than a rare one
VOTED = 200  # the best of them, among which votes decide
READ = 100  # articles whose text is looked at in one go
MOST = 8 * PAGE  # stories of one search in the chat
KINDS = {"search": False, "newest": True}  # of a kept list: whether it is in the order of time
OF_SEARCHES = ("search", "newest", "find", "words")  # kinds of lists that keep what somebody looked for
LINES = {"zh": 44, "en": 90}  # characters of two lines on a phone
NEAREST = 3
NEAR = 300  # articles whose tags may be meant


@dataclass(frozen=True, slots=True)
class Found:
    """An article with the place that matches."""

    article: Article
    snippet: Snippet


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing was found: what may be meant instead.

    :ivar tags: the nearest, as they are shown
    :ivar any_time: the same words without a time, where these find something; else empty
    """

    tags: tuple[str, ...] = ()
    any_time: str = ""


async def articles(room: Newsroom, words: str, limit: int) -> list[Found]:
    """The best articles.

    :raises NotUnderstood: the words are no search
    """
    query = parse(words)
    best: list[int] = []
    async for one in confirmed(room, query, await _proposed(room, query, False, limit)):
        if len(best) == limit:
            break
        best.append(one.article_id)
    async with room.store.read() as tx:
        loaded = await tx.articles.load(best)
        gone = await tx.stories.retracted(one.story_id for one in loaded.values() if one.story_id)
    told = [loaded[one] for one in best if one in loaded and loaded[one].story_id not in gone]
    return [Found(one, _snippet(one, query)) for one in told]


async def stories(
    room: Newsroom, chat_id: int, words: str, newest_first: bool = False
) -> tuple[View, Answer]:
    """The best stories, kept as a list, and their first page.

    :raises NotUnderstood: the words are no search
    """
    query = parse(words)
    ids = await found_stories(room, query, newest_first, MOST)
    kind = "newest" if newest_first else "search"
    view = View(chat_id=chat_id, kind=kind, story_ids=tuple(ids), words=query.words)
    async with room.store.begin() as tx:
        view = replace(view, id=await tx.views.add(view, room.now()))
        await tx.tallies.count(room.today, SEARCHES)
    return view, await page(room, view)


async def found_stories(room: Newsroom, query: Query, newest_first: bool, most: int) -> list[int]:
    """The ids of the stories that answer, each once; samples only where there is nothing else."""
    proposed = await _proposed(room, query, newest_first, 0)
    told = [one for one in proposed if one.story_id is not None]
    real = await _stories(room, query, [one for one in told if not one.sample], most)
    return real or await _stories(room, query, [one for one in told if one.sample], most)


async def _stories(room: Newsroom, query: Query, told: Sequence[Candidate], most: int) -> list[int]:
    found: dict[int, None] = {}
    async for one in confirmed(room, query, told):
        if len(found) == most:
            break
        if one.story_id is not None:
            found[one.story_id] = None
    async with room.store.read() as tx:
        gone = await tx.stories.retracted(found)
    return [one for one in found if one not in gone]


async def page(room: Newsroom, view: View, number: int = 0, story_id: int = 0) -> Answer:
    """A page of a kept list, the nearest there is; or the one with this story."""
    query = parse(view.words)
    if story_id in view.story_ids:
        number = view.story_ids.index(story_id) // PAGE
    pages = max(1, -(-len(view.story_ids) // PAGE))
    number = max(0, min(number, pages - 1))
    async with room.store.read() as tx:
        told = await tx.stories.load(view.story_ids[number * PAGE : (number + 1) * PAGE])
    best = [_led_by_the_best(story, query) for story in told]
    return Answer(
        words=view.words,
        stories=tuple(best),
        snippets=tuple(
            _snippet(story.lead, query, LINES.get(story.lead.language, LINES["en"])) for story in best
        ),
        place=f"v{view.id}",
        page=number,
        pages=pages,
        count=len(view.story_ids),
        more=len(view.story_ids) == MOST,
        cut=query.cut,
        newest_first=KINDS[view.kind],
    )


async def instead(room: Newsroom, words: str) -> Nothing:
    """What to offer where nothing was found."""
    query = parse(words)
    any_time = at_any_time(words) if query.within is not None else ""
    if any_time and not await found_stories(room, parse(any_time), False, 1):
        any_time = ""
    return Nothing(await _nearest(room, query), any_time)


async def _nearest(room: Newsroom, query: Query) -> tuple[str, ...]:
    """Tags of articles that have pieces of what was typed, and of the newest ones."""
    wanted = " ".join(phrase.words for phrase in query.phrases)
    wanted = wanted or " ".join(tag.words for tag in query.tags)
    pieces = nearest.pieces(query)
    async with room.store.read() as tx:
        ids = await tx.search.with_any(pieces, NEAR) if pieces else []
        tags = await tx.articles.tags([*ids, *await tx.search.last_ids(None, NEAR)])
    return nearest.nearest(wanted, tags, NEAREST)


async def confirmed(room: Newsroom, query: Query, proposed: Sequence[Candidate]) -> AsyncIterator[Candidate]:
    """Those whose text has what was asked for, in their order, read as far as they are wanted."""
    if query.is_exact:  # the index is right: no need to read
        for one in proposed:
            yield one
        return
    rest = iter(proposed)
    while these := list(islice(rest, READ)):
        async with room.store.read() as tx:
            texts = await tx.articles.texts([one.article_id for one in these])
        told = await asyncio.to_thread(_answering, query, texts)  # long texts take their time
        for one in these:
            if one.article_id in told:
                yield one


def _answering(query: Query, texts: Mapping[int, Told]) -> set[int]:
    return {number for number, told in texts.items() if answers(query, told)}


async def _proposed(room: Newsroom, query: Query, newest_first: bool, limit: int) -> list[Candidate]:
    """What the index proposes, in order."""
    async with room.store.read() as tx:
        candidates = await tx.search.find(query, room.now(), max(BOUND, limit))
    if newest_first:
        return by_time(candidates)
    ranked = order(candidates, query, room.now())
    best, rest = ranked[:VOTED], ranked[VOTED:]
    ids = sorted({one.story_id for one in best if one.story_id is not None})
    async with room.store.read() as tx:
        votes = await tx.votes.counts(ids)
    told = [
        one._replace(up=votes[one.story_id][0], down=votes[one.story_id][1]) if one.story_id in votes else one
        for one in best
    ]
    return [*order(told, query, room.now()), *rest]


def _led_by_the_best(story: Story, query: Query) -> Story:
    """The story as the article tells it that answers best: in its title, or else anywhere."""

    def worth(article: Article) -> tuple[bool, int]:
        in_title = sum(any(stands(phrase, (article.title,)) for phrase in group) for group in query.groups)
        return answers(query, article), in_title

    best = max(story.articles, key=worth)  # the first of equals, and the lead comes first
    return replace(story, lead=best, articles=(best, *(one for one in story.articles if one is not best)))


def _snippet(article: Article, query: Query, length: int = 80) -> Snippet:
    return snippet(article.text or article.summary or article.title, query, length)
