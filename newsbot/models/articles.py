"""An article, from the published page to the stored row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

#: kinds of what is no news
NOISES = ("deal", "advertorial", "funding", "roundup", "offtopic")


@dataclass(frozen=True, slots=True)
class Noise:
    """Why an article is no news.

    :ivar kind: one of NOISES
    :ivar why: the words that say so, as they stand there; `source` where its source brings nothing else
    """

    kind: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retelling:
    """What a model made of an article, as far as it may be shown; empty where it may not."""

    summary: str = ""
    title: str = ""


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
    :ivar summary: what the publisher gives as one, unchecked
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
    :ivar noise: None, or its kind, see NOISES
    :ivar noise_why: see Noise
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
    noise_why: str | None = None
    tags: tuple[str, ...] = ()
    summary: str = ""
    image: str | None = None
    related: tuple[Link, ...] = ()
    sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(Draft):
    """A stored article.

    :ivar story_id: the story it tells; every stored article belongs to one once it was clustered
    :ivar copy_of: the article of its story whose text it has, or None
    :ivar first_seen: when we stored it (UTC)
    :ivar original: its title as it was published, where an editor gave it another; else empty
    :ivar has_own_title, has_own_tags: an editor gave it these
    :ivar model_summary: a summary that a model wrote; empty where none did, or not well
    :ivar model_title: its title in Chinese, by a model
    """

    id: int
    source_id: str
    first_seen: datetime
    story_id: int | None = None
    copy_of: int | None = None
    original: str = ""
    has_own_title: bool = False
    has_own_tags: bool = False
    model_summary: str = ""
    model_title: str = ""

    @property
    def published_title(self) -> str:
        """Its title as it was published, whatever an editor gave it."""
        return self.original if self.has_own_title else self.title

    @property
    def is_edited(self) -> bool:
        """Whether an editor gave it words of his own."""
        return self.has_own_title or self.has_own_tags

    @property
    def when(self) -> datetime:
        """When it was published, or, where nobody says, when we saw it."""
        return self.published or self.first_seen
