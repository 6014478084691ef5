"""What becomes of a delivery after one attempt to send it.

    queued -> claimed -> sending -> sent | queued again | gave up | unknown

What was certainly not accepted is tried again until it expires; what was accepted is never sent
again; what nobody can know is not sent again either, and its stories count as not shown.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from newsbot.models.deliveries import (
    BadMessage,
    Blocked,
    Delivery,
    MovedTo,
    Outcome,
    Sent,
    State,
    TryLater,
    Unknown,
)

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)


def settle(delivery: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """The delivery after this outcome."""
    match outcome:
        case Sent(message_id):
            return replace(
                delivery, state=State.SENT, message_id=message_id, sent_at=now, next_try_at=None, reason=None
            )
        case Blocked(reason) | BadMessage(reason):
            return replace(delivery, state=State.GAVE_UP, reason=reason, next_try_at=None)
        case Unknown(reason):
            return replace(delivery, state=State.UNKNOWN, reason=reason, next_try_at=None)
        case MovedTo(chat_id):
            return replace(delivery, state=State.QUEUED, chat_id=chat_id, next_try_at=now)
        case TryLater(seconds, reason, limited):
            attempts = delivery.attempts if limited else delivery.attempts + 1
            return _again(replace(delivery, attempts=attempts, reason=reason), seconds, now)


def _again(delivery: Delivery, seconds: float, now: datetime) -> Delivery:
    pause = max(timedelta(seconds=seconds), min(FIRST_PAUSE * 2 ** min(delivery.attempts, 10), LONGEST_PAUSE))
    if delivery.attempts == 0:
        pause = timedelta(seconds=seconds)
    if now + pause >= delivery.expires_at:
        return replace(delivery, state=State.GAVE_UP, next_try_at=None, reason=f"expired: {delivery.reason}")
    return replace(delivery, state=State.QUEUED, next_try_at=now + pause)


def expired(delivery: Delivery, now: datetime) -> Delivery | None:
    """The delivery, skipped, where it is too late for it; else None."""
    if now < delivery.expires_at:
        return None
    return replace(delivery, state=State.SKIPPED, reason="too late", next_try_at=None)
