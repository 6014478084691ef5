"""How delivering goes, for administrators and operators."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from newsbot.flows.plan import skipped
from newsbot.models.deliveries import Delivery, Standing, State
from newsbot.models.messages import Urgency
from newsbot.newsroom import Newsroom
from newsbot.outbox.lateness import worst

DAY = timedelta(days=1)
MOST_PARKED = 3


async def standing(room: Newsroom) -> Standing:
    """Of the last day, and what the next one will ask for."""
    now = room.now()
    async with room.store.read() as tx:
        counts = await tx.deliveries.counts(now - DAY)
        reasons = await tx.deliveries.reasons(now - DAY)
        slots = await tx.readers.slots(now, now + DAY)
        waiting = await tx.deliveries.waiting()
        over = int(await tx.facts.get(skipped(room)) or 0)
    if waiting:
        slots[now] = slots.get(now, 0) + waiting
    slot, latest = worst(slots, room.rate)
    return Standing(
        counts=counts | {State.SKIPPED: counts.get(State.SKIPPED, 0) + over},
        reasons=reasons,
        rate=room.rate,
        held=room.messenger.held(Urgency.DIGEST) if room.messenger else 0.0,
        latest=latest,
        worst=slot,
    )


async def parked(room: Newsroom) -> Sequence[Delivery]:
    """The newest messages that were refused for a fault of ours."""
    async with room.store.read() as tx:
        return await tx.deliveries.parked(MOST_PARKED)
