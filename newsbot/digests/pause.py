"""Until when a reader pauses, as people write it: `3天`, `到12月5日`, `until next Monday`, `two weeks`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from newsbot.digests.weekdays import days_of, marked
from newsbot.errors import NotUnderstood

LONGEST = 366  # days
NUMBERS = {"半": 0.5, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "十": 10}
NUMBERS |= {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
UNITS = {"天": 1, "日": 1, "day": 1, "周": 7, "星期": 7, "礼拜": 7, "week": 7, "月": 30, "month": 30}
SPAN = re.compile(
    rf"([0-9]{{1,3}}|{'|'.join(NUMBERS)})\s*个?\s*({'|'.join(UNITS)})(?:s|期)?(?!\s*[0-9一二三四五六日天])"
)
SOON = {
    "今天": 0,
    "today": 0,
    "明天": 1,
    "tomorrow": 1,
    "后天": 2,
    "大后天": 3,
    "下周": None,
    "next week": None,
}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
NAMED = "|".join(MONTHS)
YEARLY = (
    re.compile(
        r"(?:(?P<year>20\d\d)\s*[年./-]\s*)?(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})\s*[日号]?"
    ),
    re.compile(rf"(?P<name>{NAMED})[a-z]*\.?\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s*(?P<year>20\d\d)?"),
    re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*(?P<name>{NAMED})[a-z]*\.?,?\s*(?P<year>20\d\d)?"),
)
NEXT = re.compile(r"(?:下个?|next\s+)?(?P<day>.)")


def until(words: str, today: date) -> date:
    """The day on which there are digests again.

    :param words: what stands behind 暂停, in lower case and half width
    :param today: by the reader's clock
    :raises NotUnderstood: `schedule.no_pause`, or `schedule.long_pause`
    """
    rest = re.sub(
        r"^\s*(?:到|至|until|till|for|to|on|\s)+|(?:为止|止|再发|[\s。.!])+$", "", words[:60]
    ).strip()
    found = _day(rest, today)
    if found is None or found <= today:
        raise NotUnderstood("schedule.no_pause")
    if found > today + timedelta(days=LONGEST):
        raise NotUnderstood("schedule.long_pause", most=LONGEST)
    return found


def _day(rest: str, today: date) -> date | None:
    if rest in SOON:
        ahead = SOON[rest]
        return today + timedelta(days=7 - today.weekday() if ahead is None else ahead)
    if span := SPAN.fullmatch(rest):
        many = NUMBERS.get(span[1]) or float(span[1])
        return today + timedelta(days=round(many * UNITS[span[2]]))
    for form in YEARLY:
        if found := form.fullmatch(rest):
            return _dated(found, today)
    return _weekday(rest, today)


def _dated(found: re.Match[str], today: date) -> date | None:
    named = found.groupdict()
    month = MONTHS.index(named["name"]) + 1 if named.get("name") else int(named["month"])
    try:
        day = date(int(named["year"] or today.year), month, int(named["day"]))
        return day if day > today or named["year"] else day.replace(year=day.year + 1)
    except ValueError:  # there is no such day
        return None


def _weekday(rest: str, today: date) -> date | None:
    """`周一` and `下周一`: the next one; 下周一 is of the next week."""
    sign = marked(rest)
    is_next = sign.startswith(("下", "next"))
    found = NEXT.fullmatch(sign)
    days = days_of(found["day"]) if found else frozenset()
    if len(days) != 1:
        return None
    ahead = (min(days) - today.weekday() - 1) % 7 + 1
    monday = today + timedelta(days=7 - today.weekday())
    return monday + timedelta(days=min(days)) if is_next and "下" in sign else today + timedelta(days=ahead)
