"""Whether an edited article takes something back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.models.articles import Article
from newsbot.stories.correction import is_correction
from newsbot.stories.signature import signature
from tests.examples import article

TEXT = "甲公司今天公布了第三季度的财报。"


def corrects(before: Article, after: Article) -> bool:
    return is_correction((before, signature(before)), (after, signature(after)))


def retitled(before: str, after: str) -> bool:
    """The same text below another headline."""
    return corrects(article(1, before, text=TEXT, tags=()), article(1, after, text=TEXT, tags=()))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("甲公司亏损 3 亿元", "甲公司亏损 5 亿元"),
        ("甲公司亏损３亿元", "甲公司亏损5亿元，营收下降"),
        ("营收增长20%", "营收增长12%"),
        ("Nvidia buys Acme for $3B", "Nvidia buys Acme for $5B"),
        ("Nvidia buys Acme", "AMD buys Acme"),
        ("小米SU7发布", "小米YU7发布"),
        ("iPhone 18 曝光", "iPhone 19 曝光"),
        ("OpenAI 发布 GPT-5", "OpenAI 发布 GPT-6"),
        ("OpenAI 发布 GPT-5", "OpenAI 发布 GPT-6，明天开放"),
    ],
)
def test_a_figure_or_a_name_that_is_replaced_is_a_correction(before: str, after: str) -> None:
    """In both languages, however the figure is written."""
    assert retitled(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("甲公司亏损3亿元", "甲公司亏损3亿元"),
        ("甲公司亏损3亿元", "甲公司去年亏损 ３亿元"),
        ("甲公司亏损3亿元", "甲公司亏损300,000,000元"),
        ("甲公司亏损3亿元", "甲公司亏损3亿元，营收下降20%"),
        ("甲公司亏损3亿元", "甲公司亏损"),
        ("小米 SU7 发布", "小米 SU7 Ultra 发布"),
        ("OpenAI launches GPT-6", "OpenAI launches GPT-6 with voice mode"),
        ("OpenAI launches GPT-6", "OpenAI unveils GPT-6"),
        ("Tesla cuts 500 jobs", "Tesla axes 500 jobs"),
        ("Tesla cuts 500 jobs", "Tesla is cutting 500 jobs in Berlin"),
        ("How Tesla Lost Europe", "Why Tesla Fell Behind in Germany"),
        ("鴻蒙系統發布", "鸿蒙系统发布"),
    ],
)
def test_a_headline_that_is_polished_is_none(before: str, after: str) -> None:
    """Other words, the same figure in another form, more figures, a name more or less."""
    assert not retitled(before, after)


@pytest.mark.parametrize(
    "words",
    [
        "更正：亏损为 5 亿元。",
        "本文已作勘误。",
        "公司随后辟谣。",
        "Correction: the loss is $5B.",
        "Correction (Nov. 24): it is $5B.",
        "An earlier version was corrected.",
        "The paper has been retracted.",
    ],
)
def test_an_article_that_says_so_is_corrected(words: str) -> None:
    """Once: what said so before is not corrected again."""
    plain, said = article(1, "财报", text=TEXT), article(1, "财报", text=f"{TEXT}\n{words}")

    assert [True, False, False] == [corrects(plain, said), corrects(said, said), corrects(said, plain)]


@pytest.mark.parametrize(
    "words",
    [
        "Quantum error correction gets cheaper.",
        "Error correction: a primer.",
        "A market correction is near.",
        "An error-corrected qubit.",
        "A retractable roof.",
        "纠正了模型的偏差。",
    ],
)
def test_an_article_about_corrections_is_not_corrected(words: str) -> None:
    """Technology is full of them."""
    assert not corrects(article(1, "财报", text=TEXT), article(1, "财报", text=f"{TEXT}\n{words}"))


def test_a_tag_that_the_headline_does_not_name_counts_for_nothing() -> None:
    """Tags change with the text."""
    before, after = (article(1, "新车发布", text=TEXT, tags=(tag,)) for tag in ("小米", "华为"))
    named = [article(1, f"{tag}新车发布", text=TEXT, tags=(tag,)) for tag in ("小米", "华为")]

    assert [False, True] == [corrects(before, after), corrects(*named)]


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_headline_corrects_itself(one: str, other: str) -> None:
    """And any two can be compared."""
    assert not retitled(one, one)
    assert retitled(one, other) in (True, False)
