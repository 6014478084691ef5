"""Somebody who files articles and looks them up, so that a test of the store need not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from newsbot.models.search import Candidate
from newsbot.models.stories import Signature, Story
from newsbot.search.document import document
from newsbot.search.match import answers
from newsbot.search.query import parse
from newsbot.store import Store
from tests.examples import NOON, draft, minutes_ago, source


@dataclass
class Archive:
    """A store in use."""

    store: Store

    async def files(self, title: str, source_id: str = "daily", minutes: float = 60, **changes) -> int:
        """An article is stored and indexed; its id."""
        made = draft(title, published=minutes_ago(minutes), keys=(f"title:{title}",), **changes)
        names = (made.source, source_id)
        async with self.store.begin() as tx:
            await tx.sources.seed([source(source_id)], NOON)
            article_id = await tx.articles.add(made, source_id, [tag.lower() for tag in made.tags], NOON)
            found_by = document(made.title, made.text, made.tags, names)
            await tx.search.put_all([(article_id, found_by)])
            await tx.stories.describe(article_id, signature(article_id, title, made.published))
        return article_id

    async def tells(self, title: str, **changes) -> int:
        """An article is stored and begins a story; the story's id."""
        article_id = await self.files(title, **changes)
        async with self.store.begin() as tx:
            return await tx.stories.begin(article_id, minutes_ago(60))

    async def story(self, story_id: int) -> Story:
        async with self.store.read() as tx:
            (found,) = await tx.stories.load([story_id])
        return found

    async def search(self, words: str, limit: int = 1000, now: datetime = NOON) -> list[Candidate]:
        async with self.store.read() as tx:
            return await tx.search.find(parse(words), now, limit)

    async def finds(self, words: str) -> list[str]:
        """The titles that a search answers, in the order of the alphabet."""
        ids = [one.article_id for one in await self.search(words)]
        async with self.store.read() as tx:
            found = await tx.articles.load(ids)
        return sorted(one.title for one in found.values() if answers(parse(words), one))


def signature(article_id: int, title: str, when: datetime | None = None, **changes) -> Signature:
    """What clustering compares, of an article whose text nobody looks at."""
    made = Signature(article_id=article_id, story_id=None, when=when or NOON, title=title, source_id="daily")
    return replace(made, **changes)
