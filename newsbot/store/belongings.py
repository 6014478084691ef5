"""Everything that is kept of one person, to be handed to them; in pages, as it may be much."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.people import Belonging
from newsbot.store.articles import SHOWN_TITLE
from newsbot.store.tables import (
    articles,
    deliveries,
    feedback,
    ratings,
    saves,
    stories,
    tastes,
    views,
    votes,
)

PAGE = 2_000  # rows


class Belongings:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def votes(self, reader_id: int) -> AsyncIterator[Belonging]:
        """Votes that stand, with their stories."""
        chosen = _of(votes, votes.c.vote.label("said")).where(votes.c.vote != 0)
        async for one in self._pages(chosen, votes, reader_id):
            yield one

    async def values(self, reader_id: int) -> AsyncIterator[Belonging]:
        async for one in self._pages(_of(ratings, ratings.c.value.label("said")), ratings, reader_id):
            yield one

    async def saves(self, reader_id: int) -> AsyncIterator[Belonging]:
        async for one in self._pages(_of(saves, saves.c.story_id.label("said")), saves, reader_id):
            yield one

    async def feedback(self, reader_id: int) -> list[tuple[str, str, str | None, datetime]]:
        """Reason, words, headline of the story, when; as few as a person can say."""
        rows = await self._connection.execute(
            select(feedback.c.reason, feedback.c.words, SHOWN_TITLE, feedback.c.at)
            .select_from(feedback)
            .outerjoin(stories, stories.c.id == feedback.c.story_id)
            .outerjoin(articles, articles.c.id == stories.c.lead_id)
            .where(feedback.c.reader_id == reader_id)
            .order_by(feedback.c.id)
        )
        return [(row.reason, row.words, row.title, row.at) for row in rows]

    async def sent(self, reader_id: int) -> list[tuple[str, datetime, list[int]]]:
        """What arrived of late: slot, when, the stories in it."""
        rows = await self._connection.execute(
            select(deliveries.c.slot, deliveries.c.sent_at, deliveries.c.story_ids)
            .where(deliveries.c.chat_id == reader_id, deliveries.c.sent_at.is_not(None))
            .order_by(deliveries.c.id)
        )
        return [(row.slot, row.sent_at, row.story_ids) for row in rows]

    async def looked_for(self, reader_id: int) -> list[tuple[str, datetime]]:
        """The words behind the buttons of the last day."""
        rows = await self._connection.execute(
            select(views.c.words, views.c.at)
            .where(views.c.chat_id == reader_id, views.c.words != "")
            .order_by(views.c.id)
        )
        return [(row.words, row.at) for row in rows]

    async def taste(self, reader_id: int) -> dict[str, float]:
        """What was learnt of them."""
        rows = await self._connection.execute(
            select(tastes.c.key, tastes.c.weight)
            .where(tastes.c.reader_id == reader_id)
            .order_by(tastes.c.key)
        )
        return {row.key: row.weight for row in rows}

    async def _pages(self, chosen: Select[Any], table: Any, reader_id: int) -> AsyncIterator[Belonging]:
        last = -1
        while True:
            rows = (
                await self._connection.execute(
                    chosen.where(table.c.reader_id == reader_id, table.c.story_id > last)
                    .order_by(table.c.story_id)
                    .limit(PAGE)
                )
            ).all()
            for row in rows:
                yield Belonging(row.story_id, row.title, row.link, row.said, row.at)
            if len(rows) < PAGE:
                return
            last = rows[-1].story_id


def _of(table: Any, said: Any) -> Select[Any]:
    return (
        select(table.c.story_id, SHOWN_TITLE, articles.c.link, said, table.c.at)
        .select_from(table)
        .join(stories, stories.c.id == table.c.story_id)
        .outerjoin(articles, articles.c.id == stories.c.lead_id)
    )
