"""Who may do what in groups and channels: people, and the bot."""

from __future__ import annotations

from typing import Any

import pytest

from playground import schema
from tests.playground.conftest import Client
from tests.playground.test_reactions import heard

GROUPS = ("group", "supergroup")


def people(client: Client) -> tuple[int, int, int]:
    """The ids of the three who are there."""
    zh, en, admin = (client.telegram.person(key).id for key in ("zh", "en", "admin"))
    return zh, en, admin


def changes(told: list[tuple[str, Any]]) -> list[tuple[str, str]]:
    """How the bot stood and stands, of each my_chat_member."""
    members = [payload for kind, payload in told if kind == "my_chat_member"]
    schema.conforms(members, "Array of ChatMemberUpdated")
    return [(one["old_chat_member"]["status"], one["new_chat_member"]["status"]) for one in members]


@pytest.mark.parametrize("kind", [*GROUPS, "channel"])
async def test_a_chat_has_an_owner_administrators_and_members(client: Client, kind: str) -> None:
    """Appointed and dismissed, of which the bot hears nothing; with all that Telegram tells of each."""
    telegram, (zh, en, admin) = client.telegram, people(client)
    chat = telegram.add_group("群", [zh], kind, owner=admin, admins=[en], bot_is_admin=True).id

    async def status(user_id: int) -> str:
        member = await client.result("getChatMember", chat_id=chat, user_id=user_id)
        schema.conforms(member, "ChatMember")
        return str(member["status"])

    first = [await status(one) for one in (admin, en, zh)]
    telegram.appoints(en, chat, zh)
    telegram.dismisses(admin, chat, en)
    then = [await status(one) for one in (admin, en, zh)]
    listed = await client.result("getChatAdministrators", chat_id=chat)

    assert ["creator", "administrator", "member"] == first
    assert ["creator", "member", "administrator"] == then
    assert [admin, zh, telegram.bot["id"]] == [one["user"]["id"] for one in listed]
    assert [False, kind == "channel", kind == "supergroup"] == [
        listed[0]["is_anonymous"],
        listed[1].get("can_post_messages", False),
        listed[1].get("can_manage_topics", False),
    ]
    schema.conforms(listed, "Array of ChatMember")
    assert [] == await heard(client)
    with pytest.raises(PermissionError):
        telegram.appoints(en, chat, zh)
    with pytest.raises(KeyError):
        telegram.appoints(admin, chat, 1)


async def test_a_private_chat_has_no_administrators(client: Client) -> None:
    """Asked for or appointed; who is not there has left."""
    group = client.telegram.add_group("群", [client.reader]).id
    _, other, _ = people(client)
    member = await client.result("getChatMember", chat_id=group, user_id=other)

    assert "left" == member["status"]
    assert "Bad Request: there are no administrators in the private chat" == await client.refusal(
        "getChatAdministrators", chat_id=client.reader
    )
    with pytest.raises(ValueError, match="private"):
        client.telegram.appoints(client.reader, client.reader, client.reader)


@pytest.mark.parametrize(
    ("kind", "as_admin", "status"),
    [("group", False, "member"), ("supergroup", True, "administrator"), ("channel", False, "administrator")],
)
async def test_the_bot_is_brought_in_and_thrown_out(
    client: Client, kind: str, as_admin: bool, status: str
) -> None:
    """It hears how, where and by whom; a group says so itself, and once out it is refused."""
    telegram, (zh, _, admin) = client.telegram, people(client)
    chat = telegram.add_group("群", [zh], kind, with_bot=False, owner=admin).id
    telegram.adds_bot(zh, chat, as_admin)
    added = await heard(client)
    telegram.kicks(chat)
    telegram.kicks(chat)
    out = await heard(client)
    refused = await client.refusal("sendMessage", chat_id=chat, text="x")
    telegram.adds_bot(zh, chat, as_admin)
    again = await heard(client)

    assert [("left", status)] == changes(added)
    assert [("my_chat_member", zh)] == [(which, one["from"]["id"]) for which, one in added[:1]]
    said = [one["new_chat_members"] for which, one in added if which == "message"]
    assert ([[telegram.bot]] if kind in GROUPS else []) == said
    assert ([(status, "kicked")], [admin]) == (changes(out), [one["from"]["id"] for _, one in out])
    assert f"Forbidden: bot was kicked from the {kind} chat" == refused
    assert [("kicked", status)] == changes(again)
    with pytest.raises(ValueError, match="already"):
        telegram.adds_bot(zh, chat)
    with pytest.raises(KeyError):
        telegram.adds_bot(1, chat)


async def test_who_leaves_by_itself_is_no_member(client: Client) -> None:
    """Not one that was thrown out."""
    group = client.telegram.add_group("群", [client.reader]).id
    await client.result("leaveChat", chat_id=group)

    assert "Forbidden: bot is not a member of the supergroup chat" == await client.refusal(
        "sendMessage", chat_id=group, text="x"
    )


async def test_a_restricted_bot_may_not_write_in_a_supergroup(client: Client) -> None:
    """It hears of that, is a member with restrictions, and may write again when it is given back."""
    telegram = client.telegram
    chat = telegram.add_group("群", [client.reader], bot_is_admin=True).id
    sent = await client.result("sendMessage", chat_id=chat, text="早")
    telegram.restricts(client.reader, chat)
    telegram.restricts(client.reader, chat)
    member = await client.result("getChatMember", chat_id=chat, user_id=telegram.bot["id"])
    at = {"chat_id": chat}
    refused = [
        await client.refusal("sendMessage", **at, text="x"),
        await client.refusal("sendPhoto", **at, photo="https://a.cn/x.png"),
        await client.refusal("sendDocument", **at, document="https://a.cn/x.pdf"),
        await client.refusal("copyMessage", **at, from_chat_id=chat, message_id=sent["message_id"]),
    ]
    telegram.restricts(client.reader, chat, can_send=True)
    allowed = await client.refusal("sendMessage", **at, text="x")

    kinds = ("text messages", "photos", "documents", "text messages")
    assert [f"Bad Request: not enough rights to send {what} to the chat" for what in kinds] == refused
    assert "" == allowed
    assert ["restricted", True, False] == [
        member[name] for name in ("status", "is_member", "can_send_messages")
    ]
    schema.conforms(member, "ChatMemberRestricted")
    assert [("administrator", "restricted"), ("restricted", "member")] == changes(await heard(client))


async def test_in_a_channel_a_restricted_bot_stays_an_administrator(client: Client) -> None:
    """Only without the right to post."""
    telegram = client.telegram
    channel = telegram.add_group("频道", [client.reader], "channel").id
    telegram.restricts(client.reader, channel)
    refused = await client.refusal("sendMessage", chat_id=channel, text="x")
    told = await heard(client)
    telegram.restricts(client.reader, channel, can_send=True)

    assert "Bad Request: need administrator rights in the channel chat" == refused
    assert [("administrator", "administrator")] == changes(told)
    assert [True, False] == [
        told[0][1][name]["can_post_messages"] for name in ("old_chat_member", "new_chat_member")
    ]
    assert "" == await client.refusal("sendMessage", chat_id=channel, text="x")


async def test_only_where_members_can_be_restricted(client: Client) -> None:
    """Neither in a private chat nor in a small group, and where the bot is."""
    telegram = client.telegram
    small = telegram.add_group("群", [client.reader], "group").id
    without = telegram.add_group("群", [client.reader], with_bot=False).id

    for chat in (client.reader, small):
        with pytest.raises(ValueError, match="supergroups"):
            telegram.restricts(client.reader, chat)
    with pytest.raises(KeyError):
        telegram.restricts(client.reader, without)


async def test_an_administrator_deletes_what_others_wrote(client: Client) -> None:
    """A plain member only its own."""
    telegram = client.telegram
    for admin, words in ((False, "Bad Request: message can't be deleted"), (True, "")):
        chat = telegram.add_group("群", [client.reader], bot_is_admin=admin).id
        said = telegram.says(client.reader, "x", chat)["message_id"]
        assert words == await client.refusal("deleteMessage", chat_id=chat, message_id=said)
