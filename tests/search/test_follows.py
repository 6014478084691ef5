"""All that is followed against one article."""

from __future__ import annotations

import random

import pytest

from newsbot.chinese.variants import fold
from newsbot.flows.understand import indexable
from newsbot.models.articles import Draft
from newsbot.search.follows import Follows
from newsbot.search.match import answers
from newsbot.search.query import parse
from tests.conftest import shared
from tests.examples import article, draft

ARTICLE = draft(
    "长庚 GPT-4o 通过验收",
    text="公司在上海。以海量数据训练，open source 的人工智能。",
    tags=("大模型", "C++"),
    source="IT之家",
    summary="",
)


def followed(*words: str, told: Draft = ARTICLE, ids: dict[str, str] | None = None) -> list[str]:
    """Which of these an article answers."""
    known = Follows()
    for word in words:
        known.add(word, word, ids)
    return sorted(known.matching(told, indexable(told, "ithome")))


@pytest.mark.parametrize(
    "words",
    [
        "长庚",
        "gpt4o",
        "GPT-4o 上海",
        "人工智能",
        '"open source"',
        "苹果 OR 上海",
        "上海 -北京",
        "来源:it之家",
        "来源:ithome 数据",
        "标签:大模型",
        "标签:c++",
        "LLM",
        "长庚 7天",
    ],
)
def test_an_article_answers(words: str) -> None:
    """With the whole grammar; a word is answered by the tag that it is called as."""
    assert [words] == followed(words)


@pytest.mark.parametrize(
    "words",
    [
        "北京",
        "长庚 -上海",
        "长庚 -人工智能",
        "来源:36kr",
        "标签:芯片",
        "据训",
        "source 4",
        "pen",
        "-长庚",
        "***",
        "",
    ],
)
def test_an_article_does_not_answer(words: str) -> None:
    """What is not there, is excluded, or stands there by accident; what is no search."""
    assert [] == followed(words)


def test_a_source_is_known_by_its_name() -> None:
    """As the catalogue has it, whatever the article says."""
    assert ["来源:某某网"] == followed("来源:某某网", ids={"某某网": "ithome"})
    assert [] == followed("来源:某某网")


def test_one_article_is_asked_for_all_of_them() -> None:
    """Exactly those come back that answer on their own."""
    words = ["长庚", "上海 数据", "北京", "上海 北京", "open", "验收 -长庚"]

    assert ["open", "上海 数据", "长庚"] == followed(*words)


def test_a_key_is_kept_once() -> None:
    """Whoever adds it again; what is no search is known and finds nothing."""
    known = Follows()
    for words in ("长庚", "上海"):
        known.add("key", words)
    known.add("story:1", "")

    assert (2, True, False) == (len(known), "story:1" in known, "other" in known)
    assert ["key"] == known.matching(ARTICLE, indexable(ARTICLE, "ithome"))


def test_what_is_followed_finds_what_a_search_finds() -> None:
    """On real headlines: the same as looking into each, but for accidents."""
    chance = random.Random(3)
    lines = shared("titles/thucnews_titles_dev.tsv").read_text("utf-8").splitlines()
    titles = [line.split("\t")[2] for line in chance.sample(lines, 150)]
    pieces = [title[at : at + size] for title in titles for size in (2, 3) for at in (0, len(title) // 2)]
    words = sorted({piece for piece in pieces if piece.isalnum()})
    known = Follows()
    for word in words:
        known.add(fold(word), word)

    for number, title in enumerate(titles):
        told = draft(title, text="", tags=(), summary="", source="")
        found = set(known.matching(told, indexable(told, "x")))
        stored = article(number, title=title, text="", tags=(), summary="", source="", source_id="x")
        expected = {fold(word) for word in words if answers(parse(word), stored)}
        assert found <= expected
        long = {word for word in expected if len(word) > 2}
        assert long <= found, title
