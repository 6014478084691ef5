"""What becomes of a delivery after one attempt to send it.

    queued -> claimed -> sending -> sent | queued again | gave up | parked | unknown

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
    Doubtful,
    Gone,
    MovedTo,
    Outcome,
    Sent,
    State,
    TryLater,
    Unknown,
)

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)
MOST_SECONDS = 7 * 24 * 3600  # whatever Telegram asks for beyond is longer than any delivery waits
DECIDED = frozenset((State.SENT, State.GAVE_UP, State.PARKED, State.UNKNOWN, State.SKIPPED, State.WITHDRAWN))
NOT_BEGUN = frozenset((State.QUEUED, State.CLAIMED))


def settle(delivery: Delivery, outcome: Outcome, now: datetime, text: str | None = None) -> Delivery:
    """The delivery after this outcome; what is decided stays, but that what was unknown may turn out sent.

    :param text: what was said, kept where it was refused for a fault of ours
    """
    late = isinstance(outcome, Sent) and delivery.state is State.UNKNOWN
    if delivery.state in DECIDED and not late:
        return delivery
    match outcome:
        case Sent(message_id):
            return replace(
                delivery, state=State.SENT, message_id=message_id, sent_at=now, next_try_at=None, reason=None
            )
        case Blocked(reason) | Doubtful(reason) | Gone(reason):
            return replace(delivery, state=State.GAVE_UP, reason=reason, next_try_at=None)
        case BadMessage(reason):
            return replace(delivery, state=State.PARKED, reason=reason, text=text, next_try_at=None)
        case Unknown(reason):
            return replace(delivery, state=State.UNKNOWN, reason=reason, next_try_at=None)
        case MovedTo(chat_id):
            return _again(replace(delivery, chat_id=chat_id, reason="moved"), timedelta(0), now)
        case TryLater(seconds, reason, limited):
            asked = timedelta(seconds=min(seconds, MOST_SECONDS))
            if limited:
                return _again(replace(delivery, reason=reason), asked, now)
            tried = replace(delivery, attempts=delivery.attempts + 1, reason=reason)
            return _again(tried, max(asked, _pause(tried.attempts)), now)


def _pause(attempts: int) -> timedelta:
    """5 seconds after the first attempt, twice as long after each other, ten minutes at most."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)


def _again(delivery: Delivery, pause: timedelta, now: datetime) -> Delivery:
    if pause >= delivery.expires_at - now:
        return replace(delivery, state=State.GAVE_UP, next_try_at=None, reason=f"expired: {delivery.reason}")
    return replace(delivery, state=State.QUEUED, next_try_at=now + pause)


def expired(delivery: Delivery, now: datetime) -> Delivery | None:
    """The delivery, skipped, where it is too late to begin with it; else None."""
    if now < delivery.expires_at or delivery.state not in NOT_BEGUN:
        return None
    return replace(delivery, state=State.SKIPPED, reason="too late", next_try_at=None)
