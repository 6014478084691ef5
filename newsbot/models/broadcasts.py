"""A message to many readers: what it says, whom it is for, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

CAST = "cast:"  # slots of broadcasts begin so; its number follows
KINDS_OF_CHATS = ("private", "group", "channel")
DELETABLE = timedelta(hours=48)  # Bot API, deleteMessage
SURE_ABOVE = 1_000  # readers; more are asked for once more


class Kind(StrEnum):
    """What is sent.

    TEXT     words, in HTML
    PHOTO    a picture that Telegram has, with words
    FORWARD  a message of somebody else's, with its origin
    COPY     a message of an administrator's, whatever is in it
    STORY    a story, worded for each reader
    NOTICE   a sentence of our own, such as an answer to feedback; no administrator sees it as a broadcast
    """

    TEXT = "text"
    PHOTO = "photo"
    FORWARD = "forward"
    COPY = "copy"
    STORY = "story"
    NOTICE = "notice"


class Stage(StrEnum):
    """How far it is."""

    DRAFT = "draft"
    PLANNED = "planned"  # begins at its time
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CANCELLED = "cancelled"


GOING = (Stage.SENDING, Stage.PAUSED)
BEGUN = (*GOING, Stage.SENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Whom something is for; every part narrows it, an empty part does not.

    Only who has digests, can be reached and does not pause.

    :ivar languages: of the bot's words
    :ivar words: follow one of these, as they follow it
    :ivar sources: follow one of these, such as `来源:ithome`
    :ivar days: did something within so many days; 0 for all
    :ivar kinds: private, group, channel
    :ivar hours: have a digest in one of these hours of their day, 0 to 23
    :ivar ids: are one of these
    """

    languages: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    days: int = 0
    kinds: frozenset[str] = frozenset()
    hours: frozenset[int] = frozenset()
    ids: frozenset[int] = frozenset()

    @property
    def is_everybody(self) -> bool:
        return self == Segment()


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is sent.

    :ivar text: HTML; of a picture its caption; of a notice the key of its sentence
    :ivar typed: the same as it was typed, where it is Markdown; empty where it is not
    :ivar photo: Telegram's name of a picture
    :ivar origin: chat and message, of what is forwarded or copied
    :ivar story_id: of a story
    :ivar same: what tells that two pictures or forwarded messages are the same, whoever sends them
    :ivar values: of a notice, what its sentence names
    """

    kind: Kind
    text: str = ""
    typed: str = ""
    photo: str = ""
    origin: tuple[int, int] | None = None
    story_id: int = 0
    same: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def may_change(self) -> bool:
        """Whether what was sent of it can be edited."""
        return self.kind in (Kind.TEXT, Kind.PHOTO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """One message to many.

    :ivar key: of its content: who had the same does not get it again
    :ivar by: the administrator
    :ivar update_id: of what began it: dealt with twice, around a crash, it is one
    :ivar starts_at: when it is to begin, None for at once
    :ivar began_at: when its deliveries were written down
    :ivar audience: how many these are
    :ivar place: chat and message where its progress is shown
    :ivar shown_at: when that was edited last
    :ivar revision: how often its words were changed since they were sent
    :ivar withdrawn_at: since when what was sent is deleted again
    :ivar is_amending: some of what was sent is still to be changed or deleted
    """

    id: int
    by: int
    at: datetime
    content: Content
    key: str
    segment: Segment = Segment()
    stage: Stage = Stage.DRAFT
    update_id: int = 0
    starts_at: datetime | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    audience: int = 0
    place: tuple[int, int] | None = None
    shown_at: datetime | None = None
    revision: int = 0
    withdrawn_at: datetime | None = None
    is_amending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of a broadcast's messages.

    :ivar blocked: the chat is gone
    :ivar failed: certainly not accepted, for another reason
    :ivar unknown: nobody can know
    :ivar skipped: not begun with: cancelled, too late, or the reader stopped
    :ivar withdrawn: sent and deleted again
    :ivar stale: sent, and still with words of before
    :ivar left: neither decided nor given up
    :ivar held: of these, kept back by their readers' quiet hours
    """

    sent: int = 0
    blocked: int = 0
    failed: int = 0
    unknown: int = 0
    skipped: int = 0
    withdrawn: int = 0
    stale: int = 0
    left: int = 0
    held: int = 0

    @property
    def missed(self) -> int:
        """Decided, and not sent, as far as is known."""
        return self.blocked + self.failed + self.unknown + self.skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How far a broadcast is, and what came of it.

    :ivar rate: messages a second
    :ivar reasons: why some were not sent, the most frequent first
    :ivar up, down: votes of those who got it since, where it is a story
    :ivar opened: how many of them opened its card
    """

    broadcast: Broadcast
    counts: Counts
    rate: float = 0.0
    reasons: Mapping[str, int] = field(default_factory=dict)
    up: int = 0
    down: int = 0
    opened: int = 0
