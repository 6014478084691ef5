"""Names and titles from outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.sources.lines import one_line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 一\n\t二\u3000三 ", "一 二 三"),
        ("a\x00b\x1b[31mc\x85d", "a b [31mc d"),
        ("evil\u202egnp.exe\u200b", "evilgnp.exe"),
        ("AT&amp;T <b>", "AT&amp;T <b>"),
        ("\ud800", ""),
        ("长" * 50, "长" * 40),
    ],
)
def test_a_name_is_one_printable_line(text: str, expected: str) -> None:
    """Spaces become one, what cannot be seen goes, what looks like markup stays the text it is."""
    assert expected == one_line(text, 40)


@given(st.text())
def test_any_text_becomes_printable(text: str) -> None:
    """No text breaks a line or passes the limit, and a clean one stays as it is."""
    line = one_line(text, 10)

    assert line.isprintable()
    assert len(line) <= 10
    assert one_line(line, 10) == line
