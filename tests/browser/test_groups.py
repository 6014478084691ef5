"""Invoices, channels and topics on the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.server import Playground
from tests.browser.conftest import ScriptedBot
from tests.browser.test_page import becomes, message, opened, seen

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.xdist_group("browser")


async def test_an_invoice_is_paid(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """A sheet says what for; refused first, with the bot's words; then paid, which stands in the chat."""
    person = await opened(page, playground, bot)
    invoice = {"title": "支持 <b>我们", "description": "一个月的服务器", "payload": "x", "currency": "XTR"}
    prices = [{"label": "支持", "amount": 50}]
    sent = await bot.calls("sendInvoice", chat_id=person, **invoice, prices=prices)
    shown = message(page, sent["message_id"])
    await seen(shown.locator(".invoice strong"), "支持 <b>我们")
    await seen(shown.locator(".key[data-pay]"), "支付 ⭐ 50")

    await shown.locator(".key[data-pay]").click()
    sheet = await page.locator("#sheet > :is(h2, p, button)").all_inner_texts()
    await page.click("#sheet-cancel")
    await shown.locator(".key[data-pay]").click()
    await page.click("#sheet-pay")
    asked = await bot.hears("pre_checkout_query")
    no = {"ok": False, "error_message": "已经结束了"}
    await bot.calls("answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], **no)
    await seen(page.locator("#alert[open] p"), "已经结束了")
    await page.keyboard.press("Enter")
    await shown.locator(".key[data-pay]").click()
    await page.click("#sheet-pay")
    asked = await bot.hears("pre_checkout_query")
    await bot.calls("answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], ok=True)

    await seen(page.locator(".service"), "已支付 ⭐ 50")
    assert ["支持 <b>我们", "一个月的服务器", "⭐ 50", "支付 ⭐ 50", "取消"] == sheet
    assert await page.locator(":is(.key, #sheet button)[aria-busy], #sheet[open]").count() == 0


async def test_a_link_to_an_invoice_opens_its_sheet(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """And one that leads nowhere says so."""
    person = await opened(page, playground, bot)
    invoice = {"title": "支持", "description": "服务器", "payload": "x", "currency": "XTR"}
    link = await bot.calls("createInvoiceLink", **invoice, prices=[{"label": "支持", "amount": 7}])
    text = f'<a href="{link}">付</a> <a href="https://t.me/$nothing">空</a>'
    number = await bot.sends(person, text, parse_mode="HTML")
    await message(page, number).get_by_text("空").click()
    await page.locator(".toast", has_text="这个账单不存在").wait_for()
    await message(page, number).get_by_text("付").click()
    await page.click("#sheet-pay")
    asked = await bot.hears("pre_checkout_query")
    await bot.calls("answerPreCheckoutQuery", pre_checkout_query_id=asked["id"], ok=True)

    await seen(page.locator(".service"), "已支付 ⭐ 7")


async def test_a_topic_is_chosen_and_written_in(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """Only its messages are seen then, and what is written goes there; all of them come back."""
    telegram = playground.telegram
    owner = telegram.person("zh").id
    forum = telegram.add_group("读者群", [owner], is_forum=True, bot_is_admin=True).id
    topic = telegram.adds_topic(forum, "芯片")
    await bot.hears()
    await opened(page, playground, bot)
    general, there = await bot.sends(forum, "一般"), await bot.sends(forum, "芯片的", message_thread_id=topic)
    await page.click("#places")
    await page.locator(".chat-item", has_text="读者群").click()
    await message(page, general).wait_for()
    await page.click(f'.topic-key[data-topic="{topic}"]')
    await message(page, general).wait_for(state="hidden")
    await page.fill("#say", "说一句")
    await page.click("#send")
    heard = await bot.hears()
    seen_there = await message(page, there).is_visible()
    await page.click('.topic-key[data-topic=""]')
    await message(page, general).wait_for()

    assert [topic, True] == [heard["message_thread_id"], seen_there]


async def test_the_bot_is_blocked_and_let_in_again(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """From the menu of the chat; meanwhile nothing can be written, and what it sends is refused."""
    person = await opened(page, playground, bot)
    await page.click("#manage")
    await page.click('[data-deed="block"]')
    kicked = await bot.hears("my_chat_member")
    await page.locator("#composer").wait_for(state="hidden")
    status = await page.locator("#status").inner_text()
    await page.click("#unblock")
    back = await bot.hears("my_chat_member")
    await page.locator("#composer").wait_for()
    await bot.sends(person, "回来了")

    assert ["kicked", "member", "已屏蔽"] == [
        *(one["new_chat_member"]["status"] for one in (kicked, back)),
        status,
    ]


async def test_an_administrator_decides_about_the_bot_in_a_group(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """Others have no such menu."""
    telegram = playground.telegram
    owner, member = telegram.person("zh").id, telegram.person("en").id
    telegram.add_group("群", [member], owner=owner)
    await opened(page, playground, bot)
    await page.click("#places")
    await page.locator(".chat-item", has_text="群").first.click()
    found = []
    for deed in ("promote", "demote", "mute", "unmute", "remove", "add"):
        await page.click("#manage")
        await page.click(f'[data-deed="{deed}"]')
        found.append((await bot.hears("my_chat_member"))["new_chat_member"]["status"])
    await bot.hears()  # that it was added
    await becomes(page, "en")
    await bot.hears()
    await page.click("#places")
    await page.locator(".chat-item", has_text="群").first.click()

    assert ["administrator", "member", "restricted", "member", "kicked", "member"] == found
    assert await page.locator("#manage").is_hidden()


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
    await becomes(page, "en")
    await bot.hears()
    await page.click("#places")
    await page.locator(".chat-item", has_text="频道").click()
    await seen(page.locator(".message .text"), "第一篇")
    assert await page.locator("#composer").is_hidden()
