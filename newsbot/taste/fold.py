"""A reader's marks into one weight per tag and source.

weight = sum over marks of worth x 0.5 ** (age / 30 days) / sqrt(number of tags), within ±3.
A vote is worth ±1, a save 1.5, a value 1-5 from -1 to 1. A source takes a third of what a tag takes: one
likes a subject rather than a publisher. The root keeps a story of eight tags from counting eight times.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import sqrt

from newsbot.models.taste import Deed, Mark

HALF_LIFE = timedelta(days=30)
MOST = 3.0
LEAST_KEPT = 0.01  # what has faded below is forgotten
SOURCE_SHARE = 1 / 3
WORTH = {Deed.UP: 1.0, Deed.DOWN: -1.0, Deed.SAVE: 1.5}


def fold(marks: Iterable[Mark], now: datetime) -> dict[str, float]:
    """Weights from -3 to 3 under `tag:…` and `source:…`; what has no weight is absent.

    :param now: aware
    """
    weights: defaultdict[str, float] = defaultdict(float)
    for mark in marks:
        worth = _worth(mark) * _fading(mark, now)
        for tag in mark.tags:
            weights[f"tag:{tag}"] += worth / sqrt(len(mark.tags))
        if mark.source_id:
            weights[f"source:{mark.source_id}"] += worth * SOURCE_SHARE
    return {
        key: round(max(-MOST, min(MOST, weight)), 4)
        for key, weight in sorted(weights.items())
        if abs(weight) >= LEAST_KEPT
    }


def _worth(mark: Mark) -> float:
    if mark.deed is Deed.VALUE:
        return (mark.value - 3) / 2
    return WORTH[mark.deed]


def _fading(mark: Mark, now: datetime) -> float:
    age = max(now - mark.at, timedelta(0))
    return float(0.5 ** (age / HALF_LIFE))
