"""Queries against one document."""

from __future__ import annotations

import pytest

from newsbot.models.search import Query
from newsbot.search.document import document
from newsbot.search.match import matches
from newsbot.search.query import parse

ARTICLE = document(
    "华为发布鸿蒙系統",
    "Send an email about GPT-4o and Wi-Fi. 苹果手机",
    ("芯片", "折叠手机"),
    "ithome IT之家",
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
        "wifi",
        "华为 -小米",
        "来源:ithome",
        "来源:it之家 鸿蒙",
        "标签:芯片",
    ],
)
def test_an_article_answers(typed: str) -> None:
    """Characters, whole Latin words, compounds in either writing, sources and tags are found."""
    assert matches(parse(typed), ARTICLE)


@pytest.mark.parametrize(
    "typed",
    [
        "ai",
        "mail",
        "鸿蒙 小米",
        '"鸿蒙发布"',
        "华为 -鸿蒙",
        "来源:36kr",
        "来源:home",
        "标签:华为",
        "标签:芯片 标签:汽车",
    ],
)
def test_an_article_does_not_answer(typed: str) -> None:
    """Parts of Latin words, other orders, excluded words and other sources are not."""
    assert not matches(parse(typed), ARTICLE)


def test_an_empty_query_matches_nothing() -> None:
    """Nothing asked, nothing found."""
    assert not matches(Query(words=""), ARTICLE)


def test_a_phrase_does_not_reach_from_the_title_into_the_text() -> None:
    """Title and text are two fields."""
    assert not matches(parse("系统send"), ARTICLE)
