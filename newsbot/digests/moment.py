"""A moment as people write it: `20:00`, `明天 8:30`, `11-27 晚上8点`, `30分钟后`, `in 2 hours`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from newsbot.digests import plan
from newsbot.errors import NotUnderstood
from newsbot.models.readers import WEEK

FURTHEST = timedelta(days=31)
SPAN = re.compile(
    r"(?:in\s+|过)?(?P<many>\d{1,3}|[半一二两三四五六七八九十]{1,3})\s*个?"
    r"(?P<unit>分钟|小时|钟头|min(?:ute)?s?|h(?:our)?s?)\s*(?:之?后|以后|later)?"
)
NEAR = {"今天": 0, "今晚": 0, "今日": 0, "明天": 1, "明早": 1, "明晚": 1, "明日": 1, "后天": 2}
NEAR |= {"today": 0, "tonight": 0, "tomorrow": 1}
DAY = re.compile(
    r"(?:(?P<near>" + "|".join(NEAR) + r")"
    r"|(?:(?P<year>\d{4})[-/年])?(?P<month>\d{1,2})[-/月](?P<day>\d{1,2})[日号]?)\s*"
)
PARTS = {"今晚": "晚上", "明早": "早上", "明晚": "晚上", "tonight": "晚上"}


def when(words: str, now: datetime, zone: str) -> datetime:
    """The moment, within a month.

    :param now: aware
    :raises NotUnderstood: `moment.bad`, or `moment.past` where it is over
    """
    text = plan.plain(words)
    if span := SPAN.fullmatch(text):
        return now + _span(span["many"], span["unit"])
    local = now.astimezone(ZoneInfo(zone))
    found = DAY.match(text)
    clock = text[found.end() :] if found else text
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


def _span(many: str, unit: str) -> timedelta:
    is_hours = unit[0] in "小钟h"
    if many == "半":
        return timedelta(minutes=30) if is_hours else timedelta(seconds=30)
    number = int(plan.digits(many))
    if not number:
        raise NotUnderstood("moment.bad")
    return timedelta(hours=number) if is_hours else timedelta(minutes=number)


def _day(found: re.Match[str], today: date) -> date:
    if found["near"]:
        return today + timedelta(days=NEAR[found["near"]])
    try:
        day = date(int(found["year"] or today.year), int(found["month"]), int(found["day"]))
    except ValueError:
        raise NotUnderstood("moment.bad") from None
    return day.replace(year=day.year + 1) if not found["year"] and day < today else day
