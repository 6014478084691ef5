"""What one expects of a messenger: drafts, focus, lists that keep up, alerts one by one, a server that comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from playground.server import Playground
from tests.browser.conftest import ScriptedBot
from tests.browser.test_messages import reads_up
from tests.browser.test_page import becomes, key, keyboard, message, opened, seen

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.xdist_group("browser")


async def enters(page: Page, name: str) -> None:
    """Another chat of the chosen person's."""
    if await page.locator("#places").is_visible():
        await page.click("#places")
    await page.locator(".chat-item", has_text=name).click()
    await page.locator("#bot-name", has_text=name).wait_for()


def forum_of(playground: Playground) -> int:
    """A forum that everybody is in, the bot as its administrator."""
    everybody = [one.id for one in playground.telegram.people]
    return playground.telegram.add_group("读者群", everybody, is_forum=True, bot_is_admin=True).id


async def test_what_others_say_keeps_an_answer_and_a_correction(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """Whoever speaks meanwhile; one's own words end only what the bot has asked."""
    telegram = playground.telegram
    forum, other = forum_of(playground), telegram.person("en").id
    await opened(page, playground, bot)
    await enters(page, "读者群")
    first = await bot.sends(forum, "哪个？")
    await message(page, first).locator(".opener").click()
    await message(page, first).locator('.act[data-act="reply"]').click()
    await page.fill("#say", "这个")
    telegram.says(other, "hello", forum)
    await page.locator(".message", has_text="hello").wait_for()
    await page.click("#send")
    await bot.hears()
    answered = (await bot.hears())["reply_to_message"]["message_id"]
    mine = page.locator(".message[data-from=me]")
    await mine.hover()
    await mine.locator(".opener").click()
    await mine.locator('.act[data-act="edit"]').click()
    await page.fill("#say", "那个")
    telegram.says(other, "again", forum)
    await page.locator(".message", has_text="again").wait_for()
    field = await page.locator("#say").input_value()
    await page.click("#send")
    await bot.hears()
    edited = await bot.hears("edited_message")

    assert [first, "那个", "那个"] == [answered, field, edited["text"]]


async def test_drafts_stay_in_their_chat(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """And with their person; what was sent is none any more."""
    forum_of(playground)
    await opened(page, playground, bot)
    await page.fill("#say", "给机器人的")
    await enters(page, "读者群")
    in_group = await page.locator("#say").input_value()
    await becomes(page, "en")
    await bot.hears()
    of_another = await page.locator("#say").input_value()
    await becomes(page, "zh")
    back = await page.locator("#say").input_value()
    await page.click("#send")
    await bot.hears()
    await enters(page, "读者群")
    await enters(page, "Playground")

    assert ["", "", "给机器人的", ""] == [
        in_group,
        of_another,
        back,
        await page.locator("#say").input_value(),
    ]


@pytest.mark.parametrize("screen", [(390, 844), (1200, 800)])
async def test_the_keyboard_comes_from_a_chat_to_its_field(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """By Enter on a chat, and back to it by Escape; the browser's way back leads there, too."""
    forum_of(playground)
    await opened(page, playground, bot)
    if await page.locator("#places").is_visible():
        await page.locator("#places").focus()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Escape")
        await page.locator("#say:focus").wait_for()
        await page.click("#places")
        await page.go_back()
        await page.locator("#say").wait_for()
        await page.click("#places")
    await page.locator(".chat-item", has_text="读者群").focus()
    await page.keyboard.press("Enter")
    await page.locator("#say:focus").wait_for()
    await page.keyboard.type("好")
    await page.keyboard.press("Enter")

    assert "好" == (await bot.hears())["text"]


async def test_the_list_shows_what_stands_last_now(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """After a correction and a deletion; and what came unread."""
    person = await opened(page, playground, bot)
    first, second = await bot.sends(person, "第一"), await bot.sends(person, "第二")
    await page.click("#places")
    line = page.locator(".chat-item").first.locator(".about span")
    await seen(line, "第二")
    await bot.calls("editMessageText", chat_id=person, message_id=second, text="改过")
    await seen(line, "改过")
    await bot.calls("deleteMessage", chat_id=person, message_id=second)
    await seen(line, "第一")

    assert first < second


async def test_alerts_are_read_one_after_the_other_and_only_where_they_were_asked_for(
    page: Page, browser: Browser, playground: Playground, bot: ScriptedBot
) -> None:
    """Two answers at once; another page of the same person shows neither."""
    person = await opened(page, playground, bot)
    other = await browser.new_page()
    await other.goto(f"{playground.url}/#zh")
    number = await bot.sends(person, "选", reply_markup=keyboard(("1", "2")))
    await other.locator(f'[data-message-id="{number}"]').wait_for()
    await key(page, "1").click()
    await key(page, "2").click()
    for text in ("第一个", "第二个"):
        pressed = await bot.hears("callback_query")
        await bot.calls("answerCallbackQuery", callback_query_id=pressed["id"], text=text, show_alert=True)
    await seen(page.locator("#alert[open] p"), "第一个")
    await page.keyboard.press("Enter")
    await seen(page.locator("#alert[open] p"), "第二个")
    await page.keyboard.press("Enter")
    await page.locator("#alert[open]").wait_for(state="hidden")

    assert 0 == await other.locator("#alert[open]").count()


async def test_a_tag_in_a_channel_is_searched_in_the_bots_chat(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """For who may only read there."""
    telegram = playground.telegram
    reader, owner = telegram.person("zh").id, telegram.person("admin").id
    channel = telegram.add_group("频道", [reader], "channel", owner=owner).id
    await opened(page, playground, bot)
    await enters(page, "频道")
    number = await bot.sends(channel, "新闻 #芯片")
    await message(page, number).locator(".hashtag").click()
    heard = await bot.hears()

    assert ["#芯片", reader] == [heard["text"], heard["chat"]["id"]]
    await seen(page.locator("#bot-name"), "Playground")


async def test_a_group_has_its_own_menu(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """Not that of private chats."""
    forum_of(playground)
    for name, scope in (("mine", "all_private_chats"), ("ours", "all_group_chats")):
        commands = [{"command": name, "description": name}]
        await bot.calls("setMyCommands", commands=commands, scope={"type": scope})
    await opened(page, playground, bot)
    found = []
    for chat in ("读者群", "Playground"):
        await enters(page, chat)
        await page.click("#menu")
        await page.locator("#commands").wait_for()
        found.append(await page.locator("#commands [data-command] b").all_inner_texts())
        await page.keyboard.press("Escape")

    assert [["/ours"], ["/mine"]] == found


@pytest.mark.parametrize("screen", [(1400, 900)])
async def test_a_server_that_was_started_anew_is_met_anew(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """On the same port: the page begins again with an empty chat, the log with its own calls."""
    await opened(page, playground, bot)
    for _ in range(5):
        await bot.calls("getMe")
    await page.click("#open-backstage")
    await page.locator(".entry", has_text="getMe").nth(4).wait_for()
    await page.fill("#say", "还没发")
    await playground.stop()
    await seen(page.locator("#status"), "连接中断，正在重连…")
    again = Playground(port=playground.port)
    await again.start()
    await page.locator(".entry", has_text="getMe").first.wait_for(state="detached", timeout=15_000)
    await again.telegram.wait_for(lambda: list(again.telegram.updates), 15)
    await seen(page.locator(".message .text"), "/start")
    field = await page.locator("#say").input_value()
    await again.stop()

    assert "还没发" == field


async def test_a_break_keeps_the_place_where_somebody_reads(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """What came meanwhile stands at the end; nothing stands twice."""
    telegram = playground.telegram
    person = telegram.person("zh").id
    for number in range(100):
        telegram.says(person, f"第 {number} 条")
    await page.goto(f"{playground.url}/#zh")
    await message(page, 100).wait_for()
    await page.locator("#messages").evaluate("list => list.scrollTo(0, 900)")
    top = await page.locator("#messages").evaluate("list => list.scrollTop")
    for stream in playground._play._streams:
        stream.put_nowait(None)
    await seen(page.locator("#status"), "连接中断，正在重连…")
    await bot.sends(person, "新的")
    await message(page, 101).wait_for(state="attached", timeout=15_000)
    ids = await page.locator(".message").evaluate_all("all => all.map(one => Number(one.dataset.messageId))")

    assert abs(top - await page.locator("#messages").evaluate("list => list.scrollTop")) < 2
    assert sorted(set(ids)) == ids


async def test_very_many_messages_at_once_are_shown_and_let_go(
    page: Page, playground: Playground, bot: ScriptedBot
) -> None:
    """The end is in sight, and what is far above comes again when somebody scrolls up."""
    telegram = playground.telegram
    person = await opened(page, playground, bot)
    for number in range(900):
        telegram.says(person, f"第 {number} 条")
    await message(page, 901).wait_for(timeout=15_000)
    shown = await page.locator(".message").count()
    end = await page.locator("#messages").evaluate("it => it.scrollHeight - it.scrollTop - it.clientHeight")
    await reads_up(page)
    ids = await page.locator(".message").evaluate_all("all => all.map(one => Number(one.dataset.messageId))")

    assert shown <= 600
    assert abs(end) < 2
    assert list(range(1, 902)) == ids


async def test_a_message_says_who_wrote_it(page: Page, playground: Playground, bot: ScriptedBot) -> None:
    """To who does not see on which side it stands; right-to-left words begin on the right."""
    person = await opened(page, playground, bot)
    number = await bot.sends(person, "مرحبا")
    await message(page, number).wait_for()
    labels = await page.locator(".message").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-label'))"
    )
    direction = await message(page, number).locator(".text").evaluate("it => getComputedStyle(it).direction")

    assert ["我", "Playground", "rtl"] == [labels[0].split(",")[0], labels[1].split(",")[0], direction]
