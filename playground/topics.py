"""What the bot does with the topics of a forum."""

from __future__ import annotations

from playground.access import inside
from playground.errors import bad_request
from playground.groups import TOPIC_COLOR
from playground.reading import utf16
from playground.schema import Params
from playground.telegram import Chat, Telegram

COLORS = {0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F}
MOST_NAME = 128


def create(telegram: Telegram, params: Params) -> Params:
    """A new topic; its identifier is that of its first message."""
    chat = _forum(telegram, params, "create a")
    name, color = _name(params["name"]), params.get("icon_color", TOPIC_COLOR)
    if color not in COLORS:
        raise bad_request("TOPIC_ICON_COLOR_INVALID")
    thread_id = telegram.open_topic(chat, telegram.bot, name, color)
    return {"message_thread_id": thread_id, "name": name, "icon_color": color}


def edit(telegram: Telegram, params: Params) -> bool:
    """Another name for a topic; without one nothing changes."""
    chat = _with_topic(telegram, params, "edit the")
    topic = chat.topics[params["message_thread_id"]]
    name = _name(params["name"]) if params.get("name") else topic.name
    if name == topic.name:
        raise bad_request("TOPIC_NOT_MODIFIED")
    telegram.rename_topic(chat, telegram.bot, params["message_thread_id"], name)
    return True


def close(telegram: Telegram, params: Params) -> bool:
    """Nobody but administrators writes there any more."""
    chat = _with_topic(telegram, params, "edit the")
    if chat.topics[params["message_thread_id"]].closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    telegram.close_topic(chat, telegram.bot, params["message_thread_id"])
    return True


def delete(telegram: Telegram, params: Params) -> bool:
    """A topic goes, with all its messages."""
    chat = _with_topic(telegram, params, "delete the")
    telegram.drop_topic(chat, params["message_thread_id"])
    return True


def _forum(telegram: Telegram, params: Params, deed: str) -> Chat:
    """The forum of a call, if the bot may do this there."""
    chat = inside(telegram, params)
    if not chat.is_forum:
        raise bad_request("the chat is not a forum")
    if not chat.bot_is_admin:
        raise bad_request(f"not enough rights to {deed} topic")
    return chat


def _with_topic(telegram: Telegram, params: Params, deed: str) -> Chat:
    chat = _forum(telegram, params, deed)
    if params["message_thread_id"] not in chat.topics:
        raise bad_request("TOPIC_ID_INVALID")
    return chat


def _name(name: str) -> str:
    if not name.strip():
        raise bad_request("TOPIC_TITLE_EMPTY")
    if utf16(name) > MOST_NAME:
        raise bad_request("TOPIC_TITLE_INVALID")
    return name.strip()
