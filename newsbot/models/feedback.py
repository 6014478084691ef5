"""What readers say, as it waits for somebody who deals with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: reasons that are about a story, as they stand under its card
OF_A_STORY = ("clickbait", "duplicate", "tags", "outdated", "broken", "ad", "other")
WORDS, SUGGEST = "words", "suggest"  # /feedback, and 推荐来源


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that one reader said.

    :ivar story_id: None where it is about none, or that is gone
    """

    id: int
    reader_id: int
    story_id: int | None
    reason: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Heap:
    """What several readers said of one story for one reason.

    :ivar source: of its lead, as it is called
    :ivar many: readers
    :ivar at: of the last
    """

    story_id: int
    reason: str
    title: str
    source_id: str
    source: str
    many: int
    at: datetime
