"""What a reader likes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsbot.models.taste import Deed, Mark
from newsbot.taste.fold import MOST, fold

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


def mark(deed: Deed, *tags: str, days: float = 0, value: int = 0, source: str = "") -> Mark:
    return Mark(deed=deed, at=NOW - timedelta(days=days), tags=tags, source_id=source, value=value)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (mark(Deed.UP, "芯片"), 1.0),
        (mark(Deed.DOWN, "芯片"), -1.0),
        (mark(Deed.SAVE, "芯片"), 1.5),
        (mark(Deed.VALUE, "芯片", value=5), 1.0),
        (mark(Deed.VALUE, "芯片", value=1), -1.0),
        (mark(Deed.UP, "芯片", days=30), 0.5),
        (mark(Deed.UP, "芯片", days=-9), 1.0),
    ],
)
def test_a_mark_weighs_on_its_tag(made: Mark, expected: float) -> None:
    """Votes, values and saves count, older ones less."""
    assert {"tag:芯片": expected} == fold([made], NOW)


def test_what_has_no_weight_is_absent() -> None:
    """A middling value and a year-old vote leave nothing."""
    assert {} == fold([mark(Deed.VALUE, "芯片", value=3), mark(Deed.UP, "汽车", days=365)], NOW)


def test_many_votes_do_not_pile_up_without_end() -> None:
    """A weight stays within its cap on either side."""
    assert {"tag:汽车": -MOST, "tag:芯片": MOST} == fold(
        [mark(Deed.UP, "芯片"), mark(Deed.DOWN, "汽车")] * 50, NOW
    )


def test_many_tags_share_one_vote() -> None:
    """A story of four tags gives each of them half a vote; its source gets a third of one."""
    weights = fold([mark(Deed.UP, "a", "b", "c", "d", source="ithome")], NOW)

    assert {"tag:a": 0.5, "tag:b": 0.5, "tag:c": 0.5, "tag:d": 0.5, "source:ithome": 0.3333} == weights
