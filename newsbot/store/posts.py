"""Messages of ours that show one story, so that a reaction to one is known for what it is about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.store import dialects
from newsbot.store.tables import posts


class Posts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, chat_id: int, message_id: int, story_id: int, place: str, now: datetime) -> None:
        """The message is the card of this story from now on.

        :param place: the list that it was opened from, such as `v12`
        """
        values = {"story_id": story_id, "place": place, "at": now}
        await self._connection.execute(
            dialects.insert(self._connection, posts)
            .values(chat_id=chat_id, message_id=message_id, **values)
            .on_conflict_do_update(index_elements=["chat_id", "message_id"], set_=values)
        )

    async def remove(self, chat_id: int, message_id: int) -> None:
        """It shows no story, or several."""
        await self._connection.execute(
            delete(posts).where(posts.c.chat_id == chat_id, posts.c.message_id == message_id)
        )

    async def get(self, chat_id: int, message_id: int) -> tuple[int, str] | None:
        """The story whose card the message is, and its place; None where it is no card."""
        row = (
            await self._connection.execute(
                select(posts.c.story_id, posts.c.place).where(
                    posts.c.chat_id == chat_id, posts.c.message_id == message_id
                )
            )
        ).first()
        return (row.story_id, row.place) if row else None

    async def remove_before(self, moment: datetime) -> int:
        """Forget older messages. Returns how many there were."""
        return (await self._connection.execute(delete(posts).where(posts.c.at < moment))).rowcount

    async def move(self, old: int, new: int) -> None:
        """A group has another number from now on, and its messages too: what was said before is forgotten."""
        await self._connection.execute(delete(posts).where(posts.c.chat_id == old))

    async def merge(self, kept: int, gone: int) -> None:
        """What showed one story shows another one."""
        await self._connection.execute(update(posts).where(posts.c.story_id == gone).values(story_id=kept))
