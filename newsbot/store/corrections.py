"""Articles that say something else by now than they did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.digests import Correction
from newsbot.store.tables import articles, corrections


class Corrections:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, article_id: int, before: str, now: datetime) -> None:
        """An article was corrected.

        :param before: its headline as it was
        """
        await self._connection.execute(
            insert(corrections).values(article_id=article_id, before=before, at=now)
        )

    async def since(self, moment: datetime) -> list[Correction]:
        """All since then, in the order of time, each with what the article says now."""
        return await self._load(_corrections().where(corrections.c.at >= moment))

    async def of(self, ids: Sequence[int]) -> list[Correction]:
        """Those with these ids, in their order."""
        known = {one.id: one for one in await self._load(_corrections().where(corrections.c.id.in_(ids)))}
        return [known[one] for one in ids if one in known]

    async def remove_before(self, moment: datetime) -> int:
        """What was corrected before then is history. Returns how many there were."""
        done = await self._connection.execute(delete(corrections).where(corrections.c.at < moment))
        return done.rowcount

    async def _load(self, chosen: Select[Any]) -> list[Correction]:
        rows = await self._connection.execute(chosen.order_by(corrections.c.at, corrections.c.id))
        return [Correction(**row) for row in rows.mappings()]


def _corrections() -> Select[Any]:
    return select(corrections, articles.c.title, articles.c.link).join(
        articles, articles.c.id == corrections.c.article_id
    )
