"""What a reader did with a story, for learning what the reader likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

HALF_LIFE = timedelta(days=30)
SAVE, OPEN, LESS = 1.5, 0.2, -1.5  # what these deeds say, where a vote says 1
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)  # a float holds what has grown since for eighty years


class Deed(StrEnum):
    """What somebody does with a story."""

    VOTE = "vote"
    VALUE = "value"
    SAVE = "save"
    OPEN = "open"
    LESS = "less"


def worth(deed: Deed, value: int = 0) -> float:
    """What a deed says.

    :param value: -1 or 1 of a vote, 1-5 of a value
    """
    match deed:
        case Deed.VOTE:
            return float(value)
        case Deed.VALUE:
            return (value - 3) / 2
        case Deed.SAVE:
            return SAVE
        case Deed.OPEN:
            return OPEN
        case Deed.LESS:
            return LESS


def growth(at: datetime) -> float:
    """How much a weight of that time has grown since EPOCH, so that what fades need not be touched.

    All marks fade alike: instead of letting the old ones fade the new ones are kept larger.
    """
    return float(2 ** ((at - EPOCH) / HALF_LIFE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that one reader did with one story.

    :ivar worth: how much it says, see `worth`
    :ivar about: what the story was about then, `tag:…`, `source:…`, `category:…` -> its share
    :ivar at: when (aware)
    """

    reader_id: int
    story_id: int
    deed: Deed
    worth: float
    at: datetime
    about: Mapping[str, float] = field(default_factory=dict)

    @property
    def kept(self) -> dict[str, float]:
        """What it adds to what is kept of the reader's taste, on the scale of `growth`."""
        scale = self.worth * growth(self.at)
        return {key: share * scale for key, share in self.about.items()}


@dataclass(frozen=True, slots=True)
class Liking:
    """One thing that a reader likes or does not, and what it was learned from.

    :ivar key: `tag:芯片`, `source:ithome`, `category:ai`
    :ivar weight: from -3 to 3
    :ivar deeds: how many deeds of each kind were about it
    """

    key: str
    weight: float
    deeds: Mapping[Deed, int] = field(default_factory=dict)
