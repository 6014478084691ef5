"""What texts are compared by, packed."""

from __future__ import annotations

import pickle
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.models.shingles import LEAST, Shingles

HASHES = st.sets(st.integers(0, 2**32 - 1), max_size=200)


@given(HASHES, HASHES)
def test_a_set_that_is_packed_is_the_same_set(one: set[int], other: set[int]) -> None:
    """In number, in what it shares with another, and after a journey between processes."""
    mine, theirs = Shingles.of(one), Shingles.of(other)

    assert (len(one), frozenset(one), len(one & other)) == (len(mine), mine.all, mine.shared(theirs))
    assert (mine == theirs) == (one == other)
    assert mine == pickle.loads(pickle.dumps(mine)) == Shingles(mine.data)  # noqa: S301  our own
    assert tuple(sorted(one)[:8]) == mine.first(8)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.5, 0.8, 1.0])
def test_a_sample_tells_how_much_two_sets_share(share: float) -> None:
    """Of three hundred pairs none less than is true, by four standard deviations of a sample of this size."""
    chance = random.Random(7)
    far = 0
    for _ in range(300):
        both = round(800 * share)
        values = chance.sample(range(2**32), 1600)
        one, other = Shingles.of(values[:800]), Shingles.of(values[800 - both : 1600 - both])
        found, size = one.likely_shared(other)
        truth = both / (1600 - both)
        far += found < truth - 4 * (truth * (1 - truth) / size) ** 0.5
        assert size >= LEAST

    assert 0 == far


def test_small_sets_are_their_own_sample() -> None:
    """Then it is no guess."""
    assert (0.5, 4) == Shingles.of((1, 2, 3)).likely_shared(Shingles.of((2, 3, 4)))
    assert (0.0, 0) == Shingles().likely_shared(Shingles())
