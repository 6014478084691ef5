"""What the bot asked and was not yet told; at most one question a chat."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.readers import Question
from newsbot.store import dialects
from newsbot.store.tables import questions


class Questions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, question: Question) -> None:
        """Replaces what was asked before."""
        values = {
            "about": question.about,
            "payload": question.payload,
            "asked_at": question.asked_at,
            "expires_at": question.expires_at,
            "answered_by": None,
            "message_id": question.message_id,
        }
        await self._connection.execute(
            dialects.insert(self._connection, questions)
            .values(chat_id=question.chat_id, **values)
            .on_conflict_do_update(index_elements=["chat_id"], set_=values)
        )

    async def asked_with(self, chat_id: int, message_id: int) -> None:
        """This message asked it: in a chat of several people only a reply to that is an answer."""
        await self._connection.execute(
            update(questions).where(questions.c.chat_id == chat_id).values(message_id=message_id)
        )

    async def take(
        self, chat_id: int, update_id: int, now: datetime, message_id: int | None = None
    ) -> Question | None:
        """The open question, which this update answers; None where there is none or it is too old.

        :param message_id: that was replied to, and must have asked it; None: whichever asked it

        The same update gets it again: a process may be killed before the answer has its effect.
        """
        is_open = or_(questions.c.answered_by.is_(None), questions.c.answered_by == update_id)
        if message_id is not None:
            is_open = and_(is_open, questions.c.message_id == message_id)
        row = (
            await self._connection.execute(
                update(questions)
                .where(questions.c.chat_id == chat_id, is_open)
                .values(answered_by=update_id)
                .returning(questions)
            )
        ).first()
        if row is None or row.expires_at <= now:
            return None
        return Question(chat_id, row.about, row.asked_at, row.expires_at, row.payload, row.message_id)

    async def open(self, chat_id: int, now: datetime, message_id: int | None = None) -> bool:
        """Whether a question is open; that this message asked."""
        statement = select(questions.c.chat_id).where(
            questions.c.chat_id == chat_id, questions.c.expires_at > now, questions.c.answered_by.is_(None)
        )
        if message_id is not None:
            statement = statement.where(questions.c.message_id == message_id)
        return await self._connection.scalar(statement) is not None

    async def move(self, old: int, new: int) -> None:
        """A group has another number from now on; a question that is open there already stays."""
        theirs = select(questions.c.chat_id).where(questions.c.chat_id == new)
        await self._connection.execute(
            update(questions).where(questions.c.chat_id == old, ~theirs.exists()).values(chat_id=new)
        )
        await self._connection.execute(delete(questions).where(questions.c.chat_id == old))

    async def remove_before(self, moment: datetime) -> int:
        """Forget questions that closed before then. Returns how many there were."""
        done = await self._connection.execute(delete(questions).where(questions.c.expires_at < moment))
        return done.rowcount
