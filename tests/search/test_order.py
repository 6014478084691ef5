"""The order of answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsbot.models.search import Candidate
from newsbot.search.order import by_time, order
from newsbot.search.query import parse

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


def candidate(
    number: int, days: float = 0, title: int = 0, tags: int = 0, words: int = 1, up: int = 0, often: int = 0
) -> Candidate:
    return Candidate(
        article_id=number,
        story_id=None,
        when=NOW - timedelta(days=days),
        in_title=title,
        in_tags=tags,
        as_words=words,
        up=up,
        often=often,
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


def test_a_word_beats_an_accident() -> None:
    """However young that is and however many support it."""
    assert [1, 2] == ids(candidate(2, words=0, up=999), candidate(1, days=400))


def test_what_is_said_often_beats_a_mention() -> None:
    """Of an older article too, and not a headline of the same day."""
    assert [1, 2] == ids(candidate(2), candidate(1, days=9, often=2))
    assert [2, 1] == ids(candidate(2, title=1), candidate(1, often=1))


def test_votes_decide_between_equals() -> None:
    """And move a story no further than a day or so."""
    assert [1, 2] == ids(candidate(2), candidate(1, days=0.1, up=10))
    assert [2, 1] == ids(candidate(2), candidate(1, days=9, up=10))


def test_in_the_order_of_time() -> None:
    """Nothing else counts."""
    found = by_time([candidate(1, days=2, title=1), candidate(2, days=1, words=0)])

    assert [2, 1] == [one.article_id for one in found]
