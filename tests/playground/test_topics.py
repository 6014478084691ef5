"""Forums and their topics."""

from __future__ import annotations

from typing import Any

import pytest

from playground import schema
from tests.playground.conftest import Client
from tests.playground.test_reactions import heard

NO_THREAD = "Bad Request: message thread not found"


def forum(client: Client, bot_is_admin: bool = True) -> tuple[int, int]:
    """The ids of a forum and of a topic in it."""
    chat = client.telegram.add_group(
        "读者群", [client.reader], bot_is_admin=bot_is_admin, is_forum=True, owner=client.reader
    )
    return chat.id, client.telegram.adds_topic(chat.id, "芯片")


def thread(message: dict[str, Any]) -> tuple[int | None, bool]:
    """Which topic a message says that it stands in."""
    return message.get("message_thread_id"), message.get("is_topic_message", False)


async def test_messages_of_a_topic_say_so(client: Client) -> None:
    """Those of people, those of the bot, and an answer to one that names no topic itself."""
    chat, topic = forum(client)
    said = client.telegram.says(client.reader, "你好", chat, thread_id=topic)
    outside = client.telegram.says(client.reader, "大家好", chat)
    at = {"chat_id": chat, "text": "x"}
    sent = await client.result("sendMessage", **at, message_thread_id=topic)
    answer = await client.result("sendMessage", **at, reply_parameters={"message_id": said["message_id"]})
    plain = await client.result("sendMessage", **at)
    told = [one for _, one in await heard(client)]

    assert {"name": "芯片", "icon_color": 0x6FB9F0} == told[0]["forum_topic_created"]
    assert [topic, topic] == [told[0]["message_id"], told[0]["message_thread_id"]]
    assert [(topic, True)] * 3 == [thread(one) for one in (said, sent, answer)]
    assert [(None, False)] * 2 == [thread(one) for one in (outside, plain)]
    assert all(one["chat"]["is_forum"] for one in told)
    assert (await client.result("getChat", chat_id=chat))["is_forum"]
    schema.conforms([*told, sent, answer], "Array of Message")


async def test_a_topic_must_be_there_and_open(client: Client) -> None:
    """Where a chat has none a topic is ignored, as on the real server."""
    chat, topic = forum(client)
    plain = client.telegram.add_group("群", [client.reader]).id
    at = {"chat_id": chat, "text": "x"}
    client.telegram.says(client.reader, "你好", chat, thread_id=topic)
    client.telegram.closes_topic(chat, topic)
    closed = await client.refusal("sendMessage", **at, message_thread_id=topic)
    client.telegram.deletes_topic(chat, topic)
    told = [one for _, one in await heard(client)]

    assert "Bad Request: TOPIC_CLOSED" == closed
    assert {} == told[-1]["forum_topic_closed"]
    assert [NO_THREAD] * 3 == [
        await client.refusal("sendMessage", **at, message_thread_id=wrong) for wrong in (topic, 1, 99)
    ]
    assert [] == client.telegram.messages(chat)
    sent = await client.result("sendMessage", chat_id=plain, text="x", message_thread_id=99)
    assert (None, False) == thread(sent)


async def test_people_need_a_topic_too(client: Client) -> None:
    """One that is open, unless they rule there."""
    chat, topic = forum(client)
    other = client.telegram.person("en").id
    client.telegram.chats[chat].members.add(other)
    client.telegram.closes_topic(chat, topic)

    client.telegram.says(client.reader, "关了", chat, thread_id=topic)
    with pytest.raises(PermissionError):
        client.telegram.says(other, "x", chat, thread_id=topic)
    with pytest.raises(KeyError):
        client.telegram.says(other, "x", chat, thread_id=99)
    with pytest.raises(ValueError, match="supergroup"):
        client.telegram.add_group("群", [], "group", is_forum=True)
    with pytest.raises(ValueError, match="forum"):
        client.telegram.adds_topic(client.telegram.add_group("群", []).id, "芯片")


async def test_the_bot_opens_renames_closes_and_deletes_topics(client: Client) -> None:
    """It hears of what it did itself, as on Telegram."""
    chat, _ = forum(client)
    await heard(client)
    made = await client.result("createForumTopic", chat_id=chat, name="政策", icon_color=0xFFD67E)
    at = {"chat_id": chat, "message_thread_id": made["message_thread_id"]}
    assert await client.result("editForumTopic", **at, name="政策与法规")
    assert await client.result("closeForumTopic", **at)
    again = await client.refusal("closeForumTopic", **at)
    told = [one for _, one in await heard(client)]
    assert await client.result("deleteForumTopic", **at)

    assert {"message_thread_id", "name", "icon_color"} == set(made)
    assert ["政策", "政策与法规", {}] == [
        told[0]["forum_topic_created"]["name"],
        told[1]["forum_topic_edited"]["name"],
        told[2]["forum_topic_closed"],
    ]
    assert "Bad Request: TOPIC_NOT_MODIFIED" == again
    assert "Bad Request: TOPIC_ID_INVALID" == await client.refusal("editForumTopic", **at, name="x")
    schema.conforms(made, "ForumTopic")
    schema.conforms(told, "Array of Message")


async def test_topics_need_a_forum_and_the_right(client: Client) -> None:
    """And a name."""
    ruled, _ = forum(client)
    member, topic = forum(client, bot_is_admin=False)
    plain = client.telegram.add_group("群", [client.reader], bot_is_admin=True).id

    async def create(chat: int, name: str = "x", **params: Any) -> str:
        return await client.refusal("createForumTopic", chat_id=chat, name=name, **params)

    assert "Bad Request: the chat is not a forum" == await create(plain)
    assert "Bad Request: not enough rights to create a topic" == await create(member)
    assert 'Bad Request: parameter "name" is required' == await create(ruled, "")
    assert "Bad Request: TOPIC_TITLE_EMPTY" == await create(ruled, " ")
    assert "Bad Request: TOPIC_ICON_COLOR_INVALID" == await create(ruled, icon_color=1)
    assert "Bad Request: not enough rights to delete the topic" == await client.refusal(
        "deleteForumTopic", chat_id=member, message_thread_id=topic
    )
