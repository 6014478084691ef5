"""What a person does with messages: answers, corrects, deletes, sends files; many of them; two pages at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from playground.server import Playground
from tests.browser.conftest import ScriptedBot
from tests.browser.test_page import becomes, key, keyboard, message, opened, seen
from tests.playground.pictures import png

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.xdist_group("browser")


async def acts(page: Page, number: int, act: str) -> None:
    """Open the menu of a message and choose what to do with it."""
    item = message(page, number)
    await item.hover()
    await item.locator(".opener").click()
    await item.locator(f'.act[data-act="{act}"]').click()


async def reads_up(page: Page) -> None:
    """To the first message of the chat."""
    for _ in range(40):
        await page.locator("#messages").evaluate("list => list.scrollTo(0, 0)")
        if await message(page, 1).count():
            break
        await page.wait_for_timeout(50)


@pytest.mark.parametrize("screen", [(390, 844), (1200, 800)])
async def test_a_message_is_answered(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """The answer shows what it answers, and leads there."""
    person = await opened(page, playground, bot)
    number = await bot.sends(person, "哪一个？" + "\n字" * 80)
    await bot.sends(person, "还有\n" * 60)
    await message(page, number).scroll_into_view_if_needed()
    await acts(page, number, "reply")
    await page.locator("#say:focus").wait_for()
    await page.keyboard.type("第一个")
    await page.keyboard.press("Enter")
    heard = await bot.hears()
    await message(page, heard["message_id"]).locator(".quote").click()

    assert [number, "第一个"] == [heard["reply_to_message"]["message_id"], heard["text"]]
    await page.wait_for_function(
        "id => { const box = document.querySelector(`[data-message-id='${id}']`).getBoundingClientRect();"
        " return box.bottom > 0 && box.top < innerHeight }",
        arg=number,
    )


async def test_ones_own_words_are_corrected_and_deleted(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """The bot hears of the correction; Escape gives it up; what others wrote cannot be corrected."""
    person = await opened(page, playground, bot)
    await page.fill("#say", "鸿蒙 <b>")
    await page.click("#send")
    mine = (await bot.hears())["message_id"]
    theirs = await bot.sends(person, "好")
    await acts(page, mine, "edit")
    await page.keyboard.press("Escape")
    given_up = await page.locator("#say").input_value()
    await acts(page, mine, "edit")
    await page.fill("#say", "鸿蒙 6")
    await page.click("#send")
    edited = await bot.hears("edited_message")
    await seen(message(page, mine).locator(".text"), "鸿蒙 6")
    await message(page, theirs).hover()
    await message(page, theirs).locator(".opener").click()
    offered = (
        await message(page, theirs).locator(".act").evaluate_all("all => all.map(one => one.dataset.act)")
    )
    await page.keyboard.press("Escape")
    await acts(page, mine, "delete")
    await message(page, mine).wait_for(state="detached")

    assert ["", "鸿蒙 6", mine] == [given_up, edited["text"], edited["message_id"]]
    assert ["reply", "copy", "delete"] == offered


async def test_files_are_sent(page: Page, playground: Playground, bot: ScriptedBot, tmp_path: Path) -> None:
    """A picture as a photo, anything else as a document, with what stands in the field below it."""
    await opened(page, playground, bot)
    picture, opml = tmp_path / "图.png", tmp_path / "来源.opml"
    picture.write_bytes(png(40, 30))
    opml.write_text("<opml/>", "utf-8")
    await page.fill("#say", "看 #芯片")
    await page.set_input_files("#file", picture)
    photo = await bot.hears()
    await page.set_input_files("#file", opml)
    document = await bot.hears()
    await message(page, photo["message_id"]).locator("img.photo").evaluate("image => image.decode()")
    file = await bot.calls("getFile", file_id=document["document"]["file_id"])

    assert [40, 30, "看 #芯片"] == [
        photo["photo"][-1]["width"],
        photo["photo"][-1]["height"],
        photo["caption"],
    ]
    assert ["来源.opml", 7] == [document["document"]["file_name"], file["file_size"]]
    assert "" == await page.locator("#say").input_value()


async def test_of_very_many_messages_the_last_come_first(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """Earlier ones when somebody scrolls up, none twice, and what is read stays where it is."""
    telegram = playground.telegram
    person = telegram.person("zh").id
    for number in range(1000):
        telegram.says(person, f"第 {number} 条")
    await page.goto(f"{playground.url}/#zh")
    await message(page, 1000).wait_for()
    first = await page.locator(".message").count()
    await page.locator("#messages").evaluate("list => list.scrollTo(0, 0)")
    await message(page, 900).wait_for()
    top = await page.locator("#messages").evaluate("list => list.scrollTop")
    await reads_up(page)
    ids = await page.locator(".message").evaluate_all("all => all.map(one => Number(one.dataset.messageId))")

    assert first <= 60
    assert top > 0
    assert list(range(1, 1001)) == ids


async def test_two_pages_show_one_chat(
    page: Page, browser: Browser, playground: Playground, bot: ScriptedBot
) -> None:
    """/start is said once; words, presses, edits and deletions are seen on both."""
    other = await browser.new_page()
    await page.goto(f"{playground.url}/#zh")
    await other.goto(f"{playground.url}/#zh")
    first = await bot.hears()
    person = first["from"]["id"]
    number = await bot.sends(person, "新闻", reply_markup=keyboard(("1",)))
    await other.locator(f'[data-message-id="{number}"]').wait_for()
    await key(page, "1").click()
    await key(other, "1").click()
    presses = [await bot.hears("callback_query") for _ in range(2)]
    for press in presses:
        await bot.calls("answerCallbackQuery", callback_query_id=press["id"])
    await bot.calls("editMessageText", chat_id=person, message_id=number, text="改过")
    for one in (page, other):
        await seen(one.locator(f'[data-message-id="{number}"] .text'), "改过")
    await bot.calls("deleteMessage", chat_id=person, message_id=number)
    for one in (page, other):
        await one.locator(f'[data-message-id="{number}"]').wait_for(state="detached")

    assert ["/start"] == [one["text"] for one in telegram_texts(playground, person)]


def telegram_texts(playground: Playground, person: int) -> list[dict[str, str]]:
    return [one for one in playground.telegram.messages(person) if "text" in one]


HOSTILE = (
    '<img src=x onerror="document.title=1"><script>document.title=1</script>&lt;b&gt; \u202e倒着\u2028{{7*7}}'
)


@pytest.mark.parametrize("screen", [(390, 844), (1400, 900)])
async def test_hostile_words_stay_words_everywhere(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """In messages, lists, headings, topics, menus, toasts, the sheet, results, files, the log."""
    telegram = playground.telegram
    owner = telegram.person("zh").id
    forum = telegram.add_group(HOSTILE, [owner], is_forum=True, bot_is_admin=True).id
    telegram.adds_topic(forum, HOSTILE)
    await bot.hears()
    person = await opened(page, playground, bot)
    await bot.calls("setMyCommands", commands=[{"command": "a", "description": HOSTILE}])
    markup = {"inline_keyboard": [[{"text": HOSTILE, "callback_data": HOSTILE[:40]}]]}
    number = await bot.sends(person, HOSTILE, reply_markup=markup)
    await bot.sends(person, "答", reply_parameters={"message_id": number})
    await message(page, number).locator(".key").click()
    pressed = await bot.hears("callback_query")
    await bot.calls("answerCallbackQuery", callback_query_id=pressed["id"], text=HOSTILE, show_alert=True)
    await page.locator("#alert[open]").wait_for()
    await page.keyboard.press("Enter")
    prices = [{"label": HOSTILE, "amount": 7}]
    invoice = {"title": HOSTILE[:32], "description": HOSTILE, "payload": "x", "currency": "XTR"}
    sent = await bot.calls("sendInvoice", chat_id=person, **invoice, prices=prices)
    await message(page, sent["message_id"]).locator(".key").click()
    await page.click("#sheet-cancel")
    await bot.sends(person, "？", reply_markup={"force_reply": True, "input_field_placeholder": HOSTILE[:60]})
    await page.click("#menu")
    await page.keyboard.press("Escape")
    await page.fill("#say", f"@playground_bot {HOSTILE}")
    asked = await bot.hears("inline_query")
    result = {"type": "article", "id": "1", "title": HOSTILE, "description": HOSTILE}
    content = {"input_message_content": {"message_text": HOSTILE}}
    await bot.calls("answerInlineQuery", inline_query_id=asked["id"], results=[{**result, **content}])
    await page.locator(".result").click()
    await bot.hears()
    if await page.locator("#places").is_visible():
        await page.click("#places")
    await page.click("#open-backstage")
    await page.locator(".entry", has_text="answerInlineQuery").locator("summary").click()
    await page.locator(".entry[open], .entry pre").first.wait_for()
    await page.click("#close-backstage")
    await page.locator(f'.chat-item[data-chat="{forum}"]').click()
    await page.locator("#topics .topic-key").nth(1).click()

    assert "Playground" == await page.title()
    assert 0 == await page.locator("#app :is(img, script, b b), dialog :is(img, script)").count()
    assert 0 == await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert HOSTILE.split(maxsplit=1)[0] in await page.locator("#bot-name").inner_text()


async def test_nothing_is_asked_of_another_host(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """Whatever the page shows, all of it comes from its own server."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    person = await opened(page, playground, bot)
    preview = {"url": "https://news.a.cn/x"}
    await bot.sends(
        person,
        "https://b.cn <a href='https://c.cn/x'>题</a>",
        parse_mode="HTML",
        link_preview_options=preview,
    )
    await page.locator(".preview").wait_for()
    await becomes(page, "en")
    await bot.hears()

    assert asked
    assert [] == [url for url in asked if not url.startswith(playground.url)]
