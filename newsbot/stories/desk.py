"""What editors decided: the ruling that can be taken back, and the standing rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from newsbot.models.stories import Ruling, Story
from newsbot.stories.rank import is_followed


def last(known: Sequence[Ruling]) -> Ruling | None:
    """Of what was decided about a story, the one that can be taken back."""
    standing = [one for one in known if one.undone_at is None]
    return standing[-1] if standing else None


def rule_of(story: Story, rules: Iterable[str]) -> str | None:
    """The first rule that drops a story; None where none does, or an editor wants it all the same.

    A rule is a search: `促销 来源:ithome` drops what has the word in its headline or tags and is led by that
    source.
    """
    if story.rule == "" or story.pinned_until is not None:
        return None
    return next((words for words in rules if is_followed(story, words)), None)
