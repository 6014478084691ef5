"""The catalogue, from its file into the store, and what an operator does to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from newsbot.articles.language import language
from newsbot.errors import NewsbotError, NotReadable, SettingsError
from newsbot.flows import discover, group, read
from newsbot.flows.pull import serve
from newsbot.models.opml import Outline, Problem
from newsbot.models.sources import Health, Source, Taken
from newsbot.newsroom import Newsroom
from newsbot.settings import Settings
from newsbot.sources import catalog, opml, sniff
from newsbot.sources.due import in_words
from newsbot.sources.register import Register, host, host_id
from newsbot.stories.apart import WINDOW

NONE = "none"


class Catalogue(NamedTuple):
    """Sources to begin with.

    :ivar is_named: their ids were given by somebody
    :ivar problems: lines that were left out
    """

    sources: list[Source]
    is_named: bool = True
    problems: tuple[Problem, ...] = ()


def described(settings: Settings) -> Catalogue:
    """The sources that NEWSBOT_SOURCES names, or those that come with newsbot.

    :raises SettingsError: the file cannot be read
    :raises CatalogError: one of its lines is wrong
    """
    if settings.sources is None:
        return Catalogue(catalog.builtin())
    if settings.sources.lower() == NONE:
        return Catalogue([])
    try:
        data = Path(settings.sources).read_bytes()
        if sniff.kind(data) == "opml":
            found = opml.parse_opml(data, settings.sources)
            if not found.outlines:
                raise NotReadable(settings.sources, "there is no source in it")
            new, _ = new_of(found.outlines, Register(()), settings)
            return Catalogue(list(new), is_named=False, problems=found.problems)
        text = data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SettingsError("NEWSBOT_SOURCES", f"{settings.sources} cannot be read ({why})") from None
    except NotReadable as error:
        raise SettingsError("NEWSBOT_SOURCES", f"{settings.sources}, {error.problem}") from None
    return Catalogue(catalog.load(text, settings.sources))


async def seed(room: Newsroom, found: Catalogue) -> None:
    """Add what the store never had; what was removed stays removed."""
    async with room.store.read() as tx:
        register = Register(await tx.sources.taken())
    fresh = [source for source in found.sources if register.at(source.url) is None]
    if not found.is_named:  # its ids come from the order of the file, and mean nothing
        fresh = [replace(source, id=register.free(source.id)) for source in fresh]
    async with room.store.begin() as tx:
        await tx.sources.seed(fresh, room.now())


async def listed(room: Newsroom) -> list[tuple[Source, Health]]:
    """Every source with its health, by id."""
    async with room.store.read() as tx:
        return await tx.sources.all()


async def names(room: Newsroom) -> dict[str, str]:
    """What every source is called: id -> name, also of those that were removed."""
    async with room.store.read() as tx:
        return dict(await tx.sources.names())


async def add(
    room: Newsroom,
    address: str,
    source_id: str | None = None,
    name: str | None = None,
    selector: str | None = None,
    body: str | None = None,
    noise: str | None = None,
) -> Source:
    """Take in a source after asking it once, or the feed of a site; its articles come with the next pull.

    :param selector: of the articles, where the address is a page that lists them
    :param body: of the text on its articles' pages, see Source
    :param noise: what all its articles are, see Source
    :raises SettingsError: there can be no source with these
    :raises NewsbotError: it does not answer, or has nothing to read: nothing is stored
    """
    said = {"id": source_id, "name": name, "selector": selector, "body": body, "noise": noise}
    for key, value in said.items():
        if value is not None and (wrong := catalog.problem(key, value)):
            raise SettingsError(f"--{key}", wrong)
    if not read.is_address(address):
        raise NotReadable(address, "this is no http or https address")
    found = await discover.look(room, address, selector)
    async with room.store.read() as tx:
        register = Register(await tx.sources.taken())
    there = register.at(found.url)
    if there is not None and there.is_there:  # else all comes twice
        changes = {"name": name, "selector": selector if found.kind == "list" else None}
        return await _again(room, there.id, source_id, changes | {"body": body, "noise": noise})
    if source_id and register.has(source_id) and not (there and there.id == source_id):
        raise NotReadable(address, f'there is another source "{source_id}" already')
    source = Source(
        id=source_id or (there.id if there else register.free(host_id(found.url))),
        name=name or found.answer.title[:100] or host(found.url),
        url=found.url,
        kind=found.kind,
        language=language(" ".join(draft.title for draft in found.answer.drafts)),
        zone=room.settings.timezone,
        selector=selector if found.kind == "list" else None,
        body=body,
        noise=noise,
    )
    async with room.store.begin() as tx:
        await tx.sources.add(source, room.now())
    return source


async def _again(
    room: Newsroom, known_id: str, source_id: str | None, changes: Mapping[str, str | None]
) -> Source:
    """A source that is there already: it is turned on and takes what is said of it now; the rest stays."""
    if source_id not in (None, known_id):
        raise NotReadable(known_id, f'this address is the source "{known_id}" already')
    async with room.store.begin() as tx:
        await tx.sources.switch(known_id, True)
        await tx.sources.describe(known_id, {key: value for key, value in changes.items() if value})
        return next(source for source, _ in await tx.sources.all() if source.id == known_id)


def new_of(
    outlines: Iterable[Outline], register: Register, settings: Settings
) -> tuple[tuple[Source, ...], tuple[Outline, ...]]:
    """The outlines that are new, as sources, and those whose address is among these sources already."""
    added: list[Source] = []
    known: list[Outline] = []
    for outline in outlines:
        there = register.at(outline.url)
        if there is not None and there.is_there:
            known.append(outline)
            continue
        is_whole = outline.kind != "list" or outline.selector
        said = replace(
            outline,
            kind=outline.kind if is_whole else None, id=None, language=outline.language or settings.language,
            zone=outline.zone or settings.timezone,
        )  # fmt: skip
        new_id = there.id if there else register.free(outline.id or host_id(outline.url))
        # what is a sample nobody outside decides
        source = replace(opml.to_source(said, new_id), sample=False)
        register.enter(Taken(source.id, source.url))
        added.append(source)
    return tuple(added), tuple(known)


async def remove(room: Newsroom, source_id: str) -> bool:
    """Forget a source, not its articles; False where there is none."""
    async with room.store.begin() as tx:
        return await tx.sources.remove(source_id, room.now())


async def switch(room: Newsroom, source_id: str, on: bool) -> bool:
    """Ask a source from now on, or no more; False where there is none."""
    async with room.store.begin() as tx:
        return await tx.sources.switch(source_id, on)


async def weigh(room: Newsroom, source_id: str, weight: float) -> bool:
    """How much is thought of a source from now on, and of what it told lately; False where there is none."""
    async with room.store.begin() as tx:
        is_there = await tx.sources.weigh(source_id, weight)
        told = await tx.stories.told_by(source_id, room.now() - WINDOW)
    await group.lead_again(room, told)
    return is_there


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
