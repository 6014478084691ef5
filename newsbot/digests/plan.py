"""Hours as people write them: `8:30`, `08:30 18:00`, `工作日 8:00 周末 10:00`, `早上八点半`, `weekdays 8am`.

Days may be named: `周一三五 8点`, `mon-thu 7:30`. They stand before their hours, or after them throughout
(`8am on weekdays, 10am on weekends`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import time
from itertools import groupby

from newsbot.digests.weekdays import days_of, marked
from newsbot.errors import NotUnderstood
from newsbot.models.readers import WEEK, WEEKEND, WORKDAYS, Hour

MOST = 6
DAYS = {
    **dict.fromkeys(("工作日", "平日"), WORKDAYS),
    **dict.fromkeys(("weekdays", "weekday", "workdays"), WORKDAYS),
    **dict.fromkeys(("周末", "双休日", "休息日"), WEEKEND),
    **dict.fromkeys(("weekends", "weekend"), WEEKEND),
    **dict.fromkeys(("每天", "每日", "天天", "everyday", "every day", "each day", "daily"), WEEK),
}
NAMES = sorted(DAYS, key=len, reverse=True)
FILLERS = ("和", "与", "及", "每", "and", "at", "on", "every", *" \t\r\n,;.、。/&")
TRADITIONAL = str.maketrans("點時鐘週與雙", "点时钟周与双")
DIGITS = "〇一二三四五六七八九"
NUMERAL = re.compile(r"[〇零一二两兩三四五六七八九十]{1,3}(?=[点时分])")
CLOCK = re.compile(
    r"""(?P<part>凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜里|半夜|早|晚)?\s*
        (?P<hour>\d{1,2})\s*
        (?P<sign>
            : \s* (?P<minute>\d{2}) (?!\d)
          | [点时] \s* (?: 钟 | 整 | (?P<quarter>半|一刻|三刻)
                         | (?P<past>\d{1,2}) (?!\s*[点时:ap\d]) \s* 分? )?
        )?
        \s* (?P<half>[ap]\.?m\b\.?)?""",
    re.VERBOSE,
)
QUARTERS = {"半": 30, "一刻": 15, "三刻": 45}


def parse(words: str) -> tuple[Hour, ...]:
    """The hours that these words say, in order.

    :raises NotUnderstood: `schedule.not_understood`, or `schedule.too_many`
    """
    items = list(_items(_plain(words)))
    if items and isinstance(items[0], time) and isinstance(items[-1], frozenset):
        items.reverse()  # the days stand after their hours
    found = {Hour(at, days) for days, at in _paired(items)}
    if not found:
        raise NotUnderstood("schedule.not_understood")
    if len(found) > MOST:
        raise NotUnderstood("schedule.too_many", most=MOST)
    return tuple(sorted(found, key=lambda hour: (hour.at, sorted(hour.days))))


def _plain(words: str) -> str:
    """Half width, lower case, simplified as far as it matters here, 八点 as 8点."""
    text = marked(unicodedata.normalize("NFKC", words[:200]).lower().translate(TRADITIONAL))
    return NUMERAL.sub(lambda found: _digits(found.group()), text)


def _digits(numeral: str) -> str:
    """`二十三` is 23, `零五` is 05; what is no number stays as it is."""
    numeral = numeral.replace("两", "二").replace("兩", "二").replace("零", "〇")
    tens, ten, ones = numeral.rpartition("十")
    known = all(len(part) < 2 and part in DIGITS for part in (tens, ones))
    if ten and known:
        return f"{DIGITS.index(tens) if tens else 1}{DIGITS.index(ones) if ones else 0}"
    return "".join(str(DIGITS.index(sign)) if sign in DIGITS else sign for sign in numeral)


def _items(rest: str) -> Iterator[frozenset[int] | time]:
    """Days and times of day, in the order in which they are written."""
    while rest:
        name = next((name for name in NAMES if rest.startswith(name)), rest[0])
        days = DAYS.get(name) or days_of(name)
        clock = CLOCK.match(rest)
        filler = next((word for word in FILLERS if rest.startswith(word)), None)
        if days:
            yield days
            rest = rest[len(name) :]
        elif clock:
            yield _time(clock)
            rest = rest[clock.end() :]
        elif filler:
            rest = rest[len(filler) :]
        else:
            raise NotUnderstood("schedule.not_understood")


def _paired(items: list[frozenset[int] | time]) -> Iterator[tuple[frozenset[int], time]]:
    """Each time with the days named before it, every day where none are; 工作日和周末 are both."""
    days, waiting = WEEK, False
    for is_days, group in groupby(items, key=lambda item: isinstance(item, frozenset)):
        for item in group:
            if isinstance(item, time):
                yield days, item
            else:
                days = days | item if waiting else item
            waiting = is_days
    if waiting:
        raise NotUnderstood("schedule.not_understood")


def _time(clock: re.Match[str]) -> time:
    hour, minute = int(clock["hour"]), QUARTERS.get(clock["quarter"], 0)
    minute = int(clock["minute"] or clock["past"] or minute)
    half, part = (clock["half"] or "").replace(".", ""), clock["part"] or ""
    vague = not (clock["sign"] or half or part)  # a number alone may be anything
    if vague or minute > 59 or hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        raise NotUnderstood("schedule.not_understood")
    return time((hour + _shift(hour, half, part)) % 24, minute)


def _shift(hour: int, half: str, part: str) -> int:
    """The hours that the part of the day adds: 下午3点 is 15:00, 晚上12点 and 12am are midnight."""
    if half == "am" or part in ("凌晨", "半夜"):
        return 12 if hour == 12 else 0
    if half == "pm" or part in ("下午", "傍晚"):
        return 12 if 1 <= hour < 12 else 0
    if part == "中午":
        return 12 if 1 <= hour < 6 else 0
    if part in ("晚上", "晚", "夜里"):
        return 12 if 5 <= hour <= 12 else 0  # 晚上1点 is after midnight
    return 0
