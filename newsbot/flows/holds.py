"""What Telegram told us to wait for is waited for across a restart."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from newsbot.models.messages import Urgency
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction

FACT = "holds"
RATE_KEPT = timedelta(hours=1)  # what Telegram took an hour ago says little about now


async def remember(room: Newsroom, tx: Transaction) -> None:
    """Write down what is held, until when, and the rate that is left."""
    now = room.now()
    until = {
        urgency.name: (now + timedelta(seconds=seconds)).isoformat()
        for urgency, seconds in room.telegram.holds().items()
    }
    told = {"at": now.isoformat(), "rate": room.telegram.rate, "until": until}
    await tx.facts.put(FACT, json.dumps(told))


async def refused(room: Newsroom) -> None:
    """An answer was refused for being one too many."""
    async with room.store.begin() as tx:
        await remember(room, tx)


async def restore(room: Newsroom) -> None:
    """Before the first message after a start."""
    async with room.store.read() as tx:
        told = json.loads(await tx.facts.get(FACT) or "null")
    if told is None:
        return
    is_fresh = room.now() - datetime.fromisoformat(told["at"]) < RATE_KEPT
    holds = {
        Urgency[name]: max(0.0, (datetime.fromisoformat(until) - room.now()).total_seconds())
        for name, until in told["until"].items()
    }
    room.telegram.restore(holds, told["rate"] if is_fresh else None)
