"""The best answer first.

points = share of the words that stand there as words x 5.5 + of those in the title x 3 + among the tags x 2
       + of those that stand there often x 1.5, very often x 3
       + 2 x freshness, which halves every three days + votes, from -1 to 1
       - 2 for round-ups, deals and the like

A word that is there only by accident (上海 in 以上海量) counts nowhere, and 5.5 is more than the youngest and
best liked accident has: a headline beats a mention, a mention an accident, the younger headline the older.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from newsbot.models.search import Candidate, Query

WORDS = 5.5
TITLE = 3.0
TAGS = 2.0
OFTEN = 1.5
NOISE = 2.0
FRESH = 2.0
HALF_LIFE = timedelta(days=3)
VOTES = 2.0  # x the share of those in favour, from -0.5 to 0.5
PRIOR = 5.0  # votes of both kinds that everything begins with


def order(candidates: Iterable[Candidate], query: Query, now: datetime) -> list[Candidate]:
    """Candidates by points, then the younger first, then the later stored.

    :param now: aware
    """
    groups = max(1, len(query.groups))

    def points(found: Candidate) -> float:
        age = max(now - found.when, timedelta(0))
        fresh: float = FRESH * 0.5 ** (age / HALF_LIFE)
        shares = WORDS * found.as_words + TITLE * found.in_title + TAGS * found.in_tags + OFTEN * found.often
        return shares / groups + fresh + _votes(found) - NOISE * bool(found.noise)

    return sorted(candidates, key=lambda found: (points(found), found.when, found.article_id), reverse=True)


def by_time(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The youngest first."""
    return sorted(candidates, key=lambda found: (found.when, found.article_id), reverse=True)


def _votes(found: Candidate) -> float:
    share = (found.up + PRIOR) / (found.up + found.down + 2 * PRIOR)
    return VOTES * (share - 0.5)
