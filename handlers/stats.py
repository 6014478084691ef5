"""/stats: how delivering goes. For administrators alone."""

from __future__ import annotations

from handlers.visit import Visit
from newsbot.flows import standing
from newsbot.messages import stats as words


async def stats(visit: Visit) -> None:
    """/stats"""
    await visit.show(words.stats(await standing.standing(visit.room), visit.reader))


async def parked(visit: Visit) -> None:
    """The messages that Telegram refused for a fault of ours."""
    await visit.show(words.parked(await standing.parked(visit.room), visit.reader))
    await visit.toast()
