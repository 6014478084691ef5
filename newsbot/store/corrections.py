"""Articles that say something else by now than they did."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, delete, func, insert, select
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

    async def note_story(
        self, story_id: int, articles: Sequence[int], before: str, after: str, now: datetime,
        note: str = "", is_retracted: bool = False,
    ) -> None:  # fmt: skip
        """An editor corrected a story, or took it back: whoever was shown one of its articles is told."""
        rows = [
            {
                "article_id": one, "before": before, "after": after, "at": now, "note": note,
                "is_retracted": is_retracted, "story_id": story_id,
            }
            for one in articles
        ]  # fmt: skip
        await self._connection.execute(insert(corrections), rows)

    async def forget(self, story_ids: Sequence[int]) -> None:
        """What editors said of these stories."""
        await self._connection.execute(delete(corrections).where(corrections.c.story_id.in_(story_ids)))

    async def take_back(self, story_id: int, at: datetime) -> None:
        """What an editor said then is not told to anybody any more."""
        theirs = delete(corrections).where(corrections.c.story_id == story_id, corrections.c.at == at)
        await self._connection.execute(theirs)

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
    says = case(
        (corrections.c.after != "", corrections.c.after),
        else_=func.coalesce(articles.c.own_title, articles.c.title),
    )
    columns = [one for one in corrections.c if one is not corrections.c.after]
    return select(*columns, says.label("title"), articles.c.link).join(
        articles, articles.c.id == corrections.c.article_id
    )
