"""Updates from Telegram, stored before they are confirmed, removed when dealt with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.messages import Incoming
from newsbot.store import dialects
from newsbot.store.tables import inbox


class Inbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(self, updates: Iterable[Incoming], now: datetime) -> None:
        """Store updates; one that is there already stays as it is."""
        rows = [
            {"update_id": one.id, "chat_id": one.chat_id, "payload": one.payload, "at": now}
            for one in updates
        ]
        if rows:
            statement = dialects.insert(self._connection, inbox).on_conflict_do_nothing()
            await self._connection.execute(statement, rows)

    async def pending(self) -> list[Incoming]:
        """Updates not dealt with, in order."""
        rows = await self._connection.execute(select(inbox).order_by(inbox.c.update_id))
        return [Incoming(row.update_id, row.chat_id, row.payload) for row in rows]

    async def done(self, update_id: int) -> bool:
        """Forget an update, in the transaction of its effect. False where it was dealt with already."""
        done = await self._connection.execute(delete(inbox).where(inbox.c.update_id == update_id))
        return done.rowcount > 0
