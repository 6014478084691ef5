"""The catalogue, from its file into the store, and what an operator does to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from newsbot.articles.language import language
from newsbot.errors import NewsbotError, NotReadable, SettingsError
from newsbot.flows import discover, read
from newsbot.flows.pull import serve
from newsbot.models.opml import Outline
from newsbot.models.sources import Health, Source
from newsbot.newsroom import Newsroom
from newsbot.settings import Settings
from newsbot.sources import catalog, opml, sniff
from newsbot.sources.addresses import canonical
from newsbot.sources.due import in_words

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
        data = Path(settings.sources).read_bytes()
        if sniff.kind(data) == "opml":
            found = opml.parse_opml(data, settings.sources)
            return list(new_of(found.outlines, (), settings)[0])
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsError("NEWSBOT_SOURCES", f"{settings.sources} cannot be read ({why})") from None
    except NotReadable as error:
        raise SettingsError("NEWSBOT_SOURCES", f"{settings.sources}, {error.problem}") from None
    return catalog.load(text, settings.sources)


async def seed(room: Newsroom, sources: list[Source]) -> None:
    """Add what the store never had; what was removed stays removed."""
    async with room.store.begin() as tx:
        await tx.sources.seed(sources, room.now())


async def listed(room: Newsroom) -> list[tuple[Source, Health]]:
    """Every source with its health, by id."""
    async with room.store.read() as tx:
        return await tx.sources.all()


async def add(
    room: Newsroom,
    address: str,
    source_id: str | None = None,
    name: str | None = None,
    selector: str | None = None,
) -> Source:
    """Take in a source after asking it once, or the feed of a site; its articles come with the next pull.

    :param selector: of the articles, where the address is a page that lists them
    :raises SettingsError: there can be no source with this id, name or selector
    :raises NewsbotError: it does not answer, or has nothing to read: nothing is stored
    """
    for key, value in (("id", source_id), ("name", name), ("selector", selector)):
        if value is not None and (wrong := catalog.problem(key, value)):
            raise SettingsError(f"--{key}", wrong)
    if not read.is_address(address):
        raise NotReadable(address, "this is no http or https address")
    found = await discover.look(room, address, selector)
    known = [source for source, _ in await listed(room)]
    there = next((source.id for source in known if source.url == found.url), None)  # else all comes twice
    taken = {source.id for source in known if source.url != found.url}
    titles = " ".join(draft.title for draft in found.answer.drafts)
    source = Source(
        id=source_id or there or free_id(host_id(found.url), taken),
        name=name or found.answer.title[:100] or host(found.url),
        url=found.url,
        kind=found.kind,
        language=language(titles),
        zone=room.settings.timezone,
        selector=selector if found.kind == "list" else None,
    )
    if source.id in taken:
        raise NotReadable(address, f'there is another source "{source.id}" already')
    async with room.store.begin() as tx:
        await tx.sources.add(source, room.now())
    return source


def host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def host_id(address: str) -> str:
    """An id after the host of an address."""
    return re.sub(r"[^A-Za-z0-9]+", "-", host(address)).strip("-")[:50] or "source"


def free_id(wanted: str, taken: Collection[str]) -> str:
    """This id, or with a number behind it."""
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(one for one in numbered if one not in taken)


def new_of(
    outlines: Iterable[Outline], have: Iterable[Source], settings: Settings
) -> tuple[tuple[Source, ...], tuple[Outline, ...]]:
    """The outlines that are new, as sources, and those whose address is among these sources already."""
    addresses = {canonical(source.url) for source in have}
    ids = {source.id for source in have}
    added: list[Source] = []
    known: list[Outline] = []
    for outline in outlines:
        address = canonical(outline.url)
        if address in addresses:
            known.append(outline)
            continue
        is_whole = outline.kind != "list" or outline.selector
        said = replace(
            outline,
            kind=outline.kind if is_whole else None, id=None, language=outline.language or settings.language,
            zone=outline.zone or settings.timezone,
        )  # fmt: skip
        source = opml.to_source(said, free_id(outline.id or host_id(outline.url), ids))
        addresses.add(address)
        ids.add(source.id)
        added.append(replace(source, sample=False))  # what is a sample nobody outside decides
    return tuple(added), tuple(known)


async def remove(room: Newsroom, source_id: str) -> bool:
    """Forget a source, not its articles; False where there is none."""
    async with room.store.begin() as tx:
        return await tx.sources.remove(source_id, room.now())


async def switch(room: Newsroom, source_id: str, on: bool) -> bool:
    """Ask a source from now on, or no more; False where there is none."""
    async with room.store.begin() as tx:
        return await tx.sources.switch(source_id, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What asking a source once came to: how many articles it has, or what is wrong.

    :ivar via: the fallback that answered in its place
    :ivar reason: what is wrong as one word, see SourceError
    """

    source: Source
    articles: int = 0
    via: str | None = None
    error: str | None = None
    reason: str | None = None


async def check(room: Newsroom, source: Source) -> Checked:
    """Ask a source now, as if for the first time; nothing is stored."""
    try:
        served, answer = await serve(room, source, Health(source_id=source.id))
    except NewsbotError as error:
        words, reason = in_words(error)
        return Checked(source=source, error=words, reason=reason)
    return Checked(source=source, articles=len(answer.drafts) if answer else 0, via=served.via)
