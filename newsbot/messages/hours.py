"""A reader's hours in words."""

from __future__ import annotations

from collections.abc import Iterable

from babel.dates import get_day_names

from newsbot.messages.wording import label
from newsbot.models.readers import WEEK, WEEKEND, WORKDAYS, Hour

KEYS = {WEEK: "schedule.daily", WORKDAYS: "schedule.workdays", WEEKEND: "schedule.weekend"}


def days_in_words(days: frozenset[int], language: str) -> str:
    """`工作日`, or `周一、周三`."""
    if days in KEYS:
        return label(KEYS[days], language)
    names = get_day_names("abbreviated", locale=language)
    return ("、" if language == "zh" else ", ").join(names[day] for day in sorted(days))


def hours_in_words(hours: Iterable[Hour], language: str) -> str:
    """`08:00 18:30`, or `工作日 08:00 周末 10:00`."""
    days: dict[frozenset[int], list[str]] = {}
    for hour in sorted(hours, key=lambda hour: (min(hour.days, default=0), -len(hour.days), hour.at)):
        days.setdefault(hour.days, []).append(hour.at.strftime("%H:%M"))
    parts = []
    for which, times in days.items():
        named = [] if days.keys() == {WEEK} else [days_in_words(which, language)]
        parts.append(" ".join([*named, *times]))
    return " ".join(parts)
