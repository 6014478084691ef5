"""From an address that somebody names to what can be asked there again and again: a feed, if there is one.

the address itself -> the feeds its page declares -> where feeds usually are -> its sitemaps of news
-> the page as a list, where a selector says how -> the page as one article
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from newsbot.errors import NewsbotError, NotReadable
from newsbot.flows import understand
from newsbot.models.reading import Answer
from newsbot.models.sources import Fetched, Source
from newsbot.newsroom import Newsroom
from newsbot.sources import discover

PAGE_BYTES = 3_000_000
SECONDS = 10.0  # for a guess


@dataclass(frozen=True, slots=True)
class Found:
    """What can be asked.

    :ivar kind: see Source
    :ivar answer: what it says now; it has at least one article
    """

    url: str
    kind: str
    answer: Answer


async def look(room: Newsroom, address: str, selector: str | None = None) -> Found:
    """What can be asked at this address, or near to it.

    :param selector: of the articles, where the address is a page that lists them
    :raises NewsbotError: it does not answer, or nothing that it leads to can be read
    """
    asker = Source(id="look", name="", url=address, zone=room.settings.timezone, selector=selector)
    fetched = await room.fetcher.fetch(address, limit_bytes=PAGE_BYTES)
    kind = await room.sandbox.run(understand.kind, fetched.body, fetched.content_type, fetched.url)
    if kind in ("feed", "sitemap", "hackernews"):
        return await _read(room, asker, fetched, address, kind)
    if selector is not None:
        return await _read(room, asker, fetched, address, "list")
    async for url in _near(room, fetched):
        try:
            guess = await room.fetcher.fetch(url, total_seconds=SECONDS)
            return await _read(room, asker, guess, url, None)
        except NewsbotError:  # so it was not there
            continue
    try:
        return await _read(room, asker, fetched, address, "page")
    except NewsbotError:
        words = "no feed is found there; a page that lists articles needs a selector that says where they are"
        raise NotReadable(address, words) from None


async def _read(room: Newsroom, asker: Source, fetched: Fetched, url: str, kind: str | None) -> Found:
    kind = kind or await room.sandbox.run(understand.kind, fetched.body, fetched.content_type, fetched.url)
    if kind not in ("feed", "sitemap", "hackernews", "list", "page"):
        raise NotReadable(url, "there is no feed here")
    answer = await room.sandbox.run(
        understand.answer,
        fetched.body,
        fetched.content_type,
        fetched.url,
        replace(asker, kind=kind),
        room.now(),
        kind,
    )
    if not answer.drafts:
        raise NotReadable(url, "there is no article in this feed")
    return Found(url, kind, answer)


async def _near(room: Newsroom, page: Fetched) -> AsyncIterator[str]:
    """Addresses that may be feeds, the likeliest first."""
    known: set[str] = {page.url}
    for url in await room.sandbox.run(discover.declared, page.body, page.content_type, page.url):
        known.add(url)
        yield url
    for url in discover.guesses(page.url):
        if url not in known:
            yield url
    site = "://".join(urlsplit(page.url)[:2])
    try:
        robots = await room.fetcher.fetch(f"{site}/robots.txt", limit_bytes=PAGE_BYTES, total_seconds=SECONDS)
    except NewsbotError:
        return
    for url in await room.sandbox.run(discover.sitemaps, robots.body):
        yield url
