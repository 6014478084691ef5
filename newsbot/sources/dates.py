"""When something was published, from the many ways in which feeds and Chinese pages write it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

_LONGEST = 200  # characters; no date is longer, and a hostile one might be
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_EAST_8 = timedelta(hours=8)

_ENGLISH = re.compile(
    r"\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\s+\d{2,4}\b.{0,40}",
    re.IGNORECASE,
)
_CLOCK = (
    r"(?P<half>凌晨|早上|上午|中午|下午|晚上)?\s*(?P<hour>\d{1,2})\s*[:：时点]\s*(?P<minute>\d{1,2})"
    r"(?:\s*[:：分]\s*(?P<second>\d{1,2}))?(?:[.,]\d{1,9})?[分秒]?(?:\s*(?P<noon>[AaPp])\.?[Mm]\b\.?)?"
)
_NAMED: dict[str, float] = {  # hours east; CST depends on the reader
    "Z": 0, "GMT": 0, "UTC": 0, "UT": 0, "WET": 0, "BST": 1, "CET": 1, "WEST": 1, "CEST": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "IST": 5.5, "BJT": 8, "HKT": 8, "SGT": 8, "AWST": 8, "JST": 9, "KST": 9,
    "AEST": 10, "AEDT": 11,
    "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
_NUMBER = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2}?):?(\d{2})?")
_NAMES = "|".join(sorted(_NAMED, key=len, reverse=True))
_OFFSET = rf"\s*[(（]?(?P<offset>(?:GMT|UTC)?[+-]\d{{1,2}}(?::?\d{{2}})?(?!\d)|(?:{_NAMES}|CST)\b)?"
_FULL = re.compile(
    r"(?<!\d)(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})(?!\d)\s*日?"
    rf"(?:[T\s,，]*{_CLOCK}{_OFFSET})?"
)
_SHORT = re.compile(rf"(?<!\d)(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})(?!\d)\s*日?(?:\s*{_CLOCK})?")
_DASHED = re.compile(rf"(?<![\d/-])(?P<month>\d{{1,2}})[-/](?P<day>\d{{1,2}})\s+{_CLOCK}")
_DAY = re.compile(rf"(?P<day>今天|今日|昨天|昨日|前天)\s*(?:{_CLOCK})?")
_AGO = re.compile(r"(?P<count>\d{1,4})\s*(?P<unit>秒|分钟|小时|天|周|个月)\s*[之以]?前")
_NOON = re.compile(r"\d\s*([AaPp])\.?[Mm]\b\.?")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")

_UNITS = {
    "秒": timedelta(seconds=1),
    "分钟": timedelta(minutes=1),
    "小时": timedelta(hours=1),
    "天": timedelta(days=1),
    "周": timedelta(weeks=1),
    "个月": timedelta(days=30),
}
_DAYS_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}


def parse_date(text: str, zone: str, now: datetime) -> datetime | None:
    """The moment that `text` names, aware and UTC, or None where it names none after 1999.

    :param zone: IANA zone of times that carry none; where it lies at UTC+8, CST is China's
    :param now: aware; nothing is published later, so a future date becomes `now`
    """
    text = " ".join(text[:_LONGEST].split())
    place = ZoneInfo(zone)
    for read in (_epoch, _english, _full, _ago, _day, _short):
        try:
            moment = read(text, place, now)
        except (ValueError, OverflowError):  # the 31st of February, the year 0
            continue
        if moment is not None:
            return _plausible(moment, now)
    return None


def _plausible(moment: datetime, now: datetime) -> datetime | None:
    return None if moment < _OLDEST else min(moment, now).astimezone(UTC)


def _epoch(text: str, place: tzinfo, now: datetime) -> datetime | None:
    if not _EPOCH.fullmatch(text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _english(text: str, place: tzinfo, now: datetime) -> datetime | None:
    """RFC 822 and its relatives: `Mon, 23 Nov 2026 10:05:00 +0800`."""
    found = _ENGLISH.search(text)
    parts = parsedate_tz(found[0]) if found else None
    if parts is None:
        return None
    wall = datetime(*parts[:6])  # noqa: DTZ001  the zone is put on in the next step
    if (noon := _NOON.search(text)) is not None:
        wall = wall.replace(hour=_hours(wall.hour, noon[1].lower()))
        return _placed(wall, text[noon.end() :].strip(), place)
    seconds = parts[9]
    if text.endswith("CST") or seconds is None or (seconds == 0 and not _says_zero(text)):
        return _placed(wall, text.rsplit(" ", 1)[-1], place)
    return wall.replace(tzinfo=timezone(timedelta(seconds=seconds)))


def _says_zero(text: str) -> bool:
    """parsedate_tz takes a missing zone and `-0000` for zero; the first means that nobody said."""
    return bool(re.search(r"(?:[+-]00:?00|GMT|UTC?|Z)$", text))


def _full(text: str, place: tzinfo, now: datetime) -> datetime | None:
    found = _FULL.search(text)
    if not found:
        return None
    wall = datetime(int(found["year"]), int(found["month"]), int(found["day"])) + _time(found)  # noqa: DTZ001
    return _placed(wall, found["offset"] or "", place)


def _short(text: str, place: tzinfo, now: datetime) -> datetime | None:
    """A date without its year is the latest one that is not in the future."""
    found = _SHORT.search(text) or _DASHED.search(text)
    if not found:
        return None
    month, day, time = int(found["month"]), int(found["day"]), _time(found)
    year = now.astimezone(place).year
    moment = datetime(year, month, day, tzinfo=place) + time
    if moment > now + timedelta(days=1):
        moment = datetime(year - 1, month, day, tzinfo=place) + time
    return moment


def _day(text: str, place: tzinfo, now: datetime) -> datetime | None:
    found = _DAY.search(text)
    if not found:
        return None
    midnight = now.astimezone(place).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=_DAYS_BACK[found["day"]]) + _time(found)


def _ago(text: str, place: tzinfo, now: datetime) -> datetime | None:
    if "刚刚" in text:
        return now
    found = _AGO.search(text)
    return now - int(found["count"]) * _UNITS[found["unit"]] if found else None


def _time(found: re.Match[str]) -> timedelta:
    """The time of day that a pattern found, midnight where it found none."""
    half, hour, minute, second, noon = found.group("half", "hour", "minute", "second", "noon")
    if hour is None:
        return timedelta()
    hours = _hours(int(hour), half or (noon or "").lower())
    if hours > 24 or int(minute) > 59:
        raise ValueError("no such time of day")
    return timedelta(hours=hours, minutes=int(minute), seconds=int(second or 0))


def _hours(hour: int, half: str) -> int:
    """Of twenty-four, from twelve: 凌晨12:30 is half past midnight, 中午1:30 half past one."""
    if half in ("下午", "p") or (half == "中午" and hour < 6):
        return hour + 12 if hour < 12 else hour
    if half == "晚上":
        return hour + 12 if hour <= 12 else hour
    return 0 if half in ("凌晨", "a") and hour == 12 else hour


def _placed(wall: datetime, offset: str, place: tzinfo) -> datetime:
    """A wall-clock time with the zone that its offset names, or else with `place`."""
    if offset == "CST":
        local = wall.replace(tzinfo=place)
        return local if local.utcoffset() == _EAST_8 else wall.replace(tzinfo=timezone(timedelta(hours=-6)))
    if offset in _NAMED:
        return wall.replace(tzinfo=timezone(timedelta(hours=_NAMED[offset])))
    if number := _NUMBER.fullmatch(offset):
        sign = -1 if number[1] == "-" else 1
        shift = sign * timedelta(hours=int(number[2]), minutes=int(number[3] or 0))
        return wall.replace(tzinfo=timezone(shift))
    return wall.replace(tzinfo=place)
