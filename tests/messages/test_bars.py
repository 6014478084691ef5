"""The week's rising words as bars of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.messages.bars import BLOCKS, COLUMNS, FULL, LOW, bars, columns, growth
from newsbot.models.messages import Message
from newsbot.models.review import Rising
from tests.conftest import shared
from tests.messages.phone import naughty, problems, text_of


def lines(*found: Rising, language: str = "zh") -> list[str]:
    """What stands on the screen."""
    return text_of(Message(text=str(bars(found, language)))).split("\n")


def test_a_line_tells_a_word() -> None:
    """How long its bar is, the word, its stories, how many times as many as before."""
    assert [
        "▇▇▇▇▇▇ 大模型 28 ↑3.1×",
        "▇▇▇▁▁▁ 芯片 14 ↑47×",
        "▇▇▁▁▁▁ 云雀 7 新",
    ] == lines(Rising("大模型", 28, 9.0), Rising("芯片", 14, 0.3), Rising("云雀", 7, 0.0))


def test_a_line_is_in_the_readers_language() -> None:
    """Also the tag, where we know what it is called."""
    assert ["▇▇▇▇▇▇ NVIDIA 7 new"] == lines(Rising("英伟达", 7, 0.0), language="en")


def test_words_stand_under_each_other() -> None:
    """All bars have as many blocks, full or low, and these are of one width."""
    shown = lines(*(Rising("芯片", count, 1.0) for count in (1200, 500, 30, 4)))

    assert [BLOCKS] * 4 == [line.count(FULL) + line.count(LOW) for line in shown]
    assert [6, 2, 1, 1] == [line.count(FULL) for line in shown]


@pytest.mark.parametrize(
    ("count", "before", "expected"),
    [
        (31, 10.0, "↑3.1×"),
        (99, 10.0, "↑9.9×"),
        (199, 20.0, "↑10×"),
        (12, 0.25, "↑48×"),
        (21, 20.5, ""),
        (5, 0.0, "新"),
        (5, None, ""),
    ],
)
def test_growth_is_as_exact_as_it_can_be_read(count: int, before: float | None, expected: str) -> None:
    """A slight one is not told, and none where nothing is known."""
    assert expected == growth(Rising("芯片", count, before), "新")


def test_a_long_word_is_cut_to_the_width_of_a_phone() -> None:
    """The numbers stay."""
    assert ["▇▇▇▇▇▇ 自动驾驶… 12 ↑3.0×"] == lines(Rising("自动驾驶汽车", 12, 4.0))
    assert ["▇▇▇▇▇▇ artificial… 7 新"] == lines(Rising("artificial intelligence", 7, 0.0))


def test_nothing_that_rose_is_nothing_to_say() -> None:
    """No head without a body."""
    assert "" == bars([], "zh")


def test_words_are_no_markup() -> None:
    """And one that cannot be seen has a line all the same."""
    assert ["▇▇▇▇▇▇ <b>&amp; 5", "▇▇▇▇▁▁ — 3"] == lines(
        Rising("<b>&amp;", 5, None), Rising("\u200b\n", 3, None)
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_telegram_takes_every_word(language: str) -> None:
    """Whatever feeds call their categories."""
    for word in naughty(shared("hostile/naughty_strings.json").read_text("utf-8")):
        shown = bars([Rising(word, 5, 1.0), Rising(word, 3, 0.0)], language)

        assert [] == problems(Message(text=str(shown)))
        assert 2 == len(text_of(Message(text=str(shown))).splitlines())


@given(
    word=st.text(max_size=60),
    count=st.integers(1, 99_999),
    before=st.none() | st.integers(0, 99_999).map(lambda stories: stories / 8),
    top=st.integers(1, 99_999),
)
def test_a_line_is_never_wider_than_a_phone(word: str, count: int, before: float | None, top: int) -> None:
    """Neither for its word nor for its numbers."""
    shown = lines(Rising(word, count, before), Rising("a", top, None))

    assert max(map(columns, shown)) <= COLUMNS
