"""How the bot does, in numbers, over a day, a week or a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: what is counted day by day
DIGESTS, ACTED, SEARCHES, STOPS, MUTES = "digests", "acted", "searches", "stops", "mutes"
VOTES, NEW, LEFT = "votes", "new", "left"
BY_DAY = (DIGESTS, ACTED, VOTES, SEARCHES, NEW, LEFT, STOPS, MUTES)


@dataclass(frozen=True, slots=True)
class Day:
    """One day, in the operator's zone.

    :ivar day: such as 2026-11-26
    :ivar counts: one of BY_DAY -> how many
    """

    day: str
    counts: Mapping[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        return self.counts.get(name, 0)


@dataclass(frozen=True, slots=True)
class SlotTime:
    """A slot, and how long after its hour its last digest arrived.

    :ivar many: digests that arrived
    """

    due_at: datetime
    many: int
    took: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A span of days until now.

    :ivar span: day, week or month
    :ivar days: each day, the first first
    :ivar readers: subscribers that can be reached, and those that cannot
    :ivar active: chats in which something was done
    :ivar words: what most follow: word -> readers
    :ivar stories: what was voted on most: id, headline, up, down
    :ivar sources: how many are in each state
    :ivar slots: those that took longest, the longest first
    """

    span: str
    days: Sequence[Day]
    readers: tuple[int, int]
    active: int
    words: Sequence[tuple[str, int]] = ()
    stories: Sequence[tuple[int, str, int, int]] = ()
    sources: Mapping[str, int] = field(default_factory=dict)
    slots: Sequence[SlotTime] = ()

    def total(self, name: str) -> int:
        """Over all days."""
        return sum(day.of(name) for day in self.days)

    def per_thousand(self, name: str) -> float | None:
        """So many for each thousand digests; None where there were none."""
        digests = self.total(DIGESTS)
        return 1000 * self.total(name) / digests if digests else None
