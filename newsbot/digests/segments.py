"""Parts of an audience as an administrator types them."""

from __future__ import annotations

import re

from newsbot.errors import NotUnderstood

BETWEEN = re.compile(r"[,，、;；\s]+")
SPAN = re.compile(r"(\d{1,2})(?:[:：]00|点|时)?(?:\s*[-–—~到至]\s*(\d{1,2})(?:[:：]00|点|时)?)?")
A_DAY = 24


def listed(typed: str) -> list[str]:
    """Words, a line or a comma apart."""
    return [word.strip() for word in re.split(r"[,，、;；\n]+", typed) if word.strip()]


def ids(typed: str) -> list[int]:
    """Ids of chats; empty where there is anything else in it."""
    parts = [part for part in BETWEEN.split(typed.strip()) if part]
    if not all(re.fullmatch(r"-?[0-9]{1,18}", part) for part in parts):
        return []
    return [int(part) for part in parts]


def hours(typed: str) -> frozenset[int]:
    """`8`, `7-9`, `8点 20点`, `22-2`: hours of a day.

    :raises NotUnderstood: `cast.no_hours`
    """
    found: set[int] = set()
    for part in re.split(r"[,，、;；\s]+", re.sub(r"\s*([-–—~到至])\s*", r"\1", typed.strip())):
        span = SPAN.fullmatch(part)
        if span is None:
            raise NotUnderstood("cast.no_hours")
        first, last = int(span[1]), int(span[2] or span[1])
        if max(first, last) >= A_DAY:
            raise NotUnderstood("cast.no_hours")
        found |= {hour % A_DAY for hour in range(first, last + 1 + A_DAY * (last < first))}
    return frozenset(found)
