"""/settings: a summary, and the way to every part."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from handlers.settings import PARTS
from newsbot.digests.choices import chosen
from newsbot.messages.buttons import decode
from newsbot.messages.plan import Plan
from newsbot.messages.settings import filters, look, settings, stopping
from newsbot.models.articles import NOISES
from newsbot.models.readers import Hour, Reader
from tests.examples import NOON
from tests.messages.phone import EN, ZH, data_of, problems, rows_of, text_of

HOURS = (Hour(time(8)),)
GROUP = replace(ZH, id=-5)


def test_the_page_in_chinese() -> None:
    """What is set, then a button for each part."""
    message = settings(Plan(replace(ZH, follows=("AI", "芯片"), mutes=("优惠",)), HOURS, NOON))

    assert """\
设置
推送：08:00（上海）
关注 2 个词，屏蔽 1 个
中文文章，每份最多 7 条
语言：中文""" == text_of(message)
    assert [
        "🕗 推送计划 | 🔔 关键词",
        "🧹 内容筛选 | 📰 新闻来源",
        "🎨 简报样式 | ⭐ 收藏",
        "🔥 今日热门 | ✉️ 反馈",
        "✨ 猜你喜欢 | ❤️ 我的口味",
        "🔒 隐私 | 🌐 English",
        "⏹ 停止推送",
    ] == rows_of(message)


def test_the_page_in_english() -> None:
    """One word is no plural."""
    reader = replace(EN, follows=("AI",), languages=frozenset(("zh", "en")))

    assert """\
Settings
Digests: 08:00 (London)
Followed words: 1, muted: 0
Chinese articles + English articles, up to 7 stories
Language: English""" == text_of(settings(Plan(reader, HOURS, NOON)))


def test_who_stopped_cannot_stop() -> None:
    """And is told so in the place of the hours."""
    message = settings(Plan(replace(ZH, subscribed=False), HOURS, NOON))

    assert ("推送：已停止（上海）", "▶ 恢复推送") == (
        text_of(message).splitlines()[1],
        rows_of(message)[-1],
    )


def test_a_group_has_no_taste() -> None:
    """It is one person's."""
    assert [False, False] == ["口味" in " ".join(rows_of(settings(Plan(GROUP, HOURS, NOON)))), "set:-:-:taste" in data_of(
        settings(Plan(GROUP, HOURS, NOON))
    )]  # fmt: skip


@pytest.mark.parametrize("reader", [ZH, EN, GROUP, replace(EN, subscribed=False)])
def test_telegram_takes_every_part(reader: Reader) -> None:
    """And each leads back to the page."""
    parts = [filters(reader), look(reader, translates=True), stopping(reader.language)]

    assert [[]] * 4 == [problems(one) for one in (settings(Plan(reader, HOURS, NOON)), *parts)]
    assert ["set:-:-:"] * 3 == [data_of(one)[-1] for one in parts]


@pytest.mark.parametrize("reader", [ZH, EN, GROUP])
def test_every_button_of_the_page_leads_somewhere(reader: Reader) -> None:
    """To a part of this page, or to a page of its own."""
    pressed = [press for press in map(decode, data_of(settings(Plan(reader, HOURS, NOON)))) if press]

    assert {"plan", "set", "aside"} >= {press.verb for press in pressed}
    assert {press.value for press in pressed if press.verb == "set"} <= {*PARTS, "done"}


def test_noise_and_languages_are_switches() -> None:
    """Each kind, and whether it comes."""
    message = filters(replace(ZH, lets_in=frozenset((NOISES[0],)), languages=frozenset(("zh", "en"))))

    assert ["✓ 优惠 | ○ 软文 | ○ 融资快讯", "○ 要闻汇总 | ○ 非科技", "✓ 中文文章 | ✓ 英文文章"] == rows_of(
        message
    )[:3]


def test_looks_are_switches() -> None:
    """Titles in Chinese only where a model makes them, for who reads Chinese."""
    plain, translated = look(ZH, translates=False), look(replace(ZH, rich=True), translates=True)

    assert ["○ 显示头条的网页预览", "○ 富文本样式（新版客户端）", "‹ 返回"] == rows_of(plain)
    assert ["○ 显示头条的网页预览", "✓ 富文本样式（新版客户端）", "○ 英文标题译成中文", "‹ 返回"] == rows_of(
        translated
    )
    assert 3 == len(rows_of(look(EN, translates=True)))


def test_a_switch_of_looks_is_accepted_and_turns() -> None:
    """Pressed, it offers the other way."""
    for press in filter(None, map(decode, data_of(look(ZH, translates=False))[:-1])):
        after = chosen(ZH, press.value, NOON)

        assert after == chosen(after, press.value, NOON)
        assert press.value.replace(".on", ".off") in " ".join(data_of(look(after, translates=False)))


def test_stopping_is_asked_about() -> None:
    """With a way back."""
    assert ["Stop digests", "‹ Back"] == rows_of(stopping("en"))
    assert ["set:-:-:stopped", "set:-:-:"] == data_of(stopping("zh"))
