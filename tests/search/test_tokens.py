"""Text into tokens."""

from __future__ import annotations

import pytest

from newsbot.chinese.variants import fold
from newsbot.search.query import phrase
from newsbot.search.tokens import folded_with_origins, joined, pattern, runs, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("华为发布GPT-4o", ["华", "为", "发", "布", "gpt", "4o"]),
        ("ＡＩ，２０２６！", ["ai", "2026"]),
        ("鴻蒙系統", ["鸿", "蒙", "系", "统"]),
        ("email ai", ["email", "ai"]),
        ("カメラ Привет", ["カ", "メ", "ラ", "привет"]),
        ("…— 😀 !!!", []),
        ("", []),
    ],
)
def test_a_text_becomes_folded_tokens(text: str, expected: list[str]) -> None:
    """A Chinese character is a token, a run of letters and digits is one, the rest separates."""
    assert expected == tokens(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GPT-4o 和 Node.js，还有 snake_case", ["gpt4o", "nodejs", "snakecase"]),
        ("GLM-130B-Chat", ["glm130bchat"]),
        ("GPT 4o 与 iPhone 16 Pro, 28 nm", ["gpt4o", "iphone16", "28nm"]),
        ("版本 16 与 in a", []),
        ("华为-小米", []),
    ],
)
def test_compounds_lose_what_joins_them(text: str, expected: list[str]) -> None:
    """Letters joined by a hyphen, a dot or an underscore, and a name with its number, a number with its unit."""
    assert expected == joined(text)


def test_a_flood_of_digits_is_read_at_once() -> None:
    """Time grows with the length of a text, not with its square: this would take minutes."""
    assert [] == joined("9" * 500_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("出“原创”新提案", [["出"], ["原", "创"], ["新", "提", "案"]]),
        ("开发。现在，你", [["开", "发"], ["现", "在"], ["你"]]),
        ("鸿蒙 芯片 GPT-4o·Wi-Fi", [["鸿", "蒙", "芯", "片", "gpt", "4o", "wi", "fi"]]),
        ("alert(1): done，好", [["alert", "1", "done"], ["好"]]),
        ("一行\n另一行", [["一", "行"], ["另", "一", "行"]]),
        ("！？", []),
    ],
)
def test_punctuation_parts(text: str, expected: list[list[str]]) -> None:
    """A space and a hyphen do not: nobody means 创新 who writes 原创”新."""
    assert expected == runs(text)


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        ("鸿蒙系统", "新鴻蒙 系統", "鸿蒙 系统"),
        ("ai", "email AI", "ai"),
        ("gpt 4o", "gpt-4o", "gpt-4o"),
        ("你好，世界", "说“你好！世界”", "你好!世界"),
        ("alert 1", "alert(1)", "alert(1"),
        ("创新", "原创”新", None),
        ("ai", "openai", None),
        ("open source", "opensource", None),
    ],
)
def test_where_a_phrase_stands(words: str, text: str, expected: str | None) -> None:
    """In a folded text; where punctuation was typed any will do."""
    wanted = phrase(words)
    assert wanted is not None
    found = pattern(wanted).search(fold(text))

    assert expected == (found and found.group())


def test_every_character_knows_where_it_stood_before_folding() -> None:
    """Places refer to the original text, also where folding changes its length."""
    folded, origins = folded_with_origins("İ鴻蒙ＡＩ")

    assert ("鸿蒙ai", [1, 2, 3, 4]) == (folded[-4:], origins[-4:])
