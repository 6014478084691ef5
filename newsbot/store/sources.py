"""Sources, and what we remember of asking them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.sources import Health, Source
from newsbot.store.dialects import insert
from newsbot.store.tables import articles, sources

HEALTH = (
    "etag",
    "last_modified",
    "body_hash",
    "checked_at",
    "last_success_at",
    "next_at",
    "failures",
    "failing_since",
    "error",
    "reason",
    "via",
    "own_next_at",
    "gone_at",
    "told_at",
    "per_day",
)

# made once: to make and to hash a statement costs more than to execute it
ASKED = tuple(name for name in HEALTH if name != "told_at")
REMEMBER = (
    update(sources)
    .where(sources.c.id == bindparam("number"))
    .values({name: bindparam(name) for name in ASKED})
)


def remember(connection: Connection, healths: Sequence[Health]) -> None:
    """What we know of several sources since they were asked."""
    rows = [{"number": one.source_id} | {name: getattr(one, name) for name in ASKED} for one in healths]
    connection.execute(REMEMBER, rows)


class Sources:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def seed(self, catalogue: Iterable[Source], now: datetime) -> None:
        """Add what the catalogue has and we never had; what was removed stays removed."""
        for source in catalogue:
            await self._connection.execute(
                insert(self._connection, sources).values(_row(source, now)).on_conflict_do_nothing()
            )

    async def add(self, source: Source, now: datetime) -> None:
        """Add a source, or put a removed one of this id back."""
        row = _row(source, now)
        changes = {name: value for name, value in row.items() if name != "id"}
        statement = insert(self._connection, sources).values(row)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes))

    async def add_all(self, new: Iterable[Source], now: datetime) -> None:
        """Add sources, or put removed ones of these ids back."""
        for source in new:
            await self.add(source, now)

    async def remove(self, source_id: str, now: datetime) -> bool:
        """Forget a source but not its articles; False where there is none."""
        done = await self._connection.execute(
            update(sources)
            .where(sources.c.id == source_id, sources.c.removed_at.is_(None))
            .values(removed_at=now)
        )
        return done.rowcount > 0

    async def all(self) -> list[tuple[Source, Health]]:
        """Every source that can be asked and was not removed, by id."""
        rows = await self._connection.execute(
            select(sources)
            .where(sources.c.removed_at.is_(None), sources.c.kind != "hand")
            .order_by(sources.c.id)
        )
        return [(_source(row), _health(row)) for row in rows]

    async def due(self, now: datetime) -> list[tuple[Source, Health]]:
        """Those that are on and whose time has come, the longest waiting first."""
        rows = await self._connection.execute(
            select(sources)
            .where(sources.c.removed_at.is_(None), sources.c.is_on)
            .where(or_(sources.c.next_at.is_(None), sources.c.next_at <= now), sources.c.gone_at.is_(None))
            .order_by(func.coalesce(sources.c.next_at, sources.c.added_at))
        )
        return [(_source(row), _health(row)) for row in rows]

    async def save_health(self, health: Health) -> None:
        """What we remember of asking it; what administrators were told is kept by `tell`."""
        await self._connection.run_sync(remember, [health])

    async def move(self, source_id: str, url: str) -> None:
        """From now on it is asked there."""
        await self._connection.execute(update(sources).where(sources.c.id == source_id).values(url=url))

    async def switch(self, source_id: str, on: bool) -> bool:
        """Ask it from now on, at once, or no more; False where there is none."""
        done = await self._connection.execute(
            update(sources)
            .where(sources.c.id == source_id, sources.c.removed_at.is_(None))
            .values({"is_on": on} | ({"next_at": None, "gone_at": None} if on else {}))
        )
        return done.rowcount > 0

    async def tell(self, ids: Sequence[str], at: datetime | None) -> None:
        """Administrators were told that these fail, or (None) that they are well."""
        await self._connection.execute(update(sources).where(sources.c.id.in_(ids)).values(told_at=at))

    async def count(self, now: datetime) -> None:
        """How much every source published lately: who brings nothing is counted by nobody else."""
        lately = (
            select(func.count() / 7.0)
            .select_from(articles)
            .where(articles.c.source_id == sources.c.id, articles.c.at > now - timedelta(days=7))
            .scalar_subquery()
        )
        await self._connection.execute(update(sources).values(per_day=lately))

    async def per_day(self, source_id: str, now: datetime) -> float:
        """Articles a day over the last seven days."""
        count = await self._connection.scalar(
            select(func.count())
            .select_from(articles)
            .where(articles.c.source_id == source_id, articles.c.at > now - timedelta(days=7))
        )
        return (count or 0) / 7


def _row(source: Source, now: datetime) -> dict[str, Any]:
    row = asdict(source)
    row["is_on"] = row.pop("on")
    row["fallback"] = list(source.fallback)
    # nothing is known of it yet: what an earlier address answered would say that nothing changed at this one
    unasked = dict.fromkeys(HEALTH) | {"failures": 0, "per_day": 0.0}
    return row | unasked | {"added_at": now, "removed_at": None}


def _source(row: Row[Any]) -> Source:
    return Source(
        id=row.id,
        name=row.name,
        url=row.url,
        kind=row.kind,
        language=row.language,
        zone=row.zone,
        category=row.category,
        on=row.is_on,
        interval=row.interval,
        selector=row.selector,
        fallback=tuple(row.fallback),
        sample=row.sample,
    )


def _health(row: Row[Any]) -> Health:
    return Health(source_id=row.id, known_since=row.added_at, **{name: getattr(row, name) for name in HEALTH})
