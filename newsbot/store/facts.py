"""Single values that belong to the installation, such as where polling stands."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, Integer, Text, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.store import dialects
from newsbot.store.tables import facts


def count(connection: Connection, name: str, many: int = 1) -> None:
    """So many more of something."""
    more = cast(cast(facts.c.value, Integer) + many, Text)
    connection.execute(
        dialects.insert(connection, facts)
        .values(name=name, value=str(many))
        .on_conflict_do_update(index_elements=["name"], set_={"value": more})
    )


class Facts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, name: str) -> str | None:
        value: str | None = await self._connection.scalar(select(facts.c.value).where(facts.c.name == name))
        return value

    async def now(self) -> datetime:
        """What the database's clock says; SQLite has none of its own."""
        if self._connection.dialect.name != "postgresql":
            return datetime.now(UTC)
        found: datetime = (await self._connection.execute(select(func.clock_timestamp()))).scalar_one()
        return found

    async def put(self, name: str, value: str) -> None:
        """In place of what was there."""
        await self._connection.execute(
            dialects.insert(self._connection, facts)
            .values(name=name, value=value)
            .on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )

    async def count(self, name: str) -> None:
        """One more of something."""
        await self._connection.run_sync(count, name)

    async def remove(self, name: str) -> bool:
        """Whether there was such a fact."""
        done = await self._connection.execute(delete(facts).where(facts.c.name == name))
        return done.rowcount > 0

    async def remove_like(self, beginning: str, but: str = "") -> None:
        """All whose names begin so, but for one."""
        begins = facts.c.name.startswith(beginning, autoescape=True)
        await self._connection.execute(delete(facts).where(begins, facts.c.name != but))

    async def change(self, name: str, before: str | None, after: str) -> bool:
        """Only if it still is what it was before: False where somebody else was faster."""
        if before is None:
            new = dialects.insert(self._connection, facts).values(name=name, value=after)
            changed = new.on_conflict_do_nothing()
        else:
            changed = update(facts).where(facts.c.name == name, facts.c.value == before).values(value=after)
        return (await self._connection.execute(changed.returning(facts.c.name))).first() is not None
