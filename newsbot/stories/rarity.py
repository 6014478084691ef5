"""How much a shared piece of a headline tells: 苹果 little, 递归 much.

`rarity.txt` counts, per 10,000 headlines of Chinese technology news, those with a run of two characters or a
Latin word, for all that come up in 10 or more. What is not in it is rare.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from math import log

from newsbot.stories.signature import terms

HEADLINES = 10_000
RARE = 10  # per 10,000: counted as rare, weight 1


@lru_cache(maxsize=20_000)
def rarity(term: str) -> float:
    """From 0 (in every headline) to 1 (in one of a thousand, or fewer)."""
    return log(HEADLINES / max(RARE, _counts().get(term, 0))) / log(HEADLINES / RARE)


@lru_cache(maxsize=5_000)
def rarity_of_name(name: str) -> float:
    """That of the name's rarest piece."""
    return max((rarity(term) for term in terms(name)), default=1.0)


@cache
def _counts() -> dict[str, int]:
    lines = files("newsbot.stories").joinpath("rarity.txt").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {term: int(count) for term, count in rows}
