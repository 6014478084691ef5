"""Where news comes from, and what came from there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

#: what an administrator may change of a source from the chat
EDITABLE = ("name", "url", "language", "category", "interval", "selector", "body", "noise", "zone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One place that publishes articles, as the catalogue describes it.

    :ivar kind: `feed` (RSS, RDF, Atom, JSON Feed), `sitemap`, `list` (a page that links to articles, see
        `selector`), `hackernews` (a list of its official API), `page` (one page that is one article), or
        `hand`: never asked, its articles were handed to us
    :ivar zone: IANA zone of times that carry none
    :ivar interval: seconds between two pulls, or None for the bot's own choice
    :ivar selector: CSS selector of the articles on a list page
    :ivar body: CSS selector of the text on its articles' pages, where the general rules fail
    :ivar noise: what all its articles are (deal, advertorial, …); None for a source of news
    :ivar weight: how much an editor thinks of it, 1 for an ordinary one: 2 is a point more for what it leads
    :ivar fallback: addresses to try when `url` fails, in order; `/route` is one of the RSSHub base
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
    body: str | None = None
    noise: str | None = None
    fallback: tuple[str, ...] = ()
    sample: bool = False
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Taken:
    """A place in the catalogue, also that of a source that was removed or of what was handed to us.

    :ivar is_there: it can be asked
    """

    id: str
    url: str
    is_there: bool = True


class Status(StrEnum):
    """How a source is.

    OFF          nobody asks it
    NEW          nobody asked it yet
    OK           its last answer was good
    FALLBACK     its own address fails, another one serves in its place
    FAILING      its last answers were not good; it is asked less and less often
    QUARANTINED  it has failed for more than a day; it is asked once a day
    GONE         it said 410: it will not be back; it is not asked again
    """

    OFF = "off"
    NEW = "new"
    OK = "ok"
    FALLBACK = "fallback"
    FAILING = "failing"
    QUARANTINED = "quarantined"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What we remember of asking a source; all times are aware and UTC.

    :ivar known_since: when it came into the catalogue
    :ivar etag: of the last answer, as are `last_modified` and `body_hash`: that of `via`, if there is one
    :ivar body_hash: of the last body that was read, so that an unchanged one is not read again
    :ivar failures: in a row, 0 after a success
    :ivar down_since: since when nothing serves, neither its own address nor a fallback, or None
    :ivar failing_since: when its own address began to fail, None while it does not
    :ivar ttl: seconds for which its last answer asked to be left alone, or None
    :ivar next_at: not asked before
    :ivar error: the last failure of its own address in words, None after a success
    :ivar reason: the same as one word, see SourceError
    :ivar via: the fallback that serves in its place, or None
    :ivar own_next_at: while a fallback serves: its own address is not asked before
    :ivar gone_at: when it said that it will not be back
    :ivar told_at: when administrators were told that it fails, None once they were told that it is well
    :ivar per_day: articles a day, over the last seven days
    """

    source_id: str
    known_since: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    checked_at: datetime | None = None
    last_success_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0
    down_since: datetime | None = None
    failing_since: datetime | None = None
    ttl: int | None = None
    error: str | None = None
    reason: str | None = None
    via: str | None = None
    own_next_at: datetime | None = None
    gone_at: datetime | None = None
    told_at: datetime | None = None
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
    """What a source answered, parsed: a feed, or a list of what it has.

    :ivar ttl: seconds for which the publisher asks to be left alone, or None
    :ivar behind: the entries only name articles; their text stands behind their links
    """

    title: str = ""
    link: str | None = None
    language: str | None = None
    ttl: int | None = None
    behind: bool = False
    entries: tuple[Entry, ...] = field(default_factory=tuple)
