"""What administrators do to the catalogue from the chat: asked whether they may, and written into the log."""

from __future__ import annotations

from collections.abc import Mapping

from newsbot.errors import NotReadable, NotUnderstood
from newsbot.flows import catalogue, discover, exchange, staff
from newsbot.flows.exchange import Imported
from newsbot.flows.story import Presser
from newsbot.models.sources import EDITABLE, Health, Source
from newsbot.models.staff import Right
from newsbot.newsroom import Newsroom
from newsbot.sources import catalog
from newsbot.sources.addresses import canonical

LARGEST_FILE = 5_000_000  # bytes of an OPML file


async def listed(room: Newsroom, who: Presser) -> list[tuple[Source, Health]]:
    """Every source with its health, by id."""
    await staff.authorise(room, who, Right.SOURCES, "source_look")
    return await catalogue.listed(room)


async def preview(room: Newsroom, who: Presser, address: str, selector: str | None) -> discover.Found:
    """What there is at an address; nothing is stored.

    :raises NewsbotError: it does not answer, or has nothing to read
    """
    await staff.authorise(room, who, Right.SOURCES, "source_look", address)
    if selector and (wrong := catalog.problem("selector", selector)):
        raise NotReadable(address, wrong)
    return await discover.look(room, address, selector)


async def add(room: Newsroom, who: Presser, address: str, selector: str | None = None) -> Source:
    """Take it in; raises as `catalogue.add` does."""
    await staff.authorise(room, who, Right.SOURCES, "source_add", address)
    added = await catalogue.add(room, address, selector=selector)
    await _note(room, who, "source_add", added.id)
    return added


async def switch(room: Newsroom, who: Presser, source_id: str, on: bool) -> None:
    """Ask it from now on, or no more."""
    deed = "source_on" if on else "source_off"
    await staff.authorise(room, who, Right.SOURCES, deed, source_id)
    await catalogue.switch(room, source_id, on)
    await _note(room, who, deed, source_id)


async def weigh(room: Newsroom, who: Presser, source_id: str, weight: float) -> None:
    """Less or more is thought of it."""
    await staff.authorise(room, who, Right.SOURCES, "source_weigh", source_id)
    await catalogue.weigh(room, source_id, weight)
    await _note(room, who, "source_weigh", f"{source_id} {weight:g}")


async def remove(room: Newsroom, who: Presser, source_id: str) -> None:
    """Forget it; its articles stay."""
    await staff.authorise(room, who, Right.SOURCES, "source_remove", source_id)
    await catalogue.remove(room, source_id)
    await _note(room, who, "source_remove", source_id)


async def check(room: Newsroom, who: Presser, source: Source) -> catalogue.Checked:
    """Ask it now; nothing is stored."""
    await staff.authorise(room, who, Right.SOURCES, "source_look", source.id)
    return await catalogue.check(room, source)


async def describe(room: Newsroom, who: Presser, source_id: str, field: str, words: str) -> None:
    """One thing about it is otherwise from now on; `-` removes what may be missing.

    :raises NotUnderstood: there is no such thing, or it cannot be so
    """
    await staff.authorise(room, who, Right.SOURCES, "source_edit", f"{source_id} {field}")
    words = words.strip()
    value: str | int | None = words
    if field not in EDITABLE:
        raise NotUnderstood("press.old")
    if words in ("-", "—", "无", "none"):
        value = None
    elif field == "interval":
        value = int(words) if words.isascii() and words.isdecimal() and len(words) < 9 else words
    is_needed = field in ("name", "url", "language", "zone")
    if (value is None and is_needed) or (value is not None and catalog.problem(field, value)):
        raise NotUnderstood("source.bad_value")
    if field == "url":
        value = canonical(str(value))
    changes: Mapping[str, object] = {field: value}
    async with room.store.begin() as tx:
        await tx.sources.describe(source_id, changes)
        await staff.done(room, tx, who, "source_edit", f"{source_id} {field} {words}")


async def bring_in(room: Newsroom, who: Presser, file_id: str, name: str) -> Imported:
    """The subscriptions of an OPML file that somebody sent.

    :raises NotReadable: it is too large, or no OPML
    :raises NoAnswer: Telegram does not give it to us
    """
    await staff.authorise(room, who, Right.SOURCES, "source_import", name)
    data = await room.telegram.download(file_id, LARGEST_FILE)
    found = await exchange.bring_in(room, data, name)
    await _note(room, who, "source_import", f"{name} × {len(found.added)}")
    return found


async def bring_out(room: Newsroom, who: Presser) -> bytes:
    """All sources as OPML."""
    await staff.authorise(room, who, Right.SOURCES, "source_export")
    return (await exchange.bring_out(room)).encode()


async def _note(room: Newsroom, who: Presser, deed: str, about: str) -> None:
    async with room.store.begin() as tx:
        await staff.done(room, tx, who, deed, about)
