"""An article, from the published page to the stored row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A title and where it leads; some related links on pages have no address."""

    title: str
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was found on one page or in one plain-text article, cleaned; nothing is invented.

    :ivar link: the canonical address that the page names for itself, or None
    :ivar source: the publisher as the page words it
    :ivar reads: the page's own read count
    :ivar text: paragraphs separated by one newline
    """

    title: str
    text: str
    link: str | None = None
    source: str | None = None
    author: str | None = None
    published: datetime | None = None
    reads: int | None = None
    summary: str = ""
    image: str | None = None
    related: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article that was read and understood, not yet stored.

    :ivar keys: identities within its source, best first (`guid:…`, `link:…`, `title:…`)
    :ivar language: `zh`, `en` or another ISO 639-1 code
    :ivar noise: None, or its kind: deal, advertorial, funding, roundup, offtopic
    :ivar tags: canonical words, best first, at most 8
    :ivar summary: plain text, 20 to 200 characters, or empty where there is nothing to say
    :ivar sample: from the demonstration's newsstand
    """

    keys: tuple[str, ...]
    title: str
    text: str = ""
    link: str | None = None
    source: str = ""
    author: str | None = None
    published: datetime | None = None
    reads: int | None = None
    language: str = "zh"
    category: str | None = None
    noise: str | None = None
    tags: tuple[str, ...] = ()
    summary: str = ""
    image: str | None = None
    related: tuple[Link, ...] = ()
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Draft):
    """A stored article.

    :ivar story_id: the story it tells; every stored article belongs to one once it was clustered
    :ivar first_seen: when we stored it (UTC)
    """

    id: int
    source_id: str
    first_seen: datetime
    story_id: int | None = None

    @property
    def when(self) -> datetime:
        """When it was published, or, where nobody says, when we saw it."""
        return self.published or self.first_seen
