"""Everything on the page can be read: text against what is behind it, light and dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from playground.server import Playground
from tests.browser.conftest import ScriptedBot
from tests.browser.test_page import keyboard, message, opened

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.xdist_group("browser")

ENTITIES = (
    "<b>粗</b> <i>斜</i> <u>线</u> <s>删</s> <code>123456</code> <pre>x = 1</pre>"
    "<blockquote>引文 #芯片</blockquote> #芯片 /help @somebody <a href='https://a.cn/'>链接</a>"
)
#: text elements whose contrast is below 4.5, with what they say
TOO_FAINT = """() => {
  const channel = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const over = ([r, g, b, a = 1], under) => [r, g, b].map((c, i) => c * a + under[i] * (1 - a));
  const ground = (element) => {
    const above = [];
    for (let at = element; at; at = at.parentElement) above.push(parts(getComputedStyle(at).backgroundColor));
    return above.reverse().reduce((under, colour) => over(colour, under), [255, 255, 255]);
  };
  const found = [];
  for (const element of document.querySelectorAll("#app *, dialog[open] *, .toast")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const under = ground(element);
    const [one, other] = [light(over(parts(getComputedStyle(element).color), under)), light(under)];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) found.push(`${ratio.toFixed(2)} ${element.className} ${element.textContent.slice(0, 40)}`);
  }
  return found;
}"""


@pytest.mark.parametrize("screen", [(1400, 900)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read(
    page: Page, playground: Playground, bot: ScriptedBot, scheme: Literal["light", "dark"]
) -> None:
    """Every entity in the bot's and in one's own bubble, keys of every style, lists, log, a sheet, a toast."""
    await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    person = await opened(page, playground, bot)
    styles = [{"text": one, "callback_data": one, "style": one} for one in ("primary", "success", "danger")]
    markup = {"inline_keyboard": [styles, *keyboard(("1", "2"))["inline_keyboard"]]}
    number = await bot.sends(person, ENTITIES, parse_mode="HTML", reply_markup=markup)
    await bot.calls(
        "setMessageReaction", chat_id=person, message_id=number, reaction=[{"type": "emoji", "emoji": "👍"}]
    )
    await page.fill("#say", "/help #芯片 https://a.cn @somebody")
    await page.click("#send")
    mine = await bot.hears()
    await bot.sends(person, "答", reply_parameters={"message_id": mine["message_id"]})
    await bot.call_refused("sendMessage", chat_id=person, text="")
    await page.click("#open-backstage")
    await page.locator(".entry", has_text="400").wait_for()
    await message(page, number).locator('.key[data-callback="1"]').click()
    pressed = await bot.hears("callback_query")
    await bot.calls("answerCallbackQuery", callback_query_id=pressed["id"], text="谢谢")
    await page.locator(".toast").wait_for()
    on_page = await page.evaluate(TOO_FAINT)
    invoice = {"title": "支持", "description": "服务器", "payload": "x", "currency": "XTR"}
    sent = await bot.calls("sendInvoice", chat_id=person, **invoice, prices=[{"label": "x", "amount": 7}])
    await message(page, sent["message_id"]).locator(".key").click()
    await page.locator("#sheet[open]").wait_for()

    assert [] == on_page
    assert [] == await page.evaluate(TOO_FAINT)
