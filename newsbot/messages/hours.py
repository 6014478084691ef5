"""A reader's hours in words."""

from __future__ import annotations

from collections.abc import Iterable

from newsbot.messages.wording import label
from newsbot.models.readers import WEEK, WEEKEND, WORKDAYS, Hour

KEYS = {WEEK: "schedule.daily", WORKDAYS: "schedule.workdays", WEEKEND: "schedule.weekend"}


def hours_in_words(hours: Iterable[Hour], language: str) -> str:
    """`08:00 18:30`, or `工作日 08:00 周末 10:00`."""
    days: dict[frozenset[int], list[str]] = {}
    for hour in sorted(hours, key=lambda hour: (min(hour.days, default=0), -len(hour.days), hour.at)):
        days.setdefault(hour.days, []).append(hour.at.strftime("%H:%M"))
    parts = []
    for which, times in days.items():
        key = KEYS.get(which, "") if days.keys() != {WEEK} else ""
        parts.append(" ".join([*([label(key, language)] if key else []), *times]))
    return " ".join(parts)
