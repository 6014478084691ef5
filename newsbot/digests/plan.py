"""Hours as people write them: `8:30`, `08:30 18:00`, `工作日 8:00 周末 10:00`, `早上8点`, `weekdays 8am`."""

from __future__ import annotations

import re
import unicodedata
from datetime import time

from newsbot.errors import NotUnderstood
from newsbot.models.readers import WEEK, WEEKEND, WORKDAYS, Hour

MOST = 6
DAYS = {
    "工作日": WORKDAYS,
    "平日": WORKDAYS,
    "weekdays": WORKDAYS,
    "weekday": WORKDAYS,
    "workdays": WORKDAYS,
    "周末": WEEKEND,
    "週末": WEEKEND,
    "weekends": WEEKEND,
    "weekend": WEEKEND,
    "每天": WEEK,
    "每日": WEEK,
    "daily": WEEK,
    "everyday": WEEK,
}
FORENOON = ("凌晨", "早上", "上午", "早晨", "早")
AFTERNOON = ("中午", "下午", "傍晚", "晚上", "晚")
FILLERS = {"和", "与", "and", "at", "、", "every"}
CLOCK = re.compile(
    r"(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|早|晚)?\s*"
    r"(?P<hour>\d{1,2})\s*(?:[:点時时]\s*(?P<minute>\d{1,2}|半)?\s*分?)?\s*(?P<half>am|pm)?"
)


def parse(words: str) -> tuple[Hour, ...]:
    """The hours that these words say, in order.

    :raises NotUnderstood: `schedule.not_understood`, or `schedule.too_many`
    """
    rest = unicodedata.normalize("NFKC", words).lower().strip()[:200]
    days, found = WEEK, []
    while rest:
        head = next((name for name in sorted(DAYS, key=len, reverse=True) if rest.startswith(name)), None)
        clock = CLOCK.match(rest)
        filler = next((word for word in FILLERS if rest.startswith(word)), None)
        if head:
            days, rest = DAYS[head], rest[len(head) :]
        elif clock:
            found.append(Hour(_time(clock), days))
            rest = rest[clock.end() :]
        elif filler or rest[0] in " ,;，。":
            rest = rest[len(filler or " ") :]
        else:
            raise NotUnderstood("schedule.not_understood")
    if not found:
        raise NotUnderstood("schedule.not_understood")
    if len(found) > MOST:
        raise NotUnderstood("schedule.too_many", most=MOST)
    return tuple(sorted(dict.fromkeys(found), key=lambda hour: (hour.at, sorted(hour.days))))


def _time(clock: re.Match[str]) -> time:
    minute = 30 if clock["minute"] == "半" else int(clock["minute"] or 0)
    hour = int(clock["hour"])
    bare = clock.group().strip().isdigit()
    if bare or minute > 59 or hour > 24:
        raise NotUnderstood("schedule.not_understood")
    if clock["half"] and not 1 <= hour <= 12:
        raise NotUnderstood("schedule.not_understood")
    if (clock["half"] == "pm" or (clock["part"] or "") in AFTERNOON) and 1 <= hour < 12:
        hour += 12
    if clock["half"] == "am" and hour == 12:
        hour = 0
    if hour == 24 and minute:
        raise NotUnderstood("schedule.not_understood")
    return time(hour % 24, minute)
