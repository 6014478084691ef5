"""Reactions: which there are, when the bot hears of one, and what makes it an administrator."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from telegram import Bot, ChatMemberAdministrator

from playground import schema
from playground.reactions import EMOJIS
from playground.telegram import Telegram
from tests.conftest import shared
from tests.playground.conftest import Client

BOTH = ["message_reaction", "message_reaction_count"]
UP, DOWN = ({"type": "emoji", "emoji": one} for one in "👍👎")


async def asks_for(client: Client, *kinds: str) -> None:
    """The bot names the kinds of updates that it wants."""
    await client.result("getUpdates", allowed_updates=list(kinds))


async def heard(client: Client) -> list[tuple[str, dict[str, Any]]]:
    """(kind, payload) of all that the bot was told since the last time."""
    updates = await client.result("getUpdates")
    if updates:
        await client.result("getUpdates", offset=updates[-1]["update_id"] + 1)
    return [(kind, one[kind]) for one in updates for kind in one if kind != "update_id"]


async def posted(client: Client, kind: str, **place: Any) -> tuple[int, int]:
    """The ids of a new chat of the two readers and of a message of the bot's in it."""
    members = [client.reader, client.telegram.person("en").id]
    chat = client.telegram.add_group("读者", members, kind, **place)
    message = await client.result("sendMessage", chat_id=chat.id, text="新闻")
    return chat.id, message["message_id"]


def test_the_emojis_are_those_that_the_bot_api_names() -> None:
    """All and no others."""
    types = json.loads(shared("telegram/bot_api.json").read_text(encoding="utf-8"))["types"]
    (told,) = [one for one in types["ReactionTypeEmoji"]["fields"] if one["name"] == "emoji"]

    assert set(re.findall(r'"([^"]+)"', told["description"])) == EMOJIS


async def test_in_a_private_chat_the_bot_hears_what_was_set_instead_of_what(client: Client) -> None:
    """Set, changed, taken away; what changes nothing is not told."""
    telegram, reader = client.telegram, client.reader
    number = (await client.sends())["message_id"]
    await asks_for(client, "message_reaction")
    for emoji in ("👍", "👍", "👎", None, None):
        telegram.reacts(reader, reader, number, emoji)
    told = await heard(client)

    assert [([], [UP]), ([UP], [DOWN]), ([DOWN], [])] == [
        (one["old_reaction"], one["new_reaction"]) for _, one in told
    ]
    kind, first = told[0]
    assert "message_reaction" == kind
    assert {"chat", "message_id", "date", "user", "old_reaction", "new_reaction"} == set(first)
    assert [reader, number, telegram.person("zh").user()] == [
        first["chat"]["id"],
        first["message_id"],
        first["user"],
    ]
    schema.conforms(first, "MessageReactionUpdated")


@pytest.mark.parametrize(
    ("kinds", "told"), [([], False), (["message"], False), (BOTH[1:], False), (BOTH[:1], True)]
)
async def test_the_bot_must_have_asked_for_reactions(client: Client, kinds: list[str], told: bool) -> None:
    """They are not among the kinds that come by default."""
    number = (await client.sends())["message_id"]
    await asks_for(client, *kinds)
    client.telegram.reacts(client.reader, client.reader, number, "👍")

    assert told == bool(await heard(client))


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_in_a_group_only_an_administrator_hears(client: Client, kind: str) -> None:
    """From its promotion on until it is a plain member again, or thrown out."""
    telegram = client.telegram
    chat, number = await posted(client, kind)
    await asks_for(client, *BOTH)
    telegram.reacts(client.reader, chat, number, "👍")
    telegram.promotes(client.reader, chat)
    telegram.reacts(client.reader, chat, number, "🤷\u200d♀")
    telegram.demotes(client.reader, chat)
    telegram.reacts(client.reader, chat, number, None)
    other, message = await posted(client, kind, bot_is_admin=True)
    telegram.reacts(client.reader, other, message, "👎")
    telegram.kicks(other)
    telegram.reacts(client.reader, other, message, "👍")

    assert [(chat, "🤷\u200d♀"), (other, "👎")] == [
        (one["chat"]["id"], one["new_reaction"][0]["emoji"]) for _, one in await heard(client)
    ]


async def test_an_anonymous_administrator_is_the_group_itself(client: Client) -> None:
    """Whoever it is; the same person with their name is somebody else."""
    telegram = client.telegram
    chat, number = await posted(client, "supergroup", bot_is_admin=True)
    await asks_for(client, *BOTH)
    telegram.reacts(client.reader, chat, number, "👍", anonymous=True)
    telegram.reacts(telegram.person("en").id, chat, number, "👎", anonymous=True)
    telegram.reacts(client.reader, chat, number, "👍")
    told = [one for _, one in await heard(client)]

    assert [chat, chat, None] == [one.get("actor_chat", {}).get("id") for one in told]
    assert [None, None, client.reader] == [one.get("user", {}).get("id") for one in told]
    assert [[], [UP], []] == [one["old_reaction"] for one in told]
    assert {chat: "👎", client.reader: "👍"} == telegram.chats[chat].reactions[number]
    schema.conforms(told, "Array of MessageReactionUpdated")


async def test_of_a_channel_the_bot_hears_only_how_many(client: Client) -> None:
    """Each time all that is set, the bot's own with it; nobody is named."""
    telegram, other = client.telegram, client.telegram.person("en").id
    channel, number = await posted(client, "channel")
    await client.result("setMessageReaction", chat_id=channel, message_id=number, reaction=[DOWN])
    await asks_for(client, *BOTH)
    for person, emoji in ((client.reader, "👍"), (other, "👍"), (client.reader, None)):
        telegram.reacts(person, channel, number, emoji)
    told = await heard(client)
    await asks_for(client, "message_reaction")
    telegram.reacts(client.reader, channel, number, "👍")

    assert ["message_reaction_count"] * 3 == [kind for kind, _ in told]
    assert [[("👎", 1), ("👍", 1)], [("👍", 2), ("👎", 1)], [("👎", 1), ("👍", 1)]] == [
        [(each["type"]["emoji"], each["total_count"]) for each in one["reactions"]] for _, one in told
    ]
    assert {"chat", "message_id", "date", "reactions"} == set(told[0][1])
    assert [] == await heard(client)
    schema.conforms(told[0][1], "MessageReactionCountUpdated")


async def test_the_bot_does_not_hear_of_itself(client: Client) -> None:
    """Nor of chats it is not in; what it set stands beside what people set."""
    telegram = client.telegram
    channel, number = await posted(client, "channel")
    mine = (await client.sends())["message_id"]
    pair = telegram.meets(client.reader, telegram.person("en").id).id
    said = telegram.says(client.reader, "x", pair)["message_id"]
    telegram.reacts(client.reader, client.reader, mine, "👎")
    await asks_for(client, *BOTH)
    for chat, message in ((channel, number), (client.reader, mine)):
        await client.result("setMessageReaction", chat_id=chat, message_id=message, reaction=[UP])
    telegram.reacts(client.reader, pair, said, "👍")

    assert [] == await heard(client)
    reactions = telegram.chats[client.reader].reactions
    assert {client.reader: "👎", telegram.bot["id"]: "👍"} == reactions[mine]
    await client.result("setMessageReaction", chat_id=client.reader, message_id=mine)
    assert {client.reader: "👎"} == reactions[mine]


@pytest.mark.parametrize("reaction", ["x", "", "👍👍", "🐶"])
def test_other_emojis_are_no_reactions(reaction: str) -> None:
    """Nothing is set, and nobody hears of it."""
    telegram = Telegram()
    telegram.allowed_updates = BOTH
    reader = telegram.person("zh").id
    number = telegram.says(reader, "x")["message_id"]
    with pytest.raises(ValueError, match="no such reaction"):
        telegram.reacts(reader, reader, number, reaction)

    assert [{}, 0] == [telegram.chats[reader].reactions, len(telegram.updates)]


def test_reactions_need_a_message_that_one_can_see() -> None:
    """A known person in a known chat; without a name only in groups. With the message its reactions go."""
    telegram = Telegram()
    reader, other = telegram.person("zh").id, telegram.person("en").id
    number = telegram.says(reader, "x")["message_id"]
    group = telegram.add_group("群", [reader])
    channel = telegram.add_group("频道", [reader], "channel", owner=reader)
    telegram.says(reader, "x", group.id)
    telegram.says(reader, "x", channel.id)

    for person, chat in ((reader, 1), (1, 1), (other, group.id), (other, reader), (1, group.id)):
        with pytest.raises(KeyError):
            telegram.reacts(person, chat, number, "👍")
    with pytest.raises(KeyError):
        telegram.reacts(reader, reader, 99, "👍")
    for chat in (reader, channel.id):
        with pytest.raises(ValueError, match="only in groups"):
            telegram.reacts(reader, chat, 1, "👍", anonymous=True)
    telegram.reacts(reader, reader, number, "👍")
    telegram.deletes(reader, number)
    assert {} == telegram.chats[reader].reactions


async def test_the_bot_hears_once_that_it_was_promoted_and_demoted(client: Client) -> None:
    """With how it stood and stands now, as getChatMember says it too."""
    telegram = client.telegram
    chat = telegram.add_group("群", [client.reader]).id
    me = {"chat_id": chat, "user_id": telegram.bot["id"]}
    before = await client.result("getChatMember", **me)
    for verb in (telegram.promotes, telegram.promotes):
        verb(client.reader, chat)
    promoted = await client.result("getChatMember", **me)
    for verb in (telegram.demotes, telegram.demotes):
        verb(client.reader, chat)
    (first, up), (second, down) = await heard(client)
    after = await client.result("getChatMember", **me)
    telegram.kicks(chat)

    assert ["my_chat_member"] * 2 == [first, second]
    assert [(before, promoted), (promoted, before)] == [
        (one["old_chat_member"], one["new_chat_member"]) for one in (up, down)
    ]
    assert [client.reader, chat, before] == [up["from"]["id"], up["chat"]["id"], after]
    assert ["member", "administrator"] == [before["status"], promoted["status"]]
    assert "Forbidden: bot was kicked from the supergroup chat" == await client.refusal("getChatMember", **me)
    schema.conforms([up, down], "Array of ChatMemberUpdated")
    schema.conforms(promoted, "ChatMemberAdministrator")


async def test_in_a_channel_a_bot_is_always_an_administrator(client: Client) -> None:
    """Its members are members; whoever is not there, or alone with the bot, has nobody to promote."""
    telegram = client.telegram
    channel = telegram.add_group("频道", [client.reader], "channel").id
    without = telegram.add_group("没有机器人的群", [client.reader], with_bot=False, bot_is_admin=True).id
    telegram.promotes(client.reader, channel)
    bot, person = [
        await client.result("getChatMember", chat_id=channel, user_id=one)
        for one in (telegram.bot["id"], client.reader)
    ]

    assert ["administrator", True, "member"] == [bot["status"], bot["can_post_messages"], person["status"]]
    with pytest.raises(ValueError, match="channel"):
        telegram.demotes(client.reader, channel)
    with pytest.raises(ValueError, match="private"):
        telegram.promotes(client.reader, client.reader)
    for who, chat in ((telegram.person("en").id, channel), (client.reader, without), (client.reader, 1)):
        with pytest.raises(KeyError):
            telegram.promotes(who, chat)
    assert [] == await heard(client)


async def test_ptb_reads_reactions_and_promotions(client: Client) -> None:
    """With its stock objects."""
    telegram = client.telegram
    chat, number = await posted(client, "supergroup")
    channel, post = await posted(client, "channel")
    async with Bot(client.playground.token, base_url=f"{client.playground.url}/bot") as ptb:
        await ptb.get_updates(allowed_updates=["my_chat_member", *BOTH])
        telegram.promotes(client.reader, chat)
        telegram.reacts(client.reader, chat, number, "👍")
        telegram.reacts(client.reader, chat, number, "👎", anonymous=True)
        telegram.reacts(client.reader, channel, post, "👍")
        member, named, unnamed, counted = await ptb.get_updates()

    assert isinstance(member.my_chat_member.new_chat_member, ChatMemberAdministrator)
    assert [client.reader, "👍"] == [
        named.message_reaction.user.id,
        named.message_reaction.new_reaction[0].emoji,
    ]
    assert [None, chat] == [unnamed.message_reaction.user, unnamed.message_reaction.actor_chat.id]
    assert [1, "👍"] == [
        counted.message_reaction_count.reactions[0].total_count,
        counted.message_reaction_count.reactions[0].type.emoji,
    ]
