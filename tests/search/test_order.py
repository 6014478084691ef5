"""The order of answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsbot.models.search import Candidate
from newsbot.search.order import order
from newsbot.search.query import parse

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


def candidate(number: int, days: float = 0, title: int = 0, tags: int = 0) -> Candidate:
    return Candidate(
        article_id=number, story_id=None, when=NOW - timedelta(days=days), in_title=title, in_tags=tags
    )


def ids(*candidates: Candidate) -> list[int]:
    return [found.article_id for found in order(candidates, parse("鸿蒙"), NOW)]


def test_a_headline_beats_a_mention() -> None:
    """A match in an older title comes before a match in a new text."""
    assert [1, 2] == ids(candidate(2), candidate(1, days=5, title=1))


def test_a_tag_beats_a_mention_of_the_same_day() -> None:
    """A match among the tags comes before one in the text only."""
    assert [1, 2] == ids(candidate(2), candidate(1, tags=1))


def test_the_younger_headline_is_first() -> None:
    """Of two equal matches the younger wins; at the same minute the one stored later."""
    assert [3, 2, 1] == ids(candidate(1, days=1, title=1), candidate(2, title=1), candidate(3, title=1))


def test_an_article_from_the_future_is_as_fresh_as_one_of_now() -> None:
    """A wrong clock at the publisher gains nothing."""
    assert [1, 2] == ids(candidate(2, days=-300), candidate(1, tags=1))
