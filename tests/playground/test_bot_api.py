"""How calls come in, and what the answers are made of."""

from __future__ import annotations

import json

import pytest

from playground import make_schema, schema
from playground.telegram import Telegram
from tests.conftest import shared
from tests.playground.conftest import Client


async def test_a_call_may_come_in_every_way(client: Client) -> None:
    """Query, form, JSON, multipart; any case of the method's name."""
    params = {"chat_id": str(client.reader), "text": "中 & <x>", "disable_notification": "true"}
    address = client.address("SENDmessage")
    answers = [
        await client.http.get(address, params=params),
        await client.http.post(address, params=params),
        await client.http.post(address, data=params),
        await client.http.post(address, json=params),
        await client.http.post(address, files={name: (None, value) for name, value in params.items()}),
    ]

    assert [answer.json()["result"]["text"] for answer in answers] == ["中 & <x>"] * 5


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[]"),
        ("application/json", b"[" * 100_000),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=b", b"--b\r\nx\r\n--b--\r\n"),
        ("application/x-www-form-urlencoded", b"a=1&" * 1000),
    ],
)
async def test_a_body_that_cannot_be_read_is_a_bad_request(client: Client, kind: str, body: bytes) -> None:
    """Never an error of the server."""
    headers = {"content-type": kind}
    answer = await client.http.post(client.address("sendMessage"), content=body, headers=headers)

    assert answer.status_code == 400
    assert answer.json()["description"].startswith("Bad Request: ")


async def test_text_that_is_no_utf8_is_refused(client: Client) -> None:
    """In a form as in JSON; nobody gets to see a replaced character."""
    body = f"chat_id={client.reader}&text=%E4%B8"
    answer = await client.http.post(
        client.address("sendMessage"),
        content=body,
        headers={"content-type": "application/x-www-form-urlencoded"},
    )

    assert answer.json()["description"] == "Bad Request: strings must be encoded in UTF-8"


async def test_answers_have_the_shape_of_the_schema(client: Client) -> None:
    """Every answer and update conforms to its type in the Bot API."""
    button = {"text": "x", "callback_data": "x"}
    message = await client.sends(
        "<b>x</b> #y", parse_mode="HTML", reply_markup={"inline_keyboard": [[button]]}
    )
    client.telegram.says(client.reader, "/start")
    client.telegram.edits(client.reader, 2, "改")
    client.telegram.presses(client.reader, client.reader, 1, "x")
    client.telegram.inline(client.reader, "词")
    client.telegram.blocks(client.reader)
    updates = await client.result("getUpdates")
    chat = await client.result("getChat", chat_id=client.reader)

    schema.conforms(message, "Message")
    schema.conforms(updates, "Array of Update")
    schema.conforms(chat, "ChatFullInfo")
    schema.conforms(await client.result("getMe"), "User")
    schema.conforms(await client.result("getWebhookInfo"), "WebhookInfo")
    kinds = ["message", "edited_message", "callback_query", "inline_query", "my_chat_member"]
    assert kinds == [next(name for name in one if name != "update_id") for one in updates]


def test_a_value_of_another_shape_does_not_conform() -> None:
    """The check above can fail."""
    with pytest.raises(schema.Mismatch):
        schema.conforms({"message_id": 1, "date": 1, "chat": {"id": "x", "type": "private"}}, "Message")


def test_the_reduced_schema_is_what_the_script_makes() -> None:
    """bot_api.json is not edited by hand."""
    whole = json.loads(shared("telegram/bot_api.json").read_text(encoding="utf-8"))

    assert make_schema.reduce_schema(whole) == schema.load()


async def test_calls_are_recorded_with_parameters_and_answers(client: Client) -> None:
    """Refused ones too."""
    await client.sends("x")
    await client.refusal("sendMessage", chat_id=client.reader, text="")
    await client.refusal("getMe")

    calls = [(call.method, call.response["ok"]) for call in client.telegram.calls]
    assert calls == [("sendMessage", True), ("sendMessage", False), ("getMe", True)]
    assert client.telegram.calls[0].params == {"chat_id": client.reader, "text": "x"}


def test_ids_are_numbered_as_telegram_does() -> None:
    """People positive and large, groups negative, supergroups -100…; messages count per chat."""
    telegram = Telegram()
    zh, en = telegram.person("zh"), telegram.person("en")
    group = telegram.add_group("群", [zh.id], kind="group")
    channel = telegram.add_group("频道", [], kind="channel")
    numbers = [telegram.says(one, "x")["message_id"] for one in (zh.id, en.id, zh.id)]

    assert zh.id > 2**32 > 0 > group.id > -(10**12) > channel.id
    assert str(channel.id).startswith("-100")
    assert numbers == [1, 1, 2]
