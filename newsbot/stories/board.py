"""The stories of a window, weighed once for everybody, with what readers ask of them worked out once.

A hundred thousand readers follow a few hundred words: which stories a word leads to is kept with the board,
and so is the order for who wants nothing special. A reader's own order is that one, but for the few stories
that what they follow, mute and like moves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from newsbot.chinese.variants import fold
from newsbot.models.stories import Story, Usual
from newsbot.stories.signature import SYMBOLS

#: what stories are sorted by: minus the score, then the younger and the later one first, then the place
Key = tuple[float, int, int]
CROWDED = 3  # articles


class Leads(NamedTuple):
    """The stories that one followed word leads to.

    :ivar points: place -> what a story gains by it
    :ivar keys: of the same, best first for who follows nothing else
    """

    points: Mapping[int, float]
    keys: Sequence[Key]


@dataclass(frozen=True)
class Board:
    """Stories with their scores; a place is a story's number in `stories`.

    :ivar half_life: of freshness
    :ivar scores: of each story without what it is as noise
    :ivar noises: place -> kind of noise and what the story loses by it
    :ivar hits: followed word -> ids of the stories whose articles answer it, wherever it stands
    :ivar asked: word -> the places of the stories that are about it; filled by `rank.about`
    :ivar leads: followed word, and what is let in -> what it leads to; filled by `rank.leads`
    :ivar bases: kinds of noise that are let in -> all scores; filled by `rank.base_scores`
    :ivar orders: kinds of noise that are let in -> all stories, best first; filled by `rank.order`
    """

    stories: tuple[Story, ...]
    now: datetime
    half_life: timedelta
    usual: Usual
    scores: tuple[float, ...]
    noises: Mapping[int, tuple[str, float]]
    hits: dict[str, Collection[int]] = field(default_factory=dict)
    asked: dict[str, frozenset[int]] = field(default_factory=dict)
    leads: dict[tuple[str, frozenset[str]], Leads] = field(default_factory=dict)
    bases: dict[frozenset[str], Sequence[float]] = field(default_factory=dict)
    orders: dict[frozenset[str], Sequence[Key]] = field(default_factory=dict)

    @cached_property
    def age_places(self) -> Sequence[int]:
        """Of each story how many are younger, or as young and later: stories of the same score come so."""
        when = [(story.when, story.id) for story in self.stories]
        found = [0] * len(when)
        for number, place in enumerate(sorted(range(len(when)), key=when.__getitem__, reverse=True)):
            found[place] = number
        return found

    @cached_property
    def places(self) -> Mapping[int, int]:
        """Story id -> its place."""
        return {story.id: place for place, story in enumerate(self.stories)}

    @cached_property
    def told_by(self) -> Mapping[int, int]:
        """Article id -> the place of its story."""
        return {one.id: place for place, story in enumerate(self.stories) for one in story.articles}

    @cached_property
    def splits(self) -> frozenset[int]:
        """The places of stories that were a part of another one."""
        return frozenset(place for place, story in enumerate(self.stories) if story.split_at)

    @cached_property
    def crowded(self) -> frozenset[int]:
        """The places of stories that more than three articles tell."""
        return frozenset(place for place, story in enumerate(self.stories) if len(story.articles) > CROWDED)

    @cached_property
    def arrived(self) -> Sequence[datetime]:
        """When the last article of each story was first seen, or it was split off, or offered again."""
        return [_arrived(story) for story in self.stories]

    @cached_property
    def texts(self) -> Sequence[str]:
        """The letters of each story's headline and tags, folded: a word that it is about is in them."""
        told = (f"{story.lead.title} {' '.join(story.lead.tags)}" for story in self.stories)
        return [SYMBOLS.sub("", fold(words)) for words in told]

    @cached_property
    def liked_for(self) -> Sequence[Sequence[str]]:
        """What taste weighs of each story."""
        return list(map(liked_for, self.stories))

    @cached_property
    def about(self) -> Mapping[str, Collection[int]]:
        """What taste weighs -> the places of the stories about it."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place in range(len(self.stories)):
            for key in self.liked_for[place]:
                found[key].append(place)
        return found


def _arrived(story: Story) -> datetime:
    seen = max([one.first_seen for one in story.articles])
    later = [at for at in (story.split_at, story.released_at) if at is not None]
    return max(seen, *later) if later else seen


def liked_for(story: Story) -> list[str]:
    """What taste weighs of a story."""
    found = [f"tag:{tag}" for tag in dict.fromkeys(story.tags)]
    found.append(f"source:{story.lead.source_id}")
    if story.lead.category:
        found.append(f"category:{story.lead.category}")
    return found
