"""Tips: what people paid in Telegram Stars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CURRENCY = "XTR"  # Telegram Stars (Bot API, sendInvoice)
# So long a tip is given back to whoever asks, and their number is kept for that; then it is nobody's
REFUNDABLE = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One tip.

    :ivar charge_id: Telegram's name of it
    :ivar person_id: who paid; 0 once it can no longer be given back
    :ivar update_id: in which it was told first
    :ivar refunding_at: when Telegram was asked to give it back, and may have
    """

    charge_id: str
    person_id: int
    stars: int
    at: datetime
    update_id: int = 0
    refunding_at: datetime | None = None
    refunded_at: datetime | None = None

    def is_refundable(self, now: datetime) -> bool:
        return self.person_id != 0 and self.refunded_at is None and now - self.at < REFUNDABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """What came in.

    :ivar stars, many: of all tips that were not given back
    :ivar month: stars of the last 30 days
    :ivar refunded: stars that were given back
    :ivar payments: the last, the newest first
    :ivar total: how many payments there are in all
    """

    stars: int
    many: int
    month: int
    refunded: int
    payments: Sequence[Payment]
    total: int
