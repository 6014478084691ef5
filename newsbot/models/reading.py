"""What the sandbox gives back: articles, understood and ready for the index."""

from __future__ import annotations

from dataclasses import dataclass

from newsbot.models.articles import Draft
from newsbot.models.search import Document
from newsbot.models.stories import Signature


@dataclass(frozen=True, slots=True)
class Understood:
    """An article with everything the store wants.

    :ivar folded: its tags as they are looked up
    :ivar signature: what clustering compares it by; its article id is 0 until it is stored
    """

    draft: Draft
    document: Document
    folded: tuple[str, ...]
    signature: Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a source answered: its articles as far as they can be told without understanding their words.

    :ivar drafts: with their keys; without language, tags, noise, summary
    :ivar behind: the drafts only name articles, whose text stands behind their links
    :ivar ttl: see Feed
    """

    title: str
    drafts: tuple[Draft, ...]
    behind: bool = False
    ttl: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found in one document.

    :ivar kind: page, feed or text
    :ivar title: of the feed, or empty
    :ivar ttl: see Feed
    """

    kind: str
    articles: tuple[Understood, ...]
    title: str = ""
    ttl: int | None = None
