"""Posts in channels, people who speak as one, and groups that become supergroups."""

from __future__ import annotations

from typing import Any

import pytest

from playground import media, schema
from playground.base import CHANNEL, HIDDEN
from tests.playground.conftest import Client
from tests.playground.test_reactions import heard


def channel(client: Client, **more: Any) -> int:
    """A channel of the reader's."""
    return client.telegram.add_group("科技频道", [], "channel", owner=client.reader, **more).id


async def test_a_post_is_the_channels(client: Client) -> None:
    """Nobody is named, neither where it is written nor where it is edited."""
    telegram, chat = client.telegram, channel(client)
    number = telegram.posts(client.reader, chat, "一")["message_id"]
    telegram.edits(client.reader, number, "二", chat)
    told = await heard(client)

    assert [("channel_post", "一"), ("edited_channel_post", "二")] == [
        (kind, one["text"]) for kind, one in told
    ]
    brief = {"id": chat, "type": "channel", "title": "科技频道"}
    assert [(brief, brief)] * 2 == [(one["chat"], one["sender_chat"]) for _, one in told]
    assert not any("from" in one for _, one in told)
    schema.conforms([one for _, one in told], "Array of Message")


async def test_only_administrators_post(client: Client) -> None:
    """In a channel; elsewhere there are no posts."""
    telegram, other = client.telegram, client.telegram.person("en").id
    chat = channel(client)
    telegram.chats[chat].members.add(other)
    group = telegram.add_group("群", [client.reader]).id

    for verb in (lambda: telegram.posts(other, chat, "x"), lambda: telegram.says(other, "x", chat)):
        with pytest.raises(PermissionError):
            verb()
    telegram.appoints(client.reader, chat, other)
    telegram.says(other, "x", chat)
    with pytest.raises(ValueError, match="channels"):
        telegram.posts(client.reader, group, "x")
    with pytest.raises(KeyError):
        telegram.posts(telegram.person("admin").id, chat, "x")


async def test_the_bots_own_posts_are_the_channels_too(client: Client) -> None:
    """It edits and deletes them, forwards them as the channel's, and answers them elsewhere."""
    chat = channel(client)
    sent = await client.result("sendMessage", chat_id=chat, text="一")
    at = {"chat_id": chat, "message_id": sent["message_id"]}
    edited = await client.result("editMessageText", **at, text="二")
    there = {"chat_id": client.reader, "from_chat_id": chat, "message_id": sent["message_id"]}
    forwarded = await client.result("forwardMessage", **there)
    reply = {"chat_id": chat, "message_id": sent["message_id"], "quote": "二"}
    answer = await client.result("sendMessage", chat_id=client.reader, text="见频道", reply_parameters=reply)
    assert await client.result("deleteMessage", **at)

    assert [chat, False, "二"] == [sent["sender_chat"]["id"], "from" in sent, edited["text"]]
    origin = forwarded["forward_origin"]
    assert ["channel", chat] == [origin["type"], origin["chat"]["id"]]
    assert [chat, "二", False] == [
        answer["external_reply"]["chat"]["id"],
        answer["quote"]["text"],
        "reply_to_message" in answer,
    ]
    schema.conforms([sent, edited, forwarded, answer], "Array of Message")


async def test_a_quotation_stands_in_what_is_quoted(client: Client) -> None:
    """With its place; and what is answered may be missing only where that is said."""
    number = (await client.sends("😀 新闻"))["message_id"]
    at = {"chat_id": client.reader, "text": "x"}
    sent = await client.result("sendMessage", **at, reply_parameters={"message_id": number, "quote": "新闻"})
    wrong = await client.refusal(
        "sendMessage", **at, reply_parameters={"message_id": number, "quote": "旧闻"}
    )
    gone = {"message_id": 99, "allow_sending_without_reply": True}
    away = await client.refusal("sendMessage", **at, reply_parameters={"message_id": 1, "chat_id": 42})

    assert {"text": "新闻", "position": 3, "is_manual": True} == sent["quote"]
    assert "Bad Request: QUOTE_TEXT_INVALID" == wrong
    assert "" == await client.refusal("sendMessage", **at, reply_parameters=gone)
    assert "Bad Request: chat not found" == away
    asks = {"force_reply": True, "selective": True}
    assert "" == await client.refusal("sendMessage", **at, reply_markup=asks)
    schema.conforms(sent, "Message")


async def test_a_person_may_speak_as_their_channel(client: Client) -> None:
    """In a group, where it is a channel that is told, and a user that stands for all of them."""
    telegram, chat = client.telegram, channel(client)
    group = telegram.add_group("群", [client.reader, telegram.person("en").id], bot_is_admin=True).id
    telegram.says_as_channel(client.reader, group, chat, "看我们的频道")
    ((kind, told),) = await heard(client)

    assert ("message", CHANNEL, chat) == (kind, told["from"], told["sender_chat"]["id"])
    assert 136817688 == CHANNEL["id"]
    schema.conforms(told, "Message")
    telegram.chats[chat].members.add(telegram.person("en").id)
    with pytest.raises(PermissionError):
        telegram.says_as_channel(telegram.person("en").id, group, chat, "x")
    with pytest.raises(ValueError, match="group"):
        telegram.says_as_channel(client.reader, chat, chat, "x")


async def test_a_forward_says_what_it_comes_from(client: Client) -> None:
    """A channel, a group whose administrator is hidden, or a person."""
    telegram, chat = client.telegram, channel(client)
    group = telegram.add_group("群", [client.reader]).id
    written = [
        telegram.posts(client.reader, chat, "一"),
        telegram.says_as_group(group, "二"),
        telegram.says(client.reader, "三"),
    ]
    forwarded = [media.forward(telegram, client.reader, one) for one in written]

    assert ["channel", "chat", "user"] == [one["forward_origin"]["type"] for one in forwarded]
    schema.conforms(forwarded, "Array of Message")


async def test_a_group_becomes_a_supergroup(client: Client) -> None:
    """Both chats say so, the old one refuses everything, and everybody goes along."""
    telegram, other = client.telegram, client.telegram.person("en").id
    old = telegram.add_group(
        "群", [client.reader], "group", owner=client.reader, admins=[other], bot_is_admin=True
    )
    new = telegram.migrates(old.id)
    told = [one for _, one in await heard(client)]
    refused = [
        await client.call("sendMessage", chat_id=old.id, text="x"),
        await client.call("getChat", chat_id=old.id),
    ]

    assert [(old.id, new.id), (new.id, old.id)] == [
        (one["chat"]["id"], one.get("migrate_to_chat_id", one.get("migrate_from_chat_id"))) for one in told
    ]
    assert [client.telegram.person("zh").user(), HIDDEN] == [one["from"] for one in told]
    assert ["group", "supergroup"] == [one["chat"]["type"] for one in told]
    assert [
        ("Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": new.id})
    ] * 2 == [(one["description"], one["parameters"]) for one in refused]
    listed = await client.result("getChatAdministrators", chat_id=new.id)
    assert [client.reader, other, telegram.bot["id"]] == [one["user"]["id"] for one in listed]
    schema.conforms(told, "Array of Message")
    with pytest.raises(KeyError):
        telegram.says(client.reader, "x", old.id)
    with pytest.raises(ValueError, match="supergroup"):
        telegram.migrates(new.id)
