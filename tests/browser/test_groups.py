"""Invoices, channels and topics on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.server import Playground
from tests.browser.conftest import ScriptedBot
from tests.browser.test_page import message, opened, seen

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.xdist_group("browser")


async def test_an_invoice_is_paid(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """Refused first, with the bot's words; then paid, which stands in the chat."""
    person = await opened(page, playground, bot)
    invoice = {"title": "支持 <b>我们", "description": "一个月的服务器", "payload": "x", "currency": "XTR"}
    prices = [{"label": "支持", "amount": 50}]
    sent = await bot.calls("sendInvoice", chat_id=person, **invoice, prices=prices)
    shown = message(page, sent["message_id"])
    await seen(shown.locator(".invoice strong"), "支持 <b>我们")
    await seen(shown.locator(".key[data-pay]"), "支付 ⭐ 50")

    await shown.locator(".key[data-pay]").click()
    asked = await bot.hears("pre_checkout_query")
    no = {"ok": False, "error_message": "已经结束了"}
    await bot.calls("answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], **no)
    await seen(page.locator("#alert[open] p"), "已经结束了")
    await page.keyboard.press("Enter")
    await shown.locator(".key[data-pay]").click()
    asked = await bot.hears("pre_checkout_query")
    await bot.calls("answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], ok=True)

    await seen(page.locator(".service"), "已支付 ⭐ 50")
    assert await page.locator(".key[aria-busy]").count() == 0


async def test_a_channel_is_written_in_by_its_owner_only(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """Others read; in a forum each message says its topic."""
    telegram = playground.telegram
    owner, reader = telegram.person("zh").id, telegram.person("en").id
    telegram.add_group("频道", [reader], "channel", owner=owner)
    forum = telegram.add_group("读者群", [owner], is_forum=True, bot_is_admin=True).id
    topic = telegram.adds_topic(forum, "芯片")
    await bot.hears()
    await opened(page, playground, bot)
    await page.click("#places")
    await page.locator(".chat-item", has_text="频道").click()
    await page.fill("#say", "第一篇")
    await page.click("#send")
    assert (await bot.hears("channel_post"))["text"] == "第一篇"
    await seen(page.locator(".message .text"), "第一篇")

    await page.click("#places")
    await page.locator(".chat-item", has_text="读者群").click()
    number = await bot.sends(forum, "新闻", message_thread_id=topic)
    await seen(message(page, number).locator(".topic"), "# 芯片")
    await page.click('#people .person[data-key="en"]')
    await bot.hears()
    await page.click("#places")
    await page.locator(".chat-item", has_text="频道").click()
    await seen(page.locator(".message .text"), "第一篇")
    assert await page.locator("#composer").is_hidden()
