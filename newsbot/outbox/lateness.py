"""How late the last reader of a slot will be served: every slot has to wait for those before it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta


def worst(slots: Mapping[datetime, int], rate: float) -> tuple[datetime | None, timedelta]:
    """The slot whose last reader waits longest, and how long; None and nothing where there is no slot.

    :param slots: moment -> how many digests are due then
    :param rate: messages a second
    """
    found: tuple[datetime | None, timedelta] = (None, timedelta(0))
    free: datetime | None = None
    for moment in sorted(slots):
        begins = moment if free is None else max(moment, free)
        free = begins + timedelta(seconds=slots[moment] / rate)
        found = max(found, (moment, free - moment), key=lambda one: one[1])
    return found
