"""A newsroom at work: its doors, its clock, and shortcuts for what a test takes for granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

from newsbot.flows import group
from newsbot.flows.story import Presser
from newsbot.flows.take_in import take_in
from newsbot.flows.understand import indexable
from newsbot.models.articles import Article, Draft
from newsbot.models.deliveries import Delivery
from newsbot.models.messages import Incoming
from newsbot.models.readers import Hour, Reader
from newsbot.models.reading import Understood
from newsbot.models.sources import Health, Source
from newsbot.models.stories import Story
from newsbot.newsroom import Newsroom
from newsbot.stories.signature import signature
from tests.examples import NOON, draft, source
from tests.flows.web import Web
from tests.house import body

NOON_IN_SHANGHAI = Hour(time(12))


@dataclass
class Desk:
    """Where a test sits in the newsroom."""

    room: Newsroom
    web: Web
    moment: datetime = NOON
    updates: Iterator[int] = field(default_factory=lambda: count(1000))

    def later(self, **span: float) -> None:
        """The clock goes on."""
        self.moment += timedelta(**span)

    async def press(self, who: int = 7, chat: int | None = None) -> Presser:
        """Somebody pressed a button, in their own chat or in another one, and the update was stored."""
        number, chat = next(self.updates), chat or who
        async with self.room.store.begin() as tx:
            await tx.inbox.keep([Incoming(number, chat, "{}")], self.moment)
        return Presser(who, chat, number)

    # sources

    async def knows(self, *sources: Source) -> None:
        """These are in the catalogue."""
        async with self.room.store.begin() as tx:
            await tx.sources.seed(sources, self.moment)

    async def health(self, source_id: str) -> Health:
        async with self.room.store.read() as tx:
            return next(health for known, health in await tx.sources.all() if known.id == source_id)

    # articles

    async def publishes(
        self, title: str, source_id: str = "daily", hours: float = 1, text: str = "", **changes: Any
    ) -> int:
        """An article was read and grouped; the id of its story."""
        article_id = await self.stores(title, source_id, hours, text, **changes)
        await group.group(self.room)
        return (await self.article(article_id)).story_id or 0

    async def stores(
        self,
        title: str,
        source_id: str = "daily",
        hours: float = 1,
        text: str = "",
        backlog: bool = False,
        **changes: Any,
    ) -> int:
        """An article was read, and waits for its story; its id."""
        link = f"https://{source_id}.example/{abs(hash(title))}"
        known = source(source_id)
        made = draft(title, text=text or body(title), link=link, keys=(f"link:{link}",), source=known.name)
        made = replace(made, published=self.moment - timedelta(hours=hours), **changes)
        async with self.room.store.begin() as tx:
            await tx.sources.seed([known], self.moment)
        return (await take_in(self.room, known, [understood(made, source_id)], backlog))[0].id

    async def articles(self) -> list[Article]:
        """Everything that is stored, in order."""
        async with self.room.store.read() as tx:
            return list((await tx.articles.load(range(1, 1000))).values())

    async def article(self, article_id: int) -> Article:
        async with self.room.store.read() as tx:
            return (await tx.articles.load([article_id]))[article_id]

    async def titles(self) -> list[str]:
        return sorted(one.title for one in await self.articles())

    async def stories(self) -> list[set[str]]:
        """The titles of every story."""
        told: dict[int | None, set[str]] = {}
        for one in await self.articles():
            told.setdefault(one.story_id, set()).add(one.title)
        return sorted(told.values(), key=sorted)

    async def story(self, story_id: int) -> Story:
        async with self.room.store.read() as tx:
            (found,) = await tx.stories.load([story_id])
        return found

    # readers

    async def subscribes(self, chat_id: int, **changes: Any) -> Reader:
        """A reader whose digest comes at noon in Shanghai, which it is just now."""
        values = {"hours": (NOON_IN_SHANGHAI,), "next_due": NOON} | changes
        reader = Reader(id=chat_id, **values)
        async with self.room.store.begin() as tx:
            await tx.readers.save(reader, self.moment)
        return reader

    async def reader(self, chat_id: int) -> Reader:
        async with self.room.store.read() as tx:
            found = await tx.readers.get(chat_id)
        assert found is not None
        return found

    async def deliveries(self, chat_id: int) -> list[Delivery]:
        async with self.room.store.read() as tx:
            return list(await tx.deliveries.of(chat_id))


def understood(made: Draft, source_id: str = "daily") -> Understood:
    """A draft with what the sandbox would have found out about it, without waiting for its dictionaries."""
    folded = tuple(tag.lower() for tag in made.tags)
    values = {field.name: getattr(made, field.name) for field in fields(made)}
    stored = Article(id=0, source_id=source_id, first_seen=NOON, **values)
    return Understood(made, indexable(made, source_id), folded, signature(stored))
