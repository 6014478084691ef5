"""Until when a reader pauses, as people write it: `3天`, `到12月5日`, `until next Monday`, `two weeks`.

A day needs its `到` or `until`: who pauses 周三 may mean that day alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from newsbot.digests.plan import digits
from newsbot.digests.weekdays import days_of, marked
from newsbot.errors import NotUnderstood

LONGEST = 366  # days
NEAR = 300  # days; yesterday's date without a year is a slip, not a pause of a year
ENGLISH = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = {"半": 0.5, "a": 1, "an": 1} | {name: number for number, name in enumerate(ENGLISH, 1)}
UNITS = {"天": 1, "日": 1, "day": 1, "周": 7, "星期": 7, "礼拜": 7, "week": 7}
UNITS |= {"个月": 30, "month": 30, "年": 365, "year": 365}
NUMERAL = re.compile(r"[〇零一二两三四五六七八九十]{1,4}(?=\s*(?:天|日|号|个|周|星期|礼拜|月|年))")
LEAD = re.compile(r"(?:\s|for\b|(?P<zh>到|至)|(?P<en>(?:until|till|til|to)\b))*")
TRAIL = re.compile(r"(?:为止|止|[以之]?后|再?恢复|再?开始|再?发|[\s。.!])+$")
SPAN = re.compile(rf"(\d{{1,3}}|{'|'.join(NUMBERS)})\s*个?\s*({'|'.join(UNITS)})s?")
DAYS = {"明天": 1, "tomorrow": 1, "后天": 2, "the day after tomorrow": 2, "大后天": 3}
THIS_DAY = ("今天", "today")
THIS_WEEK = ("这周", "这星期", "本周", "this week")
NEXT_WEEK = ("下周", "下星期", "下礼拜", "下个星期", "next week")
NEXT_MONTH = ("下月", "下个月", "next month")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
SHORT = tuple(name[:3] for name in MONTHS)
NAMED = r"(?P<name>" + "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS) + r"|sept)\.?"
NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
IN_YEAR = r",?\s*(?P<year>20\d\d)?"
YEARLY = (
    re.compile(r"(?:(?P<year>20\d\d)\s*年\s*)?(?P<month>\d{1,2})\s*月\s*(?:(?P<day>\d{1,2})\s*[日号]?)?"),
    re.compile(r"(?P<year>20\d\d)\s*[./-]\s*(?P<month>\d{1,2})\s*[./-]\s*(?P<day>\d{1,2})"),
    re.compile(rf"{NAMED}\s*{NTH}{IN_YEAR}"),
    re.compile(rf"(?:the\s+)?{NTH}\s*(?:of\s+)?{NAMED}{IN_YEAR}"),
    re.compile(NAMED),
)
NUMERIC = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[日号]?")
MONTHLY = re.compile(r"(?P<next>下个?月)?\s*(\d{1,2})\s*[日号]")
WEEKDAY = re.compile(r"(?P<which>下个?|next\s+|这个?|本|this\s+)?(?P<day>.)")


def until(words: str, today: date) -> date:
    """The day on which there are digests again.

    :param words: what stands behind 暂停, in lower case, half width and simplified
    :param today: by the reader's clock
    :raises NotUnderstood: `schedule.no_pause`, or `schedule.long_pause`
    """
    text = NUMERAL.sub(lambda found: digits(found.group()), words)
    lead = LEAD.match(text)
    rest = TRAIL.sub("", text[lead.end() :] if lead else text)
    is_english = bool(lead and lead["en"])
    is_named = bool(lead and (lead["zh"] or lead["en"]))
    found = next(_days(rest, today, is_english), None) if is_named else _for(rest, today)
    if found is None or found <= today:
        raise NotUnderstood("schedule.no_pause")
    if found > today + timedelta(days=LONGEST):
        raise NotUnderstood("schedule.long_pause", most=LONGEST)
    return found


def _for(rest: str, today: date) -> date | None:
    """After so many days, or what is left of this week."""
    if rest in THIS_DAY:
        return today + timedelta(days=1)
    return _monday(today) if rest in THIS_WEEK else _after(rest, today)


def _after(rest: str, today: date) -> date | None:
    span = SPAN.fullmatch(rest)
    if not span:
        return None
    many = NUMBERS.get(span[1]) or float(span[1])
    return today + timedelta(days=round(many * UNITS[span[2]]))


def _days(rest: str, today: date, is_english: bool) -> Iterator[date]:
    """The day that is named, in each of the ways in which it may be."""
    if rest in DAYS:
        yield today + timedelta(days=DAYS[rest])
    if rest in NEXT_WEEK:
        yield _monday(today)
    if rest in NEXT_MONTH:
        yield _next_month(today)
    if found := MONTHLY.fullmatch(rest):
        yield from _of_month(int(found[2]), today, bool(found["next"]))
    for form in YEARLY:
        if found := form.fullmatch(rest):
            named = found.groupdict()
            month = int(named.get("month") or 0) or SHORT.index(named["name"][:3]) + 1
            yield from _dated(month, int(named.get("day") or 1), int(named.get("year") or 0), today)
    if found := NUMERIC.fullmatch(rest):
        yield from _numeric(int(found[1]), int(found[2]), today, is_english)
    yield from _weekday(rest, today)
    if after := _after(rest, today):
        yield after


def _dated(month: int, day: int, year: int, today: date) -> Iterator[date]:
    """That day, of the year if one is named; there may be none, as 29 February in most years."""
    for one in (year,) if year else (today.year, today.year + 1):
        try:
            found = date(one, month, day)
        except ValueError:
            continue
        if year or today < found <= today + timedelta(days=NEAR):
            yield found


def _numeric(one: int, other: int, today: date, is_english: bool) -> Iterator[date]:
    """`12/5`: a month and a day in Chinese; in English it may be either, and is not guessed."""
    found = {*_dated(one, other, 0, today)}
    if is_english:
        found |= {*_dated(other, one, 0, today)}
        if one != other and max(one, other) <= 12:
            return
    yield from sorted(found)


def _of_month(day: int, today: date, of_next: bool) -> Iterator[date]:
    """到5号: the next fifth. There is no 31st in most months: then nothing is guessed."""
    month = _next_month(today) if of_next or day <= today.day else today
    try:
        yield month.replace(day=day)
    except ValueError:
        return


def _weekday(rest: str, today: date) -> Iterator[date]:
    """周三 and this Wednesday: the next one; 下周三 is of the next week. Next Friday may be of either."""
    found = WEEKDAY.fullmatch(marked(rest))
    days = days_of(found["day"]) if found else frozenset()
    if not found or len(days) != 1:
        return
    which, day = (found["which"] or "").strip(), min(days)
    soonest = today + timedelta(days=(day - today.weekday() - 1) % 7 + 1)
    of_next = _monday(today) + timedelta(days=day)
    if which in ("这", "这个", "本", "this"):
        found_days = [soonest] if soonest < _monday(today) else []
    elif which == "next":
        found_days = [soonest] if soonest == of_next else []
    else:
        found_days = [of_next if which else soonest]
    yield from found_days


def _monday(today: date) -> date:
    """Of the next week."""
    return today + timedelta(days=7 - today.weekday())


def _next_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
