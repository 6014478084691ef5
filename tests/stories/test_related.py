"""Other stories about the same things."""

from __future__ import annotations

from newsbot.stories.related import related
from tests.stories.articles import story


def test_a_rare_shared_tag_counts_more_than_a_common_one() -> None:
    """鸿蒙, which one story has, comes before AI, which all have."""
    pool = [
        story(2, tags=("AI",)),
        story(3, tags=("AI",)),
        story(4, tags=("鸿蒙",)),
        story(5, tags=("AI", "x")),
    ]

    assert 4 == related(story(1, tags=("AI", "鸿蒙")), pool)[0].id


def test_a_story_is_not_related_to_itself_or_to_strangers() -> None:
    """Only other stories that share a tag are shown."""
    me = story(1, tags=("AI",))

    assert [] == related(me, [me, story(2, tags=("汽车",)), story(3)])


def test_no_more_than_asked_and_the_younger_first() -> None:
    """Among equals the younger story comes first."""
    pool = [story(number, tags=("AI",), hours=number) for number in range(2, 9)]

    assert [2, 3] == [found.id for found in related(story(1, tags=("AI",)), pool, limit=2)]
