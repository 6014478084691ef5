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
from newsbot.flows.read import PAGE_BYTES
from newsbot.models.articles import Draft
from newsbot.models.sources import Source
from newsbot.newsroom import Newsroom

PAGE_SECONDS = 15.0
MOST = 20  # pages of one pull; the rest waits for the next
SECONDS = 30.0  # for all of them
PAUSE, LONGEST_PAUSE = 1.0, 10.0  # seconds between two pages of a site
MOST_TRIES = 5  # of a page that does not answer
MOST_REMEMBERED = 10_000  # links that did not answer, or with nothing behind them
FOR_GOOD = (401, 403, 404, 410, 451)  # asking again would change nothing
HOPELESS = ("too_large", "garbled", "redirects", "certificate", "no_address", "forbidden")  # nor here
OVERLOADED = (429, 503)
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Page:
    """What came of one link.

    :ivar draft: the article, or as much as the list says of it; None where there is nothing to show
    :ivar later: not now: ask again with the next pull
    :ivar wait: seconds for which the site asks to be left alone, or None
    """

    draft: Draft | None = None
    later: bool = False
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Behind:
    """What stands behind a list.

    :ivar whole: nothing was left for the next pull
    :ivar wait: seconds for which the site asks to be left alone, or None
    """

    drafts: list[Draft]
    whole: bool
    wait: float | None = None


async def fetched(room: Newsroom, source: Source, named: Sequence[Draft]) -> Behind:
    """The articles that stand behind these links.

    A page that may not be read, or cannot be, leaves what the list says of it: its title.
    """
    open_ones = [draft for draft in named if draft.link and room.tries.get(draft.link, 0) < MOST_TRIES]
    # what failed already comes last: twenty pages that always fail are not to keep the others away
    wanted = sorted(open_ones, key=lambda draft: room.tries.get(draft.link or "", 0))
    if source.kind == "hackernews":  # an interface, made for programs: no rules for robots, no pauses
        pages = list(await asyncio.gather(*(_fetched(room, source, draft) for draft in wanted)))
    else:
        pages = await _one_by_one(room, source, wanted)
    whole = len(pages) == len(wanted) and not any(page.later for page in pages)
    wait = next((page.wait for page in pages if page.wait is not None), None)
    return Behind([page.draft for page in pages if page.draft is not None], whole, wait)


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
        if pages[-1].wait is not None or time.monotonic() - began > SECONDS:
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
        return _by_its_title(room, named) if _is_for_good(error) else _later(room, named, error)
    except NewsbotError as error:
        log.info("page not read", source=source.id, why=str(error))
        return _by_its_title(room, named)
    return Page(draft) if draft else _by_its_title(room, named)


def _is_for_good(error: FetchFailed) -> bool:
    return error.status in FOR_GOOD or error.reason in HOPELESS


def _later(room: Newsroom, named: Draft, error: FetchFailed) -> Page:
    """Not now; after so many times by its title."""
    if error.status in OVERLOADED and error.retry_after is not None:
        return Page(later=True, wait=error.retry_after)
    tries = room.tries.get(named.link or "", 0) + 1
    if tries >= MOST_TRIES:
        return _by_its_title(room, named)
    _remember(room, named, tries)
    return Page(later=True)


def _remember(room: Newsroom, named: Draft, tries: int) -> None:
    if len(room.tries) >= MOST_REMEMBERED:
        room.tries.pop(next(iter(room.tries)))
    room.tries[named.link or ""] = tries


def _by_its_title(room: Newsroom, named: Draft) -> Page:
    """What the list says; where that is nothing, the link is not followed again while this process lives."""
    if named.title:
        return Page(named)
    _remember(room, named, MOST_TRIES)
    return Page()
