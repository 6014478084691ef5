"""What Telegram tells of a chat: it lets the bot in or out, or it has another number."""

from __future__ import annotations

from telegram import (
    Chat,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    Update,
)

from newsbot.flows import readers
from newsbot.messages.onboarding import greeting
from newsbot.messages.wording import say
from newsbot.models.messages import Message
from newsbot.newsroom import Newsroom

GONE = (ChatMember.BANNED, ChatMember.LEFT)


async def membership(room: Newsroom, update: Update) -> None:
    """Everything is kept; only nothing is sent meanwhile. An anonymous administrator may have done it."""
    change = update.my_chat_member
    if change is None:
        return
    await readers.reachable(room, change.chat.id, may_write(change.new_chat_member))
    if change.chat.type != Chat.PRIVATE and is_there(change) and not was_there(change):
        await _welcomed(room, change)


def may_write(bot: ChatMember) -> bool:
    """Whether the bot may send messages there."""
    match bot:
        case ChatMemberRestricted():
            return bot.is_member and bot.can_send_messages
        case ChatMemberAdministrator():
            return bot.can_post_messages is not False  # said of channels alone
    return bot.status not in GONE


def is_there(change: ChatMemberUpdated) -> bool:
    """The bot is in the chat from now on."""
    return _is_in(change.new_chat_member)


def was_there(change: ChatMemberUpdated) -> bool:
    return _is_in(change.old_chat_member)


def _is_in(bot: ChatMember) -> bool:
    return bot.is_member if isinstance(bot, ChatMemberRestricted) else bot.status not in GONE


async def _welcomed(room: Newsroom, change: ChatMemberUpdated) -> None:
    """A group hears in one sentence what this is; of a channel who added the bot, in their own chat."""
    chat = change.chat
    if chat.type == Chat.CHANNEL:
        person = await readers.known(room, change.from_user.id, change.from_user.language_code)
        key = "chat.channel_added" if may_write(change.new_chat_member) else "chat.channel_no_rights"
        told = Message(text=str(say(key, person.language, title=chat.title or "")))
        await room.telegram.send(person.id, told)
    elif may_write(change.new_chat_member):
        reader = await readers.known(room, chat.id, None, "group")
        if not reader.subscribed:
            await room.telegram.send(chat.id, greeting(reader.language))


async def migrated(room: Newsroom, update: Update) -> None:
    """A group became a supergroup."""
    message = update.effective_message
    if message is not None and message.migrate_to_chat_id:
        await readers.moved(room, message.chat_id, message.migrate_to_chat_id)
    elif message is not None and message.migrate_from_chat_id:  # told in the new one
        await readers.moved(room, message.migrate_from_chat_id, message.chat_id)
