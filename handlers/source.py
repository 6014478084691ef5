"""/source: the sources, how they are, and what can be done about them. For administrators alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from handlers.visit import Visit
from newsbot.errors import NewsbotError, NotUnderstood, SettingsError
from newsbot.flows import readers, source_desk
from newsbot.messages import source as words
from newsbot.messages.inbox import previewed
from newsbot.messages.wording import label
from newsbot.models.messages import Message
from newsbot.models.sources import EDITABLE, Source

FILE = "newsbot.opml"
PREVIEW = "preview"  # kind of list: an address, and a selector behind it


async def source(visit: Visit) -> None:
    """/source, /source 名字, /source https://… [selector]"""
    if "://" in visit.words.partition(" ")[0]:
        await _look(visit)
        return
    known, now = await source_desk.listed(visit.room, visit.presser), visit.room.now()
    if visit.words:
        await visit.show(words.card(*_named(visit.words, known), visit.reader, now))
    else:
        await visit.show(words.sources(known, 0, visit.reader, now))


async def page(visit: Visit) -> None:
    """‹ ›"""
    known = await source_desk.listed(visit.room, visit.presser)
    await visit.edit(words.sources(known, visit.press.number or 0, visit.reader, visit.room.now()))


async def card(visit: Visit) -> None:
    """A number: that source."""
    await _show(visit, await _pressed(visit))


async def switch(visit: Visit) -> None:
    """On or off."""
    found, _ = await _pressed(visit)
    on = visit.press.value.endswith(".on")
    await source_desk.switch(visit.room, visit.presser, found.id, on)
    await _show(visit, await _pressed(visit))
    await visit.toast("source.is_on" if on else "source.is_off", name=found.name)


async def weight(visit: Visit) -> None:
    """Less or more is thought of it from now on."""
    found, _ = await _pressed(visit)
    step = visit.press.value.partition(".")[2]
    if not (step.isdecimal() and int(step) < len(words.WEIGHTS)):
        raise NotUnderstood("press.old")
    await source_desk.weigh(visit.room, visit.presser, found.id, words.WEIGHTS[int(step)])
    await _show(visit, await _pressed(visit))
    await visit.toast("source.weighs", name=found.name, weight=f"{words.WEIGHTS[int(step)]:g}")


async def check(visit: Visit) -> None:
    """Ask it now, and show what it says; nothing is stored."""
    found, health = await _pressed(visit)
    checked = await source_desk.check(visit.room, visit.presser, found)
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
    await source_desk.remove(visit.room, visit.presser, found.id)
    known = await source_desk.listed(visit.room, visit.presser)
    await visit.edit(words.sources(known, 0, visit.reader, visit.room.now()))
    await visit.toast("source.removed", name=found.name)


# a new one


async def _look(visit: Visit) -> None:
    """What there is at an address, before it is saved."""
    address, _, rest = visit.words.partition(" ")
    selector = rest.strip() or None
    await visit.say("source.looking")  # a slow site takes half a minute
    try:
        found = await source_desk.preview(visit.room, visit.presser, address, selector)
    except NotUnderstood:
        raise
    except NewsbotError as error:
        await visit.say("source.not_added", why=words.why_not(error, visit.language))
        return
    kept = " ".join(filter(None, (address, selector)))
    place = await readers.remember_word(visit.room, visit.reader.id, kept, PREVIEW)
    called = found.answer.title or found.url
    items = previewed(called, found.url, found.kind, found.answer.drafts, visit.language)
    await visit.show(words.to_save(items, place, visit.language))


async def save(visit: Visit) -> None:
    """What was looked at is taken in, or not."""
    kept = await readers.remembered_word(visit.room, visit.reader.id, visit.press.place, (PREVIEW,))
    if kept is None:
        raise NotUnderstood("press.old")
    if visit.press.value == "no":
        await visit.edit(visit.sentence("source.not_saved"))
        return
    address, _, selector = kept.partition(" ")
    before = {one.id for one, _ in await source_desk.listed(visit.room, visit.presser)}
    try:
        added = await source_desk.add(visit.room, visit.presser, address, selector or None)
    except SettingsError:
        raise NotUnderstood("source.bad_selector") from None
    except NotUnderstood:
        raise
    except NewsbotError as error:
        await visit.edit(visit.sentence("source.not_added", why=words.why_not(error, visit.language)))
        return
    known = await _known(visit, lambda one: one.id == added.id)
    await visit.edit(
        words.card(
            *known, visit.reader, visit.room.now(), words.added(visit.language, added.id not in before)
        )
    )


# one that is there


async def edit(visit: Visit) -> None:
    """Which part? Then that one is asked for."""
    found, _ = await _pressed(visit)
    field = visit.press.value.partition(".")[2]
    if not field:
        await visit.edit(words.fields(found, visit.language))
        return
    if field not in EDITABLE:
        raise NotUnderstood("press.old")
    value = getattr(found, field) or "—"
    called = label(f"source.field.{field}", visit.language)
    await visit.ask(
        "source_edit", "source.ask.field", payload=f"{found.id} {field}", field=called, value=value
    )
    await visit.toast()


async def _edited(visit: Visit, payload: str) -> None:
    source_id, _, field = payload.partition(" ")
    await source_desk.describe(visit.room, visit.presser, source_id, field, visit.words)
    known = await _known(visit, lambda one: one.id == source_id)
    await visit.show(words.card(*known, visit.reader, visit.room.now()))


# all of them as a file


async def opml(visit: Visit) -> None:
    """In, or out."""
    if visit.press.value == "in":
        await visit.ask("source_opml", "source.ask.opml")
    elif visit.press.value == "out":
        data = await source_desk.bring_out(visit.room, visit.presser)
        caption = label("source.exported", visit.language)
        await visit.show(Message(text=caption, document=(FILE, data), caption=caption))
    else:
        raise NotUnderstood("press.old")
    await visit.toast()


async def _brought(visit: Visit, _: str) -> None:
    message = visit.update.effective_message
    document = message.document if message is not None else None
    if document is None:
        raise NotUnderstood("source.no_file")
    try:
        found = await source_desk.bring_in(
            visit.room, visit.presser, document.file_id, document.file_name or FILE
        )
    except NotUnderstood:
        raise
    except NewsbotError as error:
        await visit.say("source.bad_file", why=words.why_not(error, visit.language))
        return
    await visit.show(words.imported(found, visit.language))


ANSWERS: dict[str, Callable[[Visit, str], Awaitable[None]]] = {
    "source_edit": _edited,
    "source_opml": _brought,
}


# pieces


async def _show(visit: Visit, known: words.Known) -> None:
    await visit.edit(words.card(*known, visit.reader, visit.room.now()))


async def _pressed(visit: Visit) -> words.Known:
    """The source that a button names."""
    wanted = visit.press.value.partition(".")[0]
    return await _known(visit, lambda one: words.key(one.id) == wanted)


async def _known(visit: Visit, is_it: Callable[[Source], bool]) -> words.Known:
    for known in await source_desk.listed(visit.room, visit.presser):
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
