"""Take in documents that somebody hands us: a pasted link, files, addresses."""

from __future__ import annotations

import asyncio
import gzip
import re
import zlib
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from newsbot.errors import NewsbotError, NotReadable, SourceError
from newsbot.flows import group, understand
from newsbot.flows.take_in import take_in
from newsbot.flows.understand import same_site
from newsbot.models.articles import Draft
from newsbot.models.reading import Reading
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom
from newsbot.sources.addresses import canonical
from newsbot.store.articles import FORGOTTEN

PAGE_BYTES = 3_000_000
FILE_BYTES = 20_000_000
READING_SECONDS = 10.0
AHEAD = 4  # documents being read while one is stored; the sandbox has two children
SUFFIXES = (".html", ".htm", ".txt", ".md", ".xml", ".rss", ".atom", ".json")
BY_HAND = Source(id="read", name="", url="", kind="hand", on=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One article that was taken in, or one input that is broken.

    :ivar name: the input, as given or as found below a folder
    :ivar id: the stored article, None where nothing was stored
    :ivar draft: the article, where it was not stored
    :ivar error: what is wrong with the input, in words
    """

    name: str
    kind: str | None = None
    id: int | None = None
    draft: Draft | None = None
    error: str | None = None


def is_address(given: str) -> bool:
    return bool(re.match(r"https?://", given, re.IGNORECASE))


def expand(given: str) -> list[str]:
    """The files that a path names: itself, or those below it that can be read, in order."""
    path = Path(given)
    if is_address(given) or not given.strip() or not path.is_dir():
        return [given]
    below = [str(found) for found in sorted(path.rglob("*")) if found.is_file() and _readable(found)]
    return below or [given]  # which is a broken input then


def _readable(path: Path) -> bool:
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(SUFFIXES)


async def understood(room: Newsroom, given: str, source: Source | None = None) -> Reading:
    """What a file or an address holds; nothing is stored.

    :param source: where it comes from, if it is one of ours
    :raises NewsbotError: it cannot be had or read
    """
    if is_address(given):
        fetched = await room.fetcher.fetch(given, limit_bytes=PAGE_BYTES)
        data, content_type, name = fetched.body, fetched.content_type, fetched.url
    else:
        data, content_type, name = _file(given), "", given
    source = source or replace(BY_HAND, zone=room.settings.timezone, body=await _body(room, name))
    return await room.sandbox.run(
        understand.anything, data, content_type, name, source, room.now(), seconds=READING_SECONDS
    )


async def _body(room: Newsroom, name: str) -> str | None:
    """Where the article stands on a page of a site that a source of ours describes."""
    if not is_address(name):
        return None
    async with room.store.read() as tx:
        described = await tx.sources.with_body()
    return next((source.body for source in described if same_site(source.url, name)), None)


def _file(given: str) -> bytes:
    if not given.strip():
        raise NotReadable("''", "a name without a sign in it")
    if Path(given).is_dir():
        raise NotReadable(given, "a folder with nothing below that can be read")
    try:
        with Path(given).open("rb") as file:
            data = file.read(FILE_BYTES + 1)
        if given.lower().endswith(".gz"):
            with gzip.open(given) as packed:
                data = packed.read(FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise NotReadable(given, getattr(error, "strerror", None) or "it cannot be unpacked") from None
    if len(data) > FILE_BYTES:
        raise NotReadable(given, f"it is larger than {FILE_BYTES // 1_000_000} MB")
    return data


def publisher(room: Newsroom, draft: Draft) -> Source:
    """To whom a document belongs that no source of ours brought: to its site, or to whom it names."""
    host = (urlsplit(draft.link or "").hostname or "").removeprefix("www.")
    by_hand = replace(BY_HAND, zone=room.settings.timezone)
    if host:
        return replace(by_hand, id=f"site-{host}"[:100], name=host, url=f"https://{host}/")
    if draft.source:
        return replace(
            by_hand, id=f"name-{sha256(draft.source.encode()).hexdigest()[:16]}", name=draft.source
        )
    return by_hand


async def store(room: Newsroom, reading: Reading, address: str = "") -> list[int]:
    """Store what was read. Returns the articles' ids, in order.

    :param address: where it was read; what another site published there already it does not change
    """
    ids = []
    for found in reading.articles:
        async with room.store.begin() as tx:
            stored = await tx.articles.by_link(found.draft.link) if found.draft.link else None
            if stored is not None and address and not same_site(stored.link or "", address):
                ids.append(stored.id)
                continue
            source = publisher(room, found.draft)
            if stored is not None:  # a source of ours brought it already
                source = replace(source, id=stored.source_id)
            await tx.sources.seed([source], room.now())
        ids.append((await take_in(room, source, [found], by_hand=True))[0].id)
    return ids


async def take(room: Newsroom, names: Sequence[str], dry_run: bool = False) -> AsyncIterator[Taken]:
    """Take in files and addresses, two at a time, told in the order given; grouping is left to the caller."""
    ahead: deque[asyncio.Task[list[Taken]]] = deque()
    rest = iter(names)
    try:
        while True:
            while len(ahead) < AHEAD and (name := next(rest, None)) is not None:
                ahead.append(asyncio.create_task(_take_one(room, name, dry_run)))
            if not ahead:
                return
            for taken in await ahead.popleft():
                yield taken
    finally:
        for task in ahead:
            task.cancel()
        await asyncio.gather(*ahead, return_exceptions=True)


async def _take_one(room: Newsroom, name: str, dry_run: bool) -> list[Taken]:
    try:
        reading = await understood(room, name)
    except NewsbotError as error:
        words = error.problem if isinstance(error, SourceError) else str(error)
        return [Taken(name=name, error=f"{name or repr(name)}: {words}")]
    if dry_run:
        return [Taken(name=name, kind=reading.kind, draft=found.draft) for found in reading.articles]
    ids = await store(room, reading, name if is_address(name) else "")
    return [
        Taken(name=name, kind=reading.kind, id=article_id)
        if article_id != FORGOTTEN
        else Taken(name=name, error=f"{name}: it was removed, and may not come back")
        for article_id in ids
    ]


async def link(room: Newsroom, address: str) -> int | None:
    """A pasted link becomes a story: the one that has it, or a new one. Returns the story's id.

    :raises NewsbotError: it cannot be had or read
    """
    known = canonical(address)
    async with room.store.read() as tx:
        stored = await tx.articles.by_link(known) if known else None
    if stored is None or stored.story_id is None:
        ids = await store(room, await understood(room, address), address)
        await group.group(room)
    else:
        ids = [stored.id]
    return await _story_of(room, ids)


async def _story_of(room: Newsroom, ids: Sequence[int]) -> int | None:
    async with room.store.read() as tx:
        found = await tx.articles.load(ids[:1])
    return found[ids[0]].story_id if found else None
