"""What the bot hears in a group."""

from __future__ import annotations

import pytest

from playground import media
from tests.playground.conftest import Client
from tests.playground.pictures import png
from tests.playground.test_reactions import heard

FOR_IT = ("/hot", "/hot@playground_bot 芯片", "/HOT@Playground_Bot")
NOT_FOR_IT = ("大家好", "/hot@another_bot", "看 /hot", "@playground_bot 芯片", "/ hot")


async def words(client: Client) -> list[str]:
    """What the bot was told of messages since the last time."""
    return [one["text"] for kind, one in await heard(client) if kind in ("message", "edited_message")]


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_with_privacy_it_hears_only_what_is_meant_for_it(client: Client, kind: str) -> None:
    """Commands that are not another's, and answers to it; edited ones likewise."""
    telegram = client.telegram
    chat = telegram.add_group("群", [client.reader, telegram.person("en").id], kind).id
    mine = (await client.result("sendMessage", chat_id=chat, text="新闻"))["message_id"]
    for text in (*FOR_IT, *NOT_FOR_IT):
        telegram.says(client.reader, text, chat)
    theirs = telegram.says(client.reader, "早", chat)["message_id"]
    telegram.says(client.reader, "谢谢", chat, mine)
    telegram.says(telegram.person("en").id, "早上好", chat, theirs)
    telegram.edits(client.reader, theirs, "早啊", chat)
    telegram.edits(client.reader, theirs, "/hot", chat)

    assert [*FOR_IT, "谢谢", "/hot"] == await words(client)
    assert not (await client.result("getMe"))["can_read_all_group_messages"]


async def test_without_privacy_or_as_administrator_it_hears_all(client: Client) -> None:
    """And getMe tells it."""
    telegram = client.telegram
    plain = telegram.add_group("群", [client.reader]).id
    ruled = telegram.add_group("群", [client.reader], bot_is_admin=True).id
    telegram.says(client.reader, "一", plain)
    telegram.says(client.reader, "二", ruled)
    telegram.privacy = False
    telegram.says(client.reader, "三", plain)

    assert ["二", "三"] == await words(client)
    assert (await client.result("getMe"))["can_read_all_group_messages"]


async def test_a_command_may_stand_below_a_picture(client: Client) -> None:
    """Pictures without one are not heard of."""
    chat = client.telegram.add_group("群", [client.reader]).id
    for caption in ("", "好看", "/report 这里"):
        media.photo(client.telegram, client.reader, png(4, 3), caption, chat)

    assert ["/report 这里"] == [one["caption"] for _, one in await heard(client)]


async def test_channels_and_private_chats_are_no_groups(client: Client) -> None:
    """There the bot hears everything."""
    channel = client.telegram.add_group("频道", [], "channel", owner=client.reader).id
    client.telegram.posts(client.reader, channel, "一")
    client.telegram.says(client.reader, "二")

    assert ["一", "二"] == [one["text"] for _, one in await heard(client)]
