"""Each refusal of the real server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import shared
from tests.playground.conftest import Client

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
NO_ACTION = "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
NO_WORDS = "inline keyboard button text must be non-empty"
NOT_UTF8 = "strings must be encoded in UTF-8"
BOLD = {"type": "bold", "offset": 0, "length": 1}
BAD_LENGTH = 'can\'t parse MessageEntity: Field "length" must be of type Number'
QUESTION = {"force_reply": True, "input_field_placeholder": "意见"}


def keyboard(*buttons: dict[str, Any]) -> dict[str, Any]:
    """An inline keyboard with one button a row."""
    return {"inline_keyboard": [[button] for button in buttons]}


def data(value: str) -> dict[str, Any]:
    """A button with callback data."""
    return {"text": "x", "callback_data": value}


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "\u2800\u3000\u200b\ufeff"}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "半个\ud83d"}, NOT_UTF8),
        ({"text": "中" * 4096}, ""),
        ({"text": "中" * 4097}, "message is too long"),
        ({"text": "😀" * 2048}, ""),
        ({"text": "😀" * 2048 + "x"}, "message is too long"),
        ({"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"}, ""),
        ({"text": "<b></b>" * 4700 + "x", "parse_mode": "HTML"}, "text is too long"),
        ({"text": "x", "parse_mode": "wiki"}, "unsupported parse_mode"),
        ({"text": "x", "entities": [BOLD | {"offset": -1}]}, "receive an entity with incorrect offset -1"),
        ({"text": "x", "entities": [BOLD | {"length": "y"}]}, BAD_LENGTH),
        ({"text": "x", "reply_markup": keyboard(data("x" * 64))}, ""),
        ({"text": "x", "reply_markup": keyboard(data("x" * 65))}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard(data("中" * 22))}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard(data(""))}, NO_ACTION),
        ({"text": "x", "reply_markup": keyboard({"text": "\ud83d", "callback_data": "x"})}, NOT_UTF8),
        ({"text": "x", "reply_markup": keyboard({**data("x"), "text": " "})}, NO_WORDS),
        ({"text": "x", "reply_markup": keyboard(*[data("x")] * 100)}, ""),
        ({"text": "x", "reply_markup": keyboard(*[data("x")] * 101)}, "reply markup is too long"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_markup": "[" * 100_000}, "can't parse reply keyboard markup JSON object"),
        (
            {"text": "x", "reply_markup": keyboard({"callback_data": "x"})},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        ({"text": "x", "reply_markup": keyboard({"text": "x"})}, NO_ACTION),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [["x"]]}},
            "can't parse inline keyboard button: InlineKeyboardButton must be an Object",
        ),
        (
            {"text": "x", "reply_markup": keyboard({"text": "x", "url": "http://nowhere"})},
            "inline keyboard button URL 'http://nowhere' is invalid: Wrong HTTP URL",
        ),
        ({"text": ["x"]}, "can't parse text: String"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": 42}, "chat not found"),
        ({"text": "x", "chat_id": "@nobody_here"}, "chat not found"),
        ({"text": "x", "message_thread_id": 7}, "message thread not found"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
    ],
)
async def test_messages_are_refused_as_by_the_real_server(
    client: Client, params: dict[str, Any], reason: str
) -> None:
    """An empty reason means that it is accepted."""
    expected = f"Bad Request: {reason}" if reason else ""

    assert expected == await client.refusal("sendMessage", **{"chat_id": client.reader, **params})


async def test_a_caption_has_1024_units(client: Client) -> None:
    """Counted after parsing."""
    params = {"chat_id": client.reader, "photo": "https://a.cn/x.png", "parse_mode": "HTML"}

    assert await client.refusal("sendPhoto", **params, caption="<b>" + "中" * 1024 + "</b>") == ""
    assert "Bad Request: message caption is too long" == await client.refusal(
        "sendPhoto", **params, caption="中" * 1025
    )


async def test_an_edit_that_changes_nothing_is_refused(client: Client) -> None:
    """The same text and the same buttons."""
    message = await client.sends("<b>x</b>", parse_mode="HTML", reply_markup=keyboard(data("a")))
    same = {"chat_id": client.reader, "message_id": message["message_id"]}
    same |= {"text": "<strong>x</strong>", "parse_mode": "HTML", "reply_markup": keyboard(data("a"))}

    refused = await client.refusal("editMessageText", **same)
    edited = await client.result("editMessageText", **{**same, "reply_markup": keyboard(data("b"))})

    assert refused.startswith("Bad Request: message is not modified: ")
    assert keyboard(data("b")) == edited["reply_markup"]


async def test_an_edit_has_the_same_length_and_another_wording(client: Client) -> None:
    """Here the refusal comes from Telegram itself, in capitals."""
    message = (await client.sends())["message_id"]
    edit = {"chat_id": client.reader, "message_id": message}

    assert "Bad Request: MESSAGE_TOO_LONG" == await client.refusal(
        "editMessageText", **edit, text="中" * 4097
    )
    assert await client.refusal("editMessageText", **edit, text="中" * 4096) == ""


async def test_a_question_cannot_be_edited(client: Client) -> None:
    """Nor what came with a reply keyboard; and an edit cannot bring either, nor a channel show them."""
    asked = (await client.sends(reply_markup=QUESTION))["message_id"]
    typed = (await client.sends(reply_markup={"keyboard": [["一", {"text": "二"}]]}))["message_id"]
    plain = (await client.sends())["message_id"]
    channel = client.telegram.add_group("频道", [], kind="channel").id

    async def edit(message_id: int, **params: Any) -> str:
        return await client.refusal(
            "editMessageText", chat_id=client.reader, message_id=message_id, text="y", **params
        )

    assert ["Bad Request: message can't be edited"] * 2 == [await edit(asked), await edit(typed)]
    assert "Bad Request: inline keyboard expected" == await edit(plain, reply_markup=QUESTION)
    assert "Bad Request: inline keyboard expected" == await client.refusal(
        "sendMessage", chat_id=channel, text="x", reply_markup=QUESTION
    )


async def test_only_own_and_present_messages_can_be_edited(client: Client) -> None:
    """What a person wrote is theirs; what is deleted is gone."""
    written = client.telegram.says(client.reader, "/start")["message_id"]
    gone = (await client.sends())["message_id"]
    await client.result("deleteMessage", chat_id=client.reader, message_id=gone)

    async def edit(message_id: int) -> str:
        return await client.refusal("editMessageText", chat_id=client.reader, message_id=message_id, text="y")

    assert "Bad Request: message can't be edited" == await edit(written)
    assert "Bad Request: message to edit not found" == await edit(gone)
    assert "Bad Request: message to delete not found" == await client.refusal(
        "deleteMessage", chat_id=client.reader, message_id=gone
    )


async def test_a_press_is_answered_once_and_in_time(client: Client) -> None:
    """Unknown, answered and old queries are refused with the same words."""
    message = (await client.sends(reply_markup=keyboard(data("up"))))["message_id"]
    once = client.telegram.presses(client.reader, client.reader, message, "up")
    late = client.telegram.presses(client.reader, client.reader, message, "up")

    first = await client.refusal("answerCallbackQuery", callback_query_id=once, text="谢谢")
    again = await client.refusal("answerCallbackQuery", callback_query_id=once)
    then = client.telegram.clock() + 3600
    client.telegram.clock = lambda: then
    after = await client.refusal("answerCallbackQuery", callback_query_id=late)
    unknown = await client.refusal("answerCallbackQuery", callback_query_id="1")

    assert ["", TOO_OLD, TOO_OLD, TOO_OLD] == [first, again, after, unknown]
    assert client.telegram.toasts[once]["text"] == "谢谢"


async def test_a_blocked_bot_hears_of_it_and_is_refused(client: Client) -> None:
    """And may write again when unblocked."""
    client.telegram.blocks(client.reader)
    blocked = await client.refusal("sendMessage", chat_id=client.reader, text="x")
    client.telegram.unblocks(client.reader)

    assert blocked == "Forbidden: bot was blocked by the user"
    assert await client.refusal("sendMessage", chat_id=client.reader, text="x") == ""
    told = [one["my_chat_member"]["new_chat_member"]["status"] for one in client.telegram.updates]
    assert told == ["kicked", "member"]


async def test_a_bot_cannot_speak_first(client: Client) -> None:
    """A person who never wrote cannot be written to; nor can a group the bot was thrown out of."""
    stranger = client.telegram.person("en").id
    group = client.telegram.add_group("群", [client.reader]).id
    client.telegram.kicks(group)

    assert "Forbidden: bot can't initiate conversation with a user" == await client.refusal(
        "sendMessage", chat_id=stranger, text="x"
    )
    assert "Forbidden: bot was kicked from the supergroup chat" == await client.refusal(
        "sendMessage", chat_id=group, text="x"
    )


async def test_a_wrong_token_and_an_unknown_method_are_named(client: Client) -> None:
    """401 and 404."""
    wrong = await client.http.get(f"{client.playground.url}/bot1:wrong/getMe")

    assert wrong.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert await client.call("sendTelepathy") == {"ok": False, "error_code": 404, "description": "Not Found"}


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("setMyCommands", {"commands": [{"command": "Bad-One", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        (
            "setMyCommands",
            {"commands": [{"command": "a", "description": ""}]},
            "BOT_COMMAND_DESCRIPTION_INVALID",
        ),
        ("setMyCommands", {}, 'parameter "commands" is required'),
        ("setWebhook", {"url": "http://a.cn"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            "setWebhook",
            {"url": "https://a.cn", "secret_token": "!"},
            "secret token contains unallowed characters",
        ),
        ("setMyDescription", {"description": "x" * 513}, "description is too long"),
        ("editMessageText", {"chat_id": 1, "text": "x"}, "message identifier is not specified"),
        ("sendPhoto", {"chat_id": 1}, "there is no photo in the request"),
        ("getChat", {"chat_id": 1}, "chat not found"),
        ("answerInlineQuery", {"inline_query_id": "1", "results": []}, TOO_OLD.removeprefix("Bad Request: ")),
    ],
)
async def test_other_methods_refuse_too(
    client: Client, method: str, params: dict[str, Any], reason: str
) -> None:
    """One mistake each."""
    assert f"Bad Request: {reason}" == await client.refusal(method, **params)


async def test_the_wording_is_that_of_the_collected_errors(client: Client) -> None:
    """Refusals that the playground makes by itself stand in the collection word for word."""
    known = {
        one.get("description") for one in json.loads(shared("telegram/errors.json").read_text())["errors"]
    }
    message = (await client.sends())["message_id"]
    said = [
        await client.refusal("sendMessage", chat_id=client.reader, text=""),
        await client.refusal("sendMessage", chat_id=client.reader, text="x" * 4097),
        await client.refusal("sendMessage", chat_id=1, text="x"),
        await client.refusal("editMessageText", chat_id=client.reader, message_id=message, text="新闻"),
        await client.refusal("editMessageText", chat_id=client.reader, message_id=99, text="x"),
        await client.refusal("answerCallbackQuery", callback_query_id="1"),
        await client.refusal("sendMessage", chat_id=client.playground.telegram.bot["id"], text="x"),
    ]

    assert [one for one in said if one not in known] == []
