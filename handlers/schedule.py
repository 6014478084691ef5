"""/schedule: when and how digests come, on one page that is edited in place."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import readers
from newsbot.messages import plan as pages
from newsbot.messages.settings import look as looks
from newsbot.models.messages import Message
from newsbot.models.readers import Reader

LOOKS = ("preview", "rich")
#: what a part is asked for, as one would say it without being asked
FORMS = {
    "at": ("{}:00",),
    "quiet": ("免打扰 {}",),
    "pause": ("暂停 {}", "暂停到 {}"),
    "length": ("{}条",),
}


async def schedule(visit: Visit) -> None:
    """/schedule 8:30 …; without words the page, and what is typed next is an answer to it."""
    if not visit.words:
        await _ask(visit, "")
        await visit.show(pages.page(plan_of(visit)))
        return
    _asked_here(visit)
    await _done(visit, await readers.schedule(visit.room, visit.reader, visit.words))


def _asked_here(visit: Visit) -> None:
    """In a forum digests come where they were asked for first; /start moves them."""
    if not visit.reader.subscribed:
        visit.reader = replace(visit.reader, thread_id=visit.thread_id)


async def zone(visit: Visit) -> None:
    """A city, typed after the question for one."""
    await _done(visit, await readers.live_in(visit.room, visit.reader, visit.words))


async def place(visit: Visit) -> None:
    """A shared location: its zone; where somebody is is written down nowhere."""
    message = visit.update.effective_message
    if message is None or message.location is None:
        raise NotUnderstood("schedule.no_zone")
    at = message.location
    await _done(visit, await readers.live_at(visit.room, visit.reader, at.latitude, at.longitude))


async def typed(visit: Visit, about: str) -> None:
    """An answer to the page, or to a part of it, which it need not name: 23-7 is enough for quiet hours.

    :raises NotUnderstood: it is neither; the question stays open
    """
    name = about.partition(":")[2]
    try:
        if name == "zone":
            await zone(visit)
            return
        for form in FORMS.get(name, ()):
            with suppress(NotUnderstood):
                await schedule(visit.told(form.format(visit.words)))
                return
        await schedule(visit)
    except NotUnderstood:
        await visit.wonder(about)
        raise


async def _done(visit: Visit, changed: Reader) -> None:
    """The page; what is typed next is an answer to it again."""
    before, visit.reader = visit.reader, changed
    await _ask(visit, "")
    await visit.show(pages.done(plan_of(visit), before))


async def _ask(visit: Visit, part: str) -> None:
    await visit.wonder(f"plan:{part.partition('.')[0]}")


async def press(visit: Visit) -> None:
    """A button of the page, of one of its parts, or of how digests look."""
    value = visit.press.value
    part = value.removeprefix("page.") if value.startswith("page.") else ""
    if part and part not in pages.PARTS:
        raise NotUnderstood("press.old")
    if value and not part:
        _asked_here(visit)
        visit.reader = await readers.choose(visit.room, visit.reader, value)
        part = pages.part_of(value)
    await _ask(visit, part)
    await visit.edit(look(visit) if value.partition(".")[0] in LOOKS else pages.page(plan_of(visit), part))
    await visit.toast()


def look(visit: Visit) -> Message:
    """How digests look: a part of /settings."""
    return looks(visit.reader, visit.room.settings.summary_url is not None)


def plan_of(visit: Visit) -> pages.Plan:
    """The reader's plan as it is now."""
    hours = readers.hours_of(visit.room, visit.reader)
    return pages.Plan(visit.reader, hours, visit.room.now())
