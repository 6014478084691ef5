"""The catalogue, from its file into the store, and what an operator does to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from newsbot.errors import NewsbotError, NotReadable, SettingsError, SourceError
from newsbot.flows import read
from newsbot.models.reading import Reading
from newsbot.models.sources import Health, Source
from newsbot.newsroom import Newsroom
from newsbot.settings import Settings
from newsbot.sources import catalog

NONE = "none"


def described(settings: Settings) -> list[Source]:
    """The sources that NEWSBOT_SOURCES names, or those that come with newsbot.

    :raises SettingsError: the file cannot be read
    :raises CatalogError: one of its lines is wrong
    """
    if settings.sources is None:
        return catalog.builtin()
    if settings.sources.lower() == NONE:
        return []
    try:
        text = Path(settings.sources).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsError("NEWSBOT_SOURCES", f"{settings.sources} cannot be read ({why})") from None
    return catalog.load(text, settings.sources)


async def seed(room: Newsroom, sources: list[Source]) -> None:
    """Add what the store never had; what was removed stays removed."""
    async with room.store.begin() as tx:
        await tx.sources.seed(sources, room.now())


async def listed(room: Newsroom) -> list[tuple[Source, Health]]:
    """Every source with its health, by id."""
    async with room.store.read() as tx:
        return await tx.sources.all()


async def add(room: Newsroom, address: str, source_id: str | None = None, name: str | None = None) -> Source:
    """Take in a source after asking it once; its articles come with the next pull.

    :raises SettingsError: there can be no source with this id or name
    :raises NewsbotError: it does not answer, or has nothing to read: nothing is stored
    """
    for key, value in (("id", source_id), ("name", name)):
        if value is not None and (wrong := catalog.problem(key, value)):
            raise SettingsError(f"--{key}", wrong)
    if not read.is_address(address):
        raise NotReadable(address, "this is no http or https address")
    found = await read.understood(room, address)
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    known = [source for source, _ in await listed(room)]
    there = next((source.id for source in known if source.url == address), None)  # else all comes twice
    taken = {source.id for source in known if source.url != address}
    wanted = re.sub(r"[^A-Za-z0-9]+", "-", host).strip("-")[:50] or "source"
    source = Source(
        id=source_id or there or _free(wanted, taken),
        name=name or found.title[:100] or host,
        url=address,
        kind="feed" if found.kind == "feed" else "page",
        language=_language(found),
        zone=room.settings.timezone,
    )
    if source.id in taken:
        raise NotReadable(address, f'there is another source "{source.id}" already')
    async with room.store.begin() as tx:
        await tx.sources.add(source, room.now())
    return source


def _free(wanted: str, taken: set[str]) -> str:
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)


def _language(found: Reading) -> str:
    spoken = [understood.draft.language for understood in found.articles]
    return max(spoken, key=spoken.count, default="zh")


async def remove(room: Newsroom, source_id: str) -> bool:
    """Forget a source, not its articles; False where there is none."""
    async with room.store.begin() as tx:
        return await tx.sources.remove(source_id, room.now())


@dataclass(frozen=True, slots=True)
class Checked:
    """What asking a source once came to: how many articles it has, or what is wrong."""

    source: Source
    articles: int = 0
    error: str | None = None


async def check(room: Newsroom, source: Source) -> Checked:
    """Ask a source now; nothing is stored."""
    try:
        found = await read.understood(room, source.url, replace(source, sample=False))
    except NewsbotError as error:
        return Checked(source, error=error.problem if isinstance(error, SourceError) else str(error))
    return Checked(source, articles=len(found.articles))
