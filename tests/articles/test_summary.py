"""One or two whole sentences: of the right length, of the article, complete."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.articles.summary import summary

LONG = "这一句话很长" + "，它说了一件又一件的事情" * 12 + "。"
LEAD = "某某公司今天在北京发布了一款新的推理芯片，功耗比上一代低三成，价格也低一些，明年春天起向所有厂商供货，首批订单已经排满。"
NEXT = "这意味着数据中心的电费会少一半。"


def test_a_first_sentence_that_is_too_long_is_not_cut():
    """Another one takes its place, which does not lean on it."""
    assert LEAD == summary("标题", LONG + "同时，公司表示会继续投入研发，并在明年扩大产能。" + LEAD)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("他说：“以前只要一块钱。前几天涨了。”" + LEAD, "他说：“以前只要一块钱。前几天涨了。”" + LEAD),
        ("大家好，我是小编，今天我们来聊聊芯片的那些事情。" + LEAD, LEAD),
        ("你知道芯片为什么这么贵吗，为什么大家都在抢购它们呢？" + LEAD, LEAD),
        ("责任编辑：某某\n" + LEAD + "（责任编辑：某某）", LEAD),
        ("小标题没有句号\n" + LEAD, LEAD),
    ],
)
def test_what_is_no_statement_is_passed_over(text: str, expected: str):
    """Greetings, questions, captions and notices; a quotation stays whole."""
    assert expected == summary("标题", text)


def test_a_short_beginning_is_completed_by_what_follows_from_it():
    """By the next sentence; where that is too long, by one near it that stands alone."""
    first = "某某公司发布了一款新的推理芯片，价格没有公布。"
    assert first + NEXT == summary("标题", first + NEXT)
    assert first + "预计它会让数据中心的电费减少一半以上。" == summary(
        "标题", first + LONG + "预计它会让数据中心的电费减少一半以上。"
    )


def test_what_the_publisher_cut_off_is_not_shown():
    """A description that ends in the middle leaves the place to the text."""
    assert LEAD == summary("标题", LEAD, given="某某公司今天在北京发布了一款新的推理芯片，包括 S20/ S2")
    assert "某某公司今天在北京发布了一款新的推理芯片，包括三款" == summary(
        "标", "", given="某某公司今天在北京发布了一款新的推理芯片，包括三款"
    )


def test_english_sentences_end_at_ends_of_sentences():
    """Not at initials, versions or file names."""
    text = (
        "Dr. A. Turing of Example Inc. has released Node.js 4.5 today, which runs twice as fast. It is free."
    )
    assert text == summary("Title", text)


@given(st.text(alphabet="芯片很贵，。！？“”「」A b.", max_size=600))
def test_whatever_the_text_the_bounds_hold(text: str):
    """Nothing, or 20 to 120 characters of Chinese, ending as a sentence where the text has such."""
    found = summary("标题", text)
    assert not found or 20 <= len(found) <= (120 if re.search("[芯片很贵]", found) else 200)
    assert (
        not found
        or found.replace(" ", "") in text.replace(" ", "").replace("\n", "")
        or "。" in found
        or "！" in found
        or "." in found
    )
