"""The lists that stand in chats, so that ‹ back finds the same list again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.views import View
from newsbot.store.dialects import inserted_id
from newsbot.store.tables import views


class Views:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, view: View, now: datetime) -> int:
        """Keep a list. Returns its id."""
        done = await self._connection.execute(
            insert(views).values(
                chat_id=view.chat_id,
                kind=view.kind,
                story_ids=list(view.story_ids),
                lost_ids=list(view.lost_ids),
                grown_ids=list(view.grown_ids),
                corrected_ids=list(view.corrected_ids),
                filtered=view.filtered,
                words=view.words,
                at=now,
            )
        )
        return inserted_id(done)

    async def get(self, view_id: int, chat_id: int) -> View | None:
        """The list, if it stands in this chat."""
        row = (
            await self._connection.execute(
                select(views).where(views.c.id == view_id, views.c.chat_id == chat_id)
            )
        ).first()
        if row is None:
            return None
        return View(
            id=row.id,
            chat_id=row.chat_id,
            kind=row.kind,
            story_ids=tuple(row.story_ids),
            lost_ids=tuple(row.lost_ids),
            grown_ids=tuple(row.grown_ids),
            corrected_ids=tuple(row.corrected_ids),
            filtered=row.filtered,
            words=row.words,
        )

    async def remove_before(self, moment: datetime, kinds: Sequence[str] | None = None) -> int:
        """Forget older lists, of some kinds alone where they are named. Returns how many there were."""
        old = delete(views).where(views.c.at < moment)
        done = await self._connection.execute(old if kinds is None else old.where(views.c.kind.in_(kinds)))
        return done.rowcount

    async def move(self, old: int, new: int) -> None:
        """A group has another number from now on."""
        await self._connection.execute(update(views).where(views.c.chat_id == old).values(chat_id=new))
