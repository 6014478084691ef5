"""Queries against one article."""

from __future__ import annotations

import pytest

from newsbot.search.match import answers
from newsbot.search.query import parse
from tests.examples import article

ARTICLE = article(
    title="华为发布鸿蒙系統",
    text="Send an email about GPT-4o and Wi-Fi. 苹果手机\nOpen source 软件",
    tags=("芯片", "折叠手机"),
    source="IT之家",
    source_id="ithome",
    summary="开放源码",
)


@pytest.mark.parametrize(
    "typed",
    [
        "鸿蒙",
        "鴻蒙系统",
        "蒙",
        "华为 芯片",
        "小米 OR 华为",
        '"发布鸿蒙"',
        "EMAIL",
        "GPT-4o",
        "gpt4o",
        "gpt 4o",
        "wifi",
        "华为 -小米",
        "华为 -开源码",
        "源码",
        "it之家",
        "ithome",
        '"open source"',
        "标签:芯片",
    ],
)
def test_an_article_answers(typed: str) -> None:
    """Characters, whole Latin words, compounds in either writing, tags and what its source is called."""
    assert answers(parse(typed), ARTICLE)


@pytest.mark.parametrize(
    "typed",
    [
        "ai",
        "mail",
        "鸿蒙 小米",
        '"鸿蒙发布"',
        "华为 -鸿蒙",
        "小米 OR 中兴",
        "gpt4",
        '"source open"',
        "系统send",
        "片折",
    ],
)
def test_an_article_does_not_answer(typed: str) -> None:
    """Parts of Latin words, other orders, excluded words, and what reaches from one text into the next."""
    assert not answers(parse(typed), ARTICLE)


def test_what_only_has_the_pieces_does_not_answer() -> None:
    """All pairs of 人工智能 stand here, and it does not."""
    pieces = article(title="人工", text="工智与智能", tags=(), summary="", source="")

    assert not answers(parse("人工智能"), pieces)
    assert answers(parse("人工 -人工智能"), pieces)
