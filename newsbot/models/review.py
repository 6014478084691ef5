"""What a week was about, against the weeks before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from newsbot.models.stories import Story
from newsbot.models.taste import Deed


@dataclass(frozen=True, slots=True)
class Rising:
    """A tag of which there is more than there was.

    :ivar count: stories of this week that carry it
    :ivar before: stories of an average week before that did; None where there was no week before
    """

    word: str
    count: int
    before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A week as one reader is told of it.

    :ivar stories: that most readers supported, or, where nobody votes, that most sources told
    :ivar deeds: what this reader did
    :ivar votes: of a group or a channel: story -> how many there support and oppose it
    :ivar voters: how many people these are
    """

    first: date
    last: date
    stories: tuple[Story, ...]
    rising: tuple[Rising, ...] = ()
    deeds: Mapping[Deed, int] = field(default_factory=dict)
    votes: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    voters: int = 0
