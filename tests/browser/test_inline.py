"""Words behind @bot on the page: results above the text field, a chosen one in a chat without the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.server import Playground
from tests.browser.conftest import ScriptedBot
from tests.browser.test_page import becomes, key, opened, seen

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.xdist_group("browser")

TITLE = "云雀大模型开源，商用免费，权重与训练代码一并放出，社区反应热烈"
KEYS: list[list[dict[str, Any]]] = [
    [{"text": "👍 0", "callback_data": "up"}],
    [
        {"text": "再找", "switch_inline_query_current_chat": "机器人"},
        {"text": "转发", "switch_inline_query": "云雀"},
    ],
]


def results(first: int, count: int) -> list[dict[str, Any]]:
    """Headlines with these numbers, each with keys below its message."""
    return [
        {
            "type": "article",
            "id": str(number),
            "title": f"{number}. {TITLE}",
            "description": "示例日报 · 今天 09:12",
            "input_message_content": {"message_text": f"<b>{number}. 云雀</b>", "parse_mode": "HTML"},
            "reply_markup": {"inline_keyboard": KEYS},
        }
        for number in range(first, first + count)
    ]


async def answers(bot: ScriptedBot, *shown: dict[str, Any], **params: Any) -> dict[str, Any]:
    """Hear the next inline query and answer it; Telegram keeps nothing of it. Returns the query."""
    asked = await bot.hears("inline_query")
    await bot.calls("answerInlineQuery", inline_query_id=asked["id"], results=shown, cache_time=0, **params)
    return asked


async def chat_with(page: Page, name: str) -> None:
    """Open another chat of the chosen person."""
    await page.click("#places")
    await page.locator(".chat-item", has_text=name).click()
    await seen(page.locator("#bot-name"), name)


async def test_a_result_is_sent_to_a_friend_and_its_buttons_work(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """Typed, read to the second page, chosen, pressed, edited; and the friend sees it."""
    await opened(page, playground, bot)
    await chat_with(page, "Reader")
    await page.fill("#say", f"@{playground.telegram.bot['username']} 云雀 ")
    asked = await answers(bot, *results(1, 10), next_offset="10")
    await page.locator(".result").first.wait_for()
    shown = await page.locator(".result").first.locator(".about > *").all_inner_texts()
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    await page.locator("#results").evaluate("list => list.scrollTo(0, list.scrollHeight)")
    further = await answers(bot, *results(11, 2))
    await page.locator('.result[data-result="11"]').click()
    message = page.locator(".message[data-from=me]")
    await seen(message.locator(".via"), "通过 @playground_bot")
    await key(page, "up").click()
    pressed = await bot.hears("callback_query")
    up = {"inline_keyboard": [[{"text": "👍 1 ✓", "callback_data": "up"}], KEYS[1]]}
    await bot.calls("editMessageReplyMarkup", inline_message_id=pressed["inline_message_id"], reply_markup=up)
    await bot.calls("answerCallbackQuery", callback_query_id=pressed["id"], text="已支持")
    await page.locator(".toast", has_text="已支持").wait_for()
    await seen(key(page, "up"), "👍 1 ✓")
    field = await page.locator("#say").input_value()
    await becomes(page, "en")
    await bot.hears()
    await chat_with(page, "读者")

    assert ["云雀", "private", "", "10"] == [
        *(asked[one] for one in ("query", "chat_type", "offset")),
        further["offset"],
    ]
    assert [f"1. {TITLE}", "示例日报 · 今天 09:12"] == shown
    assert [0, "", True] == [wide, field, await page.locator("#results").is_hidden()]
    assert "message" not in pressed
    await seen(page.locator(".message[data-from=other] .text"), "11. 云雀")
    await seen(page.locator(".message[data-from=other] .via"), "via @playground_bot")


async def test_the_row_on_top_starts_the_bot_in_its_own_chat(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """With its parameter; the field is empty again."""
    await opened(page, playground, bot)
    await chat_with(page, "Reader")
    await page.fill("#say", "@Playground_Bot ")
    await answers(bot, button={"text": "订阅每日摘要", "start_parameter": "inline"})
    await page.get_by_text("订阅每日摘要").click()
    heard = await bot.hears()

    assert "/start inline" == heard["text"]
    await seen(page.locator("#bot-name"), "Playground")
    assert "" == await page.locator("#say").input_value()


async def test_keys_put_words_behind_the_bots_name(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """Into the field of this chat, or of one that is chosen; with the keyboard a result is sent."""
    person = await opened(page, playground, bot)
    await bot.sends(person, "试试", reply_markup={"inline_keyboard": KEYS})
    await page.get_by_role("button", name="再找").click()
    here = await answers(bot)
    await page.get_by_role("button", name="转发").click()
    await page.locator(".chat-item", has_text="管理员").click()
    there = await answers(bot, *results(1, 2))
    await page.locator(".result").first.wait_for()
    field = await page.locator("#say").input_value()
    for press in ("Enter", "ArrowDown", "Enter"):
        await page.keyboard.press(press)

    await seen(page.locator(".message[data-from=me] .text"), "2. 云雀")
    assert [("机器人", "sender"), ("云雀", "private")] == [
        (one["query"], one["chat_type"]) for one in (here, there)
    ]
    assert "@playground_bot 云雀" == field
