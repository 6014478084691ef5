"""Reactions on the page: a small key beside the time of the bot's messages, and what is set under them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.server import Playground
from tests.browser.conftest import ScriptedBot
from tests.browser.test_page import fits, key, keyboard, message, opened, seen

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.xdist_group("browser")


async def asks(bot: ScriptedBot) -> None:
    """The bot wants to hear of reactions from now on."""
    await bot.calls("getUpdates", allowed_updates=["message", "message_reaction"])


@pytest.mark.parametrize("screen", [(390, 844), (1200, 800)])
async def test_a_reaction_is_set_under_a_message_and_taken_away(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """By pressing; the bot hears it, its own counts too, and an edit or a reload keeps what is set."""
    await asks(bot)
    person = await opened(page, playground, bot)
    number = await bot.sends(person, "好", reply_markup=keyboard(("1", "2")))
    item = message(page, number)
    await item.hover()
    await item.locator(".react").click()
    await item.locator('.offer[data-emoji="👍"]').click()
    await seen(item.locator(".reaction"), "👍 1")
    set_now = await bot.hears("message_reaction")
    left = await page.locator(".offered").count()
    up = {"type": "emoji", "emoji": "👍"}
    await bot.calls("setMessageReaction", chat_id=person, message_id=number, reaction=[up])
    await seen(item.locator(".reaction"), "👍 2")
    await bot.calls(
        "editMessageText", chat_id=person, message_id=number, text="改", reply_markup=keyboard(("3",))
    )
    await key(page, "3").wait_for()
    await seen(item.locator(".reaction"), "👍 2")
    await fits(page, ("3",))
    await page.reload()
    mine = await item.locator(".reaction").get_attribute("aria-pressed")
    await item.locator(".reaction").click()
    await seen(item.locator(".reaction"), "👍 1")
    gone = await bot.hears("message_reaction")

    assert [up] == set_now["new_reaction"] == gone["old_reaction"]
    assert [[], 0, "true", "false"] == [
        gone["new_reaction"],
        left,
        mine,
        await item.locator(".reaction").get_attribute("aria-pressed"),
    ]
    assert 0 == await page.locator(".message[data-from=me] .react").count()


async def test_the_keyboard_alone_reacts(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """Arrow keys choose, Escape leaves; the same once more takes it away, and a press elsewhere closes."""
    await asks(bot)
    person = await opened(page, playground, bot)
    number = await bot.sends(person, "新闻")
    react, reaction = message(page, number).locator(".react"), message(page, number).locator(".reaction")
    await react.focus()
    for press in ("Enter", "Escape", "Enter", "ArrowRight", "Enter"):
        await page.keyboard.press(press)
    await seen(reaction, "👎 1")
    set_now = await bot.hears("message_reaction")
    await page.locator(".react:focus").wait_for()
    for press in ("Enter", "ArrowDown", "Enter"):
        await page.keyboard.press(press)
    await reaction.wait_for(state="detached")
    gone = await bot.hears("message_reaction")
    await react.click()
    await page.locator(".offered").wait_for()
    await page.click("#bot-name")
    await page.locator(".offered").wait_for(state="detached")

    assert ["👎"] == [one["emoji"] for one in set_now["new_reaction"]]
    assert [] == gone["new_reaction"]
