"""Articles for the index."""

from __future__ import annotations

from newsbot.models.search import Document
from newsbot.search.document import document


def test_an_article_becomes_strings_of_tokens() -> None:
    """Every field is tokens separated by single spaces; compounds stand joined, each once."""
    expected = Document(
        title="gpt 4o 来 了",
        text="ai 与 gpt 4o",
        tags="gpt 4o 芯 片",
        source="i t 之 家".replace("i t", "it"),
        joined="gpt4o",
    )

    assert expected == document("GPT-4o来了", "AI与GPT-4o。", ("GPT-4o", "芯片"), "IT之家")


def test_title_and_text_make_no_compound_together() -> None:
    """The end of a title is not joined to the beginning of the text."""
    assert "" == document("Go", "-Lang", (), "").joined
