"""What one reader gets at one time."""

from __future__ import annotations

from dataclasses import dataclass

from newsbot.models.stories import Ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """The stories of one digest, in the order of showing.

    :ivar lost_ids: stories that an earlier delivery of unknown outcome may have lost (可能漏看)
    :ivar grown_ids: stories that were shown before, and of which there is much more now (进展)
    :ivar filtered: how many stories were left out as noise
    :ivar sample: made of the newsstand's samples, and says so
    """

    stories: tuple[Ranked, ...]
    lost_ids: frozenset[int] = frozenset()
    grown_ids: frozenset[int] = frozenset()
    filtered: int = 0
    sample: bool = False
