"""What an editor decided about a story, as far as it decides who is shown it, and the standing rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from newsbot.models.stories import Story
from newsbot.stories.rank import is_followed


def is_offered(story: Story, now: datetime) -> bool:
    """Neither dropped, nor held just now, nor taken back."""
    if story.is_dropped or story.retracted is not None:
        return False
    return story.held_until is None or story.held_until <= now


def breaks(story: Story, rules: Iterable[str]) -> str:
    """The first standing rule that drops a story; empty where none does, or an editor has it on top.

    A rule is a search: `促销 来源:ithome` drops what has the word in its headline or tags and is of that
    source.
    """
    if story.pinned_until is not None:
        return ""
    return next((words for words in rules if is_followed(story, words)), "")


def offered(stories: Iterable[Story], rules: Sequence[str], now: datetime) -> list[Story]:
    """Those that may be in digests and lists."""
    return [one for one in stories if is_offered(one, now) and not (rules and breaks(one, rules))]
