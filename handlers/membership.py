"""A person blocks the bot, or lets it in again."""

from __future__ import annotations

from telegram import ChatMember

from handlers.visit import Visit
from newsbot.flows import readers

GONE = (ChatMember.BANNED, ChatMember.LEFT)


async def membership(visit: Visit) -> None:
    """Everything is kept; only nothing is sent meanwhile."""
    change = visit.update.my_chat_member
    if change is not None:
        await readers.reachable(visit.room, visit.reader.id, change.new_chat_member.status not in GONE)
