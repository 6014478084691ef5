"""What readers say about stories and about the bot."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.store.tables import feedback


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
