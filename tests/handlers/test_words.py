"""Commands and plain text in a private chat."""

from __future__ import annotations

import json
import re

import pytest
import telegram

from handlers import COMMANDS, Command, visit
from newsbot.messages.wording import LANGUAGES
from tests.conftest import shared
from tests.house import House, buttons


def _is_a_persons(command: Command) -> bool:
    return command.right is None and not command.only_chats and not command.with_tips


async def test_help_and_the_menus_come_from_one_table(home: House):
    """Every command, in both languages."""
    await home.counter.menus()
    theirs = [command.name for command in COMMANDS if _is_a_persons(command)]
    for who, language in zip(("zh", "en"), LANGUAGES, strict=True):
        text = (await home.says("/help", who=who))["text"]
        menu = home.telegram.commands_for(home.id_of(who))

        assert theirs == re.findall(r"^/(\w+) ", text, re.MULTILINE)
        assert theirs == [entry["command"] for entry in menu], language


async def test_the_menu_of_groups_lists_what_is_answered_there(home: House):
    """And nothing else; of what sets what a group gets its administrators are told."""
    await home.counter.menus()
    group, theirs = telegram.BotCommandScopeAllGroupChats(), telegram.BotCommandScopeAllChatAdministrators()
    for language in (None, *LANGUAGES):
        for scope, is_theirs in ((group, False), (theirs, True)):
            menu = await home.room.telegram.bot.get_my_commands(scope, language)
            answered = [one.name for one in COMMANDS if one.in_groups or (is_theirs and one.of_chat)]
            assert answered == [entry.command for entry in menu]


async def test_what_telegram_did_not_take_is_said_again(home: House, monkeypatch: pytest.MonkeyPatch):
    """An answer is waited for, unlike a digest."""
    monkeypatch.setattr(visit, "PAUSES", (0.01, 0.01))
    home.playground.faults.too_many(0.01, times=2, method="sendMessage")

    assert "你的用户 ID" in (await home.says("/id"))["text"]


@pytest.mark.parametrize("text", ["/nonsense", "/admin", "/broadcast hello", "/DIGESTS"])
async def test_unknown_commands_all_sound_alike(home: House, text: str):
    """Those of administrators too."""
    assert "没有这个命令，看看 /help。" == (await home.says(text))["text"]


async def test_words_are_followed_listed_and_given_up(home: House):
    """On one line, with commas of both widths, quotes keeping words together."""
    said = [
        await home.says('/follow 芯片，大模型 "Apple Vision"'),
        await home.says("/follow 芯片"),
        await home.says("/keywords"),
        await home.says("/unfollow 芯片"),
        await home.says("/unfollow 芯片"),
    ]

    assert [
        '已关注：芯片、大模型、"Apple Vision"',
        "已经在关注了。",
        "关注 3 个，屏蔽 0 个",
        "已取消关注：芯片",
        "没有关注过这些词。",
    ] == [one["text"].partition("\n")[0] for one in said]
    assert '🔔 芯片\n🔔 大模型\n🔔 "Apple Vision"' in said[2]["text"]


async def test_a_question_is_answered_by_the_next_text(home: House):
    """Step by step it is the same as on one line."""
    await home.says("/follow")
    first = await home.says("鸿蒙")
    await home.says("/schedule")
    second = await home.says("工作日 8:00 周末 10:00")

    assert ["已关注：鸿蒙", "好的，推送时间：工作日 08:00 周末 10:00（上海 UTC+8）"] == [
        said["text"].partition("\n")[0] for said in (first, second)
    ]


@pytest.mark.parametrize("closing", ["取消", "/id", "later"])
async def test_a_question_is_closed(home: House, closing: str):
    """By 取消, by any command, and after ten minutes; then a text is a search again."""
    await home.says("/follow")
    if closing == "later":
        home.later(minutes=10)
    else:
        await home.says(closing)
    await home.says("鸿蒙")

    assert home.last()["text"].startswith("没有找到“鸿蒙”")


@pytest.mark.parametrize("words", ["25:00", "tomorrow", "8", "凌晨", "1:00 2:00 3:00 4:00 5:00 6:00 7:00"])
async def test_hours_that_are_none_are_answered_with_an_example(home: House, words: str):
    """And the plan stays as it was."""
    await home.says("/schedule 8:30")
    said = await home.says(f"/schedule {words}")

    assert "8:30" in said["text"] or "最多" in said["text"]
    async with home.room.store.read() as tx:
        assert ["08:30"] == [f"{hour.at:%H:%M}" for hour in (await tx.readers.get(home.id_of())).hours]


async def test_the_language_is_chosen_by_word_and_by_button(home: House):
    """From then on everything is said in it."""
    english = await home.says("/language en")
    await home.says("/language")
    chinese = await home.presses("中文")
    wrong = await home.says("/language fr")

    assert "Done: English from now on." == english["text"]
    assert "好的，以后说中文。" == chinese["text"]
    assert "目前只会中文（zh）和英文（en）。" == wrong["text"]


async def test_feedback_is_written_down(home: House):
    """At most five an hour."""
    said = [(await home.says(f"/feedback 第{number}条"))["text"] for number in range(6)]

    assert ["谢谢，已经记下。"] * 5 == said[:5]
    assert said[5].startswith("一小时最多 5 条")


async def test_an_edited_command_counts_as_new(home: House):
    """A person corrects what they typed."""
    await home.says("/id please")
    message = home.telegram.messages(home.id_of())[0]["message_id"]
    before = len(home.texts())
    home.telegram.edits(home.id_of(), message, "/keywords")
    await home.telegram.wait_for(lambda: len(home.texts()) > before)

    assert "还没有关注任何词，会收到全部新闻。用 /follow 添加。" == home.texts()[-1]


async def test_a_search_shows_matching_words(home: House):
    """One message; plain text and /search alike."""
    await home.publishes("鸿蒙系统开放测试，首批十款机型")
    for text in ("鸿蒙", "/search 鸿蒙"):
        said = await home.says(text)
        assert "<b>鸿蒙</b>" in said["html"]
        assert ["1", "🕒 按时间", "🔔 关注"] == [button["text"] for button in buttons(said)]


async def test_a_pasted_link_becomes_its_card(home: House):
    """One that is stored already is not asked again; one that leads inside is refused in a sentence."""
    story = await home.publishes("鸿蒙系统开放测试，首批十款机型")
    async with home.room.store.read() as tx:
        link = (await tx.stories.load([story]))[0].lead.link
    card = await home.says(f"看看这个 {link}?utm_source=x")
    refused = await home.says("http://10.0.0.1/")

    assert card["text"].startswith("鸿蒙系统开放测试")
    assert "读不了这个链接：这个地址不能访问。" == refused["text"]


async def test_a_person_who_blocks_and_comes_back(home: House):
    """Everything is kept; only nothing is sent meanwhile."""
    await home.says("/start")
    home.telegram.blocks(home.id_of())
    await home.is_quiet(0)
    async with home.room.store.read() as tx:
        assert not (await tx.readers.get(home.id_of())).reachable
    home.telegram.unblocks(home.id_of())
    await home.is_quiet(0)

    async with home.room.store.read() as tx:
        assert (await tx.readers.get(home.id_of())).reachable


async def test_in_a_group_only_questions_are_answered(home: House):
    """What was not addressed to the bot is not answered, and nobody but its administrators changes anything."""
    group = home.telegram.add_group("群", [home.id_of()]).id
    await home.publishes("鸿蒙系统开放测试，首批十款机型")
    for text in ("大家好", "/follow 鸿蒙", "/stop"):
        home.telegram.says(home.id_of(), text, group)
    digest = await home.says("/digest", chat=group)
    await home.forges("words:-:-:ai", digest["message_id"], chat=group)

    answers = [one for one in home.telegram.messages(group) if one["from"]["id"] != home.id_of()]
    assert ["只有这里的管理员能改。"] == [one["text"] for one in answers[:-1]]
    assert digest["message_id"] == answers[-1]["message_id"]
    async with home.room.store.read() as tx:
        assert await tx.readers.get(group) is None


async def test_a_broken_database_is_said_in_a_sentence(home: House, monkeypatch):
    """And the next update is dealt with all the same."""
    from newsbot.errors import StoreError
    from newsbot.flows import digest

    async def breaks(*_):
        raise StoreError("disk I/O error")

    with monkeypatch.context() as patched:
        patched.setattr(digest, "now", breaks)
        said = await home.says("/digest")
    after = await home.says("/id")

    assert "数据库出了点问题，请稍后再试。" == said["text"]
    assert after["text"].startswith("你的用户 ID：")


async def test_whatever_a_person_types_is_answered(home: House):
    """The naughty strings as searches, follows, hours and feedback: no trouble, no silence."""
    strings = json.loads(shared("hostile/naughty_strings.json").read_text("utf-8"))
    typed = [text for text in strings if text.strip() and len(text) < 500][::9]
    for text in typed:
        for command in ("", "/follow ", "/schedule "):
            try:
                said = await home.says(command + text)
            except ValueError:  # a client would not send it
                continue
            assert said["from"]["id"] != home.id_of(), text
            assert "出了点问题" not in said["text"], text
