"""Days of the week as people name them: `周一三五`, `星期二到周四`, `mon, wed`, `Tue-Thu`."""

from __future__ import annotations

import re

CHINESE = "一二三四五六日天"
ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PREFIX = "(?:周|星期|礼拜)"
#: a further day is none where it begins an hour: 周五六点 is six o'clock on Friday
MORE = rf"[{CHINESE}](?![点时十])"
LIST = re.compile(rf"{PREFIX}([{CHINESE}](?:(?:[、,和/]?{MORE})*))")
RANGE = re.compile(rf"{PREFIX}([{CHINESE}])\s*(?:到|至|[-–—~]+)\s*{PREFIX}?([{CHINESE}])")
NAME = r"(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|s|nesday|r|rs|rsday|urday)?s?"
NAMED = re.compile(rf"\b{NAME}\b")
NAMED_RANGE = re.compile(rf"\b{NAME}\s*(?:[-–—~]+|to|through|thru|until|till)\s*{NAME}\b")
FIRST_SIGN = 0xE000  # of a private area: nobody types these


def marked(text: str) -> str:
    """The same with a sign for every set of days, which `days_of` reads.

    :param text: in lower case and half width
    """
    text = "".join(sign for sign in text if not days_of(sign))
    text = RANGE.sub(lambda found: _range(_chinese(found[1]), _chinese(found[2])), text)
    text = NAMED_RANGE.sub(lambda found: _range(ENGLISH.index(found[1]), ENGLISH.index(found[2])), text)
    text = LIST.sub(lambda found: _sign({_chinese(day) for day in found[1] if day in CHINESE}), text)
    return NAMED.sub(lambda found: _sign({ENGLISH.index(found[1])}), text)


def days_of(sign: str) -> frozenset[int]:
    """The days that a sign stands for (Monday is 0); none of any other character."""
    bits = ord(sign) - FIRST_SIGN
    return frozenset(day for day in range(7) if bits >> day & 1) if 0 < bits < 128 else frozenset()


def _chinese(day: str) -> int:
    return min(CHINESE.index(day), 6)  # 日 and 天 are Sunday


def _range(first: int, last: int) -> str:
    """From one to another, over the weekend too: 周六到周二."""
    return _sign({(first + step) % 7 for step in range((last - first) % 7 + 1)})


def _sign(days: set[int]) -> str:
    return chr(FIRST_SIGN + sum(1 << day for day in days))
