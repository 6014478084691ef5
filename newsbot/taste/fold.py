"""What a reader did with stories, folded into one weight per tag, source and category.

weight = sum over marks of worth x share x 0.5 ** (age / 30 days), within ±3

A vote is worth ±1, a value 1-5 from -1 to 1, a save 1.5, an opened card 0.2, 少来点这类 -1.5. A tag of a
story of n tags has a share of 1/sqrt(n), so that eight tags do not count eight times; its source and its
category have a third: one likes a subject rather than a publisher.

A mark fades as all others do, so that their order never changes: what is kept is the weight that it would
have at EPOCH, grown instead of faded since. So a mark is added, and taken away again, without looking at any
other one, and folding one by one gives what folding all of them at once gives.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import sqrt

from newsbot.models.articles import Article
from newsbot.models.taste import Deed, Liking, Mark, growth

MOST = 3.0
LEAST_KEPT = 0.05  # what has faded below says nothing any more
SHARE = 1 / 3  # of a source, and of a category


def about(lead: Article) -> dict[str, float]:
    """What a story is about by what it shows, each with its share of what is done with it."""
    shares = {f"tag:{tag}": round(1 / sqrt(len(lead.tags)), 4) for tag in lead.tags}
    shares[f"source:{lead.source_id}"] = SHARE
    if lead.category:
        shares[f"category:{lead.category}"] = SHARE
    return shares


def fold(marks: Iterable[Mark]) -> dict[str, float]:
    """All marks of a reader as they are kept."""
    kept: defaultdict[str, float] = defaultdict(float)
    for mark in marks:
        for key, weight in mark.kept.items():
            kept[key] += weight
    return dict(kept)


def weights(kept: Mapping[str, float], now: datetime) -> dict[str, float]:
    """What is kept as weights from -3 to 3, now; what has faded is absent.

    :param now: aware
    """
    scale = growth(now)
    found = {key: weight / scale for key, weight in sorted(kept.items())}
    return {
        key: round(max(-MOST, min(MOST, weight)), 4)
        for key, weight in found.items()
        if abs(weight) >= LEAST_KEPT
    }


def likings(kept: Mapping[str, float], marks: Iterable[Mark], now: datetime) -> list[Liking]:
    """What a reader likes, the strongest first, and what that was learned from."""
    counts: defaultdict[str, defaultdict[Deed, int]] = defaultdict(lambda: defaultdict(int))
    for mark in marks:
        for key in mark.about:
            counts[key][mark.deed] += 1
    found = [Liking(key, weight, dict(counts[key])) for key, weight in weights(kept, now).items()]
    return sorted(found, key=lambda one: (-abs(one.weight), one.key))
