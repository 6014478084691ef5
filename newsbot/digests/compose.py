"""Which stories one reader gets now.

What the reader follows comes first, then the best of the rest; nothing this chat was shown, at most
three of one source as long as others are there, muted words and what the reader does not let in of noise
out, languages as set. Stories that an earlier delivery may have lost are offered again before the others, in
half of the places: the other half is for today's news.

A story of which there is much more since it was shown comes back once (进展): as many sources again tell it
in their own words, and at least three.

Samples are for whom there is no real news yet: once there is some, they do not come back, also when all of
it was shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from newsbot.models.digests import Digest
from newsbot.models.readers import Reader, of_story
from newsbot.models.stories import Ranked, Story
from newsbot.stories.rank import is_followed

NOTHING: Mapping[int, datetime] = MappingProxyType({})
MOST_OF_A_SOURCE = 3
FEWEST_GROWN = 3  # sources that tell it since it was shown
MOST_GROWN = 2  # stories of a digest that come back


def compose(
    ranked: Sequence[Ranked],
    reader: Reader,
    shown: Mapping[int, datetime] = NOTHING,
    lost: frozenset[int] = frozenset(),
) -> Digest:
    """A digest of at most `reader.length` stories.

    :param ranked: the stories of the window, best first for this reader
    :param shown: the articles that this chat was shown, each with when it first was
    :param lost: story ids that an unknown delivery may have lost
    """
    wanted = [one for one in ranked if not one.muted and one.story.languages & reader.reads]
    told = [one.story.lead.sample for one in wanted if _is_news(one.story, reader)]
    sample = bool(told) and all(told)
    known = [one for one in wanted if one.story.lead.sample == sample]
    grown = {one.story.id for one in [one for one in known if has_grown(one.story, shown)][:MOST_GROWN]}
    unseen = [one for one in known if one.story.id in grown or not was_shown(one.story, shown, reader)]
    news = [one for one in unseen if _is_news(one.story, reader)]
    chosen = _choose(_ordered(news, lost, reader.length // 2), reader.length)
    return Digest(
        stories=tuple(chosen),
        lost_ids=frozenset(one.story.id for one in chosen) & lost,
        grown_ids=frozenset(one.story.id for one in chosen) & grown,
        filtered=len(unseen) - len(news),
        sample=sample and bool(chosen),
    )


def is_wanted(story: Story, reader: Reader) -> bool:
    """Whether this reader gets such stories: in these languages, not muted, no noise but what is let in."""
    if not story.languages & reader.reads or not _is_news(story, reader):
        return False
    return not any(is_followed(story, word) for word in reader.mutes)


def _is_news(story: Story, reader: Reader) -> bool:
    """Whether it is news, or a kind of noise that this reader lets in."""
    return story.lead.noise is None or story.lead.noise in reader.lets_in


def has_grown(story: Story, shown: Mapping[int, datetime]) -> bool:
    """Whether there is much more of it since it was shown, which was once: what came back does not again."""
    seen = _seen(story, shown)
    told = {shown[article_id] for article_id in seen}
    if len(told) != 1:
        return False
    before = {article.source_id for article in story.articles if article.id in seen}
    since = {
        article.source_id
        for article in story.articles
        if article.id not in seen and article.copy_of is None and article.when > min(told)
    }
    return len(since - before) >= max(FEWEST_GROWN, len(before))


def _seen(story: Story, shown: Mapping[int, datetime]) -> set[int]:
    """Those of its articles that were shown; not as a part of the story that it was split from."""
    since = story.split_at
    return {
        article.id
        for article in story.articles
        if article.id in shown and (since is None or shown[article.id] >= since)
    }


def was_shown(story: Story, shown: Mapping[int, datetime], reader: Reader) -> bool:
    """Any of it; of a story that they follow all of it: more of it is what they wait for."""
    seen = _seen(story, shown)
    return len(seen) == len(story.articles) if of_story(story.id) in reader.follows else bool(seen)


def _ordered(news: Sequence[Ranked], lost: frozenset[int], most: int) -> list[Ranked]:
    """The best that were perhaps missed first, then followed, then the rest; within each by rank."""
    missed = {one.story.id for one in [one for one in news if one.story.id in lost][: max(most, 1)]}
    return sorted(news, key=lambda one: (one.story.id not in missed, not one.followed))


def _choose(news: Sequence[Ranked], length: int) -> list[Ranked]:
    """The first so many, with at most three of a source as long as there are others."""
    chosen: list[Ranked] = []
    spare: list[Ranked] = []
    counts: Counter[str] = Counter()
    for one in news:
        if len(chosen) == length:
            break
        if counts[one.story.lead.source_id] < MOST_OF_A_SOURCE or one.followed:
            counts[one.story.lead.source_id] += 1
            chosen.append(one)
        else:
            spare.append(one)
    return chosen + spare[: length - len(chosen)]
