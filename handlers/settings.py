"""/settings: one page to everything that a reader can set."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers import lists, schedule, sources, taste
from handlers.follow import present
from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import readers
from newsbot.messages import settings as pages
from newsbot.messages.rights import privacy
from newsbot.messages.wording import LANGUAGES, say
from newsbot.models.messages import Message


async def settings(visit: Visit) -> None:
    """/settings: the page."""
    await visit.show(_page(visit))


async def part(visit: Visit) -> None:
    """A part of it, in its place; or the page again."""
    if visit.press.value == "done":
        await visit.remove()
        await visit.toast("settings.closed")
        return
    made = PARTS.get(visit.press.value)
    if made is None or (visit.press.value in OF_A_PERSON and not visit.is_private):
        raise NotUnderstood("press.old")
    message = await made(visit)
    if visit.press.value in WITH_WAY_BACK:
        message = pages.with_way_back(message, visit.language)
    await visit.edit(message)
    await visit.toast()


async def aside(visit: Visit) -> None:
    """What stands beside it: the page below a digest, which stays, and a question."""
    if visit.press.value == "feedback" and visit.is_private:
        await visit.ask("feedback", "feedback.ask")
    elif visit.press.value == "privacy":
        await visit.show(privacy(visit.language))
    else:
        await visit.show(_page(visit))
    await visit.toast()


def _speaks(language: str) -> Callable[[Visit], Awaitable[Message]]:
    async def page(visit: Visit) -> Message:
        visit.reader = await readers.speak(visit.room, visit.reader, language)
        return _page(visit)

    return page


async def _resumed(visit: Visit) -> Message:
    visit.reader = await readers.begin(visit.room, visit.reader, visit.thread_id)
    return _page(visit)


async def _stopped(visit: Visit) -> Message:
    visit.reader = await readers.stop(visit.room, visit.reader)
    return Message(text=str(say("stop.done", visit.language)))


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
    await visit.edit(schedule.look(visit))
    await visit.toast()


async def _filters_again(visit: Visit) -> None:
    await visit.edit(pages.filters(visit.reader))
    await visit.toast()


def _page(visit: Visit) -> Message:
    return pages.settings(schedule.plan_of(visit), bool(visit.room.settings.tips))


def _at_once(made: Callable[[Visit], Message]) -> Callable[[Visit], Awaitable[Message]]:
    async def page(visit: Visit) -> Message:
        return made(visit)

    return page


PARTS: dict[str, Callable[[Visit], Awaitable[Message]]] = {
    "": _at_once(_page),
    "filter": _at_once(lambda visit: pages.filters(visit.reader)),
    "look": _at_once(schedule.look),
    "words": lambda visit: present(visit, 0),
    "sources": sources.present,
    "saved": lambda visit: lists.page(visit, "saved"),
    "hot": lambda visit: lists.page(visit, "hot"),
    "guess": lambda visit: lists.page(visit, "guess"),
    "taste": taste.page,
    **{one: _speaks(one) for one in LANGUAGES},
    "resume": _resumed,
    "stop": _at_once(lambda visit: pages.stopping(visit.language)),
    "stopped": _stopped,
}
OF_A_PERSON = ("saved", "guess", "taste")
WITH_WAY_BACK = ("words", "sources", "saved", "hot", "guess", "stopped")
