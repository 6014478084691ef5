"""Messages that are more than text, at phone width: photos, rich messages, previews, places."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from playground.server import Playground
from tests.browser.conftest import ScriptedBot
from tests.browser.test_page import becomes, keyboard, message, opened, seen
from tests.playground.pictures import png

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.xdist_group("browser")

HOSTILE = "&lt;img src=x onerror=alert(1)&gt;"
RICH = (
    f"<h1>今日芯片 {HOSTILE}</h1><p>一段 <b>粗<i>斜</i></b> #芯片<br/>第二行</p>"
    '<ol start="3"><li>三</li><li>四<ul><li>四点一</li></ul></li></ol>'
    '<details><summary>更多</summary><p>折起来的 <a href="https://a.cn/x">链接</a></p></details>'
    "<blockquote>引文</blockquote><pre>x = 1\n  y</pre><hr/>"
    "<table bordered><caption>价格</caption><tr><th>项</th><th>值</th></tr>"
    f'<tr><td align="right">{"很长的一格" * 12}</td><td>{"x" * 60}</td></tr></table><footer>脚注</footer>'
)
WIDER = "document.documentElement.scrollWidth - innerWidth"


async def sends_photo(playground: Playground, chat: int, data: bytes, **fields: Any) -> int:
    """The id of a photo that the bot has uploaded."""
    form = {"chat_id": str(chat), **{name: json.dumps(value) for name, value in fields.items()}}
    form["caption"] = fields.get("caption", "")
    address = f"{playground.url}/bot{playground.token}/sendPhoto"
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = (await http.post(address, data=form, files={"photo": data})).json()
    assert answer["ok"], answer
    return int(answer["result"]["message_id"])


async def test_a_photo_is_seen_with_its_caption_and_keys(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """As wide as the screen allows, in its own proportion; an edit changes only the caption."""
    person = await opened(page, playground, bot)
    number = await sends_photo(
        playground, person, png(1280, 720), caption="图 #芯片", reply_markup=keyboard(("👍", "👎"))
    )
    photo = message(page, number).locator("img.photo")
    await photo.evaluate("image => image.decode()")
    await seen(message(page, number).locator(".text"), "图 #芯片")
    box = await photo.bounding_box()
    end = await page.locator("#messages").evaluate("it => it.scrollHeight - it.scrollTop - it.clientHeight")
    await bot.calls("editMessageCaption", chat_id=person, message_id=number, caption="改过")
    await seen(message(page, number).locator(".text"), "改过")

    assert box
    assert abs(box["width"] / box["height"] - 16 / 9) < 0.05
    assert 250 < box["width"] < 390
    assert 1280 == await photo.evaluate("image => image.naturalWidth")
    assert [0, 0, 0] == [await page.evaluate(WIDER), await page.locator(".key").count(), round(end)]


async def test_a_rich_message_is_seen_block_by_block(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """Words stay words; what is folded opens on a click; a wide table scrolls by itself; then it is a text."""
    person = await opened(page, playground, bot)
    sent = await bot.calls("sendRichMessage", chat_id=person, rich_message={"html": RICH})
    rich = message(page, sent["message_id"]).locator(".rich")
    await seen(rich.locator("h1"), "今日芯片 <img src=x onerror=alert(1)>")
    hidden = await rich.get_by_text("折起来的").is_visible()
    await rich.locator("summary").click()
    await rich.get_by_text("折起来的").wait_for()
    await rich.get_by_text("#芯片", exact=True).click()

    assert [False, "#芯片"] == [hidden, (await bot.hears())["text"]]
    assert ["粗斜", "斜", "一段 粗斜 #芯片\n第二行"] == [
        await rich.locator(one).first.inner_text() for one in ("strong", "strong em", "p")
    ]
    assert [3, "四点一", "价格", "引文", "脚注"] == [
        await rich.locator("ol > li").first.evaluate("item => item.value"),
        *[await rich.locator(one).inner_text() for one in ("ul > li", "caption", "blockquote", "footer")],
    ]
    assert "https://a.cn/x" == await rich.locator("details a").get_attribute("href")
    assert 0 == await rich.locator("img").count() == await page.evaluate(WIDER)

    await bot.calls("editMessageText", chat_id=person, message_id=sent["message_id"], text="字")
    await seen(message(page, sent["message_id"]).locator(".text"), "字")


async def test_an_address_that_the_bot_names_is_previewed(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """With its host; not where it is disabled, nor for an address in the words."""
    person = await opened(page, playground, bot)
    small = {"url": "https://news.a.cn/x?y=1", "prefer_small_media": True}
    shown = await bot.sends(person, "题", link_preview_options=small)
    off = await bot.sends(person, "https://b.cn", link_preview_options={**small, "is_disabled": True})
    plain = await bot.sends(person, "https://b.cn")
    await message(page, plain).wait_for()
    preview = message(page, shown).locator(".preview")

    assert ["news.a.cn", small["url"]] == [await preview.inner_text(), await preview.get_attribute("href")]
    assert [0, 0] == [await message(page, one).locator(".preview").count() for one in (off, plain)]


async def test_a_place_is_chosen_and_sent(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """From the menu, with the keyboard alone, and from a key that asks for it; in the person's language."""
    await bot.calls("setMyCommands", commands=[{"command": "a", "description": "a"}])
    person = await opened(page, playground, bot)
    await page.click("#menu")
    await page.locator("#commands").get_by_text("发送位置").click()
    await page.locator('[data-city="tokyo"]').click()
    tokyo = await bot.hears()
    await seen(message(page, tokyo["message_id"]).locator(".location"), "📍 东京 35.6762, 139.6503")

    await page.click("#menu")
    await page.locator("#commands button:focus").wait_for()
    for pressed in ("End", "Enter", "End", "Enter"):
        await page.keyboard.press(pressed)
    west = await bot.hears()

    asks = {"keyboard": [[{"text": "我的位置", "request_location": True}]], "one_time_keyboard": True}
    await bot.sends(person, "在哪里？", reply_markup=asks)
    await page.locator("#reply-keyboard .key").click()
    await page.locator('[data-city="shanghai"]').click()
    home = await bot.hears()
    await page.locator("#reply-keyboard").wait_for(state="hidden")
    await becomes(page, "en")
    await bot.hears()
    await page.click("#menu")
    await page.locator("#commands").get_by_text("Send location").wait_for()

    assert [(35.6762, 139.6503), (37.7749, -122.4194), (31.2304, 121.4737)] == [
        (one["location"]["latitude"], one["location"]["longitude"]) for one in (tokyo, west, home)
    ]
    assert await page.evaluate(WIDER) == 0
