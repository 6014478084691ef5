"""What is no news: deals, advertorials, funding notices, round-ups, and what is off the field."""

from __future__ import annotations

import re
from functools import cache

from newsbot.chinese.segment import words
from newsbot.chinese.tech import kind
from newsbot.tags.words import table

_READ = 2000
_DEAL_SIGNS = 3
# Where a source has no field of its own, its articles are judged; in these fields they all belong.
_OWN_FIELD = frozenset(("ai", "chips", "software", "security", "space", "science", "games"))


def noise(title: str, text: str, source_category: str | None = None) -> str | None:
    """None for news, else `roundup`, `funding`, `deal`, `advertorial` or `offtopic`.

    :param source_category: the source's field; a source with one of its own is never off topic
    """
    for name in ("roundup", "deal", "funding", "advertorial"):
        if _matches(name, title):
            return name
    if _matches("advertorial_text", text[:_READ]):
        return "advertorial"
    if _signs("deal_text", text[:_READ]) >= _DEAL_SIGNS:
        return "deal"
    return "offtopic" if source_category not in _OWN_FIELD and _is_offtopic(title, text) else None


def _is_offtopic(title: str, text: str) -> bool:
    """The title names something of daily life and nothing of the field, and the text begins no other way."""
    foreign, field = _sides(title)
    if not foreign or field:
        return False
    foreign, field = _sides(text[:_READ])
    return field <= 3 * foreign + 3


def _sides(text: str) -> tuple[int, int]:
    """How many words speak of daily life, and how many of the field."""
    found = words(text)
    foreign = sum(1 for word in found if word.lower() in _foreign())
    # The segmenter does not know every brand: longer words are looked for in the text itself.
    foreign += sum(1 for word in _long_foreign() if word in text)
    return foreign, sum(1 for word in found if kind(word))


def _matches(name: str, text: str) -> bool:
    return _signs(name, text) > 0


def _signs(name: str, text: str) -> int:
    return sum(len(pattern.findall(text)) for pattern in _patterns(name))


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, table("noise")[name]))


@cache
def _long_foreign() -> tuple[str, ...]:
    return tuple(word for word in _foreign() if len(word) > 2 and not word.isascii())


@cache
def _foreign() -> frozenset[str]:
    lists = table("noise")["offtopic"]
    return frozenset((lists["words"] + lists["latin"]).lower().split())
