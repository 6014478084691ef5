"""What a reader did with a story, for learning what the reader likes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Deed(StrEnum):
    UP = "up"
    DOWN = "down"
    VALUE = "value"
    SAVE = "save"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One thing that one reader did with one story.

    :ivar at: when (aware)
    :ivar tags: of the story
    :ivar source_id: of the article that was shown
    :ivar value: 1-5 where the deed is VALUE, else 0
    """

    deed: Deed
    at: datetime
    tags: tuple[str, ...] = ()
    source_id: str = ""
    value: int = 0
