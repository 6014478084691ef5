"""What people do with the whole bot, on a phone and on a desk, from `python bot.py demo` on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from tests.browser.test_page import becomes

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.parametrize("screen", [(390, 844), (1400, 900)]),
]

FIRST = 20_000  # milliseconds: the bot has just been started
MOST_SCREENS = 2  # of F13


async def says(page: Page, words: str) -> None:
    """Typed and sent."""
    await page.fill("#say", words)
    await page.press("#say", "Enter")


async def answers(page: Page, words: str) -> Locator:
    """The bot's last message with these words, found by its number from now on."""
    found = page.locator(".message[data-from=bot]", has_text=words).last
    await found.wait_for(timeout=FIRST)
    number = await found.get_attribute("data-message-id")
    return page.locator(f'.message[data-message-id="{number}"]')


async def presses(message: Locator, words: str) -> None:
    """A key under a message."""
    await message.get_by_role("button", name=words, exact=True).click()


async def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert 0 == await page.evaluate("document.documentElement.scrollWidth - innerWidth")


async def fails(address: str, **given: Any) -> None:
    """The next calls go wrong."""
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{address}/backstage/faults", json=given)
    assert 200 == answer.status_code, answer.text


async def reads_and_votes(page: Page, address: str, who: str, end: str) -> float:
    """Two presses from the first digest to a vote, and no message more. Returns the digest's height."""
    await page.goto(f"{address}/#{who}")
    digest = await answers(page, end)
    text = await digest.locator(".text").inner_text()
    height = (await digest.bounding_box() or {"height": 0.0})["height"]
    await page.locator(".message[data-from=bot]").nth(1).wait_for()  # which words, it asks behind the digest
    before = await page.locator(".message").count()
    await presses(digest, "1")
    await presses(digest, "👍 0")
    await digest.get_by_role("button", name="👍 1 ✓").wait_for()

    assert text.startswith("1. ")
    assert before == await page.locator(".message").count()
    await fits(page)
    return height


async def test_newcomers_read_a_digest_and_vote(page: Page, address: str, screen: tuple[int, int]) -> None:
    """It opens with news and is two screens at most, in either language."""
    zh = await reads_and_votes(page, address, "zh", "今天就这些")
    await page.goto("about:blank")
    en = await reads_and_votes(page, address, "en", "That's all")

    assert 0 < max(zh, en) <= MOST_SCREENS * screen[1]


async def test_a_readers_day(page: Page, address: str) -> None:
    """A tag, a search, a saved card, an hour of one's own, feedback, a tip, a card for a friend."""
    await page.goto(f"{address}/#zh")
    digest = await answers(page, "今天就这些")
    await digest.locator(".hashtag").first.click()
    await answers(page, " 条\n")
    await searches_and_saves(page)
    await plans_and_tells(page)
    await tips(page)
    await sends_a_card(page)


async def searches_and_saves(page: Page) -> None:
    """A word; its first card is saved and stands among the saved ones."""
    await says(page, "芯片")
    found = await answers(page, "芯片：")
    await presses(found, "1")
    await presses(found, "☆ 收藏")
    await found.get_by_role("button", name="★").first.wait_for()
    await says(page, "/saved")
    await answers(page, "收藏")
    await fits(page)


async def plans_and_tells(page: Page) -> None:
    """An hour on one line; feedback step by step, which is thanked for."""
    await says(page, "/schedule 8:30")
    await answers(page, "好的，推送时间：08:30")
    await says(page, "/feedback")
    await page.locator('#say[placeholder="写下你的意见"]').wait_for()
    await says(page, "很好 <b>")
    await answers(page, "谢谢，已经记下。")
    await fits(page)


async def tips(page: Page) -> None:
    """The sheet says how much; the bot thanks, and the payment stands in the chat."""
    await says(page, "/tip")
    await presses(await answers(page, "觉得有用"), "⭐ 50")
    await page.locator(".key[data-pay]").click()
    await page.locator("#sheet[open]", has_text="⭐ 50").wait_for()
    await fits(page)
    await page.click("#sheet-pay")
    await answers(page, "谢谢你的 ⭐ 50！")

    assert 1 == await page.locator(".service", has_text="已支付 ⭐ 50").count()


async def sends_a_card(page: Page) -> None:
    """By @bot and a word in a chat where the bot is not; a press there is answered."""
    if await page.locator("#places").is_visible():
        await page.click("#places")
    await page.locator(".chat-item", has_text="Reader").click()
    await page.locator("#bot-name", has_text="Reader").wait_for()
    await page.fill("#say", "@playground_bot 芯片")
    await page.locator(".result").first.click()
    card = page.locator(".message[data-from=me]")
    await card.get_by_role("button", name="👍").click()
    await card.get_by_role("button", name="👍 1").wait_for()

    assert "通过 @playground_bot" == await card.locator(".via").inner_text()
    await fits(page)


async def test_an_administrator_broadcasts(page: Page, address: str) -> None:
    """A preview, live progress while Telegram says wait, a report; the reader has it once."""
    await page.goto(f"{address}/#zh")
    await answers(page, "今天就这些")
    await becomes(page, "admin")
    await answers(page, "今天就这些")
    await says(page, "/broadcast 今晚 <维护>")
    draft = await answers(page, "广播草稿")
    await fails(address, fault="429", times=1, method="sendMessage", seconds=2)
    await presses(draft, "发送")
    await draft.locator(".text", has_text="送达 0 / 2 人").wait_for()
    await fits(page)
    await draft.locator(".text", has_text="送达 2").wait_for(timeout=FIRST)
    await draft.locator(".text", has_text="发送中").wait_for(state="detached", timeout=FIRST)
    await becomes(page, "zh")
    got = page.locator(".message[data-from=bot] .text", has_text="今晚 <维护>")
    await got.wait_for()

    assert 1 == await got.count()
