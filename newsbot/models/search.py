"""What is looked for, and where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An article as the index holds it: tokens separated by single spaces.

    A Chinese character is a token, a run of Latin letters and digits is a token; all folded
    (half width, simplified, lower case), so that a phrase of tokens is a substring of the text.

    :ivar joined: compounds without their hyphens, so that `gpt4o` finds `GPT-4o`
    """

    title: str
    text: str
    tags: str = ""
    source: str = ""
    joined: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something that must stand in an article: these tokens, in this order.

    :ivar words: as typed, for showing
    :ivar tokens: as the index holds them
    :ivar joined: the compound without its hyphens, which will do as well, or empty
    """

    words: str
    tokens: tuple[str, ...]
    joined: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search, understood.

    `groups` are ANDed; the phrases within a group are alternatives (OR).

    :ivar words: what was typed, for showing
    :ivar excluded: phrases that must not stand in the article
    :ivar sources: ids or names, any of them; empty for all
    :ivar tags: folded, all of them
    :ivar within: only articles this young
    """

    words: str
    groups: tuple[tuple[Phrase, ...], ...] = ()
    excluded: tuple[Phrase, ...] = ()
    sources: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    within: timedelta | None = None

    @property
    def empty(self) -> bool:
        """Nothing that could be looked for."""
        return not (self.groups or self.sources or self.tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A stored article that contains what a query asks for, with what ranking needs.

    :ivar in_title: how many of the query's groups stand in the title
    :ivar in_tags: how many stand among the tags
    """

    article_id: int
    story_id: int | None
    when: datetime
    in_title: int = 0
    in_tags: int = 0
