"""What a reader did with a story, for learning what the reader likes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Deed(StrEnum):
    """What somebody does with a story.

    EDIT changes the weight of one thing by hand and is about no story.
    """

    VOTE = "vote"
    VALUE = "value"
    SAVE = "save"
    OPEN = "open"
    LESS = "less"
    EDIT = "edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that one reader did with one story.

    :ivar story_id: minus the id of the press, where it is an EDIT
    :ivar worth: how much it says, see `taste.fold.worth`
    :ivar about: what the story was about then, `tag:…`, `source:…`, `category:…` -> its share
    :ivar at: when (aware)
    """

    reader_id: int
    story_id: int
    deed: Deed
    worth: float
    at: datetime
    about: Mapping[str, float] = field(default_factory=dict)


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
