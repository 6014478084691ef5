"""Where news comes from, and what came from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place that publishes articles, as the catalogue describes it.

    :ivar kind: `feed` (RSS, RDF, Atom, JSON Feed), `page` (one page that is one article), or `hand`: never
        asked, its articles were handed to us
    :ivar zone: IANA zone of times that carry none
    :ivar interval: seconds between two pulls, or None for the bot's own choice
    :ivar selector: CSS selector of the articles on a list page
    :ivar fallback: addresses to try when `url` fails, in order
    :ivar sample: written for the demonstration, never shown beside real news
    """

    id: str
    name: str
    url: str
    kind: str = "feed"
    language: str = "zh"
    zone: str = "Asia/Shanghai"
    category: str | None = None
    on: bool = True
    interval: int | None = None
    selector: str | None = None
    fallback: tuple[str, ...] = ()
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What we remember of asking a source; all times are aware and UTC.

    :ivar body_hash: of the last body that was read, so that an unchanged one is not read again
    :ivar failures: in a row, 0 after a success
    :ivar next_at: not asked before
    :ivar error: the last failure in words, None after a success
    :ivar per_day: articles a day, over the last seven days
    """

    source_id: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    checked_at: datetime | None = None
    last_success_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    error: str | None = None
    per_day: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One answer from the web: 200 with a body, or 304 without.

    :ivar url: where the body really came from, after redirects
    :ivar moved_to: where all of the redirects were permanent: the new address; else None
    :ivar body: decoded from its content encoding, bytes as published
    :ivar size: bytes on the wire
    :ivar ms: how long it took
    :ivar fresh_for: seconds for which Cache-Control calls the answer fresh, or None
    """

    status: int
    url: str
    body: bytes = b""
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    fresh_for: float | None = None
    moved_to: str | None = None
    size: int = 0
    ms: int = 0

    @property
    def unchanged(self) -> bool:
        return self.status == 304


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, as published: `summary` and `content` are still HTML."""

    title: str
    link: str | None = None
    guid: str | None = None
    author: str | None = None
    published: datetime | None = None
    summary: str = ""
    content: str = ""
    image: str | None = None
    categories: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A parsed feed.

    :ivar ttl: seconds for which the publisher asks to be left alone, or None
    """

    title: str = ""
    link: str | None = None
    language: str | None = None
    ttl: int | None = None
    entries: tuple[Entry, ...] = field(default_factory=tuple)
