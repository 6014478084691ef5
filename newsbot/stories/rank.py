"""The stories, best first, each with the reasons for its place.

score = votes       4 x ((up + 2) / (up + down + 4) - 1/2)             a Beta(2, 2) prior: -2 to 2
      + value       (sum + 5 x 3) / (count + 5) - 3                    a Bayesian average, from 5 raters on
      + sources     log2 of how many carry it, at most 3
      + freshness   3 x 0.5 ** (age / 12 hours)
      + reads       log10(1 + the page's own count) / 6, at most 1
      + reports     -1/2 x log2(1 + readers who found something wrong with it), at least -2
      + noise       -3 for deals, advertorials and what is off topic, -2 for round-ups, -1 for funding notices
                    (none for whom lets it in)
and for a reader
      + follow      2 for each followed search that its title and tags answer (or the name a word stands for),
                    2/3 for one that only the text does, at most 4
      + taste       the weights of its tags and source, within ±2

Ties go to the younger story, then to the later one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from math import log2, log10

from newsbot.models.readers import story_of
from newsbot.models.stories import Ranked, Reason, Story
from newsbot.search.match import is_about
from newsbot.search.query import parsed
from newsbot.tags.alias import canonical

PRIOR = 2
VOTES = 4.0
FEWEST_RATERS = 5
MEAN_VALUE = 3
MOST_SOURCES = 3.0
REPORT = -0.5
MOST_REPORTS = -2.0
FRESH = 3.0
HALF_LIFE = timedelta(hours=12)
READS_SCALE = 6  # a million reads are one point
NOISE = {"deal": -3.0, "advertorial": -3.0, "offtopic": -3.0, "roundup": -2.0, "funding": -1.0}
OTHER_NOISE = -2.0
FOLLOW = 2.0
IN_TEXT = FOLLOW / 3
MOST_FOLLOW = 4.0
MOST_TASTE = 2.0


def rank(
    stories: Iterable[Story],
    now: datetime,
    follows: Sequence[str] = (),
    taste: Mapping[str, float] | None = None,
    lets_in: Collection[str] = (),
    hits: Mapping[int, Collection[str]] | None = None,
) -> list[Ranked]:
    """Stories by score, best first.

    :param now: aware
    :param follows: words the reader follows, as typed
    :param taste: the reader's weights, as `taste.fold` gives them
    :param lets_in: kinds of noise that the reader wants
    :param hits: story id -> those of `follows` that its texts answer
    """
    liked = taste or {}
    ranked = []
    for story in stories:
        found = (hits or {}).get(story.id, ())
        reasons = general(story, now, lets_in) + personal(story, follows, liked, found)
        ranked.append(_ranked(story, reasons))
    return sorted(ranked, key=lambda found: (found.score, found.story.when, found.story.id), reverse=True)


def general(story: Story, now: datetime, lets_in: Collection[str] = ()) -> tuple[Reason, ...]:
    """The part of a score that is the same for every reader."""
    about = (_sources(story), _freshness(story, now), _reads(story), _noise(story, lets_in))
    parts = (_votes(story), _value(story), *about, _reports(story))
    return tuple(part for part in parts if part.points)


def personal(
    story: Story, follows: Sequence[str], taste: Mapping[str, float], hits: Collection[str] = ()
) -> tuple[Reason, ...]:
    """The part of a score that is one reader's own."""
    parts = (_follow(story, follows, hits), _taste(story, taste))
    return tuple(part for part in parts if part.points)


def shown_value(story: Story) -> float | None:
    """The value 1-5 that is shown (价值分), or None before five readers gave one."""
    tally = story.tally
    if tally.value_count < FEWEST_RATERS:
        return None
    prior = FEWEST_RATERS
    return round((tally.value_sum + prior * MEAN_VALUE) / (tally.value_count + prior), 2)


def _ranked(story: Story, reasons: tuple[Reason, ...]) -> Ranked:
    return Ranked(story=story, score=round(sum(reason.points for reason in reasons), 4), reasons=reasons)


def _reason(key: str, points: float, *values: tuple[str, str | int | float]) -> Reason:
    return Reason(key, round(points, 4), values)


def _votes(story: Story) -> Reason:
    up, down = story.tally.up, story.tally.down
    share = (up + PRIOR) / (up + down + 2 * PRIOR)
    return _reason("rank.votes", VOTES * (share - 0.5), ("up", up), ("down", down))


def _value(story: Story) -> Reason:
    value = shown_value(story)
    if value is None:
        return _reason("rank.value", 0)
    return _reason("rank.value", value - MEAN_VALUE, ("value", value), ("raters", story.tally.value_count))


def _sources(story: Story) -> Reason:
    count = len({article.source_id for article in story.articles})
    return _reason("rank.sources", min(MOST_SOURCES, log2(max(1, count))), ("count", count))


def _freshness(story: Story, now: datetime) -> Reason:
    age = max(now - story.when, timedelta(0))
    hours = round(age / timedelta(hours=1), 1)
    return _reason("rank.fresh", FRESH * 0.5 ** (age / HALF_LIFE), ("hours", hours))


def _reads(story: Story) -> Reason:
    reads = max((article.reads or 0 for article in story.articles), default=0)
    return _reason("rank.reads", min(1.0, log10(1 + max(0, reads)) / READS_SCALE), ("reads", reads))


def _reports(story: Story) -> Reason:
    count = story.tally.reports
    return _reason("rank.reports", max(MOST_REPORTS, REPORT * log2(1 + count)), ("count", count))


def _noise(story: Story, lets_in: Collection[str]) -> Reason:
    kind = story.lead.noise
    if not kind or kind in lets_in:
        return _reason("rank.noise", 0)
    return _reason("rank.noise", NOISE.get(kind, OTHER_NOISE), ("kind", kind))


def _follow(story: Story, follows: Sequence[str], hits: Collection[str]) -> Reason:
    about = [word for word in follows if is_followed(story, word)]
    within = [word for word in follows if word in hits and word not in about]
    points = FOLLOW * len(about) + IN_TEXT * len(within)
    said = "、".join(word for word in (*about, *within) if story_of(word) is None)
    return _reason("rank.follow", min(MOST_FOLLOW, points), ("words", said))


def is_followed(story: Story, word: str) -> bool:
    """Whether a search, or a story, that somebody follows or mutes is what this story is about."""
    if (number := story_of(word)) is not None:
        return number == story.id
    query, lead = parsed(word), story.lead
    if query is not None and is_about(query, lead.title, lead.tags, (lead.source, lead.source_id)):
        return True
    return canonical(word) in story.tags


def _taste(story: Story, taste: Mapping[str, float]) -> Reason:
    keys = [*(f"tag:{tag}" for tag in story.tags), f"source:{story.lead.source_id}"]
    liked = {key: taste[key] for key in keys if key in taste}
    points = max(-MOST_TASTE, min(MOST_TASTE, sum(liked.values())))
    best = max(liked, key=lambda key: abs(liked[key]), default="")
    return _reason("rank.taste", points, ("about", best.partition(":")[2]))
