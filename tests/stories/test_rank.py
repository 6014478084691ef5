"""The ranking and its reasons."""

from __future__ import annotations

from typing import Any

import pytest

from newsbot.models.stories import Story, Tally
from newsbot.stories.rank import rank, shown_value
from tests.stories.articles import NOON, article, story


def points(told: Story, **reader: Any) -> dict[str, float]:
    (ranked,) = rank([told], NOON, **reader)
    return {reason.key: reason.points for reason in ranked.reasons}


def ids(*stories: Story, **reader: Any) -> list[int]:
    return [ranked.story.id for ranked in rank(stories, NOON, **reader)]


@pytest.mark.parametrize(
    ("told", "key", "expected"),
    [
        (story(tally=Tally(up=4)), "rank.votes", 1.0),
        (story(tally=Tally(down=4)), "rank.votes", -1.0),
        (story(tally=Tally(value_sum=25, value_count=5)), "rank.value", 1.0),
        (story(hours=12), "rank.fresh", 1.5),
        (story(hours=-5), "rank.fresh", 3.0),
        (story(reads=999_999), "rank.reads", 1.0),
        (story(tally=Tally(reports=3)), "rank.reports", -1.0),
        (story(tally=Tally(reports=99_999)), "rank.reports", -2.0),
        (story(noise="deal"), "rank.noise", -3.0),
        (story(1, article(1), article(2, source_id="two")), "rank.sources", 1.0),
    ],
)
def test_each_part_gives_its_points(told: Story, key: str, expected: float) -> None:
    """The formula in the module's docstring, part by part."""
    assert expected == points(told)[key]


def test_a_part_without_points_is_no_reason() -> None:
    """A story without votes, values, reads and noise has its freshness only."""
    assert {"rank.fresh": 3.0} == points(story())


def test_the_score_is_the_sum_of_its_reasons() -> None:
    """Nothing counts that is not told."""
    (ranked,) = rank([story(tally=Tally(up=3), reads=500, hours=3)], NOON)

    assert ranked.score == pytest.approx(sum(reason.points for reason in ranked.reasons))


def test_four_raters_give_no_value_yet() -> None:
    """A value is shown, and counts, from five raters on."""
    few = story(tally=Tally(value_sum=20, value_count=4))

    assert (None, "rank.value" in points(few)) == (shown_value(few), False)


def test_two_articles_of_one_source_are_one_source() -> None:
    """Independent sources count, not articles."""
    assert "rank.sources" not in points(story(1, article(1), article(2)))


def test_a_vote_changes_the_order() -> None:
    """Of two equal stories the supported one is first."""
    assert [1, 2] == ids(story(2), story(1, tally=Tally(up=1)))


@pytest.mark.parametrize(
    ("title", "tags", "expected"),
    [
        ("鴻蒙系统发布", (), 2.0),
        ("别的", ("鸿蒙",), 2.0),
        ("Send an email", (), 0.0),
        ("AI与鸿蒙", (), 4.0),
        ("AI、鸿蒙、GPT4o", ("GPT-4o",), 4.0),
    ],
)
def test_a_followed_word_lifts_a_story(title: str, tags: tuple[str, ...], expected: float) -> None:
    """In the title or a tag, Latin words whole, and not without end."""
    found = points(story(title=title, tags=tags), follows=("鸿蒙", "AI", "GPT-4o", "!!!"))

    assert expected == found.get("rank.follow", 0.0)


def test_taste_lifts_and_lowers_within_its_cap() -> None:
    """The weights of tags and source are added up."""
    told = story(tags=("芯片", "汽车"), source_id="ithome")

    assert 0.5 == points(told, taste={"tag:芯片": 1.0, "source:ithome": -0.5})["rank.taste"]
    assert -2.0 == points(told, taste={"tag:芯片": -3.0, "tag:汽车": -3.0})["rank.taste"]


def test_ties_are_always_broken_the_same_way() -> None:
    """Equal stories come in the same order however they were given: the later one first."""
    assert [3, 2, 1] == ids(story(1), story(2), story(3)) == ids(story(3), story(1), story(2))
