"""What one reader gets at one time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsbot.models.stories import Ranked


@dataclass(frozen=True, slots=True)
class Seen:
    """What a chat was shown, as far as it decides about the next digest.

    :ivar shown: articles of the last 14 days, each with when it first was
    :ivar lost: stories that an unknown delivery may have lost
    :ivar coming: stories that are on their way, or that the reader has before their eyes
    :ivar corrections: of what was shown, that the chat was not told of
    :ivar since: the last digest; what arrived before is old, None where there was none
    """

    shown: Mapping[int, datetime] = field(default_factory=dict)
    lost: frozenset[int] = frozenset()
    coming: frozenset[int] = frozenset()
    corrections: tuple[Correction, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Correction:
    """An article that was shown, and that says something else by now.

    :ivar before: its headline as it was
    :ivar note: what an editor says of it
    :ivar is_retracted: an editor took it back altogether
    :ivar story_id: an editor's is about all articles of a story
    """

    id: int
    article_id: int
    before: str
    title: str
    link: str | None
    at: datetime
    note: str = ""
    is_retracted: bool = False
    story_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The stories of one digest, in the order of showing.

    :ivar lost_ids: stories that an earlier delivery of unknown outcome may have lost (可能漏看)
    :ivar grown_ids: stories that were shown before, and of which there is much more now (进展)
    :ivar corrections: of what was shown before
    :ivar filtered: how many stories were left out as noise
    :ivar sample: made of the newsstand's samples, and says so
    :ivar note: an editor's line on top, 主编语
    """

    stories: tuple[Ranked, ...]
    lost_ids: frozenset[int] = frozenset()
    grown_ids: frozenset[int] = frozenset()
    corrections: tuple[Correction, ...] = ()
    filtered: int = 0
    sample: bool = False
    note: str = ""
