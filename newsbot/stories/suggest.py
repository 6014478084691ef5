"""猜你喜欢: stories about what a reader likes, and a few about other things.

Who is only ever shown what they like already cannot come to like anything else: a quarter of the places is
for the best stories about things of which nothing is known yet, drawn by chance from those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from newsbot.models.stories import Ranked, Story
from newsbot.stories.rank import liking

EXPLORED = 0.25  # of the places
DRAWN_FROM = 20  # stories
LIKED = 0.1  # points of taste


def suggest(
    ranked: Sequence[Ranked], taste: Mapping[str, float], length: int, seed: str
) -> tuple[list[Story], set[int]]:
    """So many stories, and the ids of those that are there to try.

    :param ranked: what the reader has not seen, best first for this reader
    :param seed: decides which are drawn: the same for a reader all day
    """
    known = [one.story for one in ranked if one.followed or liking(one.story, taste) >= LIKED]
    if not known:  # nothing is known: the best of all is all there is to try
        return [one.story for one in ranked[:length]], set()
    strange = [one.story for one in ranked if not one.followed and abs(liking(one.story, taste)) < LIKED]
    many = min(len(strange), max(1, round(length * EXPLORED)))
    tried = Random(seed).sample(strange[:DRAWN_FROM], min(many, len(strange[:DRAWN_FROM])))  # noqa: S311 no secret
    liked = known[: length - len(tried)]
    rest = [story for story in strange if story not in tried][: length - len(tried) - len(liked)]
    return [*liked, *rest, *tried], {story.id for story in tried}
