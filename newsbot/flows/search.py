"""Search the archive: what the chat and the command line answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsbot.models.articles import Article
from newsbot.models.search import Query
from newsbot.models.stories import Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.search.order import order
from newsbot.search.query import parse
from newsbot.search.snippet import snippet

BOUND = 2000  # the newest hits that are ranked: a common word costs no more than a rare one
PAGE = 7  # stories in an answer in the chat

Snippet = Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Found:
    """An article with the place that matches."""

    article: Article
    snippet: Snippet


async def articles(room: Newsroom, words: str, limit: int) -> list[Found]:
    """The best articles.

    :raises NotUnderstood: the words are no search
    """
    query = parse(words)
    async with room.store.read() as tx:
        candidates = await tx.search.find(query, room.now(), max(BOUND, limit))
    best = [one.article_id for one in order(candidates, query, room.now())][:limit]
    async with room.store.read() as tx:
        loaded = await tx.articles.load(best)
    return [_found(loaded[article_id], query) for article_id in best if article_id in loaded]


def _found(article: Article, query: Query) -> Found:
    return Found(article, snippet(article.text or article.summary or article.title, query))


async def stories(room: Newsroom, chat_id: int, words: str) -> tuple[list[Story], list[Snippet], str]:
    """The best stories, one line each, kept as a list: they, their snippets and the list's name.

    :raises NotUnderstood: the words are no search
    """
    found = await articles(room, words, PAGE * 8)
    real = [one for one in found if not one.article.sample]
    best: dict[int, Found] = {}
    for one in real or found:
        if one.article.story_id is not None:
            best.setdefault(one.article.story_id, one)
    chosen = list(best)[:PAGE]
    kept = parse(words).words  # as typed, but for what no database takes
    async with room.store.begin() as tx:
        told = await tx.stories.load(chosen)
        view = View(chat_id=chat_id, kind="search", story_ids=tuple(s.id for s in told), words=kept)
        name = f"v{await tx.views.add(view, room.now())}"
    return told, [best[story.id].snippet for story in told], name


async def again(room: Newsroom, view: View) -> tuple[list[Story], list[Snippet]]:
    """A kept list with its snippets."""
    query = parse(view.words)
    async with room.store.read() as tx:
        told = await tx.stories.load(view.story_ids)
    return told, [_best_snippet(story, query) for story in told]


def _best_snippet(story: Story, query: Query) -> Snippet:
    """Of the first article in which something is found; the lead comes first."""
    snippets = [_found(article, query).snippet for article in story.articles]
    return next((found for found in snippets if any(hit for _, hit in found)), snippets[0])
