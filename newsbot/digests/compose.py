"""Which stories one reader gets now.

What the reader follows comes first, then the best of the rest; nothing this chat was shown, at most
three of one source as long as others are there, noise and muted words out, languages as set. Stories that
an earlier delivery may have lost are offered again before the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from newsbot.models.digests import Digest
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Story

MOST_OF_A_SOURCE = 3
FEWEST_LIVE = 1  # so many real stories, and no sample is shown any more


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
    wanted = [one for one in ranked if _wanted(one.story, reader, shown)]
    news = [one for one in wanted if one.story.lead.noise is None]
    live = [one for one in news if not one.story.lead.sample]
    sample = len(live) < FEWEST_LIVE
    chosen = _choose(_ordered(news if sample else live, lost), reader.length)
    return Digest(
        stories=tuple(chosen),
        lost_ids=frozenset(one.story.id for one in chosen) & lost,
        filtered=len(wanted) - len(news),
        sample=sample and bool(chosen),
    )


def _wanted(story: Story, reader: Reader, shown: frozenset[int]) -> bool:
    if any(article.id in shown for article in story.articles):
        return False
    if not story.languages & reader.reads:
        return False
    return not any(_about(story, word) for word in reader.mutes)


def _about(story: Story, word: str) -> bool:
    word = word.lower()
    if word.startswith(("来源:", "source:")):
        return word.partition(":")[2] in {story.lead.source.lower(), story.lead.source_id.lower()}
    return word in story.title.lower() or word in (tag.lower() for tag in story.tags)


def _ordered(news: Iterable[Ranked], lost: frozenset[int]) -> list[Ranked]:
    """Perhaps missed first, then followed, then the rest; within each by rank."""
    return sorted(news, key=lambda one: (one.story.id not in lost, not _followed(one)))


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
