"""Traditional and simplified, and the one form in which texts are compared."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

from newsbot.chinese.width import NARROW, half_width

# where they stand, as far as anybody writes them
_TRADITIONAL = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x2A6DF))
_LONG = 200  # characters
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ．＋＃－]")


def simplified(text: str) -> str:
    """`鴻蒙系統` becomes `鸿蒙系统`."""
    return text if text.isascii() else str(_converter().convert(text))


def plain(text: str) -> str:
    """Half width and simplified, in its own case: what is cut into words.

    A text whose beginning is simplified already is taken to be so as a whole: to convert all of it costs a quarter of
    finding its tags.
    """
    narrow = half_width(text) if _WIDE.search(text) else text
    beginning = narrow[:_LONG]
    return narrow if simplified(beginning) == beginning else simplified(narrow)


def fold(text: str) -> str:
    """Half width, simplified and lower case: what differs only in writing becomes equal."""
    return _fold_long(text) if len(text) > _LONG else _fold(text)


def fold_each(text: str) -> str:
    """The same, character by character: whatever stands around one, it becomes the same.

    `fold` goes by phrases and leaves 乾坤 alone while 乾 alone becomes 干; a piece would not be found in its whole.
    """
    return text.lower() if text.isascii() else text.translate(_each()).lower()


@cache
def _each() -> dict[int, int | str]:
    """Full-width forms to half-width ones, traditional characters to simplified ones."""
    every = [chr(code) for first, last in _TRADITIONAL for code in range(first, last + 1)]
    others = simplified("\n".join(every)).split("\n")  # a line each, so that none is part of a phrase
    pairs = zip(every, others, strict=True)
    return NARROW | {ord(one): other for one, other in pairs if other != one and len(other) == 1}


def _fold(text: str) -> str:
    return simplified(half_width(text)).lower()


@lru_cache(maxsize=8)  # the index, the signature and the summary fold the same text, one after the other
def _fold_long(text: str) -> str:
    return _fold(text)


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
