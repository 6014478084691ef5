"""What may be meant by a search that found nothing: the tags that are written most alike."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher

from newsbot.chinese.variants import fold
from newsbot.models.search import Query

ALIKE, LATIN_ALIKE = 0.4, 0.7  # of 1: the least likeness that is worth a button; a few letters are soon alike
MOST_PIECES = 30


def pieces(query: Query) -> tuple[str, ...]:
    """The grams of the query, any of which leads to articles about something like it."""
    phrases = (*query.phrases, *query.tags)
    found = dict.fromkeys(gram for phrase in phrases for gram in (*phrase.grams(), *phrase.tokens))
    return tuple(found)[:MOST_PIECES]


def nearest(wanted: str, tags: Iterable[str], most: int) -> tuple[str, ...]:
    """The tags that are most like these words, the most alike first; none where none is like them.

    Likeness is the share of characters in matching runs (`difflib`, Ratcliff and Obershelp 1988).
    """
    folded = fold(wanted)
    known = {fold(tag): tag for tag in tags}
    known.pop(folded, None)
    alike = LATIN_ALIKE if folded.isascii() else ALIKE
    matcher = SequenceMatcher(b=folded, autojunk=False)
    scores: dict[str, float] = {}
    for other in known:
        matcher.set_seq1(other)
        if matcher.real_quick_ratio() >= alike and matcher.quick_ratio() >= alike:
            scores[other] = matcher.ratio()
    best = sorted(scores, key=lambda other: (-scores[other], other))
    return tuple(known[other] for other in best if scores[other] >= alike)[:most]
