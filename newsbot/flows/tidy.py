"""Forget what nobody needs any more."""

from __future__ import annotations

from datetime import timedelta

import structlog

from newsbot.newsroom import Newsroom

LISTS_KEPT = timedelta(days=30)  # a button under an older list says that it no longer works
log = structlog.get_logger()


async def tidy(room: Newsroom) -> int:
    """Remove old lists. Returns how many."""
    async with room.store.begin() as tx:
        removed = await tx.views.remove_before(room.now() - LISTS_KEPT)
    log.info("tidied", lists=removed)
    return removed
