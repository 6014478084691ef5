"""The catalogue as a list of subscriptions, OPML: from other readers, and for them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from newsbot.errors import NotReadable
from newsbot.flows.catalogue import new_of
from newsbot.models.opml import Outline, Problem
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom
from newsbot.sources import opml
from newsbot.sources.register import Register

SECONDS = 10.0
TITLE = "newsbot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came of a file.

    :ivar added: sources that are new
    :ivar known: outlines whose address the catalogue, or the file, had already
    :ivar problems: lines that cannot be used
    """

    added: tuple[Source, ...]
    known: tuple[Outline, ...]
    problems: tuple[Problem, ...]


async def bring_in(room: Newsroom, data: bytes, file: str) -> Imported:
    """Take in all subscriptions of a file, at once and without asking them; they are pulled next.

    :param file: its name, for the errors
    :raises NotReadable: it is no OPML
    """
    if file.lower().endswith(".toml"):
        raise NotReadable(file, "a catalogue of TOML is no OPML: NEWSBOT_SOURCES takes it")
    found = await room.sandbox.run(opml.parse_opml, data, file, seconds=SECONDS)
    async with room.store.read() as tx:
        register = Register(await tx.sources.taken())
    # in a thread: a file of twenty thousand takes a second
    added, known = await asyncio.to_thread(new_of, found.outlines, register, room.settings)
    async with room.store.begin() as tx:
        await tx.sources.add_all(added, room.now())
    return Imported(added=added, known=known, problems=found.problems)


async def bring_out(room: Newsroom) -> str:
    """Every source as OPML."""
    async with room.store.read() as tx:
        known = [source for source, _ in await tx.sources.all()]
    return opml.write_opml([source for source in known if not source.sample], TITLE)
