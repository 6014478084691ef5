"""/settings: one page of what a reader has set."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.flows import readers
from newsbot.messages.settings import settings as page
from newsbot.models.messages import Message


async def settings(visit: Visit) -> None:
    """/settings: the page."""
    await visit.show(_page(visit))


async def let_in(visit: Visit) -> None:
    """A kind of noise, into digests or out of them."""
    visit.reader = await readers.let_in(visit.room, visit.reader, visit.press.value)
    await _again(visit)


async def read_in(visit: Visit) -> None:
    """A language of articles."""
    visit.reader = await readers.read_in(visit.room, visit.reader, visit.press.value)
    await _again(visit)


async def titles(visit: Visit) -> None:
    """Titles in the reader's language."""
    wanted = visit.press.value == "on"
    visit.reader = await readers.own_titles(visit.room, visit.reader, wanted)
    await _again(visit)


async def _again(visit: Visit) -> None:
    await visit.edit(_page(visit))
    await visit.toast()


def _page(visit: Visit) -> Message:
    hours = readers.hours_of(visit.room, visit.reader)
    return page(visit.reader, hours, translates=visit.room.settings.summary_url is not None)
