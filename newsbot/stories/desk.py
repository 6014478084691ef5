"""Standing rules: which stories an editor wants nobody to get, whenever they come."""

from __future__ import annotations

from collections.abc import Iterable

from newsbot.models.stories import Story
from newsbot.stories.rank import is_followed


def rule_of(story: Story, rules: Iterable[str]) -> str | None:
    """The first rule that drops a story; None where none does, or an editor wants it all the same.

    A rule is a search: `促销 来源:ithome` drops what has the word in its headline or tags and is led by that
    source.
    """
    if story.rule == "" or story.pinned_until is not None:
        return None
    return next((words for words in rules if is_followed(story, words)), None)
