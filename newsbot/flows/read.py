"""Take in documents that somebody hands us: a pasted link, files, addresses."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from newsbot.errors import NotReadable
from newsbot.flows import group, refresh, understand
from newsbot.models.reading import Reading
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom
from newsbot.sources.addresses import canonical

PAGE_BYTES = 3_000_000
FILE_BYTES = 20_000_000
READING_SECONDS = 10.0
SUFFIXES = (".html", ".htm", ".txt", ".md", ".xml", ".rss", ".atom", ".json")
BY_HAND = Source(id="read", name="", url="", kind="page", on=False)


def is_address(given: str) -> bool:
    return bool(re.match(r"https?://", given, re.IGNORECASE))


def expand(given: str) -> list[str]:
    """The files that a path names: itself, or those below it that can be read, in order."""
    path = Path(given)
    if is_address(given) or not path.is_dir():
        return [given]
    return [str(found) for found in sorted(path.rglob("*")) if found.is_file() and _readable(found)]


def _readable(path: Path) -> bool:
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(SUFFIXES)


async def understood(room: Newsroom, given: str) -> tuple[Source, Reading]:
    """What a file or an address holds; nothing is stored.

    :raises NewsbotError: it cannot be had or read
    """
    if is_address(given):
        fetched = await room.fetcher.fetch(given, limit_bytes=PAGE_BYTES)
        data, content_type, name = fetched.body, fetched.content_type, fetched.url
    else:
        data, content_type, name = _file(given), "", given
    source = _source(room, name)
    reading = await room.sandbox.run(
        understand.anything, data, content_type, name, source, room.now(), seconds=READING_SECONDS
    )
    return source, reading


def _file(given: str) -> bytes:
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


def _source(room: Newsroom, name: str) -> Source:
    """Where a document that no source of ours brought belongs: to its site, or to `read`."""
    host = (urlsplit(name).hostname or "").removeprefix("www.") if is_address(name) else ""
    zone = room.settings.timezone
    if not host:
        return replace(BY_HAND, zone=zone)
    return Source(
        id=f"site-{host}"[:100], name=host, url=f"https://{host}/", kind="page", on=False, zone=zone
    )


async def store(room: Newsroom, source: Source, reading: Reading) -> list[int]:
    """Store what was read. Returns the articles' ids, in order."""
    async with room.store.begin() as tx:
        await tx.sources.seed([source], room.now())
        return [(await refresh.save_one(room, tx, source, found))[0] for found in reading.articles]


async def link(room: Newsroom, address: str) -> int | None:
    """A pasted link becomes a story: the one that has it, or a new one. Returns the story's id.

    :raises NewsbotError: it cannot be had or read
    """
    known = canonical(address)
    async with room.store.read() as tx:
        stored = await tx.articles.by_link(known) if known else None
    if stored is None or stored.story_id is None:
        source, reading = await understood(room, address)
        ids = await store(room, source, reading)
        await group.group(room)
    else:
        ids = [stored.id]
    return await _story_of(room, ids)


async def _story_of(room: Newsroom, ids: Sequence[int]) -> int | None:
    async with room.store.read() as tx:
        found = await tx.articles.load(ids[:1])
    return found[ids[0]].story_id if found else None
