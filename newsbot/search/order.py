"""The best answer first.

points = 3 x share of the words in the title + 2 x share among the tags + 2 x freshness, which halves every
three days. So a headline beats a mention, and of two headlines the younger wins.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from newsbot.models.search import Candidate, Query

TITLE = 3.0
TAGS = 2.0
FRESH = 2.0
HALF_LIFE = timedelta(days=3)


def order(candidates: Iterable[Candidate], query: Query, now: datetime) -> list[Candidate]:
    """Candidates by points, then the younger first, then the later stored.

    :param now: aware
    """
    groups = max(1, len(query.groups))

    def points(candidate: Candidate) -> float:
        age = max(now - candidate.when, timedelta(0))
        fresh: float = FRESH * 0.5 ** (age / HALF_LIFE)
        return (TITLE * candidate.in_title + TAGS * candidate.in_tags) / groups + fresh

    return sorted(candidates, key=lambda found: (points(found), found.when, found.article_id), reverse=True)
