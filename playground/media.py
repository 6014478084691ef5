"""What people send that is no text: pictures, files, and what somebody else wrote."""

from __future__ import annotations

from typing import Any

from playground.files import kept_document, kept_photo
from playground.schema import Upload
from playground.telegram import Message, Telegram, origin_of, typed

FORWARDED = ("text", "entities", "caption", "caption_entities", "photo", "document", "location")


def photo(
    telegram: Telegram, user_id: int, data: bytes, caption: str = "", chat_id: int | None = None
) -> Message:
    """A person sends a picture. Raises KeyError for an unknown person or chat, ApiError for no picture."""
    chat = telegram.chats[chat_id or telegram.opens(user_id).id]
    found = kept_photo(telegram, Upload("photo.png", "image/png", data), chat)
    return telegram.sends(user_id, {"photo": found} | _captioned(caption), chat_id)


def document(
    telegram: Telegram, user_id: int, name: str, data: bytes, caption: str = "", chat_id: int | None = None
) -> Message:
    """A person sends a file. Raises KeyError for an unknown person or chat, ApiError for an empty one."""
    chat = telegram.chats[chat_id or telegram.opens(user_id).id]
    found = kept_document(telegram, Upload(name, "application/octet-stream", data), chat)
    return telegram.sends(user_id, {"document": found} | _captioned(caption), chat_id)


def forward(telegram: Telegram, user_id: int, message: Message, chat_id: int | None = None) -> Message:
    """A person forwards a message that they see. Raises KeyError for an unknown person or chat."""
    content = {name: message[name] for name in FORWARDED if name in message}
    content["forward_origin"] = message.get("forward_origin", origin_of(message))
    return telegram.sends(user_id, content, chat_id)


def _captioned(caption: str) -> dict[str, Any]:
    """What a person writes below a picture, with what Telegram finds in it."""
    if not caption:
        return {}
    written = typed(caption)
    entities = {"caption_entities": written["entities"]} if "entities" in written else {}
    return {"caption": written["text"]} | entities
