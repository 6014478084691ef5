"""How often something happened on a day, for what leaves no row of its own."""

from __future__ import annotations

from sqlalchemy import Connection, delete
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.store import dialects
from newsbot.store.tables import tallies


def count(connection: Connection, day: str, name: str, many: int = 1) -> None:
    """So many more of something."""
    connection.execute(
        dialects.insert(connection, tallies)
        .values(day=day, name=name, many=many)
        .on_conflict_do_update(index_elements=["day", "name"], set_={"many": tallies.c.many + many})
    )


class Tallies:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, day: str, name: str, many: int = 1) -> None:
        """So many more of something."""
        await self._connection.run_sync(count, day, name, many)

    async def remove_before(self, day: str) -> int:
        return (await self._connection.execute(delete(tallies).where(tallies.c.day < day))).rowcount
