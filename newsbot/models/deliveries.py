"""A digest on its way to a chat, and what became of an attempt to send it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    QUEUED = "queued"  # written down, nothing was tried or the last try was certainly refused
    CLAIMED = "claimed"  # a sender holds it; provably not sent
    SENDING = "sending"  # committed before the request left; after a crash nobody can know
    SENT = "sent"  # Telegram said so
    GAVE_UP = "gave_up"  # certainly not accepted, and no use trying again
    PARKED = "parked"  # refused for a fault of ours, with its text, for administrators to look at
    UNKNOWN = "unknown"  # perhaps accepted; never sent again, its stories count as not shown
    SKIPPED = "skipped"  # overtaken by a newer digest, or too late


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One digest for one chat and slot; (chat_id, slot) is unique.

    :ivar slot: local date and time, such as `2026-11-24T08:00`, or `first` for /start
    :ivar story_ids: in the order of showing
    :ivar lost_ids: those of `story_ids` that may have been missed in an unknown delivery
    :ivar text: what was refused, of a parked delivery
    """

    id: int
    chat_id: int
    slot: str
    state: State
    due_at: datetime
    expires_at: datetime
    story_ids: tuple[int, ...]
    lost_ids: tuple[int, ...] = ()
    filtered: int = 0
    attempts: int = 0
    next_try_at: datetime | None = None
    message_id: int | None = None
    sent_at: datetime | None = None
    reason: str | None = None
    text: str | None = None


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
