"""From an address that somebody names to what can be asked there again and again: a feed, if there is one.

the address itself -> the feeds its page declares -> where feeds usually are -> its sitemaps of news
-> the page as a list, where a selector says how -> the page as one article
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace

from newsbot.errors import NewsbotError, NotReadable, SandboxError, SourceError
from newsbot.flows import robots, understand
from newsbot.models.reading import Answer
from newsbot.models.sources import Fetched, Source
from newsbot.newsroom import Newsroom
from newsbot.sources import discover

SECONDS, ALL_SECONDS = 8.0, 30.0  # for a guess, and for all of them
FEEDS = ("feed", "sitemap", "hackernews")


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
    fetched = await room.fetcher.fetch(address)
    kind = await room.sandbox.run(understand.kind, fetched.body, fetched.content_type, fetched.url)
    if kind in FEEDS and selector is not None:
        raise NotReadable(address, "this is a feed, which needs no selector", "feed_with_selector")
    if kind in FEEDS:
        return await _read(room, asker, fetched, address, kind)
    if selector is not None:
        return await _page(room, asker, fetched, address, "list")
    found = await _search(room, asker, fetched)
    if found is not None:
        return found
    try:
        return await _page(room, asker, fetched, address, "page")
    except (NotReadable, SandboxError):
        words = "no feed is found there; a page that lists articles needs a selector that says where they are"
        raise NotReadable(address, words) from None


async def _page(room: Newsroom, asker: Source, fetched: Fetched, address: str, kind: str) -> Found:
    """A page that is asked again and again, which its site may not want."""
    if not await robots.allows(room, fetched.url):
        raise SourceError(address, "its robots.txt asks not to be read", "robots")
    return await _read(room, asker, fetched, address, kind)


async def _search(room: Newsroom, asker: Source, page: Fetched) -> Found | None:
    """The first feed near to a page, as far as it is found in time: somebody waits for the answer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(ALL_SECONDS):
            async for url in _near(room, page):
                with suppress(NewsbotError):  # so it was not there
                    guess = await room.fetcher.fetch(url, total_seconds=SECONDS)
                    return await _read(room, asker, guess, url, None)
    return None


async def _read(room: Newsroom, asker: Source, fetched: Fetched, url: str, kind: str | None) -> Found:
    if kind is None:
        kind = await room.sandbox.run(understand.kind, fetched.body, fetched.content_type, fetched.url)
        if kind not in FEEDS:
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
    with suppress(SourceError):
        for url in await room.sandbox.run(discover.sitemaps, await robots.rules(room, page.url)):
            yield url
