"""Updates from Telegram, stored before they are confirmed, removed when dealt with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, select, update
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

    async def apply(self, update_id: int) -> bool:
        """Note, in the transaction of its effect, that an update has had it. False where it was noted before.

        It stays until it was answered: after a crash in between it is answered again, and nothing else.
        """
        done = await self._connection.execute(
            update(inbox)
            .where(inbox.c.update_id == update_id, inbox.c.applied.is_(False))
            .values(applied=True)
        )
        return done.rowcount > 0

    async def is_applied(self, update_id: int) -> bool:
        """Whether it was noted that this update has had its effect."""
        noted = select(inbox.c.applied).where(inbox.c.update_id == update_id)
        return bool(await self._connection.scalar(noted))

    async def done(self, update_id: int) -> bool:
        """Forget an update that was answered. False where it was forgotten before."""
        done = await self._connection.execute(delete(inbox).where(inbox.c.update_id == update_id))
        return done.rowcount > 0

    async def move(self, old: int, new: int) -> None:
        """A group has another number from now on."""
        await self._connection.execute(update(inbox).where(inbox.c.chat_id == old).values(chat_id=new))
