"""A moment as people write it: `20:00`, `明天 8:30`, `11-27 晚上8点`, `30分钟后`, `in 2 hours`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from newsbot.digests import plan
from newsbot.errors import NotUnderstood
from newsbot.models.readers import WEEK

FURTHEST = timedelta(days=31)
UNITS = (("分m", timedelta(minutes=1)), ("小钟h", timedelta(hours=1)), ("天d", timedelta(days=1)))
SPAN = re.compile(
    r"(?:in\s+|过)?(?P<many>\d{1,3}|[半一二两三四五六七八九十]{1,3})\s*个?(?P<half>半)?"
    r"(?P<unit>分钟|小时|钟头|天|min(?:ute)?s?|h(?:our)?s?|days?)\s*(?:之?后|以后|later)?"
)
NEAR = {"今天": 0, "今晚": 0, "今日": 0, "明天": 1, "明早": 1, "明晚": 1, "明日": 1, "后天": 2}
NEAR |= {"today": 0, "tonight": 0, "tomorrow": 1}
DAY = re.compile(
    r"(?:(?P<near>" + "|".join(NEAR) + r")"
    r"|(?:(?P<year>\d{4})[-/年])?(?P<month>\d{1,2})[-/月](?P<day>\d{1,2})[日号]?)\s*"
)
LAST_DAY = re.compile(r"\s*(?P<near>" + "|".join(NEAR) + r")(?P<year>$)?(?P<month>$)?(?P<day>$)?$")
PARTS = {"今晚": "晚上", "明早": "早上", "明晚": "晚上", "tonight": "晚上"}


def when(words: str, now: datetime, zone: str) -> datetime:
    """The moment, within a month.

    :param now: aware
    :raises NotUnderstood: `moment.bad`, or `moment.past` where it is over
    """
    text = plan.plain(words)
    if span := SPAN.fullmatch(text):
        return now + _span(span["many"], span["unit"], bool(span["half"]))
    local = now.astimezone(ZoneInfo(zone))
    found = DAY.match(text) or LAST_DAY.search(text)
    clock = (text[: found.start()] + text[found.end() :]).strip() if found else text
    near = (found["near"] or "") if found else ""
    day = _day(found, local.date()) if found else local.date()
    try:
        (hour,) = plan.parse(f"{PARTS.get(near, '')}{clock}")
    except (NotUnderstood, ValueError):
        raise NotUnderstood("moment.bad") from None
    if hour.days != WEEK:
        raise NotUnderstood("moment.bad")
    moment = datetime.combine(day, hour.at, tzinfo=ZoneInfo(zone))
    if not found and moment <= now:
        moment = datetime.combine(day + timedelta(days=1), hour.at, tzinfo=ZoneInfo(zone))
    if moment <= now:
        raise NotUnderstood("moment.past")
    if moment - now > FURTHEST:
        raise NotUnderstood("moment.bad")
    return moment


def _span(many: str, unit: str, and_a_half: bool) -> timedelta:
    one = next(span for signs, span in UNITS if unit[0] in signs)
    span = one / 2 if many == "半" else one * int(plan.digits(many)) + (one / 2 if and_a_half else 0 * one)
    if not timedelta(0) < span <= FURTHEST:
        raise NotUnderstood("moment.bad")
    return span


def _day(found: re.Match[str], today: date) -> date:
    if found["near"]:
        return today + timedelta(days=NEAR[found["near"]])
    month, day = int(found["month"]), int(found["day"])
    try:
        named = date(int(found["year"] or today.year), month, day)
        return date(today.year + 1, month, day) if not found["year"] and named < today else named
    except ValueError:
        raise NotUnderstood("moment.bad") from None
