"""What the bot can do: one function per method of the Bot API, (telegram, params) -> result.

The parameters have been read and checked by schema.py. getUpdates waits, and lives in bot_api.py;
answers to what people ask are in questions.py, topics of forums in topics.py,
payments in payments.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playground import payments, topics
from playground.access import check_membership, inside, known, readable, writable
from playground.content import caption_of, text_of
from playground.errors import ApiError, bad_request
from playground.files import kept_document, kept_photo
from playground.posting import markup_of, post
from playground.questions import answer_callback_query, answer_inline_query
from playground.reactions import EMOJIS
from playground.reading import utf16
from playground.rich import rich_of
from playground.schema import Params
from playground.telegram import Chat, Message, Telegram, origin_of
from playground.webhook import checked_webhook

Method = Callable[[Telegram, Params], Any]

MOST_COMMANDS = 100
DELETABLE_SECONDS = 48 * 3600
DOWNLOADABLE_BYTES = 20 * 1024 * 1024
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"[a-z]{2}")
INLINE_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{27}|[A-Za-z0-9_-]{32}")  # 20 or, nowadays, 24 bytes
ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TEXT = ("text", "entities", "link_preview_options", "rich_message")
CAPTION = ("caption", "caption_entities", "show_caption_above_media")
CONTENT = (*TEXT, *CAPTION, "photo", "has_media_spoiler", "document", "location", "invoice")
EDITED = (*TEXT, *CAPTION, "reply_markup")


# Messages


def send_message(telegram: Telegram, params: Params) -> Message:
    """Text to a chat."""
    chat = writable(telegram, params)
    return post(telegram, chat, params, text_of(params))


def send_rich_message(telegram: Telegram, params: Params) -> Message:
    """Headings, lists, tables and the like to a chat."""
    chat = writable(telegram, params)
    return post(telegram, chat, params, rich_of(params["rich_message"]))


def send_photo(telegram: Telegram, params: Params) -> Message:
    """A picture, uploaded or named by an address or an earlier file_id."""
    chat = writable(telegram, params, "photos")
    content: Params = {"photo": kept_photo(telegram, params["photo"], chat)}
    if params.get("has_spoiler"):
        content["has_media_spoiler"] = True
    return post(telegram, chat, params, content | caption_of(params))


def send_document(telegram: Telegram, params: Params) -> Message:
    """A file, uploaded or named by an address or an earlier file_id."""
    chat = writable(telegram, params, "documents")
    content: Params = {"document": kept_document(telegram, params["document"], chat)}
    return post(telegram, chat, params, content | caption_of(params))


def edit_message_text(telegram: Telegram, params: Params) -> Message | bool:
    """New text or rich content, whichever it was before, and new buttons; without reply_markup those go."""
    chat, message, content = _edited_text(telegram, params)
    if "text" not in message and "rich_message" not in message:
        raise bad_request("there is no text in the message to edit")
    kept = _without(message, *TEXT, "reply_markup")
    return _replace(telegram, chat, message, kept | content | markup_of(params))


def _edited_text(telegram: Telegram, params: Params) -> tuple[Chat, Message, Params]:
    """The message and its new content; both kinds at once are refused here, whatever the real server does."""
    if params.get("text") and "rich_message" in params:
        raise bad_request("text and rich_message can't be used at the same time")
    if "rich_message" in params:
        return *_editable(telegram, params), rich_of(params["rich_message"])
    if not params.get("text"):
        raise bad_request("message text is empty")
    return *_editable(telegram, params), text_of(params, too_long="MESSAGE_TOO_LONG")


def edit_message_caption(telegram: Telegram, params: Params) -> Message | bool:
    """Another caption of a photo or a file, or none, and new buttons."""
    chat, message = _editable(telegram, params)
    content = caption_of(params, too_long="MEDIA_CAPTION_TOO_LONG")
    if not _has_file(message):
        raise bad_request("there is no caption in the message to edit")
    if "photo" not in message:
        content.pop("show_caption_above_media", None)
    kept = _without(message, *CAPTION, "reply_markup")
    return _replace(telegram, chat, message, kept | content | markup_of(params))


def edit_message_reply_markup(telegram: Telegram, params: Params) -> Message | bool:
    """Other buttons under the same text."""
    chat, message = _editable(telegram, params)
    return _replace(telegram, chat, message, _without(message, "reply_markup") | markup_of(params))


def delete_message(telegram: Telegram, params: Params) -> bool:
    """Own messages anywhere, all in private chats and where it is an administrator; 48 hours at most."""
    chat = inside(telegram, params)
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to delete not found")
    own = chat.author_of(message) == telegram.bot["id"]
    foreign = not (own or chat.kind == "private" or chat.bot_is_admin)
    if foreign or telegram.clock() - message["date"] > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted")
    telegram.remove(chat, params["message_id"])
    return True


def forward_message(telegram: Telegram, params: Params) -> Message:
    """A message of one chat shown in another, with its origin."""
    source = _source(telegram, params, "message to forward not found")
    chat = writable(telegram, params, _kind_of(source))
    return post(telegram, chat, params, _content_of(source) | {"forward_origin": origin_of(source)})


def copy_message(telegram: Telegram, params: Params) -> Params:
    """The same content once more, without its origin."""
    content = _content_of(_source(telegram, params, "message to copy not found"))
    if "invoice" in content:
        raise bad_request("message can't be copied")
    chat = writable(telegram, params, _kind_of(content))
    if "caption" in params and _has_file(content):
        content = _without(content, *CAPTION) | caption_of(params)
    return {"message_id": post(telegram, chat, params, content)["message_id"]}


def set_message_reaction(telegram: Telegram, params: Params) -> bool:
    """One reaction of the bot under a message, or none."""
    chat = inside(telegram, params)
    if params["message_id"] not in chat.messages:
        raise bad_request("message to react not found")
    reactions = params.get("reaction", [])
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    if any(one["type"] != "emoji" or one["emoji"] not in EMOJIS for one in reactions):
        raise bad_request("REACTION_INVALID")
    emoji = reactions[0]["emoji"] if reactions else None
    telegram.set_reaction(chat, params["message_id"], telegram.bot["id"], emoji)
    return True


def send_chat_action(telegram: Telegram, params: Params) -> bool:
    """ "typing…" at the top of a chat."""
    chat = writable(telegram, params)
    action = params["action"].lower()
    if action not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    telegram.tell("action", chat, {"action": action})
    return True


def get_file(telegram: Telegram, params: Params) -> Params:
    """Where a file that somebody sent can be had."""
    file = telegram.file(params["file_id"])
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(file.data) > DOWNLOADABLE_BYTES:
        raise bad_request("file is too big")
    name = params["file_id"]
    return {
        "file_id": name, "file_unique_id": name.replace("file-", "u"),
        "file_size": len(file.data), "file_path": f"files/{name}",
    }  # fmt: skip


# The bot about itself


def get_me(telegram: Telegram, params: Params) -> Params:
    """The bot."""
    return {
        **telegram.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": not telegram.privacy,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(telegram: Telegram, params: Params) -> bool:
    """The menu of one scope and language."""
    commands = params["commands"]
    if len(commands) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = [_command(one) for one in commands]
    telegram.commands[_scope(telegram, params), _language(params)] = kept
    telegram.tell("commands", None, None)
    return True


def get_my_commands(telegram: Telegram, params: Params) -> list[Params]:
    """The menu of exactly this scope and language."""
    return telegram.commands.get((_scope(telegram, params), _language(params)), [])


def delete_my_commands(telegram: Telegram, params: Params) -> bool:
    """No menu of its own for this scope and language."""
    telegram.commands.pop((_scope(telegram, params), _language(params)), None)
    telegram.tell("commands", None, None)
    return True


def set_my_description(telegram: Telegram, params: Params) -> bool:
    """What an empty chat shows; 512 characters."""
    return _describe(telegram, "description", params.get("description", ""), params, 512)


def set_my_short_description(telegram: Telegram, params: Params) -> bool:
    """What the profile shows; 120 characters."""
    return _describe(telegram, "short_description", params.get("short_description", ""), params, 120)


def set_chat_menu_button(telegram: Telegram, params: Params) -> bool:
    """What the button beside the text field opens."""
    if "chat_id" in params:
        known(telegram, params["chat_id"]).menu_button = params.get("menu_button")
    return True


def set_webhook(telegram: Telegram, params: Params) -> bool:
    """Updates go to this address from now on (webhook.py), and getUpdates is refused."""
    telegram.webhook = checked_webhook(params) if params["url"].strip() else {}
    if "allowed_updates" in params:
        telegram.allowed_updates = params["allowed_updates"]
    return _drop_updates(telegram, params)


def delete_webhook(telegram: Telegram, params: Params) -> bool:
    """Back to getUpdates."""
    telegram.webhook = {}
    return _drop_updates(telegram, params)


def get_webhook_info(telegram: Telegram, params: Params) -> Params:
    """The address, if any, how many updates wait, and what was wrong last."""
    set_now = telegram.webhook
    told = {
        name: value for name, value in set_now.items() if name not in ("url", "secret", "own_certificate")
    }
    if set_now and telegram.allowed_updates:
        told["allowed_updates"] = telegram.allowed_updates
    waiting = len(telegram.updates)
    url = set_now.get("url", "")
    own = "own_certificate" in set_now
    return {"url": url, "has_custom_certificate": own, "pending_update_count": waiting} | told


def yes(telegram: Telegram, params: Params) -> bool:
    """logOut and close: nothing to do here."""
    return True


# Chats


def get_chat(telegram: Telegram, params: Params) -> Params:
    """All that is known of a chat."""
    chat = readable(telegram, params["chat_id"])
    gifts = (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    )
    return {
        **chat.brief(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def get_chat_member(telegram: Telegram, params: Params) -> Params:
    """How somebody stands in a chat."""
    chat = readable(telegram, params["chat_id"])
    user_id = params["user_id"]
    if user_id == telegram.bot["id"]:
        return telegram.bot_member(chat)
    try:
        return telegram.chat_member(chat, user_id)
    except KeyError:
        raise bad_request("invalid user_id specified") from None


def get_chat_administrators(telegram: Telegram, params: Params) -> list[Params]:
    """The owner, the administrators, and the bot if it is one."""
    chat = readable(telegram, params["chat_id"])
    if chat.kind == "private":
        raise bad_request("there are no administrators in the private chat")
    owner = set() if chat.owner is None else {chat.owner}
    found = [telegram.chat_member(chat, one) for one in [*owner, *sorted(chat.admins - owner)]]
    return found + ([telegram.bot_member(chat)] if chat.bot_is_admin else [])


def leave_chat(telegram: Telegram, params: Params) -> bool:
    """The bot goes out of a group."""
    chat = known(telegram, params["chat_id"])
    if chat.kind == "private":
        raise bad_request("chat member status can't be changed in private chats")
    check_membership(chat)
    telegram.take_bot_out(chat)
    return True


# Pieces


def _editable(telegram: Telegram, params: Params) -> tuple[Chat, Message]:
    """The message to edit; as on the real server an inline message only where no chat is named."""
    if not params.get("chat_id") and not params.get("message_id"):
        return _inline_message(telegram, params.get("inline_message_id", ""))
    return _own_message(telegram, params)


def _inline_message(telegram: Telegram, inline_message_id: str) -> tuple[Chat, Message]:
    if not inline_message_id:
        raise bad_request("message identifier is not specified")
    if not INLINE_MESSAGE_ID.fullmatch(inline_message_id):
        raise bad_request("invalid inline message identifier specified")
    try:
        return telegram.inline_place(inline_message_id)
    except KeyError:
        raise bad_request("MESSAGE_ID_INVALID") from None


def _own_message(telegram: Telegram, params: Params) -> tuple[Chat, Message]:
    if "chat_id" not in params:
        raise bad_request("chat_id is empty")
    if "message_id" not in params:
        raise bad_request("message identifier is not specified")
    chat = inside(telegram, params)
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    foreign = chat.author_of(message) != telegram.bot["id"] or "forward_origin" in message
    if foreign or message["message_id"] in chat.prompts:
        raise bad_request("message can't be edited")
    return chat, message


def _replace(telegram: Telegram, chat: Chat, before: Message, after: Message) -> Message | bool:
    """Put the edited message in the place of the old one; one that is the same is refused.

    The answer to an edit of an inline message is only True: the bot need not be in its chat.
    """
    number = before["message_id"]
    raw = after.pop("html", chat.raw[number])
    if all(before.get(name) == after.get(name) for name in EDITED):
        raise bad_request(NOT_MODIFIED)
    changed = {**after, "edit_date": int(telegram.clock())}
    chat.messages[number] = changed
    chat.raw[number] = raw
    telegram.tell("edit", chat, changed)
    return "via_bot" in changed or changed


def _source(telegram: Telegram, params: Params, missing: str) -> Message:
    chat = known(telegram, params["from_chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request(missing)
    return {**message, "html": chat.raw[params["message_id"]]}


def _kind_of(message: Message) -> str:
    """What a message is, as a chat grants the right to send it."""
    kinds = ("photo", "document", "location", "invoice")
    return next((f"{kind}s" for kind in kinds if kind in message), "text messages")


def _content_of(message: Message) -> Params:
    return {name: message[name] for name in (*CONTENT, "html") if name in message}


def _without(message: Message, *names: str) -> Message:
    return {name: value for name, value in message.items() if name not in names}


def _has_file(message: Message) -> bool:
    """Whether a caption can stand below it."""
    return "photo" in message or "document" in message


def _command(command: Params) -> Params:
    name = command["command"].removeprefix("/")
    if not COMMAND.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= utf16(command["description"].strip()) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": command["description"]}


def _scope(telegram: Telegram, params: Params) -> str:
    scope = params.get("scope") or {"type": "default"}
    if "chat_id" not in scope:
        return str(scope["type"])
    chat = known(telegram, scope["chat_id"])
    return " ".join([scope["type"], str(chat.id), *(str(scope[key]) for key in ("user_id",) if key in scope)])


def _language(params: Params) -> str:
    code = str(params.get("language_code", ""))
    if code and not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _describe(telegram: Telegram, what: str, text: str, params: Params, most: int) -> bool:
    if utf16(text) > most:
        raise bad_request(f"{what.replace('_', ' ')} is too long")
    telegram.descriptions[what, _language(params)] = text
    return True


def _drop_updates(telegram: Telegram, params: Params) -> bool:
    if params.get("drop_pending_updates"):
        telegram.updates.clear()
    telegram.wake()
    return True


METHODS: dict[str, Method] = {
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "answerPreCheckoutQuery": payments.answer_pre_checkout_query,
    "close": yes,
    "closeForumTopic": topics.close,
    "copyMessage": copy_message,
    "createForumTopic": topics.create,
    "createInvoiceLink": payments.create_invoice_link,
    "deleteForumTopic": topics.delete,
    "deleteMessage": delete_message,
    "deleteMyCommands": delete_my_commands,
    "deleteWebhook": delete_webhook,
    "editForumTopic": topics.edit,
    "editMessageCaption": edit_message_caption,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "editMessageText": edit_message_text,
    "forwardMessage": forward_message,
    "getChat": get_chat,
    "getChatAdministrators": get_chat_administrators,
    "getChatMember": get_chat_member,
    "getFile": get_file,
    "getMe": get_me,
    "getMyCommands": get_my_commands,
    "getMyStarBalance": payments.get_my_star_balance,
    "getStarTransactions": payments.get_star_transactions,
    "getWebhookInfo": get_webhook_info,
    "leaveChat": leave_chat,
    "logOut": yes,
    "refundStarPayment": payments.refund_star_payment,
    "sendChatAction": send_chat_action,
    "sendDocument": send_document,
    "sendInvoice": payments.send_invoice,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendRichMessage": send_rich_message,
    "setChatMenuButton": set_chat_menu_button,
    "setMessageReaction": set_message_reaction,
    "setMyCommands": set_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
    "setWebhook": set_webhook,
}


def conflict(reason: str) -> ApiError:
    """A 409: somebody else takes the updates."""
    return ApiError(409, f"Conflict: {reason}")
