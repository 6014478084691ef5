"""A list of stories that stands in a chat."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What number buttons and ‹ back refer to: kept, so that going back shows the same list.

    :ivar kind: digest, search, related, hot, saved …
    :ivar words: of a search, as typed; of related, the story's id and the name of the list it was opened
        from; of a digest, the name of the list that it goes on from; of a review or a broadcast its slot
    :ivar id: 0 until stored
    """

    chat_id: int
    kind: str
    story_ids: tuple[int, ...]
    lost_ids: tuple[int, ...] = ()
    grown_ids: tuple[int, ...] = ()
    corrected_ids: tuple[int, ...] = ()
    filtered: int = 0
    words: str = ""
    id: int = 0
