"""The two Markdowns of the Bot API."""

from __future__ import annotations

from typing import Any

import pytest
from telegram.helpers import escape_markdown

from playground.errors import ApiError
from playground.markdown import parse_markdown, parse_markdown_v2
from tests.playground.conftest import Client


def short(entities: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """(type, offset, length, and what else there is)."""
    return [
        tuple(one.values())
        for one in sorted(
            entities, key=lambda one: (one["offset"], -one["length"], not one["type"].endswith("quote"))
        )
    ]


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*粗* _斜_ __线__ ~删~ ||藏||", "粗 斜 线 删 藏",
         [("bold", 0, 1), ("italic", 2, 1), ("underline", 4, 1), ("strikethrough", 6, 1), ("spoiler", 8, 1)]),
        ("*粗 _斜 __线___*", "粗 斜 线", [("bold", 0, 5), ("italic", 2, 3), ("underline", 4, 1)]),
        (r"1\. a\_b\\c \*", r"1. a_b\c *", []),
        (r"`x\`y.z`", "x`y.z", [("code", 0, 5)]),
        ("```py\nx = 1.\n```", "x = 1.\n", [("pre", 0, 7, "py")]),
        ("```\nx```", "x", [("pre", 0, 1)]),
        (r"[题 1](https://a.cn/x_\(1\))", "题 1", [("text_link", 0, 3, "https://a.cn/x_(1)")]),
        ("[题](nowhere)", "题", []),
        ("![👍](tg://emoji?id=5368)", "👍", [("custom_emoji", 0, 2, "5368")]),
        (">一\n>二\n三", "一\n二\n三", [("blockquote", 0, 3)]),
        (">一\n>二||\n三", "一\n二\n三", [("expandable_blockquote", 0, 3)]),
        (">*粗*", "粗", [("blockquote", 0, 1), ("bold", 0, 1)]),
        ("**", "", []),
    ],
)  # fmt: skip
def test_markdown_v2(source: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    """As the documentation has it."""
    found, given = parse_markdown_v2(source)

    assert (text, entities) == (found, short(given))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("1. x", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("a > b", "Character '>' is reserved and must be escaped with the preceding '\\'"),
        ("a | b", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("x!", "Character '!' is reserved and must be escaped with the preceding '\\'"),
        ("新 *粗", "Can't find end of Bold entity at byte offset 4"),
        ("_a", "Can't find end of Italic entity at byte offset 0"),
        ("`a", "Can't find end of Code entity at byte offset 0"),
        ("[a](http://b", "Can't find end of a URL at byte offset 4"),
        ("![a]", "Custom emoji entity must contain a tg://emoji URL"),
    ],
)
def test_bad_markdown_v2_is_refused(source: str, words: str) -> None:
    """In the words of the real parser."""
    with pytest.raises(ApiError) as refusal:
        parse_markdown_v2(source)

    assert f"Bad Request: can't parse entities: {words}" == refusal.value.description


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("*粗* _斜_ `x`", "粗 斜 x", [("bold", 0, 1), ("italic", 2, 1), ("code", 4, 1)]),
        ("[题](https://a.cn/x)", "题", [("text_link", 0, 1, "https://a.cn/x")]),
        ("```py\nx```", "x", [("pre", 0, 1, "py")]),
        (r"a\_b 1. (x)!", "a_b 1. (x)!", []),
        ("*a _b*", "a _b", [("bold", 0, 4)]),
    ],
)
def test_markdown(source: str, text: str, entities: list[tuple[Any, ...]]) -> None:
    """The older one."""
    found, given = parse_markdown(source)

    assert (text, entities) == (found, short(given))


async def test_what_the_library_escapes_arrives_as_it_was(client: Client) -> None:
    """python-telegram-bot's own escaping, through both modes; an open entity is refused."""
    words = r"1. a_b *c* [d](e) ~f~ `g` > # + - = | {h} ! \ 字"
    for mode, version in (("MarkdownV2", 2), ("Markdown", 1)):
        sent = await client.sends(escape_markdown(words, version), parse_mode=mode)
        assert words == sent["text"]
    refusal = await client.refusal("sendMessage", chat_id=client.reader, text="*x", parse_mode="Markdown")

    assert (
        "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 0" == refusal
    )
