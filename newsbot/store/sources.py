"""Sources, and what we remember of asking them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.sources import Health, Source, Taken
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
    "down_since",
    "failing_since",
    "ttl",
    "error",
    "reason",
    "via",
    "own_next_at",
    "gone_at",
    "told_at",
    "per_day",
)

AHEAD = timedelta(hours=1)
# made once: to make and to hash a statement costs more than to execute it
ASKED = tuple(name for name in HEALTH if name != "told_at")
REMEMBER = (
    update(sources)
    .where(sources.c.id == bindparam("number"), sources.c.url == bindparam("asked"))
    .values({name: bindparam(name) for name in ASKED})
)


def remember(connection: Connection, known: Sequence[tuple[Health, str]]) -> None:
    """What we know of several sources since they were asked, each with its address.

    Where somebody gave a source another address meanwhile, what the old one said is nothing of it.
    """
    rows = [  # in one order, whoever writes: else two could wait for each other
        {"number": one.source_id, "asked": url} | {name: getattr(one, name) for name in ASKED}
        for one, url in sorted(known, key=lambda pair: pair[0].source_id)
    ]
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
        await self.add_all([source], now)

    async def add_all(self, new: Iterable[Source], now: datetime) -> None:
        """Add sources, or put removed ones of these ids back."""
        rows = [_row(source, now) for source in new]
        if not rows:
            return
        statement = insert(self._connection, sources)
        changes = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_=changes), rows
        )

    async def taken(self) -> list[Taken]:
        """Every id and address that there is, also of what was removed or handed to us."""
        rows = await self._connection.execute(
            select(sources.c.id, sources.c.url, sources.c.kind, sources.c.removed_at)
        )
        return [Taken(row.id, row.url, row.kind != "hand" and row.removed_at is None) for row in rows]

    async def describe(self, source_id: str, values: Mapping[str, object]) -> None:
        """From now on this is its name, its selector and the like; what is not named stays."""
        if values:
            await self._connection.execute(update(sources).where(sources.c.id == source_id).values(values))

    async def weigh(self, source_id: str, weight: float) -> bool:
        """How much is thought of it from now on; False where there is none."""
        done = await self._connection.execute(
            update(sources).where(sources.c.id == source_id).values(weight=weight)
        )
        return done.rowcount > 0

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

    async def names(self) -> list[tuple[str, str]]:
        """(id, name) of all, also of those that were removed: their articles are there."""
        return [
            (row.id, row.name) for row in await self._connection.execute(select(sources.c.id, sources.c.name))
        ]

    async def with_body(self) -> list[Source]:
        """Those that say where on their pages the article stands."""
        rows = await self._connection.execute(
            select(sources).where(sources.c.removed_at.is_(None), sources.c.body.is_not(None))
        )
        return [_source(row) for row in rows]

    async def due(self, now: datetime) -> list[tuple[Source, Health]]:
        """Those that are on and whose time has come, the longest waiting first."""
        rows = await self._connection.execute(
            _due(now).order_by(func.coalesce(sources.c.next_at, sources.c.added_at))
        )
        return [(_source(row), _health(row)) for row in rows]

    async def get(self, source_id: str, due_at: datetime | None = None) -> tuple[Source, Health] | None:
        """One source, where it was not removed.

        :param due_at: only where it is due at this moment
        """
        asked = select(sources).where(sources.c.removed_at.is_(None)) if due_at is None else _due(due_at)
        row = (await self._connection.execute(asked.where(sources.c.id == source_id))).one_or_none()
        return (_source(row), _health(row)) if row is not None else None

    async def remember(self, health: Health, url: str) -> None:
        """What we know of it since it was asked at this address."""
        await self._connection.run_sync(remember, [(health, url)])

    async def save_health(self, health: Health) -> None:
        """What we remember of asking it; what administrators were told is kept by `tell`."""
        url = await self._connection.scalar(select(sources.c.url).where(sources.c.id == health.source_id))
        await self._connection.run_sync(remember, [(health, url or "")])

    async def move(self, source_id: str, before: str, after: str) -> bool:
        """From now on it is asked there, unless somebody changed its address or another source is there."""
        other = sources.alias()
        done = await self._connection.execute(
            update(sources)
            .where(sources.c.id == source_id, sources.c.url == before)
            .where(~exists().where(other.c.url == after, other.c.removed_at.is_(None)))
            .values(url=after)
        )
        return done.rowcount > 0

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

    async def count(self, now: datetime, source_id: str | None = None) -> None:
        """How much every source published lately: who brings nothing is counted by nobody else.

        :param source_id: only of this one
        """
        lately = (
            select(func.count() / 7.0)
            .select_from(articles)
            .where(articles.c.source_id == sources.c.id, articles.c.at > now - timedelta(days=7))
            .scalar_subquery()
        )
        counted = update(sources).values(per_day=lately)
        counted = counted if source_id is None else counted.where(sources.c.id == source_id)
        await self._connection.execute(counted)

    async def per_day(self, source_id: str, now: datetime) -> float:
        """Articles a day over the last seven days."""
        return await self.since(source_id, now - timedelta(days=7)) / 7

    async def since(self, source_id: str, moment: datetime) -> int:
        """How many articles of a source are younger."""
        count = await self._connection.scalar(
            select(func.count())
            .select_from(articles)
            .where(articles.c.source_id == source_id, articles.c.at > moment)
        )
        return count or 0


def _due(now: datetime) -> Select[Any]:
    """Those that are on and whose time has come."""
    return (
        select(sources)
        .where(sources.c.removed_at.is_(None), sources.c.is_on)
        .where(sources.c.gone_at.is_(None))
        .where(
            or_(
                sources.c.next_at.is_(None),
                sources.c.next_at <= now,
                sources.c.checked_at > now + AHEAD,  # written down when the clock was wrong
            )
        )
    )


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
        body=row.body,
        noise=row.noise,
        fallback=tuple(row.fallback),
        sample=row.sample,
        weight=row.weight,
    )


def _health(row: Row[Any]) -> Health:
    return Health(source_id=row.id, known_since=row.added_at, **{name: getattr(row, name) for name in HEALTH})
