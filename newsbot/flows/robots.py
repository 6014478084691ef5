"""May we read this page? What its site's robots.txt says; feeds are made to be fetched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from newsbot.errors import FetchFailed, SourceError
from newsbot.fetcher import USER_AGENT
from newsbot.newsroom import Newsroom
from newsbot.sources import robots

SECONDS = 10.0
KEPT = timedelta(hours=24)  # RFC 9309, 2.4: no longer
MOST, MOST_BYTES = 500, 2_000_000  # sites that are kept in mind, and all of their rules
TOO_MANY = 429
NAME = USER_AGENT.partition("/")[0]


async def allows(room: Newsroom, address: str) -> bool:
    """Whether this one page may be read."""
    return (await allowed(room, [address]))[0]


async def allowed(room: Newsroom, addresses: Sequence[str]) -> tuple[bool, ...]:
    """Which of these pages may be read; all are of one site.

    :raises SourceError: its robots.txt cannot be had just now
    """
    said = await rules(room, addresses[0])
    if not said:
        return (True,) * len(addresses)
    return await room.sandbox.run(robots.allowed, said, NAME, list(addresses))


async def pause(room: Newsroom, address: str) -> float | None:
    """Seconds between two pages that the site asks for, if it does."""
    said = await rules(room, address)
    return await room.sandbox.run(robots.crawl_delay, said, NAME) if said else None


async def rules(room: Newsroom, address: str) -> bytes:
    """The robots.txt of a site, empty where it has none.

    :raises SourceError: it cannot be had just now
    """
    site = "://".join(urlsplit(address)[:2])
    until, said = room.robots.get(site, (None, b""))
    if until is None or until <= room.now():
        said = await _asked(room, f"{site}/robots.txt")
        _keep(room, site, said)
    return said


def _keep(room: Newsroom, site: str, rules: bytes) -> None:
    """In mind, not in the database; the oldest go first where all of them are too much."""
    room.robots.pop(site, None)
    room.robots[site] = (room.now() + KEPT, rules)
    while len(room.robots) > MOST or sum(len(kept) for _, kept in room.robots.values()) > MOST_BYTES:
        room.robots.pop(next(iter(room.robots)))


async def _asked(room: Newsroom, address: str) -> bytes:
    """Where there is none everything is allowed; while the site is in trouble nothing is (RFC 9309, 2.3.1).

    :raises SourceError: it is in trouble
    """
    try:
        return (await room.fetcher.fetch(address, limit_bytes=robots.MAX_BYTES, total_seconds=SECONDS)).body
    except FetchFailed as error:
        if error.status and 400 <= error.status < 500 and error.status != TOO_MANY:
            return b""
        raise SourceError(address, f"its robots.txt cannot be had: {error.problem}", error.reason) from error
