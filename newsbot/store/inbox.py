"""Updates from Telegram, stored before they are confirmed, removed when dealt with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.store import dialects
from newsbot.store.tables import inbox


class Inbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, updates: Iterable[tuple[int, str]], now: datetime) -> None:
        """Store updates (id, JSON); one that is there already stays as it is."""
        for update_id, payload in updates:
            await self._connection.execute(
                dialects.insert(self._connection, inbox)
                .values(update_id=update_id, payload=payload, at=now)
                .on_conflict_do_nothing()
            )

    async def pending(self) -> list[tuple[int, str]]:
        """Updates not dealt with, in order."""
        rows = await self._connection.execute(select(inbox).order_by(inbox.c.update_id))
        return [(row.update_id, row.payload) for row in rows]

    async def done(self, update_id: int) -> None:
        await self._connection.execute(delete(inbox).where(inbox.c.update_id == update_id))
