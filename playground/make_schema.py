"""Makes bot_api.json: of a complete machine-readable Bot API, the methods and types the playground knows.

python -m playground.make_schema COMPLETE.json [OUT.json]
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

METHODS = [
    "answerCallbackQuery",
    "answerInlineQuery",
    "answerPreCheckoutQuery",
    "close",
    "closeForumTopic",
    "copyMessage",
    "createForumTopic",
    "createInvoiceLink",
    "deleteForumTopic",
    "deleteMessage",
    "deleteMyCommands",
    "deleteWebhook",
    "editForumTopic",
    "editMessageCaption",
    "editMessageReplyMarkup",
    "editMessageText",
    "forwardMessage",
    "getChat",
    "getChatAdministrators",
    "getChatMember",
    "getFile",
    "getMe",
    "getMyCommands",
    "getMyStarBalance",
    "getStarTransactions",
    "getUpdates",
    "getWebhookInfo",
    "leaveChat",
    "logOut",
    "refundStarPayment",
    "sendChatAction",
    "sendDocument",
    "sendInvoice",
    "sendMessage",
    "sendPhoto",
    "sendRichMessage",
    "setChatMenuButton",
    "setMessageReaction",
    "setMyCommands",
    "setMyDescription",
    "setMyShortDescription",
    "setWebhook",
]
# What the answers are made of. A field whose type is not in the schema is left out of it.
ANSWERS = [
    "Update",
    "Message",
    "MaybeInaccessibleMessage",
    "MessageId",
    "MessageOrigin",
    "MessageOriginUser",
    "MessageOriginChat",
    "MessageOriginChannel",
    "CallbackQuery",
    "InlineQuery",
    "ChosenInlineResult",
    "ChatMember",
    "ChatMemberUpdated",
    "User",
    "File",
    "Chat",
    "ChatFullInfo",
    "ChatMemberOwner",
    "ChatMemberMember",
    "ChatMemberRestricted",
    "ChatMemberAdministrator",
    "ChatMemberLeft",
    "ChatMemberBanned",
    "PhotoSize",
    "Document",
    "WebhookInfo",
    "MessageReactionUpdated",
    "MessageReactionCountUpdated",
    "ReactionCount",
    "AcceptedGiftTypes",
    "RichMessage",
    "RichBlock",
    "RichBlockParagraph",
    "RichBlockSectionHeading",
    "RichBlockPreformatted",
    "RichBlockFooter",
    "RichBlockDivider",
    "RichBlockList",
    "RichBlockListItem",
    "RichBlockBlockQuotation",
    "RichBlockTable",
    "RichBlockTableCell",
    "RichBlockDetails",
    "RichText",
    "RichTextBold",
    "RichTextItalic",
    "RichTextUnderline",
    "RichTextStrikethrough",
    "RichTextCode",
    "RichTextUrl",
    "RichTextEmailAddress",
    "RichTextMention",
    "RichTextHashtag",
    "RichTextBotCommand",
    "Location",
    "ForumTopic",
    "ForumTopicCreated",
    "ForumTopicEdited",
    "ForumTopicClosed",
    "ExternalReplyInfo",
    "TextQuote",
    "Invoice",
    "PreCheckoutQuery",
    "SuccessfulPayment",
    "RefundedPayment",
    "StarAmount",
    "StarTransactions",
    "StarTransaction",
    "TransactionPartner",
    "TransactionPartnerUser",
]
PLAIN = {"String", "Integer", "Float", "Boolean", "InputFile"}
CONSTANT = re.compile(r'(?:must be|[Aa]lways) "?(\w+)"?\.?$')

Schema = dict[str, Any]


def reduce_schema(whole: Schema) -> Schema:
    """The schema of METHODS and ANSWERS with every type that parameters need, and no prose."""
    methods = {name: whole["methods"][name] for name in METHODS}
    known = _needed(whole["types"], [f for m in methods.values() for f in m.get("fields", [])]) | set(ANSWERS)
    types = {name: whole["types"][name] for name in sorted(known)}
    return {
        "version": whole["version"],
        "methods": {
            name: {"returns": entry["returns"], "fields": _fields(entry, known)}
            for name, entry in sorted(methods.items())
        },
        "types": {name: _type(entry, known) for name, entry in types.items()},
    }


def _needed(types: Schema, fields: list[Schema]) -> set[str]:
    """Names of all types that can be reached from these fields."""
    waiting = [name for field in fields for name in field["types"]]
    found: set[str] = set()
    while waiting:
        name = waiting.pop().replace("Array of ", "")
        if name in found or name not in types or name in PLAIN:
            continue
        found.add(name)
        waiting += types[name].get("subtypes", [])
        waiting += [t for field in types[name].get("fields", []) for t in field["types"]]
    return found


def _type(entry: Schema, known: set[str]) -> Schema:
    if "subtypes" in entry:
        return {"subtypes": _known(entry["subtypes"], known)}
    return {"fields": _fields(entry, known)}


def _known(types: list[str], known: set[str]) -> list[str]:
    return [name for name in types if name.replace("Array of ", "") in known | PLAIN]


def _fields(entry: Schema, known: set[str]) -> Schema:
    reduced: Schema = {}
    for field in entry.get("fields", []):
        types = _known(field["types"], known)
        if types:
            reduced[field["name"]] = _field(field, types)
    return reduced


def _field(field: Schema, types: list[str]) -> Schema:
    short: Schema = {"types": types}
    if field["required"]:
        short["required"] = True
    constant = CONSTANT.search(field["description"])
    if constant and field["name"] in ("type", "status", "source"):
        short["is"] = constant.group(1)
    return short


def main(arguments: list[str]) -> None:
    """Read the complete schema and write the reduced one."""
    out = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).with_name("bot_api.json")
    whole = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    out.write_text(json.dumps(reduce_schema(whole), separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
