"""/sources: where the news come from, each on or off for the reader; 推荐来源."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.visit import Visit
from newsbot.errors import NotUnderstood
from newsbot.flows import catalogue, follows, readers
from newsbot.flows import story as stories
from newsbot.messages.sources import PAGE, sources, word
from newsbot.models.feedback import SUGGEST
from newsbot.models.messages import Message


async def page(visit: Visit) -> None:
    """/sources"""
    await visit.show(await present(visit))


async def present(visit: Visit) -> Message:
    """The first page of all that there are now; their ids are kept for its buttons.

    Samples stand first: they are in the playground only, and what is read there.
    """
    there = [one for one, _ in await catalogue.listed(visit.room) if one.on]
    ids = [one.id for one in sorted(there, key=lambda one: not one.sample)]
    place = await follows.keep(visit.room, visit.reader, ids) if ids else ""
    return await _page(visit, ids, place, 0)


async def turn(visit: Visit) -> None:
    """◀ and ▶."""
    ids = await _kept(visit)
    await visit.edit(await _page(visit, ids, visit.press.place, visit.press.number or 0))
    await visit.toast()


async def press(visit: Visit) -> None:
    """A source, on or off; or 推荐来源."""
    if visit.press.value == "suggest":
        await visit.ask("suggest", "origins.ask")
        await visit.toast()
        return
    ids = await _kept(visit)
    number, _, wanted = visit.press.value.partition(".")
    if not (number.isdecimal() and len(number) < 6 and int(number) < len(ids) and wanted in ("on", "off")):
        raise NotUnderstood("press.old")
    change = follows.unmute if wanted == "on" else follows.mute
    await change(visit.room, visit.reader, [word(ids[int(number)])])
    visit.reader = await readers.known(visit.room, visit.reader.id, None)
    await visit.edit(await _page(visit, ids, visit.press.place, int(number) // PAGE))
    await visit.toast()


async def suggest(visit: Visit) -> None:
    """What somebody would like to have, for the people who run the bot."""
    update_id = visit.update.update_id
    is_new = await stories.feedback(visit.room, visit.person_id, None, SUGGEST, update_id, visit.words)
    await visit.say("feedback.thanks" if is_new else "feedback.again")


async def _page(visit: Visit, ids: Sequence[str], place: str, number: int) -> Message:
    names = await catalogue.names(visit.room)
    return sources([(one, names.get(one, one)) for one in ids], visit.reader, place, number)


async def _kept(visit: Visit) -> list[str]:
    ids = await follows.kept(visit.room, visit.reader.id, visit.press.place)
    if not ids:
        raise NotUnderstood("press.old")
    return ids
