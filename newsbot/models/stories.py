"""One event, however many articles tell it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from newsbot.models.articles import Article
from newsbot.models.shingles import Shingles


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What readers made of a story.

    :ivar value_sum: sum of the values 1-5 that readers gave
    :ivar value_count: how many gave one
    """

    up: int = 0
    down: int = 0
    value_sum: int = 0
    value_count: int = 0
    saves: int = 0
    reports: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event; `lead` is the article that is shown, `articles` are all of them, the lead first."""

    id: int
    lead: Article
    articles: tuple[Article, ...]
    tally: Tally = field(default_factory=Tally)

    @property
    def title(self) -> str:
        return self.lead.title

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources that carry it, the lead's first, each once."""
        return tuple(dict.fromkeys(article.source for article in self.articles))

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(article.language for article in self.articles)

    @property
    def tags(self) -> tuple[str, ...]:
        return self.lead.tags

    @property
    def when(self) -> datetime:
        """When the event was first told."""
        return min(article.when for article in self.articles)


@dataclass(frozen=True, slots=True)
class Teller:
    """An article that tells a story, as far as it matters for which one is shown.

    :ivar chars: of its text
    """

    article_id: int
    chars: int
    noise: str | None
    when: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score: a key that messages words, its points, and the figures the wording names."""

    key: str
    points: float
    values: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A story with its score, and why."""

    story: Story
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What clustering compares: everything that tells one event from another, nothing else.

    :ivar title: folded title without punctuation
    :ivar shingles: hashes of 5-character runs of the text (empty where there is only a title)
    :ivar entities: names in title and tags (companies, products, people, models), canonical
    :ivar numbers: figures in the title with their unit, `99.9万` and `999000` alike; `#3` is a third part
    :ivar terms: two-character runs and Latin words of the title
    """

    article_id: int
    story_id: int | None
    when: datetime
    title: str
    shingles: Shingles = field(default_factory=Shingles)
    entities: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    source_id: str = ""
    noise: str | None = None
    sample: bool = False
