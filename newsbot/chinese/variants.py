"""Traditional and simplified, and the one form in which texts are compared."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from newsbot.chinese.width import half_width

_LONG = 200  # characters


def simplified(text: str) -> str:
    """`鴻蒙系統` becomes `鸿蒙系统`."""
    return text if text.isascii() else str(_converter().convert(text))


def fold(text: str) -> str:
    """Half width, simplified and lower case: what differs only in writing becomes equal."""
    return _fold_long(text) if len(text) > _LONG else _fold(text)


def _fold(text: str) -> str:
    return simplified(half_width(text)).lower()


@lru_cache(maxsize=8)  # the index, the signature and the summary fold the same text, one after the other
def _fold_long(text: str) -> str:
    return _fold(text)


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
