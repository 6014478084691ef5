"""How rare a word is: after jieba's table of inverse document frequencies, and what the archive taught."""

from __future__ import annotations

from functools import cache
from math import exp, log

from newsbot.chinese import vocabulary
from newsbot.chinese.lexicon import file

_FEWEST = 2_000  # articles; fewer teach chance
# What the table says weighs as much as so many articles of our own (an estimate before anything is counted,
# as additive smoothing has it).
_PRIOR = 2_000


def rarity(word: str) -> float:
    """The inverse document frequency of a word, natural logarithm; unknown words get the table's median."""
    table, median = _table()
    general = table.get(word, median)
    counts = vocabulary.used().counts
    if counts.articles < _FEWEST:
        return general
    expected = _PRIOR * exp(-general)
    return log((counts.articles + _PRIOR) / (counts.words.get(word, 0) + expected))


def is_heard(word: str) -> bool:
    """Does the archive have this word in more than one article? True while it is too small to tell."""
    counts = vocabulary.used().counts
    return counts.articles < _FEWEST or counts.words.get(word, 0) > 1


@cache
def _table() -> tuple[dict[str, float], float]:
    with file("analyse", "idf.txt").open(encoding="utf-8") as lines:
        table = {word: float(value) for word, value in (line.split() for line in lines)}
    return table, sorted(table.values())[len(table) // 2]
