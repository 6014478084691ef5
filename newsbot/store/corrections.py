"""Articles that say something else by now than they did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.digests import Correction
from newsbot.store import dialects
from newsbot.store.tables import articles, corrections


class Corrections:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def note(self, article_id: int, before: str, now: datetime) -> None:
        """An article was corrected; of several times the last one counts.

        :param before: its headline as it was
        """
        statement = dialects.insert(self._connection, corrections).values(
            article_id=article_id, before=before, at=now
        )
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["article_id"], set_={"before": before, "at": now})
        )

    async def since(self, moment: datetime, limit: int) -> list[Correction]:
        """The last ones since then, the newest first."""
        chosen = _corrections().where(corrections.c.at >= moment)
        return await self._load(chosen.order_by(corrections.c.at.desc()).limit(limit))

    async def of(self, article_ids: Sequence[int]) -> list[Correction]:
        """Those of these articles, in their order."""
        found = await self._load(_corrections().where(articles.c.id.in_(article_ids)))
        return sorted(found, key=lambda one: article_ids.index(one.article_id))

    async def remove_before(self, moment: datetime) -> int:
        """What was corrected before then is history. Returns how many there were."""
        done = await self._connection.execute(delete(corrections).where(corrections.c.at < moment))
        return done.rowcount

    async def _load(self, chosen: Select[tuple[int, str, str, str | None, datetime]]) -> list[Correction]:
        rows = await self._connection.execute(chosen)
        return [Correction(**row) for row in rows.mappings()]


def _corrections() -> Select[tuple[int, str, str, str | None, datetime]]:
    return select(
        corrections.c.article_id, corrections.c.before, articles.c.title, articles.c.link, corrections.c.at
    ).join(articles, articles.c.id == corrections.c.article_id)
