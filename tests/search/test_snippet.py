"""Pieces of text around what was found."""

from __future__ import annotations

from newsbot.search.query import parse
from newsbot.search.snippet import snippet


def test_matches_are_marked_in_the_original_writing() -> None:
    """What was found through folding is shown as it was written."""
    assert [("他說", False), ("鴻蒙", True), ("與", False), ("ＡＩ", True)] == snippet(
        "他說鴻蒙與ＡＩ", parse("鸿蒙 ai")
    )


def test_places_are_right_where_folding_changes_the_length() -> None:
    """A character that folds into two moves nothing."""
    assert [("İİ", False), ("鴻蒙", True)] == snippet("İİ鴻蒙", parse("鸿蒙"))


def test_a_long_text_is_cut_around_the_first_match() -> None:
    """The piece has the asked length, and … where the text goes on."""
    parts = snippet("前" * 200 + "鸿蒙" + "后" * 200, parse("鸿蒙"), length=40)

    assert [("…", False), ("前" * 10, False), ("鸿蒙", True), ("后" * 28, False), ("…", False)] == parts


def test_without_a_match_the_beginning_is_shown() -> None:
    """A match in the tags only leaves the text's beginning, line breaks as spaces."""
    assert [("一行 两行", False)] == snippet("一行\n两行", parse("鸿蒙"))


def test_a_compound_is_marked_in_either_writing() -> None:
    """gpt4o marks GPT-4o, GPT-4o marks gpt4o."""
    assert [("用", False), ("GPT-4o", True), ("写", False)] == snippet("用GPT-4o写", parse("gpt4o"))
    assert [("用", False), ("gpt4o", True), ("写", False)] == snippet("用gpt4o写", parse("GPT-4o"))


def test_overlapping_matches_are_one() -> None:
    """发布鸿蒙 and 鸿蒙系统 mark 发布鸿蒙系统 once."""
    assert [("发布鸿蒙系统", True), ("了", False)] == snippet("发布鸿蒙系统了", parse("发布鸿蒙 鸿蒙系统"))


def test_an_empty_text_has_no_parts() -> None:
    """Where there is only a title there is nothing to show."""
    assert [] == snippet("", parse("鸿蒙"))
