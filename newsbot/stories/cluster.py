"""Which story an article belongs to.

Three ways in, tried in this order, each decided exactly on the candidates that the index keys brought:

1. a reprint: 60 % of the shorter text's five-character runs stand in the longer one; nearly all of them where
   texts are short enough to be a form filled in, or titles say that they are two parts of a series
2. the same title, within 72 hours; from the same source it is a column, unless the hour is nearly the same
3. the same event in other words, within 72 hours: the points of `evidence` are enough, see there

Two happenings in one story are worse than one happening in two: the thresholds are set for precision.
Round-ups tell many events and join nothing but their own reprint.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from zlib import crc32

from newsbot.models.stories import Placed, Signature
from newsbot.stories.apart import WINDOW, figures, tells_no_event
from newsbot.stories.rarity import rarity, rarity_of_name
from newsbot.stories.same import (
    ANCHOR,
    FEWEST_SHINGLES,
    SELECTIVE,
    evidence,
    has_same_title,
    is_headline,
    is_reprint,
    is_same_event,
)
from newsbot.stories.signature import spaced

SKETCH = 8  # shingles under which a text is looked up
WORDS = 4  # of a headline: two that are nearly the same have one of them in common
KEYS = 64
PIECES = 32  # names, words, figures of a title that keys are made of
NEWEST = 3  # articles of one key that are looked at: what many share is one story, or says little
MOST = 60  # articles that one is compared with


def candidates(
    new: Signature, keys: Sequence[str], under: Mapping[str, Sequence[tuple[int, datetime]]]
) -> list[int]:
    """The articles to compare a new one with: those of its window that share most keys with it, at most MOST.

    :param under: the articles that stand under each key, each with when it was published
    """
    shared = Counter(
        article_id for key in keys for article_id, at in under.get(key, ()) if abs(at - new.when) <= WINDOW
    )
    return sorted(shared, key=lambda article_id: (-shared[article_id], article_id))[:MOST]


def choose(new: Signature, candidates: Sequence[Signature]) -> Placed | None:
    """The story that an article joins, or None where it begins one.

    :param candidates: stored articles that share a key with it, in any order
    """
    others = [one for one in candidates if one.article_id != new.article_id and one.story_id is not None]
    if copies := [other for other in others if is_reprint(new, other)]:
        return _copying(new, min(copies, key=lambda other: (-_contained(new, other), *_oldest(other))))
    if named := [other for other in others if has_same_title(new, other)]:
        return _copying(new, min(named, key=_oldest))
    story_id = _same_event(new, others)
    return Placed(story_id) if story_id is not None else None


def place(
    new: Sequence[Signature],
    candidates: Mapping[int, Sequence[Signature]],
    under: Mapping[int, Sequence[str]],
) -> dict[int, Placed]:
    """Which story each of these articles belongs to, one after the other: article -> its place.

    The story that an article begins has no id yet: it is the article's, negative.

    :param candidates: of each article, what was placed before
    :param under: the keys of each article
    """
    placed: dict[int, Placed] = {}
    by_key: dict[str, list[Signature]] = defaultdict(list)
    for one in new:
        mates = {mate.article_id: mate for key in under[one.article_id] for mate in by_key[key]}
        near = [mate for mate in mates.values() if _may_meet(one, mate)]
        chosen = choose(one, [*candidates[one.article_id], *near])
        placed[one.article_id] = chosen or Placed(-one.article_id)
        there = replace(one, story_id=placed[one.article_id].story_id)
        for key in under[one.article_id]:
            by_key[key].append(there)
    return placed


def _may_meet(one: Signature, other: Signature) -> bool:
    """What the index says of articles that are stored: the same window, and both samples or neither."""
    return abs(one.when - other.when) <= WINDOW and one.sample == other.sample


def keys(signature: Signature) -> tuple[str, ...]:
    """What an article is looked up under: its title, a sketch of its text, pairs of what its title names.

    Under one name stand a thousand articles a day. Two headlines of one event share an anchor and something
    more (see `is_same_event`): under both together stand few.
    """
    found = [f"title:{signature.title}"] if is_headline(signature.title) else []
    found += [f"text:{shingle:08x}" for shingle in signature.shingles.first(SKETCH)]
    if not tells_no_event(signature):
        # by their hashes: where there are too many, two articles keep the same ones
        found += [f"word:{word}" for word in _some(_words(signature))[:WORDS]]
        found += sorted({f"pair:{crc32(' '.join(pair).encode()):08x}" for pair in _pairs(signature)})
    return tuple(found[:KEYS])


def _words(article: Signature) -> Iterator[str]:
    """The rare words of a headline that are no part of a name: under a name stand too many."""
    for word in article.terms:
        if rarity(word) >= SELECTIVE and not any(spaced(word) in name for name in article.entities):
            yield word


def _pairs(article: Signature) -> Iterator[tuple[str, str]]:
    """An anchor and something more, in either order; a figure tells nothing without a name."""
    names, numbers = _some(article.entities), _some(figures(article))
    words = _some(word for word in article.terms if rarity(word) >= SELECTIVE)
    for anchor in names:
        if rarity_of_name(anchor) >= ANCHOR:
            for more in {*names, *words, *numbers}:
                if more not in anchor and not set(anchor.split()) & set(spaced(more).split()):
                    yield min(anchor, more), max(anchor, more)
    for number in numbers:
        for name in names:
            yield min(number, name), max(number, name)


def _some(pieces: Iterable[str]) -> list[str]:
    """No more than a headline has that is not made to harm, and of two alike the same."""
    return sorted(pieces, key=lambda piece: crc32(piece.encode()))[:PIECES]


def _same_event(new: Signature, others: Sequence[Signature]) -> int | None:
    """The story with the most points in sum; the oldest where several have as many."""
    scores: defaultdict[int, float] = defaultdict(float)
    for other in others:
        if other.story_id is not None and is_same_event(new, other):
            scores[other.story_id] += sum(evidence(new, other).values())
    return min(scores, key=lambda story: (-scores[story], _age(story)), default=None)


def _copying(new: Signature, other: Signature) -> Placed:
    """In another one's story; as a copy of it, unless both have a text and these differ."""
    is_copy = other.source_id != new.source_id and (
        min(len(new.shingles), len(other.shingles)) < FEWEST_SHINGLES or is_reprint(new, other)
    )
    return Placed(other.story_id or 0, other.article_id if is_copy else None)


def _contained(one: Signature, other: Signature) -> float:
    """Which part of the shorter text stands in the longer one."""
    return one.shingles.shared(other.shingles) / max(1, min(len(one.shingles), len(other.shingles)))


def _oldest(one: Signature) -> tuple[bool, int, int]:
    return (*_age(one.story_id or 0), one.article_id)


def _age(story_id: int) -> tuple[bool, int]:
    """The oldest first; those that were begun just now, with negative ids (see `place`), are the youngest."""
    return story_id < 0, abs(story_id)
