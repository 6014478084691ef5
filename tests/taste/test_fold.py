"""What a reader likes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.models.taste import Deed, Liking, Mark, worth
from newsbot.taste.fold import MOST, about, fold, likings, weights
from tests.stories.articles import story

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


def mark(deed: Deed, *tags: str, days: float = 0, value: int = 1, number: int = 1) -> Mark:
    return Mark(
        reader_id=7,
        story_id=number,
        deed=deed,
        worth=worth(deed, value),
        at=NOW - timedelta(days=days),
        about=dict.fromkeys((f"tag:{tag}" for tag in tags), 1.0),
    )


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (mark(Deed.VOTE, "芯片"), 1.0),
        (mark(Deed.VOTE, "芯片", value=-1), -1.0),
        (mark(Deed.SAVE, "芯片"), 1.5),
        (mark(Deed.OPEN, "芯片"), 0.2),
        (mark(Deed.LESS, "芯片"), -1.5),
        (mark(Deed.VALUE, "芯片", value=5), 1.0),
        (mark(Deed.VALUE, "芯片", value=1), -1.0),
        (mark(Deed.VOTE, "芯片", days=30), 0.5),
    ],
)
def test_a_mark_weighs_on_its_tag(made: Mark, expected: float) -> None:
    """Votes, values, saves and opened cards count, older ones less."""
    assert {"tag:芯片": expected} == weights(fold([made]), NOW)


def test_what_has_no_weight_is_absent() -> None:
    """A middling value and a year-old vote leave nothing."""
    made = [mark(Deed.VALUE, "芯片", value=3), mark(Deed.VOTE, "汽车", days=365)]

    assert {} == weights(fold(made), NOW)


def test_many_votes_do_not_pile_up_without_end() -> None:
    """A weight stays within its cap on either side."""
    made = [mark(Deed.VOTE, "芯片"), mark(Deed.VOTE, "汽车", value=-1)] * 50

    assert {"tag:汽车": -MOST, "tag:芯片": MOST} == weights(fold(made), NOW)


def test_a_story_is_about_its_tags_its_source_and_its_category() -> None:
    """Four tags share a deed; source and category have a third each."""
    told = story(tags=("a", "b", "c", "d"), source_id="ithome", category="ai")

    shares = dict.fromkeys(("tag:a", "tag:b", "tag:c", "tag:d"), 0.5)
    assert shares | dict.fromkeys(("source:ithome", "category:ai"), pytest.approx(1 / 3)) == about(told.lead)


marks = st.lists(
    st.builds(
        mark,
        st.sampled_from((Deed.VOTE, Deed.SAVE, Deed.OPEN, Deed.LESS)),
        st.sampled_from(("芯片", "汽车", "AI")),
        days=st.floats(0, 300),
        value=st.sampled_from((1, -1)),
    ),
    max_size=30,
)


@given(marks, st.randoms())
def test_one_by_one_in_any_order_gives_what_all_at_once_gives(made: list[Mark], chance: object) -> None:
    """So that a vote can be folded in, and taken away again, when it happens."""
    shuffled = list(made)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    kept: dict[str, float] = {}
    for one in (*shuffled, *made):  # all of them twice, and once away again
        for key, weight in one.kept.items():
            kept[key] = kept.get(key, 0.0) + weight
    for one in made:
        for key, weight in one.kept.items():
            kept[key] -= weight

    assert fold(made) == pytest.approx(kept, rel=1e-9, abs=1e-6)


def test_a_liking_says_what_it_was_learned_from() -> None:
    """The strongest first, dislikes too, each with its deeds."""
    made = [
        mark(Deed.VOTE, "芯片", number=1),
        mark(Deed.OPEN, "芯片", number=1),
        mark(Deed.LESS, "汽车", number=2),
    ]

    assert [
        Liking("tag:汽车", -1.5, {Deed.LESS: 1}),
        Liking("tag:芯片", 1.2, {Deed.VOTE: 1, Deed.OPEN: 1}),
    ] == likings(fold(made), made, NOW)
