"""To which part of the field an article belongs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache, lru_cache

from newsbot.chinese import vocabulary
from newsbot.chinese.segment import words
from newsbot.chinese.variants import fold, plain
from newsbot.tags.alias import canonical
from newsbot.tags.words import table

_TITLE_POINTS = 3.0
_VERSION = re.compile(r"[ -]?[0-9]")
_AI_WORD = re.compile(r"AI[\u4e00-\u9fff]{1,8}")  # AI玩具, AI漫剧


def category(tags: tuple[str, ...], title: str) -> str | None:
    """The name of a part of the field, one of those in categories.toml (`ai`, `chips`, …), or None.

    A word in the title speaks loudest; of the tags the first does.
    """
    points: Counter[str] = Counter()
    for word in words(plain(title)):
        points[_of(word)] += _TITLE_POINTS  # type: ignore[assignment]
    for place, tag in enumerate(tags):
        points[_of(tag)] += 2.0 / (1 + place)  # type: ignore[assignment]
    del points[""]
    return max(points, key=lambda name: points[name]) if points else None


@vocabulary.depending
@lru_cache(maxsize=50_000)
def _of(word: str) -> str:
    for name in (word, _VERSION.split(word, maxsplit=1)[0]):  # Gemini 4 is what Gemini is
        found = _categories().get(fold(canonical(name)))
        if found:
            return found
    return "ai" if _AI_WORD.fullmatch(word) else ""


@vocabulary.depending
@cache
def _categories() -> Mapping[str, str]:
    return {fold(word): name for name, listed in table("categories").items() for word in listed.split()}
