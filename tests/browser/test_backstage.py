"""Behind the conversation on the page: the log, faults, the newsstand, the next digest; with a whole bot."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from playground.newsstand import Newsstand
from playground.server import Playground
from tests.browser.test_page import becomes

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = pytest.mark.xdist_group("browser")


async def opens_backstage(page: Page, tab: str) -> None:
    """One of the panels, which covers everything on a phone."""
    if await page.locator("#backstage").is_hidden():
        if await page.locator("#places").is_visible():
            await page.click("#places")
        await page.click("#open-backstage")
    await page.click(f"#tab-{tab}")


async def back_to_chat(page: Page) -> None:
    """The chat with the bot."""
    await page.click("#close-backstage")
    await page.locator(".chat-item").first.click()


def digests(page: Page) -> Locator:
    """All of them, in the open chat."""
    return page.locator(".message[data-from=bot]", has_text="今天就这些")


@pytest.mark.parametrize("screen", [(1400, 900)])
async def test_an_article_is_published_pulled_sent_and_voted_for(page: Page, address: str) -> None:
    """From the newsstand's form to the vote under its card, with nothing but the page."""
    await page.goto(f"{address}/#zh")
    await digests(page).wait_for(timeout=20_000)
    await opens_backstage(page, "newsstand")
    await page.get_by_label("标题").fill("云雀三号 <b>发布</b>，推理快了一倍")
    await page.get_by_label("正文").fill("云雀公司发布三号模型。\n推理速度是上一代的两倍，价格不变。")
    await page.get_by_role("button", name="发布", exact=True).click()
    await page.locator(".article", has_text="云雀三号 <b>发布</b>").wait_for()
    await page.locator("#panel-newsstand").get_by_role("button", name="跳到下一份简报").click()
    await page.locator(".toast", has_text="时间已到").wait_for()
    await page.locator(".visits li", has_text="200").nth(5).wait_for()  # five feeds were read at the start
    await back_to_chat(page)
    digest = digests(page).nth(1)
    await digest.wait_for()
    place = await digest.locator(".text").inner_text()
    number = re.search(r"(\d)\. 云雀三号", place)
    assert number
    card = page.locator(f'.message[data-message-id="{await digest.get_attribute("data-message-id")}"]')
    await card.get_by_role("button", name=number[1], exact=True).click()
    await card.get_by_role("button", name="👍 0").click()
    await card.get_by_role("button", name="👍 1 ✓").wait_for()
    await opens_backstage(page, "log")
    pressed = page.locator(".entry.update", has_text="callback_query")
    await pressed.first.wait_for()
    sent = page.locator(".entry.call", has_text="sendMessage").filter(has_text="云雀三号")
    await sent.locator(".made-sent").wait_for()

    assert 0 == await page.locator(".text b, .article b").count()
    assert 0 == await page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("screen", [(1400, 900)])
async def test_a_fault_is_seen_with_what_the_bot_made_of_it(page: Page, address: str) -> None:
    """429 twice for one chat, then the answer comes all the same; a broken feed is asked again."""
    await page.goto(f"{address}/#zh")
    await digests(page).wait_for(timeout=20_000)
    await opens_backstage(page, "faults")
    await page.get_by_label("接下来几次").fill("1")
    await page.get_by_label("哪个方法").select_option("sendMessage")
    await page.get_by_label("秒数").fill("1")
    await page.get_by_role("button", name="加上").click()
    await page.locator("#panel-faults li", has_text="429 · × 1 · sendMessage").wait_for()
    await page.fill("#say", "/id")
    await page.click("#send")
    await page.click("#tab-log")
    await page.locator(".entry", has_text="⚡ 429").locator(".made", has_text="稍后再试").wait_for()
    await page.locator(".entry", has_text="⚡ 429").locator("summary").click()
    await page.locator(".entry pre", has_text="retry_after").wait_for()

    await page.click("#tab-newsstand")
    await page.locator("#panel-newsstand").get_by_label("状态").select_option("500")
    await page.locator("#panel-newsstand").get_by_role("button", name="跳到下一份简报").click()  # pulls first
    await page.locator(".visits .bad", has_text="500").first.wait_for()


@pytest.mark.parametrize("screen", [(1400, 900)])
async def test_the_keyboard_alone_walks_through_the_panels(page: Page) -> None:
    """Arrow keys between the tabs, Escape back; every field and key says what it is."""
    playground = Playground(newsstand=Newsstand(lambda: datetime.now(UTC)), with_groups=True)
    await playground.start()
    await page.goto(f"{playground.url}/#zh")
    await page.locator(".message").wait_for()
    await page.locator("#open-backstage").focus()
    await page.keyboard.press("Enter")
    await page.locator("#tab-log:focus").wait_for()
    for tab in ("faults", "newsstand"):
        await page.keyboard.press("ArrowRight")
        await page.locator(f"#tab-{tab}:focus").wait_for()
        await page.locator(f"#panel-{tab}").wait_for()
    await page.locator(".article").first.wait_for()
    nameless = await page.evaluate(NAMELESS)
    await page.keyboard.press("Escape")
    await page.locator("#open-backstage:focus").wait_for()
    await becomes(page, "en")
    await page.locator("#open-backstage", has_text="Backstage").wait_for()
    await playground.stop()

    assert [] == nameless


NAMELESS = """() => [...document.querySelectorAll("button, input, select, textarea, a, [role=log], nav, img")]
  .filter((it) => it.checkVisibility())
  .filter((it) => !(it.getAttribute("aria-label") || it.textContent.trim() || it.labels?.[0]?.textContent.trim() || it.alt))
  .map((it) => it.outerHTML.slice(0, 120))"""
