"""Text into tokens."""

from __future__ import annotations

import pytest

from newsbot.search.tokens import joined, places, tokens


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
        ("GPT 4o", []),
        ("华为-小米", []),
    ],
)
def test_compounds_lose_what_joins_them(text: str, expected: list[str]) -> None:
    """Only letters joined by a hyphen, a dot or an underscore are a compound."""
    assert expected == joined(text)


def test_a_flood_of_digits_is_read_at_once() -> None:
    """Time grows with the length of a text, not with its square: this would take minutes."""
    assert [] == joined("9" * 500_000)


def test_a_token_knows_where_it_stood_before_folding() -> None:
    """Places refer to the original text, also where folding changes its length."""
    text = "İ鴻蒙ＡＩ"

    assert ["鴻", "蒙", "ＡＩ"] == [text[place.start : place.end] for place in places(text)][-3:]
