"""How much of what is said stands in an article: Chinese by pairs of characters, other languages by words."""

from __future__ import annotations

import re

from newsbot.chinese.chars import is_han
from newsbot.chinese.variants import fold

_WORD = re.compile(r"[a-z][a-z0-9.+-]*[a-z0-9+]|[^\W\d_a-z]{4,}")


def parts(text: str) -> list[str]:
    """Pairs of Chinese characters, and words of more than three letters, folded."""
    said = fold(text)
    pairs = [said[at : at + 2] for at in range(len(said) - 1) if is_han(said[at]) and is_han(said[at + 1])]
    return pairs + [word for word in _WORD.findall(said) if len(word) > 3 and not is_han(word[0])]


def shared(text: str, *article: str) -> float:
    """The share of a text's parts that stand in the article, such as its title and text; 0 where it has none."""
    said = parts(text)
    if not said:
        return 0.0
    known = "\n".join(map(fold, article))
    return sum(one in known for one in said) / len(said)
