"""Other stories about the same things."""

from __future__ import annotations

from datetime import timedelta

from newsbot.stories.related import closest, related
from tests.stories.articles import NOON, story


def test_a_rare_shared_tag_counts_more_than_a_common_one() -> None:
    """鸿蒙, which one story has, comes before AI, which many have; who shares both comes first."""
    told = {"ai": [(number, NOON) for number in range(2, 90)], "鸿蒙": [(4, NOON), (200, NOON)]}

    assert [4, 200] == closest(told, 2)


def test_no_more_than_asked_and_the_younger_first() -> None:
    """Among equals the younger story comes first."""
    told = {"ai": [(number, NOON - timedelta(hours=number)) for number in range(2, 9)]}

    assert [2, 3] == closest(told, 2)


def test_nothing_is_close_to_a_story_without_tags() -> None:
    """Nobody shares what is not there."""
    assert [] == closest({}, 5)


def test_a_story_is_never_related_to_itself() -> None:
    """Not by its id, nor under the same headline; a sample is not related to real news."""
    me = story(1, title="云雀开源")
    others = [
        me,
        story(2, title="【快讯】云雀开源"),
        story(3, title="云雀发布", sample=True),
        story(4, title="云雀上架"),
    ]

    assert [4] == [found.id for found in related(me, others)]
