"""What is counted over days: from the rows where there are some, from `tallies` where there are none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.deliveries import State
from newsbot.models.figures import LEFT, NEW, VOTES, Day, SlotTime
from newsbot.models.readers import STORY
from newsbot.store.articles import SHOWN_TITLE
from newsbot.store.deliveries import is_digest
from newsbot.store.tables import Moment, articles, deliveries, readers, stories, tallies, votes, words


class FigureTable:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def days(self, since: datetime, days: Sequence[str], zone: str, shift: timedelta) -> list[Day]:
        """What happened on each of these days.

        :param shift: by which clocks in the zone are ahead of UTC
        """
        counts: dict[str, dict[str, int]] = {day: {} for day in days}
        rows = await self._connection.execute(select(tallies).where(tallies.c.day.in_(days)))
        for row in rows:
            counts[row.day][row.name] = row.many
        cast = votes.c.vote != 0
        for name, column, wanted in (
            (VOTES, votes.c.at, cast),
            (NEW, readers.c.joined_at, readers.c.joined_at.is_not(None)),
            (LEFT, readers.c.left_at, readers.c.left_at.is_not(None)),
        ):
            day = self._day(column, zone, shift)
            chosen = select(day.label("day"), func.count().label("many"))
            for row in await self._connection.execute(chosen.where(column >= since, wanted).group_by(day)):
                if str(row.day) in counts:
                    counts[str(row.day)][name] = row.many
        return [Day(day, counts[day]) for day in days]

    def _day(self, column: Any, zone: str, shift: timedelta) -> ColumnElement[str]:
        """The date of a moment in a zone; SQLite knows no zones, but how far one is ahead just now."""
        if self._connection.dialect.name == "postgresql":
            return func.to_char(func.timezone(zone, column), "YYYY-MM-DD")
        return func.date(column, f"{int(shift.total_seconds()):+d} seconds")

    async def active(self, since: datetime) -> int:
        """Chats in which something was done since then."""
        chosen = select(func.count()).select_from(readers).where(readers.c.active_at >= since)
        return await self._connection.scalar(chosen) or 0

    async def top_words(self, limit: int) -> list[tuple[str, int]]:
        """What most readers follow, as one of them writes it."""
        many = func.count().label("many")
        rows = await self._connection.execute(
            select(func.min(words.c.word).label("word"), many)
            .where(words.c.kind == "follow", ~words.c.word.startswith(STORY))
            .group_by(words.c.key)
            .order_by(many.desc(), words.c.key)
            .limit(limit)
        )
        return [(row.word, row.many) for row in rows]

    async def top_stories(self, since: datetime, limit: int) -> list[tuple[int, str, int, int]]:
        """What was voted on most since then: id, headline, up, down."""
        up = func.sum(case((votes.c.vote > 0, 1), else_=0)).label("up")
        down = func.sum(case((votes.c.vote < 0, 1), else_=0)).label("down")
        most = (
            select(votes.c.story_id, up, down)
            .where(votes.c.at >= since, votes.c.vote != 0)
            .group_by(votes.c.story_id)
            .order_by(func.count().desc(), votes.c.story_id.desc())
            .limit(limit)
            .subquery()
        )
        rows = await self._connection.execute(
            select(most.c.story_id, SHOWN_TITLE, most.c.up, most.c.down)
            .join(stories, stories.c.id == most.c.story_id)
            .join(articles, articles.c.id == stories.c.lead_id)
            .order_by((most.c.up + most.c.down).desc(), most.c.story_id.desc())
        )
        return [(row.story_id, row.title, int(row.up), int(row.down)) for row in rows]

    async def slots(self, since: datetime, now: datetime, limit: int) -> list[SlotTime]:
        """The slots since then that took longest, the longest first."""
        last = type_coerce(func.max(deliveries.c.sent_at), Moment())
        many = func.count().label("many")
        rows = await self._connection.execute(
            select(deliveries.c.due_at, many, last.label("last"))
            .where(deliveries.c.due_at >= since, deliveries.c.due_at <= now)
            .where(deliveries.c.state == State.SENT, is_digest(), deliveries.c.sent_at.is_not(None))
            .group_by(deliveries.c.due_at)
        )
        found = [SlotTime(row.due_at, row.many, max(row.last - row.due_at, timedelta(0))) for row in rows]
        return sorted(found, key=lambda one: (one.took, one.many), reverse=True)[:limit]
