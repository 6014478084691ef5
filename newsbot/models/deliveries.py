"""A digest on its way to a chat, and what became of an attempt to send it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from newsbot.models.views import View

SLOW = timedelta(minutes=15)  # a digest so late is no longer at its hour
LEDGER = timedelta(days=14)  # what was shown so long ago is as if it had not been


ALERT = "alert:"  # slots of alerts begin so; the story's id follows
WEEK = "week:"  # slots of the week's review begin so; the Sunday follows


class State(StrEnum):
    QUEUED = "queued"  # written down, nothing was tried or the last try was certainly refused
    CLAIMED = "claimed"  # a sender holds it; provably not sent
    SENDING = "sending"  # committed before the request left; after a crash nobody can know
    SENT = "sent"  # Telegram said so
    GAVE_UP = "gave_up"  # certainly not accepted, and no use trying again
    PARKED = "parked"  # refused for a fault of ours, with its text, for administrators to look at
    UNKNOWN = "unknown"  # perhaps accepted; never sent again, its stories count as not shown
    SKIPPED = "skipped"  # overtaken by a newer digest, or too late
    WITHDRAWN = "withdrawn"  # sent, and deleted again by an administrator


class Told(NamedTuple):
    """A story as a chat was shown it.

    :ivar place: in its digest, from 1 on; 0 in an alert, which says nothing of how it fares among others
    :ivar article_ids: all that told it then
    """

    story_id: int
    place: int
    article_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One digest for one chat and slot; (chat_id, slot) is unique.

    :ivar slot: local date and time, such as `2026-11-24T08:00`, `first` for /start, or `alert:12` for a story
    :ivar story_ids: in the order of showing
    :ivar lost_ids: those of `story_ids` that may have been missed in an unknown delivery
    :ivar grown_ids: those that the chat was shown before, and of which there is much more now
    :ivar corrected_ids: corrections of articles that the chat was shown
    :ivar told_at: until when news were looked at for it; None where it tells none
    :ivar text: what was refused, of a parked delivery
    :ivar broadcast_id: of a copy of a broadcast
    :ivar revision: whose words of the broadcast it has, see there
    :ivar thread_id: the topic of a forum that it is for
    """

    id: int
    chat_id: int
    slot: str
    state: State
    due_at: datetime
    expires_at: datetime
    story_ids: tuple[int, ...]
    lost_ids: tuple[int, ...] = ()
    grown_ids: tuple[int, ...] = ()
    corrected_ids: tuple[int, ...] = ()
    told_at: datetime | None = None
    filtered: int = 0
    attempts: int = 0
    next_try_at: datetime | None = None
    message_id: int | None = None
    sent_at: datetime | None = None
    reason: str | None = None
    text: str | None = None
    broadcast_id: int | None = None
    revision: int = 0
    thread_id: int | None = None

    @property
    def view(self) -> View:
        """Its list, as number buttons refer to it."""
        return View(
            id=self.id,
            chat_id=self.chat_id,
            kind=self.kind,
            story_ids=self.story_ids,
            lost_ids=self.lost_ids,
            grown_ids=self.grown_ids,
            corrected_ids=self.corrected_ids,
            filtered=self.filtered,
            words=self.slot if self.is_review or self.broadcast_id is not None else "",
        )

    @property
    def kind(self) -> str:
        """digest, alert, review or cast."""
        if self.broadcast_id is not None:
            return "cast"
        return "alert" if self.is_alert else "review" if self.is_review else "digest"

    @property
    def is_review(self) -> bool:
        """The week's review."""
        return self.slot.startswith(WEEK)

    @property
    def is_digest(self) -> bool:
        """Neither an alert nor a review nor a broadcast."""
        return self.kind == "digest"

    @property
    def is_alert(self) -> bool:
        """News of what somebody follows, told at once."""
        return self.slot.startswith(ALERT)


@dataclass(frozen=True, slots=True)
class Planned:
    """What the next slot of one reader comes to.

    :ivar was_due: the reader's `next_due` when it was composed
    :ivar next_due: the slot after it
    :ivar deliveries: none where there is nothing to send; of a forum one a topic
    :ivar skipped: slots that passed while nobody sent anything
    """

    reader_id: int
    was_due: datetime | None
    next_due: datetime
    deliveries: tuple[Delivery, ...] = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """What became of the last deliveries to some chats, as far as it decides about the next one.

    :ivar lost: chat -> stories of which nobody can know whether they arrived
    :ivar coming: chat -> stories that are on their way to it
    """

    lost: Mapping[int, frozenset[int]]
    coming: Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How delivering goes.

    :ivar counts: deliveries of the last day by state
    :ivar reasons: why some of them were not sent, the most frequent first
    :ivar rate: messages a second
    :ivar held: seconds for which Telegram said wait, 0 where it did not
    :ivar latest: how long after its hour the last reader of the worst slot of the next day gets a digest
    :ivar worst: that slot (UTC), None where none is due
    """

    counts: dict[str, int]
    reasons: dict[str, int]
    rate: float
    held: float = 0.0
    latest: timedelta = timedelta(0)
    worst: datetime | None = None

    @property
    def minutes_per_thousand(self) -> float:
        return 1000 / self.rate / 60

    @property
    def is_slow(self) -> bool:
        return self.latest > SLOW


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram accepted it."""

    message_id: int


@dataclass(frozen=True, slots=True)
class Blocked:
    """The chat is gone: blocked, deactivated, kicked."""

    reason: str


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The chat seems to be gone, as it may for a while: not found, no right to write."""

    reason: str


@dataclass(frozen=True, slots=True)
class MovedTo:
    """The group became a supergroup with another id."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class TryLater:
    """Certainly not accepted; may be tried again after so many seconds.

    :ivar limited: Telegram's own 429: it costs no attempt
    """

    seconds: float
    reason: str = ""
    limited: bool = False


@dataclass(frozen=True, slots=True)
class BadMessage:
    """Certainly not accepted, and it never will be as it is.

    :ivar plain: without its formatting it may be
    """

    reason: str
    plain: bool = False


@dataclass(frozen=True, slots=True)
class Gone:
    """What was to be edited is not there any more, or cannot be edited."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can know whether it was accepted."""

    reason: str


Outcome = Sent | Blocked | Doubtful | MovedTo | TryLater | BadMessage | Gone | Unknown
