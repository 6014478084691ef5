"""👍 and 👎 as reactions are votes, where Telegram says whose they are."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from tests.house import House, buttons

TITLE = "云雀大模型开源，商用免费"


@pytest_asyncio.fixture
async def card(home: House) -> tuple[int, int]:
    """A group of three where the bot is an administrator; the card of a story stands in it: (chat, message)."""
    people = [home.id_of(who) for who in ("zh", "en", "admin")]
    group = home.telegram.add_group("群", people, bot_is_admin=True).id
    await home.publishes(TITLE)
    await home.says("/digest", chat=group)
    return group, (await home.presses("1", chat=group))["message_id"]


async def reacts(
    home: House, place: tuple[int, int], sign: str | None, who: str = "zh", **how: Any
) -> list[str]:
    """Somebody reacts; 👍 and 👎 under the message afterwards."""
    before = len(home.telegram.calls)
    home.telegram.reacts(home.id_of(who), *place, sign, **how)
    await home.is_quiet(before)
    return counts(home, place)


def counts(home: House, place: tuple[int, int]) -> list[str]:
    message = home.telegram.chats[place[0]].messages[place[1]]
    return [button["text"] for button in buttons(message)[:2]]


async def test_a_reaction_is_a_vote(home: House, card: tuple[int, int]):
    """Changed and taken back; everybody has one. The counts under the card follow."""
    said = [await reacts(home, card, sign) for sign in ("👍", "👎", None)]
    said.append(await reacts(home, card, "👍", "en"))

    assert [["👍 1", "👎 0"], ["👍 0", "👎 1"], ["👍 0", "👎 0"], ["👍 1", "👎 0"]] == said


async def test_the_later_of_button_and_reaction_wins(home: House, card: tuple[int, int]):
    """Whichever came first; taking away a reaction takes back what it said, not what a button said since."""
    await reacts(home, card, "👍")
    await home.presses("👎", chat=card[0])
    button = counts(home, card)
    away = await reacts(home, card, None)
    again = await reacts(home, card, "👍")

    assert [["👍 0", "👎 1"], ["👍 0", "👎 1"], ["👍 1", "👎 0"]] == [button, away, again]


async def test_other_reactions_say_nothing(home: House, card: tuple[int, int]):
    """❤ is no vote, and takes back the 👍 that it takes the place of."""
    said = [await reacts(home, card, sign) for sign in ("❤", "👍", "❤")]

    assert [["👍 0", "👎 0"], ["👍 1", "👎 0"], ["👍 0", "👎 0"]] == said


async def test_whom_nobody_knows_counts_nothing(home: House, card: tuple[int, int]):
    """An anonymous administrator."""
    assert ["👍 0", "👎 0"] == await reacts(home, card, "👍", anonymous=True)


async def test_a_list_is_no_story(home: House, card: tuple[int, int]):
    """Nobody knows which of them is meant: also where the message was a card before."""
    await home.presses("返回", chat=card[0])
    before = home.telegram.chats[card[0]].messages[card[1]]
    await reacts(home, card, "👍")

    assert before == home.telegram.chats[card[0]].messages[card[1]]
    assert ["👍 0", "👎 0"] == [b["text"] for b in buttons(await home.presses("1", chat=card[0]))[:2]]


async def test_where_the_bot_is_no_administrator_it_hears_nothing(home: House, card: tuple[int, int]):
    """As Telegram has it."""
    home.telegram.demotes(home.id_of("admin"), card[0])

    assert ["👍 0", "👎 0"] == await reacts(home, card, "👍")


async def test_a_reaction_in_a_private_chat_counts_too(home: House):
    """The card marks what is mine."""
    story = await home.publishes(TITLE)
    message = await home.says(f"/start story_{story}")

    assert ["👍 1 ✓", "👎 0"] == await reacts(home, (home.id_of(), message["message_id"]), "👍")


@pytest.mark.parametrize("sign", ["👍", None])
async def test_a_reaction_to_anything_else_does_no_harm(home: House, sign: str | None):
    """To what people write, to a message that is no card."""
    message = await home.says("/help")
    await reacts(home, (home.id_of(), message["message_id"]), sign)

    assert "用户 ID" in (await home.says("/help"))["text"]
