"""The articles behind a list: fetched page by page, politely, and a few at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import structlog

from newsbot.errors import FetchFailed, NewsbotError
from newsbot.flows import robots, understand
from newsbot.models.articles import Draft
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom

PAGE_BYTES = 3_000_000
PAGE_SECONDS = 15.0
MOST = 20  # pages of one pull; the rest waits for the next
SECONDS = 30.0  # for all of them
PAUSE, LONGEST_PAUSE = 1.0, 10.0  # seconds between two pages of a site
MOST_DEAD_ENDS = 10_000
FOR_GOOD = (401, 403, 404, 410, 451)  # asking again would change nothing
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Page:
    """What came of one link.

    :ivar draft: the article, or as much as the list says of it; None where there is nothing to show
    :ivar later: not now: ask again with the next pull
    """

    draft: Draft | None = None
    later: bool = False


async def fetched(room: Newsroom, source: Source, named: Sequence[Draft]) -> tuple[list[Draft], bool]:
    """The articles that stand behind these links, and whether none was left for the next pull.

    A page that may not be read, or cannot be, leaves what the list says of it: its title.
    """
    wanted = [draft for draft in named if draft.link and draft.link not in room.dead_ends]
    if source.kind == "hackernews":  # an interface, made for programs: no rules for robots, no pauses
        pages = list(await asyncio.gather(*(_fetched(room, source, draft) for draft in wanted)))
    else:
        pages = await _one_by_one(room, source, wanted)
    whole = len(pages) == len(wanted) and not any(page.later for page in pages)
    return [page.draft for page in pages if page.draft is not None], whole


async def _one_by_one(room: Newsroom, source: Source, wanted: Sequence[Draft]) -> list[Page]:
    pages: list[Page] = []
    began, last_site = time.monotonic(), ""
    for draft in wanted[:MOST]:
        site = urlsplit(draft.link or "").netloc
        try:
            if site == last_site:
                await asyncio.sleep(await _pause(room, draft))
            pages.append(await _allowed(room, source, draft))
        except NewsbotError as error:  # the site's rules are not to be had just now
            log.info("page left for later", source=source.id, why=str(error))
            pages.append(Page(later=True))
        last_site = site
        if time.monotonic() - began > SECONDS:
            break
    return pages


async def _pause(room: Newsroom, draft: Draft) -> float:
    return min(await robots.pause(room, draft.link or "") or PAUSE, LONGEST_PAUSE)


async def _allowed(room: Newsroom, source: Source, named: Draft) -> Page:
    if not await robots.allows(room, named.link or ""):
        return _by_its_title(room, named)
    return await _fetched(room, source, named)


async def _fetched(room: Newsroom, source: Source, named: Draft) -> Page:
    try:
        found = await room.fetcher.fetch(named.link or "", limit_bytes=PAGE_BYTES, total_seconds=PAGE_SECONDS)
        draft = await room.sandbox.run(
            understand.behind, found.body, found.content_type, found.url, named, source, room.now()
        )
    except FetchFailed as error:
        return _by_its_title(room, named) if error.status in FOR_GOOD else Page(later=True)
    except NewsbotError as error:
        log.info("page not read", source=source.id, why=str(error))
        return _by_its_title(room, named)
    return Page(draft) if draft else _by_its_title(room, named)


def _by_its_title(room: Newsroom, named: Draft) -> Page:
    """What the list says; where that is nothing, the link is not followed again while this process lives."""
    if named.title:
        return Page(named)
    if len(room.dead_ends) < MOST_DEAD_ENDS:
        room.dead_ends.add(named.link or "")
    return Page()
