"""What a week was about, against the weeks before."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rising:
    """A tag of which there is more than there was.

    :ivar count: stories of this week that carry it
    :ivar before: stories of an average week before that did; None where there was no week before
    """

    word: str
    count: int
    before: float | None
