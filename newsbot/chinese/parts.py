"""Which words name something: nouns, and verbs used as nouns."""

from __future__ import annotations

from functools import cache

from newsbot.chinese.lexicon import file

# Idioms, verbs, adjectives, adverbs, numerals, times, pronouns and the small words. The dictionary's
# nouns are three times as many: what is listed here costs less memory.
_NO_NOUN = frozenset(
    ("v", "i", "l", "a", "d", "m", "t", "b", "z", "ad", "vd", "q", "r", "c", "p", "f", "s", "vq", "vi", "mq")
)


def is_noun(word: str) -> bool:
    """May this Chinese word name something? Words that the dictionary lacks may."""
    return word not in _others()


@cache
def _others() -> frozenset[str]:
    with file("dict.txt").open(encoding="utf-8") as lines:
        parts = (line.split() for line in lines)
        return frozenset(word for word, _, tag in parts if tag in _NO_NOUN and 2 <= len(word) <= 4)
