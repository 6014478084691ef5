"""What readers say about stories and about the bot."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.feedback import SUGGEST, WORDS, Heap, Said
from newsbot.store.articles import SHOWN_TITLE
from newsbot.store.tables import articles, feedback, stories

WAITS = feedback.c.handled_at.is_(None)


class Feedback:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, reader_id: int, story_id: int | None, reason: str, words: str, now: datetime) -> bool:
        """Write it down; the same thing said again by the same reader is folded (returns False)."""
        again = await self._connection.scalar(
            select(feedback.c.id)
            .where(feedback.c.reader_id == reader_id, feedback.c.story_id == story_id)
            .where(feedback.c.reason == reason, feedback.c.words == words)
            .limit(1)
        )
        if again is not None:
            return False
        await self._connection.execute(
            insert(feedback).values(
                reader_id=reader_id, story_id=story_id, reason=reason, words=words, at=now
            )
        )
        return True

    async def count(self, reader_id: int, since: datetime) -> int:
        """How often this reader said something since then."""
        statement = (
            select(func.count())
            .select_from(feedback)
            .where(feedback.c.reader_id == reader_id, feedback.c.at >= since)
        )
        return await self._connection.scalar(statement) or 0

    # what waits for somebody who deals with it

    async def waiting(self) -> dict[str, int]:
        """How much waits, by reason."""
        many = func.count().label("many")
        is_there = or_(feedback.c.story_id.is_not(None), feedback.c.reason.in_((WORDS, SUGGEST)))
        chosen = select(feedback.c.reason, many).where(WAITS, is_there).group_by(feedback.c.reason)
        return {row.reason: row.many for row in await self._connection.execute(chosen)}

    async def by_source(self, limit: int) -> list[tuple[str, str, int]]:
        """About whose stories most waits: id, name, how much."""
        many = func.count().label("many")
        rows = await self._connection.execute(
            _about_stories(articles.c.source_id, func.max(articles.c.source).label("source"), many)
            .group_by(articles.c.source_id)
            .order_by(many.desc(), articles.c.source_id)
            .limit(limit)
        )
        return [(row.source_id, row.source, row.many) for row in rows]

    async def heaps(self, limit: int, reason: str = "", source_id: str = "") -> list[Heap]:
        """What waits of stories, what most said first; of one reason, or about one source."""
        many = func.count(feedback.c.reader_id.distinct()).label("many")
        last = func.max(feedback.c.at).label("last")
        own = (stories.c.id, feedback.c.reason, SHOWN_TITLE, articles.c.source_id, articles.c.source)
        chosen = _about_stories(*own, many, last).group_by(*own)
        if reason:
            chosen = chosen.where(feedback.c.reason == reason)
        if source_id:
            chosen = chosen.where(articles.c.source_id == source_id)
        rows = await self._connection.execute(
            chosen.order_by(many.desc(), last.desc(), stories.c.id).limit(limit)
        )
        return [
            Heap(row.id, row.reason, row.title, row.source_id, row.source, row.many, row.last) for row in rows
        ]

    async def said(
        self, reason: str, limit: int, story_id: int | None = None, of_none: bool = False
    ) -> list[Said]:
        """What waits for one reason, the newest first; of one story, or of none."""
        chosen = select(feedback).where(WAITS, feedback.c.reason == reason)
        if story_id is not None:
            chosen = chosen.where(feedback.c.story_id == story_id)
        if of_none:
            chosen = chosen.where(feedback.c.story_id.is_(None))
        rows = await self._connection.execute(chosen.order_by(feedback.c.id.desc()).limit(limit))
        return [_said(row) for row in rows]

    async def get(self, number: int) -> Said | None:
        """One that waits."""
        row = (await self._connection.execute(select(feedback).where(WAITS, feedback.c.id == number))).first()
        return _said(row) if row else None

    async def handle(self, ids: Sequence[int], by: int, answer: str, now: datetime) -> list[int]:
        """It was dealt with. Returns the readers whose words still waited, each once."""
        rows = await self._connection.execute(
            update(feedback)
            .where(WAITS, feedback.c.id.in_(ids))
            .values(handled_at=now, handled_by=by, answer=answer)
            .returning(feedback.c.reader_id)
        )
        return list(dict.fromkeys(row.reader_id for row in rows))


def _about_stories(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(feedback)
        .join(stories, stories.c.id == feedback.c.story_id)
        .join(articles, articles.c.id == stories.c.lead_id)
        .where(WAITS)
    )


def _said(row: Row[Any]) -> Said:
    return Said(row.id, row.reader_id, row.story_id, row.reason, row.words, row.at)
