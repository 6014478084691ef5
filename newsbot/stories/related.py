"""Other stories about the same things, never the same one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from math import log

from newsbot.models.stories import Story
from newsbot.stories.signature import plain_title

LOOKED_AT = 500  # articles of a tag


def closest(told: Mapping[str, Sequence[tuple[int, datetime]]], limit: int) -> list[int]:
    """The stories that share the most and the rarest tags, the best first.

    A tag gives log(1 + 500 / stories with it); ties go to the younger story.

    :param told: of each tag the stories that carry it, with when they did last
    """
    points: defaultdict[int, float] = defaultdict(float)
    when: dict[int, datetime] = {}
    for stories in told.values():
        for story_id, at in stories:
            points[story_id] += log(1 + LOOKED_AT / len(stories))
            when[story_id] = max(at, when.get(story_id, at))
    return sorted(points, key=lambda one: (points[one], when[one], one), reverse=True)[:limit]


def related(story: Story, near: Iterable[Story]) -> list[Story]:
    """Those of these that are another story: not under the same headline, and no sample beside real news."""
    title = plain_title(story.title)
    return [
        other
        for other in near
        if other.id != story.id
        and other.lead.sample == story.lead.sample
        and plain_title(other.title) != title
    ]
