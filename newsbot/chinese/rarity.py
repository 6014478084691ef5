"""How rare a word is, after the table of inverse document frequencies that comes with jieba."""

from __future__ import annotations

from functools import cache

from newsbot.chinese.lexicon import file


def rarity(word: str) -> float:
    """The inverse document frequency of a word, up to 13.9; unknown words get the median."""
    table, median = _table()
    return table.get(word, median)


@cache
def _table() -> tuple[dict[str, float], float]:
    with file("analyse", "idf.txt").open(encoding="utf-8") as lines:
        table = {word: float(value) for word, value in (line.split() for line in lines)}
    return table, sorted(table.values())[len(table) // 2]
