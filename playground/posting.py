"""A message of the bot: its keyboard, what it replies to, and the topic it stands in."""

from __future__ import annotations

from playground.access import check_topic, readable
from playground.entities import formatted
from playground.errors import bad_request
from playground.markup import checked_markup
from playground.reading import utf16
from playground.schema import Params
from playground.telegram import Chat, Message, Telegram, origin_of, without_reply


def markup_of(params: Params) -> Params:
    """The inline keyboard of a call, checked."""
    markup = checked_markup(params.get("reply_markup"))
    return {"reply_markup": markup} if markup else {}


def _prompt(chat: Chat, params: Params) -> Params:
    """A reply keyboard or force_reply: people see it, the bot gets no word of it back."""
    markup = params.get("reply_markup")
    if not markup or "inline_keyboard" in markup:
        return {}
    if chat.kind == "channel":
        raise bad_request("inline keyboard expected")
    if chat.kind != "private" and _asks_for_location(markup):
        raise bad_request("location can be requested in private chats only")
    return {"prompt": markup}


def _asks_for_location(markup: Params) -> bool:
    return any(key.get("request_location") for row in markup.get("keyboard", []) for key in row)


def post(telegram: Telegram, chat: Chat, params: Params, content: Params) -> Message:
    """Write the bot's message, with its keyboard, what it replies to, and the topic it stands in."""
    answered = _answered(telegram, chat, params)
    content |= markup_of(params) | _prompt(chat, params) | _reply(chat, params, answered)
    content |= _topic(chat, params.get("message_thread_id", 0), answered)
    message = telegram.new_message(chat, telegram.bot, content)
    telegram.tell("message", chat, message)
    return message


def _answered(telegram: Telegram, chat: Chat, params: Params) -> Message | None:
    """The message that is replied to, perhaps of another chat."""
    reply = params.get("reply_parameters")
    if not reply or reply.get("message_id", 0) <= 0:
        return None
    place = readable(telegram, reply["chat_id"]) if reply.get("chat_id", chat.id) != chat.id else chat
    message = place.messages.get(reply["message_id"])
    if message is None and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")
    return message


def _reply(chat: Chat, params: Params, answered: Message | None) -> Params:
    """What the message says of the one that it replies to; of another chat's only where it comes from."""
    if answered is None:
        return {}
    quote = _quote(params["reply_parameters"], answered)
    if answered["chat"]["id"] == chat.id:
        return {"reply_to_message": without_reply(answered)} | quote
    outside = {"origin": origin_of(answered), "message_id": answered["message_id"]}
    if answered["chat"]["type"] in ("supergroup", "channel"):
        outside["chat"] = answered["chat"]
    return {"external_reply": outside} | quote


def _quote(reply: Params, answered: Message) -> Params:
    """The words of the message that are quoted, which must stand in it."""
    if not reply.get("quote"):
        return {}
    shown = formatted(reply["quote"], reply.get("quote_parse_mode"), reply.get("quote_entities"))
    text: str = answered.get("text") or answered.get("caption", "")
    if shown.text not in text:
        raise bad_request("QUOTE_TEXT_INVALID")
    place = utf16(text[: text.index(shown.text)])
    entities = {"entities": shown.entities} if shown.entities else {}
    return {"quote": {"text": shown.text, **entities, "position": place, "is_manual": True}}


def _topic(chat: Chat, thread_id: int, answered: Message | None) -> Params:
    """The topic of a message in a forum: the named one, else that of the message it replies to."""
    if not thread_id and answered is not None and answered["chat"]["id"] == chat.id:
        thread_id = answered.get("message_thread_id", 0)
        check_topic(chat, thread_id)
    if not thread_id or not chat.is_forum:
        return {}
    return {"message_thread_id": thread_id, "is_topic_message": True}
