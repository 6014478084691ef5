"""What people may and may not do, as their clients and Telegram hold them to it."""

from __future__ import annotations

from typing import Any

import pytest

from playground import media
from tests.playground.conftest import Client
from tests.playground.pictures import png


async def post(client: Client, path: str, **given: Any) -> int:
    """The status of what the page asks."""
    return (await client.posts(f"{client.playground.url}/play/{path}", given)).status_code


async def test_others_messages_are_deleted_by_administrators_only(client: Client) -> None:
    """In a group and a channel; one's own, and all in the chat with the bot, by anybody."""
    telegram = client.telegram
    owner, member = telegram.person("admin").id, client.reader
    group = telegram.add_group("群", [member], owner=owner).id
    channel = telegram.add_group("频道", [member], "channel", owner=owner).id
    theirs = telegram.says(owner, "一", group)["message_id"]
    mine = telegram.says(member, "二", group)["message_id"]
    posted = telegram.posts(owner, channel, "三")["message_id"]
    answer = await client.sends("答")

    forbidden = [
        await post(client, "delete", user=member, chat=chat, message=number)
        for chat, number in ((group, theirs), (channel, posted))
    ]
    allowed = [
        await post(client, "delete", user=user, chat=chat, message=number)
        for user, chat, number in (
            (member, group, mine),
            (owner, group, theirs),
            (owner, channel, posted),
            (member, member, answer["message_id"]),
        )
    ]

    assert [[403] * 2, [200] * 4] == [forbidden, allowed]


async def test_who_blocks_the_bot_says_nothing(client: Client) -> None:
    """Until it is let in again; what it sent before can be pressed."""
    reader = client.reader
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await client.sends("选", reply_markup=markup)
    press = {"user": reader, "chat": reader, "message": sent["message_id"], "data": "x"}
    await post(client, "manage", user=reader, chat=reader, what="block")
    refused = await post(client, "say", user=reader, chat=reader, text="好")
    pressed = await post(client, "press", **press)
    await post(client, "manage", user=reader, chat=reader, what="unblock")

    assert [403, 200] == [refused, pressed]
    assert 200 == await post(client, "say", user=reader, chat=reader, text="好")


@pytest.mark.parametrize("data", ["", "x" * 65, "字" * 22, "\ud800"])
async def test_callback_data_are_64_bytes_of_text(client: Client, data: str) -> None:
    """A client sends no others."""
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
    sent = await client.sends("选", reply_markup=markup)
    before = len(client.telegram.updates)
    press = {"user": client.reader, "chat": client.reader, "message": sent["message_id"], "data": data}

    assert 400 == await post(client, "press", **press)
    assert before == len(client.telegram.updates)


async def test_the_menu_of_a_group_is_the_narrowest_that_fits(client: Client) -> None:
    """One person's, administrators', the chat's, all administrators', all groups', everybody's."""
    telegram = client.telegram
    owner, member = telegram.person("admin").id, client.reader
    group = telegram.add_group("群", [member], owner=owner).id

    async def menus(*scope: Any, **named: Any) -> list[str]:
        name = named.pop("name")
        commands = [{"command": name, "description": name}]
        await client.result("setMyCommands", commands=commands, scope=named)
        return [
            telegram.commands_for(who, place)[0]["command"]
            for who, place in ((owner, group), (member, group), (member, None))
        ]

    found = [
        await menus(name="a", type="default"),
        await menus(name="b", type="all_private_chats"),
        await menus(name="c", type="all_group_chats"),
        await menus(name="d", type="all_chat_administrators"),
        await menus(name="e", type="chat", chat_id=group),
        await menus(name="f", type="chat_administrators", chat_id=group),
        await menus(name="g", type="chat_member", chat_id=group, user_id=member),
    ]

    assert ["aaa", "aab", "ccb", "dcb", "eeb", "feb", "fgb"] == ["".join(one) for one in found]


async def test_every_size_of_a_photo_can_be_fetched(client: Client) -> None:
    """By the name that the bot was told."""
    data = png(1000, 700)
    media.photo(client.telegram, client.reader, data)
    (update,) = await client.result("getUpdates")
    sizes = update["message"]["photo"]
    for size in sizes:
        file = await client.result("getFile", file_id=size["file_id"])
        address = f"{client.playground.url}/file/bot{client.playground.token}/{file['file_path']}"
        assert data == (await client.http.get(address)).content

    assert len(sizes) > 1


@pytest.mark.parametrize(
    "host", ["[", "[::1", "evil@127.0.0.1", "127.0.0.1.evil.example", "127.0.0.1:x", "", "evil.example"]
)
async def test_another_host_is_not_answered(client: Client, host: str) -> None:
    """By the page, the panels, the newsstand, the Bot API: a page elsewhere could lead a browser here."""
    paths = ("/", "/play/state", "/backstage/state", f"/bot{client.playground.token}/getMe")
    answers = [await client.http.get(client.playground.url + path, headers={"host": host}) for path in paths]

    assert {403} == {one.status_code for one in answers}


@pytest.mark.parametrize("number", [1 << 63, 10**30, -(1 << 63) - 1])
async def test_a_number_that_no_database_takes_is_refused(client: Client, number: int) -> None:
    """Wherever one is given."""
    assert 400 == await post(client, "say", user=number, chat=client.reader, text="x")
    assert 400 == await post(client, "press", user=client.reader, chat=number, message=1, data="x")
