"""Parts of an audience, as an administrator types them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests.segments import hours, ids, listed
from newsbot.errors import NotUnderstood


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("8", {8}),
        ("7-9", {7, 8, 9}),
        ("8点 20点", {8, 20}),
        ("22-2", {22, 23, 0, 1, 2}),
        ("8:00、18:00", {8, 18}),
        ("7 到 9", {7, 8, 9}),
        ("0", {0}),
    ],
)
def test_hours_of_a_day(typed: str, expected: set[int]) -> None:
    assert expected == hours(typed)


@pytest.mark.parametrize("typed", ["", "24", "8:30", "-1", "上午", "7-25", "8-", "²"])
def test_what_are_no_hours(typed: str) -> None:
    with pytest.raises(NotUnderstood):
        hours(typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("1 2", [1, 2]), ("1，-1002、3\n4", [1, -1002, 3, 4]), ("a 1", []), ("", []), ("²", []), ("9" * 19, [])],
)
def test_ids(typed: str, expected: list[int]) -> None:
    """All of them, or none where anything else is among them."""
    assert expected == ids(typed)


def test_words_may_have_spaces() -> None:
    """Commas and lines part them."""
    assert ["open ai", "芯片", "华为"] == listed(" open ai, 芯片、华为\n")


@given(st.text(max_size=30))
def test_whatever_is_typed_is_answered(typed: str) -> None:
    """Nothing but NotUnderstood is raised."""
    ids(typed), listed(typed)
    try:
        assert hours(typed) <= set(range(24))
    except NotUnderstood:
        return
