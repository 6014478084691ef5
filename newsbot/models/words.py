"""What the operator and the archive add to the words that come with the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: what a word of the field names
KINDS = ("company", "product", "person", "term")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """In how many articles of the archive each word stands.

    :ivar articles: how many were counted
    """

    articles: int = 0
    words: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """A process is told it once, at its start.

    :ivar words: words of the field and their kinds, see KINDS
    :ivar aliases: canonical name -> its other writings
    :ivar ignored: never a tag
    :ivar noise: kind of noise -> patterns of titles
    :ivar counts: learned from the bot's own archive; empty until that holds enough
    """

    words: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    noise: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    counts: Counts = field(default_factory=Counts)
