"""/schedule: when digests come."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.flows import readers
from newsbot.messages.hours import hours_in_words


async def schedule(visit: Visit) -> None:
    """/schedule 8:30 …; without words the hours as they are, and a question."""
    if not visit.words:
        await visit.ask("schedule", "schedule.ask", hours=_hours(visit), zone=visit.reader.zone)
        return
    visit.reader = await readers.schedule(visit.room, visit.reader, visit.words)
    await visit.say("schedule.done", hours=_hours(visit), zone=visit.reader.zone)


def _hours(visit: Visit) -> str:
    return hours_in_words(readers.hours_of(visit.room, visit.reader), visit.language)
