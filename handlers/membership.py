"""What Telegram tells of a chat: it blocks the bot or lets it in again, or it has another number."""

from __future__ import annotations

from telegram import ChatMember, Update

from newsbot.flows import readers
from newsbot.newsroom import Newsroom

GONE = (ChatMember.BANNED, ChatMember.LEFT)


async def membership(room: Newsroom, update: Update) -> None:
    """Everything is kept; only nothing is sent meanwhile. An anonymous administrator may have done it."""
    change = update.my_chat_member
    if change is not None:
        await readers.reachable(room, change.chat.id, change.new_chat_member.status not in GONE)


async def migrated(room: Newsroom, update: Update) -> None:
    """A group became a supergroup."""
    message = update.effective_message
    if message is not None and message.migrate_to_chat_id:
        await readers.moved(room, message.chat_id, message.migrate_to_chat_id)
