"""Which chats the bot knows, may look at, is in, and may write to; what refuses it elsewhere."""

from __future__ import annotations

from playground.errors import bad_request, forbidden
from playground.schema import Params
from playground.telegram import Chat, Telegram


def known(telegram: Telegram, chat_id: int | str) -> Chat:
    """A chat that the bot is or was in. Raises ApiError."""
    chat = telegram.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is not None and chat.known:
        _check_moved(chat)
        return chat
    if chat_id == telegram.bot["id"]:
        raise forbidden("bot can't send messages to bots")
    if any(person.id == chat_id for person in telegram.people):
        raise forbidden("bot can't initiate conversation with a user")
    raise bad_request("chat not found")


def _check_moved(chat: Chat) -> None:
    if chat.moved_to is not None:
        refusal = bad_request("group chat was upgraded to a supergroup chat")
        refusal.parameters["migrate_to_chat_id"] = chat.moved_to
        raise refusal


def readable(telegram: Telegram, chat_id: int | str) -> Chat:
    """A chat that the bot may look at: of a small group also after it has been in it."""
    chat = known(telegram, chat_id)
    if chat.kind != "group":
        check_membership(chat)
    return chat


def inside(telegram: Telegram, params: Params) -> Chat:
    """The chat of chat_id, if the bot is in it."""
    chat = known(telegram, params["chat_id"])
    check_membership(chat)
    return chat


def writable(telegram: Telegram, params: Params, what: str = "text messages") -> Chat:
    """The chat of chat_id, if the bot may write this there, in the topic that is named. Raises ApiError."""
    chat = known(telegram, params["chat_id"])
    if chat.blocked:
        raise forbidden("bot was blocked by the user")
    check_membership(chat)
    check_topic(chat, params.get("message_thread_id", 0))
    if chat.muted and chat.kind == "channel":
        raise bad_request("need administrator rights in the channel chat")
    if chat.muted:
        raise bad_request(f"not enough rights to send {what} to the chat")
    return chat


def check_topic(chat: Chat, thread_id: int) -> None:
    """Where there can be topics, the named one must be there and open; elsewhere it is ignored."""
    if not thread_id or not (chat.is_forum or chat.kind == "private"):
        return
    if thread_id not in chat.topics:
        raise bad_request("message thread not found")
    if chat.topics[thread_id].closed:
        raise bad_request("TOPIC_CLOSED")


def check_membership(chat: Chat) -> None:
    if not chat.with_bot:
        how = "was kicked from" if chat.thrown_out else "is not a member of"
        raise forbidden(f"bot {how} the {chat.kind} chat")
