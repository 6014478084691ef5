"""The chat page in a real browser, with a bot that a test scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from playground.server import Playground
from tests.browser.conftest import ScriptedBot

if TYPE_CHECKING:
    from playwright.async_api import Locator, Page

pytestmark = pytest.mark.xdist_group("browser")

NUMBERS = tuple("1234567")
VOTES = ("👍 3", "👎 0", "★ 打分", "☆ 收藏")


def keyboard(*rows: tuple[str, ...]) -> dict[str, Any]:
    """Inline keys whose data are their own words."""
    return {"inline_keyboard": [[{"text": one, "callback_data": one} for one in row] for row in rows]}


def message(page: Page, number: int) -> Locator:
    """A message by its id."""
    return page.locator(f'[data-message-id="{number}"]')


def key(page: Page, data: str) -> Locator:
    """The key that sends these data."""
    return page.locator(f'.key[data-callback="{data}"]')


async def becomes(page: Page, who: str) -> None:
    """Another person looks at the page; on a phone people stand above the list of chats."""
    if await page.locator("#places").is_visible():
        await page.click("#places")
    await page.click(f'#people .person[data-key="{who}"]')


async def seen(locator: Locator, text: str) -> None:
    """Wait until exactly one such element shows this text, and nothing else."""
    await locator.filter(has_text=text).wait_for()
    assert await locator.inner_text() == text


async def opened(page: Page, playground: Playground, bot: ScriptedBot, who: str = "zh") -> int:
    """The page as this person, who has just said /start; returns their id."""
    await page.goto(f"{playground.url}/#{who}")
    heard = await bot.hears()
    assert heard["text"] == "/start"
    return int(heard["from"]["id"])


async def fits(page: Page, *rows: tuple[str, ...]) -> None:
    """Each of these rows of keys is one row of whole words, and nothing is wider than the screen."""
    top = "key => key.getBoundingClientRect().top"
    heights = [[await key(page, one).evaluate(top) for one in row] for row in rows]
    cut = "keys => keys.filter(key => key.scrollWidth > key.clientWidth || key.offsetHeight > 44).length"
    foot = await page.locator("#composer").evaluate(
        "form => innerHeight - form.getBoundingClientRect().bottom"
    )

    assert [1] * len(rows) == [len(set(row)) for row in heights]
    assert await page.locator(".key").evaluate_all(cut) == 0
    assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
    assert foot >= 0


async def test_an_empty_chat_begins_by_itself_and_only_once(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """/start is said for the first person; what was deleted is gone, also when the page is opened again."""
    person = await opened(page, playground, bot, who="")
    gone, kept = await bot.sends(person, "一"), await bot.sends(person, "二")
    await message(page, kept).wait_for()
    await bot.calls("deleteMessage", chat_id=person, message_id=gone)
    await message(page, gone).wait_for(state="detached")
    before = await page.locator(".message .text").all_inner_texts()
    await page.reload()
    await message(page, kept).wait_for()

    assert person == playground.telegram.person("zh").id
    assert before == await page.locator(".message .text").all_inner_texts() == ["/start", "二"]


async def test_the_page_speaks_the_language_of_the_chosen_person(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """And tells what the others have not read."""
    first = await opened(page, playground, bot)
    assert await page.locator("#say").get_attribute("placeholder") == "输入消息"

    await becomes(page, "en")
    assert (await bot.hears())["from"]["language_code"] == "en"
    await bot.sends(first, "给别人的")
    await page.click("#places")

    await seen(page.locator('.person[data-key="zh"] .unread'), "1")
    assert await page.locator("html").get_attribute("lang") == "en"
    assert await page.locator("#say").get_attribute("placeholder") == "Message"
    assert await page.locator('.person[aria-pressed="true"]').get_attribute("data-key") == "en"


async def test_a_press_is_answered_and_edits_the_message_in_place(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """A toast, an alert; the text changes where it stands, and the key is free again."""
    person = await opened(page, playground, bot)
    number = await bot.sends(person, "新闻\n" * 60 + "x" * 300, reply_markup=keyboard(NUMBERS, VOTES))
    await key(page, "👍 3").click()
    await fits(page, NUMBERS, VOTES)
    pressed = await bot.hears("callback_query")
    assert pressed["data"] == "👍 3"
    assert await key(page, "👍 3").get_attribute("aria-busy") == "true"

    await bot.calls("answerCallbackQuery", callback_query_id=pressed["id"], text="谢谢 <b>")
    await seen(page.locator(".toast"), "谢谢 <b>")
    edited = {"chat_id": person, "message_id": number, "text": "改过的标题"}
    await bot.calls("editMessageText", **edited, reply_markup=keyboard(("👍 4", "☆")))
    await seen(message(page, number).locator(".text"), "改过的标题")
    await key(page, "☆").click()
    saved = await bot.hears("callback_query")
    await bot.calls("answerCallbackQuery", callback_query_id=saved["id"], text="已收藏", show_alert=True)
    await seen(page.locator("#alert[open] p"), "已收藏")
    await page.keyboard.press("Enter")

    await page.locator("#alert[open]").wait_for(state="hidden")
    assert await page.locator(".message").count() == 2
    assert await page.locator(".key[aria-busy]").count() == 0


async def test_a_message_that_grows_is_read_from_its_first_line(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """As the first digest does, which takes the place of a line that said how far the pull is."""
    person = await opened(page, playground, bot)
    number = await bot.sends(person, "正在抓取新闻")
    await message(page, number).wait_for()
    await bot.calls("editMessageText", chat_id=person, message_id=number, text="第一行\n" + "新闻\n" * 90)
    await message(page, number).locator(".text", has_text="第一行").wait_for()
    top = await message(page, number).evaluate(
        "item => item.getBoundingClientRect().top - item.parentElement.getBoundingClientRect().top"
    )

    assert 0 <= top < 40


async def test_only_entities_become_elements_and_they_can_be_pressed(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """Words that look like HTML stay words; a tag searches, a command is said, a link to the bot starts."""
    person = await opened(page, playground, bot)
    hostile = "<img src=x onerror=alert(1)> <b>粗</b> &amp; <script>1</script>"
    await page.fill("#say", hostile)
    await page.click("#send")
    heard = await bot.hears()
    plain = await bot.sends(person, heard["text"])
    start = f"https://t.me/{playground.telegram.bot['username']}?start=kw_x"
    html = (
        f'<b>粗<i>斜</i> #芯片</b> /hot <a href="https://a.cn/?x=1">题</a> <a href="{start}">看</a> &lt;u&gt;'
    )
    number = await bot.sends(person, html, parse_mode="HTML")
    await seen(message(page, heard["message_id"]).locator(".text"), hostile)
    await seen(message(page, plain).locator(".text"), hostile)
    await seen(message(page, number).locator(".text"), "粗斜 #芯片 /hot 题 看 <u>")
    said = []
    for words in ("#芯片", "/hot", "看"):
        await message(page, number).get_by_text(words, exact=True).click()
        said.append((await bot.hears())["text"])

    link = message(page, number).locator("a").first
    named = [await link.get_attribute(name) for name in ("href", "target", "rel")]
    assert said == ["#芯片", "/hot", "/start kw_x"]
    assert named == ["https://a.cn/?x=1", "_blank", "noopener noreferrer"]
    assert await message(page, number).locator("strong em").inner_text() == "斜"
    assert await page.locator(".message :is(img, script, b, u)").count() == 0


@pytest.mark.parametrize("screen", [(1200, 800)])
async def test_the_keyboard_alone_is_enough(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """Write, choose a command, answer a question, press a key of the last message, change the person."""
    await bot.calls(
        "setMyCommands", commands=[{"command": name, "description": name} for name in ("a", "feedback")]
    )
    person = await opened(page, playground, bot)
    await page.locator("#say:focus").wait_for()
    await page.keyboard.type("你好")
    await page.keyboard.press("Enter")
    assert (await bot.hears())["text"] == "你好"

    await page.keyboard.type("/")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    assert (await bot.hears())["text"] == "/feedback"

    await page.locator("#messages").focus()
    asks = {"force_reply": True, "input_field_placeholder": "意见"}
    number = await bot.sends(person, "想说什么？", reply_markup=asks)
    await page.locator('#say:focus[placeholder="意见"]').wait_for()
    await page.keyboard.type("很好")
    await page.keyboard.press("Enter")
    assert (await bot.hears())["reply_to_message"]["message_id"] == number

    await bot.sends(person, "谢谢", reply_markup=keyboard(("1", "2")))
    await key(page, "2").focus()
    await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("Space")
    assert (await bot.hears("callback_query"))["data"] == "1"

    await page.locator("#people .person").nth(1).focus()
    await page.keyboard.press("Enter")
    assert (await bot.hears())["from"]["language_code"] == "en"
