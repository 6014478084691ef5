"""How often one person may search: who asks without a pause waits politely, and others do not wait for them.

Kept in memory alone: what somebody looked for, and when, is nobody's business.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from newsbot.errors import NotUnderstood
from newsbot.newsroom import Newsroom

MOST = 20
WINDOW = timedelta(minutes=1)
CROWD = 10_000  # people in memory before those who have left are forgotten


def enter(room: Newsroom, person_id: int) -> None:
    """One more search of this person.

    :raises NotUnderstood: it is one too many; `seconds` until the next
    """
    seconds = wait(room, person_id)
    if seconds:
        raise NotUnderstood("search.too_many", most=MOST, seconds=seconds)


def wait(room: Newsroom, person_id: int) -> int:
    """One more search of this person: 0, or, where it is one too many, the seconds until the next."""
    now = room.now()
    recent = _recent(room.searches.get(person_id, []), now)
    if len(recent) >= MOST:
        return 1 + int((recent[0] + WINDOW - now).total_seconds())
    if len(room.searches) > CROWD:
        room.searches = {one: times for one, times in room.searches.items() if _recent(times, now)}
    room.searches[person_id] = [*recent, now]
    return 0


def hears_it_again(room: Newsroom, chat_id: int, person_id: int) -> bool:
    """Whether somebody was told here within the last minute that something is not theirs to change."""
    now = room.now()
    if len(room.refusals) > CROWD:
        room.refusals.clear()
    last = room.refusals.get((chat_id, person_id))
    if last is not None and now - last < WINDOW:
        return True
    room.refusals[chat_id, person_id] = now
    return False


def _recent(times: list[datetime], now: datetime) -> list[datetime]:
    return [one for one in times if one > now - WINDOW]
