"""Which stories one reader gets now.

What the reader follows comes first, then the best of the rest; nothing this chat was shown, at most
three of one source as long as others are there, muted words and what the reader does not let in of noise
out, languages as set. Stories that
an earlier delivery may have lost are offered again before the others, in half of the places: the other half
is for today's news. Samples are for whom there is no real news yet: once there is some, they do not come
back, also when all of it was shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from newsbot.models.digests import Digest
from newsbot.models.readers import Reader, of_story
from newsbot.models.stories import Ranked, Story
from newsbot.stories.rank import is_followed

MOST_OF_A_SOURCE = 3


def compose(
    ranked: Sequence[Ranked],
    reader: Reader,
    shown: frozenset[int] = frozenset(),
    lost: frozenset[int] = frozenset(),
) -> Digest:
    """A digest of at most `reader.length` stories.

    :param ranked: the stories of the window, best first for this reader
    :param shown: article ids that this chat was shown
    :param lost: story ids that an unknown delivery may have lost
    """
    wanted = [one for one in ranked if _wanted(one.story, reader)]
    told = [one.story.lead.sample for one in wanted if _is_news(one.story, reader)]
    sample = bool(told) and all(told)
    unseen = [
        one for one in wanted if one.story.lead.sample == sample and not was_shown(one.story, shown, reader)
    ]
    news = [one for one in unseen if _is_news(one.story, reader)]
    chosen = _choose(_ordered(news, lost, reader.length // 2), reader.length)
    return Digest(
        stories=tuple(chosen),
        lost_ids=frozenset(one.story.id for one in chosen) & lost,
        filtered=len(unseen) - len(news),
        sample=sample and bool(chosen),
    )


def is_wanted(story: Story, reader: Reader) -> bool:
    """Whether this reader gets such stories: in these languages, not muted, no noise but what is let in."""
    return _wanted(story, reader) and _is_news(story, reader)


def _wanted(story: Story, reader: Reader) -> bool:
    if not story.languages & reader.reads:
        return False
    return not any(is_followed(story, word) for word in reader.mutes)


def _is_news(story: Story, reader: Reader) -> bool:
    """Whether it is news, or a kind of noise that this reader lets in."""
    return story.lead.noise is None or story.lead.noise in reader.lets_in


def was_shown(story: Story, shown: frozenset[int], reader: Reader) -> bool:
    """Any of it; of a story that they follow all of it: more of it is what they wait for."""
    known = [article.id in shown for article in story.articles]
    return all(known) if of_story(story.id) in reader.follows else any(known)


def _ordered(news: Sequence[Ranked], lost: frozenset[int], most: int) -> list[Ranked]:
    """The best that were perhaps missed first, then followed, then the rest; within each by rank."""
    missed = {one.story.id for one in [one for one in news if one.story.id in lost][: max(most, 1)]}
    return sorted(news, key=lambda one: (one.story.id not in missed, not _followed(one)))


def _followed(one: Ranked) -> bool:
    return any(reason.key == "rank.follow" for reason in one.reasons)


def _choose(news: Sequence[Ranked], length: int) -> list[Ranked]:
    """The first so many, with at most three of a source as long as there are others."""
    chosen: list[Ranked] = []
    spare: list[Ranked] = []
    counts: Counter[str] = Counter()
    for one in news:
        if len(chosen) == length:
            break
        if counts[one.story.lead.source_id] < MOST_OF_A_SOURCE or _followed(one):
            counts[one.story.lead.source_id] += 1
            chosen.append(one)
        else:
            spare.append(one)
    return chosen + spare[: length - len(chosen)]
