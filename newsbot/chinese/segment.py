"""Text into words: the only home of jieba.

jieba is the reference. The work is done by rjieba, the same algorithm over the same dictionary in Rust: five
times as fast, and word for word the same after one repair (`tests/chinese/test_segment.py` holds that).
"""

from __future__ import annotations

import logging
import re
from functools import cache, lru_cache
from typing import Any

from newsbot.chinese import vocabulary
from newsbot.chinese.names import spans
from newsbot.chinese.tech import kinds

# rjieba keeps `setup.py` and `node_modules` whole, jieba cuts them into runs of letters and digits.
_PIECES = re.compile(r"[A-Za-z0-9]+(?:\.[0-9]+)?%?")


def words(text: str) -> list[str]:
    """The words of a text in order; names like `GPT-4o` whole; punctuation and spaces left out."""
    return list(_words(text))


@vocabulary.depending
@lru_cache(maxsize=16)  # a title is asked for by tags, noise and category
def _words(text: str) -> tuple[str, ...]:
    found: list[str] = []
    end = 0
    for start, stop in spans(text):
        found += _cut(text[end:start])
        found.append(text[start:stop])
        end = stop
    return (*found, *_cut(text[end:]))


@vocabulary.depending
@lru_cache(maxsize=50_000)
def known(word: str) -> bool:
    """Does the dictionary have this word (and was it not guessed)?"""
    return bool(cutter().has_word(word))


@vocabulary.depending
@cache
def cutter() -> Any:
    """The quick segmenter with the words of the field."""
    from rjieba import Jieba

    made = Jieba()
    for word in _of_the_field():
        made.add_word(word, None, None)
    return made


@vocabulary.depending
@cache
def reference() -> Any:
    """jieba with the words of the field: what the quick one is held against."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    made = jieba.Tokenizer()
    # Not from jieba's cache: that stands in the common temporary folder, where anybody can leave a file for us.
    made.FREQ, made.total = made.gen_pfdict(made.get_dict_file())
    made.initialized = True
    for word in _of_the_field():
        made.add_word(word)
    return made


def _of_the_field() -> list[str]:
    """Those with Chinese in them: a Latin word stands whole anyway, and Intel is not in Intelligence."""
    return [word for word in kinds() if not word.isascii() and " " not in word]


def _cut(text: str) -> list[str]:
    if not text or text.isspace():
        return []
    found = [word for word in cutter().cut(text) if word.isalnum() or len(word) > 1]
    if all(map(str.isalnum, found)):  # as nearly always: the rest would cost as much as the cutting
        return found
    return [piece for word in found for piece in ((word,) if word.isalnum() else _repaired(word))]


def _repaired(word: str) -> list[str]:
    if word.isascii() and not known(word):
        return _PIECES.findall(word)
    return [word] if any(map(str.isalnum, word)) else []
