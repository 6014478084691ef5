"""/schedule: when and how digests come, on one page that is edited in place."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import readers
from newsbot.messages import plan as pages
from newsbot.messages.settings import look
from newsbot.models.messages import Message

LOOKS = ("preview", "rich")


async def schedule(visit: Visit) -> None:
    """/schedule 8:30 …; without words the page, and what is typed next is an answer to it."""
    if not visit.words:
        await readers.ask(visit.room, visit.reader.id, "schedule")
        await visit.show(pages.page(_plan(visit)))
        return
    visit.reader = await readers.schedule(visit.room, visit.reader, visit.words)
    await visit.show(pages.done(_plan(visit)))


async def zone(visit: Visit) -> None:
    """A city, typed after the question for one."""
    visit.reader = await readers.live_in(visit.room, visit.reader, visit.words)
    await visit.show(pages.done(_plan(visit)))


async def place(visit: Visit) -> None:
    """A shared location: its zone; where somebody is is written down nowhere."""
    message = visit.update.effective_message
    if message is None or message.location is None:
        raise NotUnderstood("schedule.no_zone")
    at = message.location
    visit.reader = await readers.live_at(visit.room, visit.reader, at.latitude, at.longitude)
    await visit.show(pages.done(_plan(visit)))


async def press(visit: Visit) -> None:
    """A button of the page, of one of its parts, or of how digests look."""
    value = visit.press.value
    part = value.removeprefix("page.") if value.startswith("page.") else ""
    if part and part not in pages.PARTS:
        raise NotUnderstood("press.old")
    if value and not part:
        visit.reader = await readers.choose(visit.room, visit.reader, value)
        await visit.close()  # the question: it was answered by the button
        part = pages.part_of(value)
    else:
        await readers.ask(visit.room, visit.reader.id, "zone" if part == "zone" else "schedule")
    await visit.edit(_look(visit) if value.partition(".")[0] in LOOKS else pages.page(_plan(visit), part))
    await visit.toast()


def _look(visit: Visit) -> Message:
    return look(visit.reader, visit.room.settings.summary_url is not None)


def _plan(visit: Visit) -> pages.Plan:
    hours = readers.hours_of(visit.room, visit.reader)
    return pages.Plan(visit.reader, hours, visit.room.now())
