"""What is no news: deals, advertorials, funding notices, round-ups, and what is off the field."""

from __future__ import annotations

import re
from functools import cache

from newsbot.chinese import vocabulary
from newsbot.chinese.segment import words
from newsbot.chinese.tech import kind
from newsbot.chinese.variants import plain, simplified
from newsbot.models.articles import Noise
from newsbot.models.sources import Source
from newsbot.tags import offtopic
from newsbot.tags.category import category
from newsbot.tags.words import table

_READ = 2000
_DEAL_SIGNS = 3
_SURE = 1.39  # points, a chance of .8: of what is left out 92 of 100 rightly so (benchmarks/offtopic.py)
_FIELD_WORDS = 8  # different ones in a text: whatever its headline says, it is about the field
# Where a source has no field of its own, its articles are judged; in these fields they all belong.
_OWN_FIELD = frozenset(("ai", "chips", "software", "security", "space", "science", "games"))
_LONGEST_REASON = 24  # characters
_IN_TITLES = ("roundup", "deal", "funding", "advertorial")


def noise(title: str, text: str, source: Source | None = None, link: str | None = None) -> Noise | None:
    """None for news, else what it is and why.

    :param link: its address; some sites keep their offers apart
    :param source: one that brings only one kind says so; one with a field of its own is never off topic
    """
    if source is not None and source.noise:
        return Noise(source.noise, "source")
    title, text = simplified(title), plain(text[:_READ])
    places = [(name, name, title) for name in _IN_TITLES]
    places += [("deal_link", "deal", link or ""), ("advertorial_text", "advertorial", text)]
    for name, found_kind, words_there in places:
        if found := _first(name, words_there):
            return Noise(found_kind, found)
    signs = _all("deal_text", text)
    if len(signs) >= _DEAL_SIGNS:
        return Noise("deal", signs[0])
    if source is not None and source.category in _OWN_FIELD:
        return None
    return _offtopic(title, text)


def _offtopic(title: str, text: str) -> Noise | None:
    if category((), title) in _OWN_FIELD:
        return None
    named = [word for word in words(title) if kind(word)]
    foreign = [word for word in words(title) if word.lower() in _foreign()]
    is_foreign = foreign and not named
    if not is_foreign and offtopic.points(title) <= _SURE:
        return None
    if len({word for word in words(text) if kind(word)}) >= _FIELD_WORDS:
        return None
    return Noise("offtopic", foreign[0] if is_foreign else offtopic.loudest(title))


def _first(name: str, text: str) -> str:
    found = next((match for pattern in _patterns(name) if (match := pattern.search(text))), None)
    if found is None:
        return ""
    reason = found.group().strip()
    return reason if len(reason) <= _LONGEST_REASON else reason[: _LONGEST_REASON - 1] + "…"


def _all(name: str, text: str) -> list[str]:
    return [
        found.group()[:_LONGEST_REASON] for pattern in _patterns(name) for found in pattern.finditer(text)
    ]


@vocabulary.depending
@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    added = vocabulary.used().noise.get(name, ())
    return tuple(map(re.compile, (*table("noise").get(name, ()), *added)))


@cache
def _foreign() -> frozenset[str]:
    """Latin words of other fields; Chinese ones are weighed, see offtopic.py."""
    return frozenset(table("noise")["offtopic_words"].split())
