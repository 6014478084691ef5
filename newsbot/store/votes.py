"""Votes, values and saves: one row per reader and story, changeable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Table, case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.taste import Deed, Mark
from newsbot.store import dialects
from newsbot.store.tables import articles, ratings, saves, stories, votes


class Votes:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def cast(self, reader_id: int, story_id: int, vote: int, now: datetime) -> None:
        """Support (1) or oppose (-1); 0 withdraws."""
        await self._put(votes, reader_id, story_id, {"vote": vote, "at": now} if vote else None)

    async def rate(self, reader_id: int, story_id: int, value: int, now: datetime) -> None:
        """A value from 1 to 5; 0 withdraws."""
        await self._put(ratings, reader_id, story_id, {"value": value, "at": now} if value else None)

    async def save(self, reader_id: int, story_id: int, keep: bool, now: datetime) -> None:
        await self._put(saves, reader_id, story_id, {"at": now} if keep else None)

    async def _put(self, table: Table, reader_id: int, story_id: int, values: dict[str, Any] | None) -> None:
        if values is None:
            await self._connection.execute(
                delete(table).where(table.c.reader_id == reader_id, table.c.story_id == story_id)
            )
            return
        await self._connection.execute(
            dialects.insert(self._connection, table)
            .values(reader_id=reader_id, story_id=story_id, **values)
            .on_conflict_do_update(index_elements=["reader_id", "story_id"], set_=values)
        )

    async def of(self, reader_id: int, story_id: int) -> tuple[int, int, bool]:
        """What this reader made of the story: vote, value, saved; zeros where nothing."""
        vote = await self._one(votes, "vote", reader_id, story_id)
        value = await self._one(ratings, "value", reader_id, story_id)
        saved = await self._one(saves, "at", reader_id, story_id)
        return int(vote or 0), int(value or 0), saved is not None

    async def _one(self, table: Table, column: str, reader_id: int, story_id: int) -> Any:
        return await self._connection.scalar(
            select(table.c[column]).where(table.c.reader_id == reader_id, table.c.story_id == story_id)
        )

    async def counts(self, story_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """How many support and how many oppose, of those stories about which anybody voted."""
        up = func.sum(case((votes.c.vote > 0, 1), else_=0))
        rows = await self._connection.execute(
            select(votes.c.story_id, up.label("up"), func.count().label("all"))
            .where(votes.c.story_id.in_(story_ids))
            .group_by(votes.c.story_id)
        )
        return {row.story_id: (int(row.up), row.all - int(row.up)) for row in rows}

    async def marks(self, reader_id: int, since: datetime) -> list[Mark]:
        """Everything this reader marked since then, for taste."""
        found: list[Mark] = []
        for table in (votes, ratings, saves):
            rows = await self._connection.execute(
                select(table, articles.c.tags, articles.c.source_id)
                .join(stories, stories.c.id == table.c.story_id)
                .join(articles, articles.c.id == stories.c.lead_id)
                .where(table.c.reader_id == reader_id, table.c.at >= since)
            )
            found.extend(_mark(table, row) for row in rows)
        return found


def _mark(table: Table, row: Row[Any]) -> Mark:
    tags, source = tuple(row.tags), row.source_id
    if table is votes:
        return Mark(deed=Deed.UP if row.vote > 0 else Deed.DOWN, at=row.at, tags=tags, source_id=source)
    if table is ratings:
        return Mark(deed=Deed.VALUE, value=row.value, at=row.at, tags=tags, source_id=source)
    return Mark(deed=Deed.SAVE, at=row.at, tags=tags, source_id=source)
