"""/settings: one page to everything that a reader can set."""

from __future__ import annotations

from handlers.follow import present
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import lists, readers
from newsbot.messages import settings as pages
from newsbot.messages.listing import listed
from newsbot.messages.wording import say
from newsbot.models.messages import Message


async def settings(visit: Visit) -> None:
    """/settings: the page."""
    await visit.show(_page(visit))


async def part(visit: Visit) -> None:
    """A part of it, in its place; or the page again."""
    match visit.press.value:
        case "":
            await visit.edit(_page(visit))
        case "open":  # under a digest, which stays
            await visit.show(_page(visit))
        case "filter":
            await visit.edit(pages.filters(visit.reader))
        case "look":
            await visit.edit(_look(visit))
        case "words":
            await visit.edit(await present(visit, 0))
        case "saved":
            await visit.edit(
                listed(await lists.saved(visit.room, visit.reader), visit.reader, visit.room.now())
            )
        case "feedback":
            await visit.ask("feedback", "feedback.ask")
        case "stop":
            await visit.edit(pages.stopping(visit.language))
        case "stopped":
            visit.reader = await readers.stop(visit.room, visit.reader)
            await visit.edit(Message(text=str(say("stop.done", visit.language))))
        case _:
            raise NotUnderstood("press.old")
    await visit.toast()


async def let_in(visit: Visit) -> None:
    """A kind of noise, into digests or out of them."""
    visit.reader = await readers.let_in(visit.room, visit.reader, visit.press.value)
    await _filters_again(visit)


async def read_in(visit: Visit) -> None:
    """A language of articles."""
    visit.reader = await readers.read_in(visit.room, visit.reader, visit.press.value)
    await _filters_again(visit)


async def titles(visit: Visit) -> None:
    """Titles in the reader's language."""
    wanted = visit.press.value == "on"
    visit.reader = await readers.own_titles(visit.room, visit.reader, wanted)
    await visit.edit(_look(visit))
    await visit.toast()


async def _filters_again(visit: Visit) -> None:
    await visit.edit(pages.filters(visit.reader))
    await visit.toast()


def _look(visit: Visit) -> Message:
    return pages.look(visit.reader, visit.room.settings.summary_url is not None)


def _page(visit: Visit) -> Message:
    return pages.settings(visit.reader, readers.hours_of(visit.room, visit.reader))
