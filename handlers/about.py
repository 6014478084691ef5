"""/help, /id, /stop, and what is said to what we do not know."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.flows import readers


async def own_id(visit: Visit) -> None:
    """/id"""
    is_person = visit.person_id > 0
    await visit.say("id.yours" if is_person else "id.chat", id=visit.person_id)


async def stop(visit: Visit) -> None:
    """/stop: no digests; everything else is kept."""
    await readers.stop(visit.room, visit.reader)
    await visit.say("stop.done")


async def unknown(visit: Visit) -> None:
    """A command that there is not."""
    await visit.say("command.unknown")
