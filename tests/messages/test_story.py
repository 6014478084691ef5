"""One story in a line or two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from newsbot.messages.story import hashtags, names, small_print, sources, title, when, why
from newsbot.models.readers import Reader
from tests.examples import NOON, article, minutes_ago, story
from tests.messages.phone import EN, ZH


def told_by(*names: str, **changes: Any) -> list[str]:
    """The small print in both languages, for a story of these sources."""
    one = story(1, *(article(number, source=name, **changes) for number, name in enumerate(names)))
    return [str(small_print(one, NOON, reader)) for reader in (ZH, EN)]


def test_a_headline_is_bold_and_linked() -> None:
    """With every sign in it escaped."""
    one = story(1, article(1, "C++ <vector> & AT&T", link="https://a.example/?a=1&b=2"))

    assert '<b><a href="https://a.example/?a=1&amp;b=2">C++ &lt;vector&gt; &amp; AT&amp;T</a></b>' == title(
        one, Reader(id=1)
    )


@pytest.mark.parametrize(
    ("words", "source", "expected"),
    [
        ("", "IT之家", "IT之家"),
        ("\u3164\u200b", "IT之家", "IT之家"),
        ("", "\u200b", "—"),
        ("长" * 200, "", "长" * 89 + "…"),
    ],
)
def test_there_is_always_a_headline(words: str, source: str, expected: str) -> None:
    """The source's name where nothing can be seen; at most 90 units in a list."""
    assert f"<b>{expected}</b>" == title(story(1, article(1, words, source=source, link=None)), Reader(id=1))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("IT之家",), ["IT之家 · 11:00", "IT之家 · 03:00"]),
        (("IT之家", "IT之家"), ["IT之家 · 11:00", "IT之家 · 03:00"]),
        (("IT之家", "36氪"), ["IT之家 等 2 家 · 11:00", "IT之家 + 1 more · 03:00"]),
        (("IT之家", "36氪", "IT之家", "甲"), ["IT之家 等 3 家 · 11:00", "IT之家 + 2 more · 03:00"]),
        (("", "\u200b"), ["11:00", "03:00"]),
        (("", "36氪"), ["36氪 · 11:00", "36氪 · 03:00"]),
        (("<甲>",), ["&lt;甲&gt; · 11:00", "&lt;甲&gt; · 03:00"]),
        (("长" * 50,), ["长" * 39 + "… · 11:00", "长" * 39 + "… · 03:00"]),
    ],
)
def test_the_small_print_names_who_tells_it_and_when(names: tuple[str, ...], expected: list[str]) -> None:
    """`source 等 N 家 · time`, each source once, without those whose name cannot be seen."""
    assert expected == told_by(*names)


def test_the_time_is_that_of_the_first_who_told_it() -> None:
    """Not the lead's."""
    one = story(1, article(1, published=minutes_ago(10)), article(2, published=minutes_ago(90)))

    assert small_print(one, NOON, ZH).endswith(" · 10:30")


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "12:00", "04:00"),
        (-30, "12:30", "04:30"),
        (11 * 60, "01:00", "yesterday 17:00"),
        (13 * 60, "昨天 23:00", "yesterday 15:00"),
        (40 * 60, "11-22", "11-22"),
        (70 * 60, "11-21", "11-21"),
        (400 * 24 * 60, "2025-10-20", "2025-10-20"),
    ],
)
def test_times_are_the_readers_own(minutes: int, zh: str, en: str) -> None:
    """In the reader's zone; the day where it is not today, the year where it is another one."""
    moment = NOON - timedelta(minutes=minutes)

    assert [zh, en] == [str(when(moment, NOON, reader)) for reader in (ZH, EN)]


def test_new_years_eve_is_yesterday() -> None:
    """Also where it is another year."""
    eve, day = datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2027, 1, 1, 4, tzinfo=UTC)

    assert ["昨天 20:00", "2026-12-30"] == [
        str(when(moment, day, ZH)) for moment in (eve, eve - timedelta(days=1))
    ]


@pytest.mark.parametrize(
    ("summary", "language", "expected"),
    [
        ("第一句。第二句。", "zh", "第一句。第二句。"),
        ("第一句。" + "长" * 60 + "。", "zh", "第一句。"),
        ("w " * 55, "en", ("w " * 55).strip()),
        ("\u200b", "zh", ""),
        ("", "zh", ""),
    ],
)
def test_why_it_matters_is_a_sentence_or_nothing(summary: str, language: str, expected: str) -> None:
    """Sixty units of Chinese, twice as many of what has longer words."""
    assert expected == why(story(1, article(1, summary=summary, language=language)))


def test_tags_become_what_telegram_links() -> None:
    """Those that would be nothing are left out."""
    assert ["#LLM", "#NVIDIA", "#某某"] == hashtags(("大模型", "英伟达", "某某"), "en")
    assert ["#大模型", "#GPT_4o", "#Cpp"] == hashtags(
        ("大模型", "GPT-4o", "C++", "2026", "\u3164", "!"), "zh"
    )


def test_nobody_tells_a_story_of_sources_without_names() -> None:
    """And nothing is said of them."""
    nameless = story(1, article(1, source=""))

    assert ([], "") == (names(nameless), sources(nameless, "zh"))


def test_another_zone_shows_another_time() -> None:
    """Zones with halves of hours too."""
    assert "09:30" == when(NOON, NOON, Reader(id=1, zone="Asia/Kolkata"))
