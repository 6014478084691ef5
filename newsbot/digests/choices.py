"""What a reader may choose about their digests by pressing.

Every button says what is to be, not what to change: a press that is dealt with twice does no harm.

    at.on.0800.w   an hour on workdays (d every day, e weekends), or at.off.0800.w
    at.off.0740.21 the same of other days: Monday is 1, Tuesday 2, Wednesday 4, … and all of them added up
    zone.3         the fourth of the zones that are offered
    quiet.2300.0700, quiet.off
    pause.7        days, pause.off
    length.10      least.3      alerts.5
    nothing.on     reviews.on   preview.on   rich.on, or off
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from typing import Any

from newsbot.digests import zones
from newsbot.digests.plan import MOST
from newsbot.digests.wishes import LENGTHS, LONGEST_QUIET, paused
from newsbot.errors import NotUnderstood
from newsbot.models.readers import WEEK, WEEKEND, WORKDAYS, Hour, Reader

GROUPS = {"d": WEEK, "w": WORKDAYS, "e": WEEKEND}
HOURS = tuple(time(hour) for hour in (6, 7, 8, 9, 12, 18, 20, 21, 22))
LEAST = (1, 3, 5)
ALERTS = (3, 5, 10, 20)
QUIETS = tuple((time(since), time(until)) for since, until in ((22, 7), (23, 7), (23, 8), (0, 8)))
PAUSES = (1, 3, 7, 14)
NUMBERS = {"length": ("length", LENGTHS), "least": ("least", LEAST), "alerts": ("most_alerts", ALERTS)}
SWITCHES = {"nothing": "tells_nothing", "reviews": "reviews", "preview": "preview", "rich": "rich"}
UNKNOWN = NotUnderstood("press.old")


def chosen(reader: Reader, value: str, now: datetime) -> Reader:
    """The reader as a button wants it.

    :param value: what the button carries, see above
    :param now: aware
    :raises NotUnderstood: `press.old` for what no button of ours carries, or what cannot be
    """
    what, *how = value.split(".")
    match what, how:
        case "at", ["on" | "off" as wanted, at, group]:
            return _with_hour(reader, _time(at), group, wanted == "on")
        case "zone", [number] if number.isdecimal() and int(number) < len(zones.COMMON):
            return replace(reader, zone=zones.COMMON[int(number)])
        case "quiet", ["off"]:
            return replace(reader, quiet=None)
        case "quiet", [since, until]:
            return replace(reader, quiet=_quiet(_time(since), _time(until)))
        case "pause", ["off"]:
            return replace(reader, paused_until=None)
        case "pause", [days] if days in map(str, PAUSES):
            return paused(reader, f"{days} day", now)
        case kind, [number] if kind in NUMBERS and number in map(str, NUMBERS[kind][1]):
            changes: dict[str, Any] = {NUMBERS[kind][0]: int(number)}
            return replace(reader, **changes)
        case kind, ["on" | "off" as wanted] if kind in SWITCHES:
            switched: dict[str, Any] = {SWITCHES[kind]: wanted == "on"}
            return replace(reader, **switched)
    raise UNKNOWN


def _with_hour(reader: Reader, at: time, group: str, wanted: bool) -> Reader:
    hour = Hour(at, days_of(group))
    # every day at eight is at eight on workdays too
    others = [one for one in reader.hours if not (one.at == at and one.days <= hour.days)]
    is_covered = any(one.at == at and one.days > hour.days for one in reader.hours)
    if wanted and is_covered:
        return reader
    hours = [*others, hour] if wanted else [one for one in reader.hours if one != hour]
    if not hours:
        raise NotUnderstood("schedule.last_hour")
    if len(hours) > MOST:
        raise NotUnderstood("schedule.too_many", most=MOST)
    return replace(reader, hours=tuple(sorted(hours, key=lambda one: (one.at, sorted(one.days)))))


def group_of(days: frozenset[int]) -> str:
    """How a button names days."""
    named = next((group for group, theirs in GROUPS.items() if theirs == days), "")
    return named or str(sum(1 << day for day in days))


def days_of(group: str) -> frozenset[int]:
    """The days that a button names; raises NotUnderstood."""
    if group in GROUPS:
        return GROUPS[group]
    bits = int(group) if group.isascii() and group.isdecimal() and len(group) < 4 else 0
    if not 0 < bits < 128:
        raise UNKNOWN
    return frozenset(day for day in WEEK if bits >> day & 1)


def _quiet(since: time, until: time) -> tuple[time, time]:
    """As what is typed: not all day."""
    minutes = (60 * (until.hour - since.hour) + until.minute - since.minute) % (24 * 60)
    if not 0 < minutes <= LONGEST_QUIET:
        raise UNKNOWN
    return since, until


def _time(digits: str) -> time:
    if len(digits) != 4 or not (digits.isascii() and digits.isdecimal()):
        raise UNKNOWN
    hour, minute = int(digits[:2]), int(digits[2:])
    if hour > 23 or minute > 59:
        raise UNKNOWN
    return time(hour, minute)
