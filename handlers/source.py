"""/source: the sources, how they are, and what can be done about them. For administrators alone."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.errors import NewsbotError, NotUnderstood, SettingsError, SourceError
from newsbot.flows import catalogue
from newsbot.messages import source as words
from newsbot.models.sources import Health, Source


async def source(visit: Visit) -> None:
    """/source, /source 名字, /source https://… [selector]"""
    known = await catalogue.listed(visit.room)
    if "://" in visit.words.partition(" ")[0]:
        await _add(visit)
    elif visit.words:
        found, health = _named(visit.words, known)
        await visit.show(words.card(found, health, visit.reader, visit.room.now()))
    else:
        await visit.show(words.sources(known, 0, visit.reader, visit.room.now()))


async def page(visit: Visit) -> None:
    """‹ ›"""
    number = _value(visit)
    known = await catalogue.listed(visit.room)
    shown = int(number) if number.isdecimal() else 0
    await visit.edit(words.sources(known, shown, visit.reader, visit.room.now()))


async def card(visit: Visit) -> None:
    """A number: that source."""
    await _show(visit, await _pressed(visit))


async def switch(visit: Visit) -> None:
    """On or off."""
    found, _ = await _pressed(visit)
    on = _value(visit).endswith(".on")
    await catalogue.switch(visit.room, found.id, on)
    await _show(visit, await _pressed(visit))
    await visit.toast("source.is_on" if on else "source.is_off", name=found.name)


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
        reason, problem = (
            getattr(error, "reason", None),
            error.problem if isinstance(error, SourceError) else "",
        )
        await visit.say("source.not_added", why=words.why(reason, problem or str(error), visit.language))
        return
    health = next(
        (health for known, health in await catalogue.listed(visit.room) if known.id == added.id),
        Health(source_id=added.id),
    )
    said = words.added(visit.language)
    await visit.show(words.card(added, health, visit.reader, visit.room.now(), said))


async def _show(visit: Visit, known: words.Known) -> None:
    await visit.edit(words.card(*known, visit.reader, visit.room.now()))


async def _pressed(visit: Visit) -> words.Known:
    """The source that a button names."""
    wanted = _value(visit).partition(".")[0]
    for found, health in await catalogue.listed(visit.room):
        if words.key(found.id) == wanted:
            return found, health
    raise NotUnderstood("press.old")


def _value(visit: Visit) -> str:
    return visit.press.value if visit.press else ""


def _named(name: str, known: list[tuple[Source, Health]]) -> words.Known:
    """By id, by name, or by a part of the name."""
    wanted = name.strip().lower()
    for matches in (
        lambda one: one.id.lower() == wanted,
        lambda one: one.name.lower() == wanted,
        lambda one: wanted in one.name.lower() or wanted in one.url.lower(),
    ):
        for found, health in known:
            if matches(found):
                return found, health
    raise NotUnderstood("source.unknown", words=name[:60])
