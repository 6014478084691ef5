"""Other stories about the same things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import log

from newsbot.models.stories import Story


def related(story: Story, pool: Iterable[Story], limit: int = 5) -> list[Story]:
    """Stories that share tags with this one, never itself: the more and the rarer the tags, the earlier.

    A tag gives log(1 + stories / stories with it); ties go to the younger story.
    """
    others = [other for other in pool if other.id != story.id]
    carried = Counter(tag for other in others for tag in set(other.tags))
    wanted = set(story.tags)

    def points(other: Story) -> float:
        return sum(log(1 + len(others) / carried[tag]) for tag in sorted(wanted & set(other.tags)))

    found = [other for other in others if wanted & set(other.tags)]
    return sorted(found, key=lambda other: (points(other), other.when, other.id), reverse=True)[:limit]
