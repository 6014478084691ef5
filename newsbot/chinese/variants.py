"""Traditional and simplified, and the one form in which texts are compared."""

from __future__ import annotations

from functools import cache
from typing import Any

from newsbot.chinese.width import half_width


def simplified(text: str) -> str:
    """`鴻蒙系統` becomes `鸿蒙系统`."""
    return text if text.isascii() else str(_converter().convert(text))


def fold(text: str) -> str:
    """Half width, simplified and lower case: what differs only in writing becomes equal."""
    return simplified(half_width(text)).lower()


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")
