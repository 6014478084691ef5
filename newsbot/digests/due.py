"""When a reader's next digest is due, and under which key it is written down once.

The key is the local date and the chosen time, not the moment: a night that has 01:30 twice, a
clock that jumps and two processes all give one digest.

An hour within the reader's quiet hours comes when these are over, under its own key; while a reader pauses
there are no hours. The review of a week has slots of its own, on Sunday evenings.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from newsbot.digests.quiet import heard
from newsbot.models.deliveries import WEEK
from newsbot.models.readers import Hour, Reader

SUNDAY, EVENING = 6, time(20)
SPREAD = 30  # minutes before and after the operator's hour, for readers who never chose


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest's moment (UTC) and its key, such as `2026-11-24T08:00`."""

    due_at: datetime
    key: str


def next_slot(reader: Reader, after: datetime, usual: time) -> Slot:
    """The first slot later than `after`.

    :param usual: the operator's hour, for readers who never chose one
    """
    zone, after = ZoneInfo(reader.zone), _begins(reader, after)
    today = after.astimezone(zone).date()
    theirs = hours(reader, usual)
    found: list[Slot] = []
    for offset in range(-1, 9):
        day = today + timedelta(days=offset)
        slots = [
            _slot(reader, datetime.combine(day, hour.at), zone)
            for hour in theirs
            if day.weekday() in hour.days
        ]
        was_found = bool(found)
        found += [slot for slot in slots if slot.due_at > after]
        if was_found:  # and the day after: quiet hours put the evening's off into it
            break
    return min(found, key=lambda slot: (slot.due_at, slot.key))


def next_review(reader: Reader, after: datetime) -> Slot:
    """The first Sunday evening later than `after`."""
    zone, after = ZoneInfo(reader.zone), _begins(reader, after)
    today = after.astimezone(zone).date()
    to_sunday = (SUNDAY - today.weekday()) % 7
    for weeks in range(3):
        day = today + timedelta(days=to_sunday + 7 * (weeks - 1))
        slot = _slot(reader, datetime.combine(day, EVENING), zone)
        if slot.due_at > after:
            break
    return Slot(slot.due_at, f"{WEEK}{day.isoformat()}")


def newest(following: Callable[[datetime], Slot], due: datetime, now: datetime) -> tuple[Slot, Slot, int]:
    """The newest slot that is due, or soon will be, the one after it, and how many before it are skipped.

    :param following: gives the slot after a moment
    :param due: when the first one was
    """
    slot = following(due - timedelta(seconds=1))
    after, over = following(slot.due_at), 0
    while after.due_at <= now:
        slot, after = after, following(after.due_at)
        over += 1
    return slot, after, over


def _begins(reader: Reader, after: datetime) -> datetime:
    """Nothing is due before a pause is over; what falls on its last moment is."""
    if reader.paused_until is None:
        return after
    return max(after, reader.paused_until - timedelta(seconds=1))


def hours(reader: Reader, usual: time) -> tuple[Hour, ...]:
    """The hours a reader chose, or else the operator's, spread by a hash of the reader."""
    return reader.hours or (Hour(_spread(reader.id, usual)),)


def _spread(reader_id: int, usual: time) -> time:
    digest = blake2b(str(reader_id).encode(), digest_size=4).digest()
    minutes = int.from_bytes(digest) % (2 * SPREAD + 1) - SPREAD
    at = (usual.hour * 60 + usual.minute + minutes) % (24 * 60)
    return time(at // 60, at % 60)


def _slot(reader: Reader, local: datetime, zone: ZoneInfo) -> Slot:
    due = local.replace(tzinfo=zone).astimezone(UTC)
    return Slot(heard(reader, due), local.strftime("%Y-%m-%dT%H:%M"))
