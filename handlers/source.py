"""/source: the sources, how they are, and what can be done about them. For administrators alone."""

from __future__ import annotations

from collections.abc import Callable

from handlers.visit import Visit
from newsbot.errors import NewsbotError, NotUnderstood, SettingsError
from newsbot.flows import catalogue
from newsbot.messages import source as words
from newsbot.models.sources import Source


async def source(visit: Visit) -> None:
    """/source, /source 名字, /source https://… [selector]"""
    if "://" in visit.words.partition(" ")[0]:
        await _add(visit)
        return
    known, now = await catalogue.listed(visit.room), visit.room.now()
    if visit.words:
        await visit.show(words.card(*_named(visit.words, known), visit.reader, now))
    else:
        await visit.show(words.sources(known, 0, visit.reader, now))


async def page(visit: Visit) -> None:
    """‹ ›"""
    known = await catalogue.listed(visit.room)
    await visit.edit(words.sources(known, visit.press.number or 0, visit.reader, visit.room.now()))


async def card(visit: Visit) -> None:
    """A number: that source."""
    await _show(visit, await _pressed(visit))


async def switch(visit: Visit) -> None:
    """On or off."""
    found, _ = await _pressed(visit)
    on = visit.press.value.endswith(".on")
    await catalogue.switch(visit.room, found.id, on)
    await _show(visit, await _pressed(visit))
    await visit.toast("source.is_on" if on else "source.is_off", name=found.name)


async def weight(visit: Visit) -> None:
    """Less or more is thought of it from now on."""
    found, _ = await _pressed(visit)
    step = visit.press.value.partition(".")[2]
    if not (step.isdecimal() and int(step) < len(words.WEIGHTS)):
        raise NotUnderstood("press.old")
    await catalogue.weigh(visit.room, found.id, words.WEIGHTS[int(step)])
    await _show(visit, await _pressed(visit))
    await visit.toast("source.weighs", name=found.name, weight=f"{words.WEIGHTS[int(step)]:g}")


async def check(visit: Visit) -> None:
    """Ask it now, and show what it says; nothing is stored."""
    found, health = await _pressed(visit)
    checked = await catalogue.check(visit.room, found)
    said = (
        words.checked_badly(checked.reason, checked.error, visit.language)
        if checked.error
        else words.checked_well(
            checked.articles, checked.via, visit.language, found.on and not health.gone_at
        )
    )
    await visit.edit(words.card(found, health, visit.reader, visit.room.now(), said))


async def remove(visit: Visit) -> None:
    """Ask once more."""
    found, _ = await _pressed(visit)
    await visit.edit(words.sure(found, visit.language))


async def removed(visit: Visit) -> None:
    """Forget it; its articles stay."""
    found, _ = await _pressed(visit)
    await catalogue.remove(visit.room, found.id)
    known = await catalogue.listed(visit.room)
    await visit.edit(words.sources(known, 0, visit.reader, visit.room.now()))
    await visit.toast("source.removed", name=found.name)


async def _add(visit: Visit) -> None:
    address, _, selector = visit.words.partition(" ")
    await visit.say("source.looking")  # a slow site takes half a minute
    try:
        added = await catalogue.add(visit.room, address, selector=selector.strip() or None)
    except SettingsError:
        raise NotUnderstood("source.bad_selector") from None
    except NewsbotError as error:
        await visit.say("source.not_added", why=words.why_not(error, visit.language))
        return
    known = await _known(visit, lambda one: one.id == added.id)
    await visit.show(words.card(*known, visit.reader, visit.room.now(), words.added(visit.language)))


async def _show(visit: Visit, known: words.Known) -> None:
    await visit.edit(words.card(*known, visit.reader, visit.room.now()))


async def _pressed(visit: Visit) -> words.Known:
    """The source that a button names."""
    wanted = visit.press.value.partition(".")[0]
    return await _known(visit, lambda one: words.key(one.id) == wanted)


async def _known(visit: Visit, is_it: Callable[[Source], bool]) -> words.Known:
    for known in await catalogue.listed(visit.room):
        if is_it(known[0]):
            return known
    raise NotUnderstood("press.old")


def _named(name: str, known: list[words.Known]) -> words.Known:
    """By id, by name, or by a part of the name."""
    wanted = name.strip().lower()
    for matches in (
        lambda one: one.id.lower() == wanted,
        lambda one: one.name.lower() == wanted,
        lambda one: wanted in one.name.lower() or wanted in one.url.lower(),
    ):
        for one in known:
            if matches(one[0]):
                return one
    raise NotUnderstood("source.unknown", words=name[:60])
