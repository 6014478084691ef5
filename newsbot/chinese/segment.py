"""Text into words: the only home of jieba."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Any

from newsbot.chinese.names import spans
from newsbot.chinese.tech import kinds

_cache_dir: list[Path] = []


def configure(cache_dir: Path) -> None:
    """Keep jieba's prepared dictionary in this private folder; call it before the first use.

    Without it the dictionary is built anew in every process (about a second): jieba's own place is
    the common temporary folder, where anybody on the machine can leave a file for us to load.
    """
    _cache_dir[:] = [cache_dir]


def words(text: str) -> list[str]:
    """The words of a text in order; names like `GPT-4o` whole; punctuation and spaces left out."""
    found: list[str] = []
    end = 0
    for start, stop in spans(text):
        found += _cut(text[end:start])
        found.append(text[start:stop])
        end = stop
    return found + _cut(text[end:])


def known(word: str) -> bool:
    """Does the dictionary have this word (and was it not guessed)?"""
    return bool(tokenizer().FREQ.get(word))


@cache
def tokenizer() -> Any:
    """jieba with the words of the field."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    made = jieba.Tokenizer()
    if _cache_dir:
        _cache_dir[0].mkdir(parents=True, exist_ok=True, mode=0o700)
        made.tmp_dir = str(_cache_dir[0])
        made.initialize()
    else:
        made.FREQ, made.total = made.gen_pfdict(made.get_dict_file())
        made.initialized = True
    for word in kinds():
        if " " not in word:
            made.add_word(word)
    return made


def _cut(text: str) -> list[str]:
    if not text or text.isspace():
        return []
    return [word for word in tokenizer().lcut(text) if any(map(str.isalnum, word))]
