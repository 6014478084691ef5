"""One event, however many articles tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from newsbot.models.articles import Article
from newsbot.models.shingles import Shingles


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What readers made of a story.

    A vote is sure where it comes from somebody who has been here for some days and was shown the story.

    :ivar sure_up, sure_down: those of `up` and `down` that are sure
    :ivar value_sum: sum of the values 1-5 that readers gave
    :ivar value_count: how many gave one
    :ivar sure_value_sum, sure_value_count: of those that are sure
    :ivar reports: readers who called it clickbait, outdated, broken or an advertisement
    :ivar times: chats that were shown it in a digest or an alert
    :ivar seen: the same, each as likely as its place in the list is read
    """

    up: int = 0
    down: int = 0
    sure_up: int = 0
    sure_down: int = 0
    value_sum: int = 0
    value_count: int = 0
    sure_value_sum: int = 0
    sure_value_count: int = 0
    saves: int = 0
    reports: int = 0
    times: int = 0
    seen: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One event; `lead` is the article that is shown, `articles` are all of them, the lead first.

    :ivar weight: of the lead's source, 1 for an ordinary one
    :ivar pinned_until: an administrator wants it on top until then
    :ivar split_at: it was a part of another story until then, and what was shown before was that one
    :ivar is_dropped: an editor does not want it in digests and lists
    :ivar rule: the standing rule that drops it; empty where an editor wants it all the same
    :ivar held_until: an editor has it wait until then; None once that is over
    :ivar released_at: when it was offered again after that: it is news from then on
    :ivar is_led: an editor chose its lead
    :ivar retracted: why an editor took it back; None where nobody did
    :ivar corrected_at: when an editor corrected it last, and what was said of that
    """

    id: int
    lead: Article
    articles: tuple[Article, ...]
    tally: Tally = field(default_factory=Tally)
    weight: float = 1.0
    pinned_until: datetime | None = None
    split_at: datetime | None = None
    is_dropped: bool = False
    rule: str | None = None
    held_until: datetime | None = None
    released_at: datetime | None = None
    is_led: bool = False
    retracted: str | None = None
    corrected_at: datetime | None = None
    correction: str = ""

    @property
    def title(self) -> str:
        return self.lead.title

    @property
    def is_offered(self) -> bool:
        """Neither dropped, nor held, nor taken back: it may be in digests and lists."""
        return not (self.is_dropped or self.rule or self.held_until or self.retracted is not None)

    @property
    def sources(self) -> tuple[str, ...]:
        """The names of the sources that carry it, the lead's first, each once."""
        return tuple(dict.fromkeys(article.source for article in self.articles))

    @property
    def independent(self) -> int:
        """How many sources tell it in words of their own."""
        if len(self.articles) == 1:
            return 1
        return len({article.source_id for article in self.articles if article.copy_of is None}) or 1

    @property
    def again(self) -> int:
        """How many more articles in words of their own these sources have of it."""
        own = sum(article.copy_of is None for article in self.articles)
        return max(0, own - self.independent)

    @property
    def copying(self) -> int:
        """How many sources only have the words of others."""
        if len(self.articles) == 1:
            return 0
        every = {article.source_id for article in self.articles}
        return len(every) - self.independent

    @property
    def languages(self) -> frozenset[str]:
        return frozenset(article.language for article in self.articles)

    @property
    def tags(self) -> tuple[str, ...]:
        return self.lead.tags

    @property
    def when(self) -> datetime:
        """When the event was first told."""
        if len(self.articles) == 1:
            return self.lead.when
        return min(article.when for article in self.articles)


@dataclass(frozen=True, slots=True)
class Teller:
    """An article that tells a story, as far as it matters for which one is shown.

    :ivar chars: of its text
    :ivar weight: of its source
    """

    article_id: int
    chars: int
    noise: str | None
    when: datetime
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Placed:
    """What an article tells.

    :ivar story_id: the story; minus the id of the article that begins it, where it is new
    :ivar copy_of: the article whose text it has, or None
    """

    story_id: int
    copy_of: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What an administrator decided about stories: it is remembered, and nothing undoes it by itself.

    :ivar kind: merge, split, pin, drop, hold, title, lead, tags, correct or retract
    :ivar story_id: that was kept, or that was begun, or that it is about
    :ivar other_id: that went into it, or that it was a part of; else 0
    :ivar article_ids: that changed their story
    :ivar by: the administrator
    :ivar before: what it was before, as far as undoing needs it
    :ivar after: what was decided, where that is words
    :ivar undone_at: when it was taken back
    :ivar id: 0 until stored
    """

    kind: str
    story_id: int
    other_id: int = 0
    article_ids: tuple[int, ...] = ()
    by: int
    at: datetime
    before: Mapping[str, Any] = field(default_factory=dict)
    after: str = ""
    undone_at: datetime | None = None
    id: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Rule:
    """A standing rule: a story whose lead answers it is dropped.

    :ivar words: a search, such as `促销 来源:ithome`
    """

    id: int
    words: str
    by: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score: a key that messages words, its points, and the figures the wording names."""

    key: str
    points: float
    values: tuple[tuple[str, str | int | float], ...] = ()


class Ranked(NamedTuple):
    """A story with its score.

    :ivar followed: it is what the reader follows
    :ivar muted: it is what the reader does not want
    """

    story: Story
    score: float
    followed: bool = False
    muted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """How often a story is supported and opposed by who sees it."""

    up: float
    down: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What one reader wants, as far as it decides about the order of stories.

    :ivar follows, mutes: searches as typed, and stories
    :ivar taste: weights under `tag:…`, `source:…` and `category:…`
    :ivar lets_in: kinds of noise
    """

    follows: tuple[str, ...] = ()
    mutes: tuple[str, ...] = ()
    taste: Mapping[str, float] = field(default_factory=dict)
    lets_in: frozenset[str] = frozenset()


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
