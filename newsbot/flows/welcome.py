"""The first digest: real news as soon as there is some, and until then how far the first pull is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

from newsbot.flows import digest
from newsbot.models.digests import Digest
from newsbot.models.readers import Reader
from newsbot.newsroom import Newsroom, Progress

LONGEST_WAIT = 60.0  # seconds; F2 promises a first digest within
PATIENT = 15.0  # seconds for which a digest of few sources waits for the others
MOST_SOURCES = 0.8  # of the sources have answered: the rest may be slow or down
STEP = 1.0


async def first(room: Newsroom, reader: Reader) -> AsyncIterator[Progress | tuple[Digest, str]]:
    """How far the pull is, as often as that changes, and at the end the digest with its list's name."""
    waited, told = 0.0, Progress()
    while True:
        found, place = await digest.now(room, reader)
        if waited >= LONGEST_WAIT or _is_enough(found, room.progress, waited):
            yield found, place
            return
        if told != room.progress:
            told = replace(room.progress)
            yield told
        await asyncio.sleep(STEP)
        waited += STEP


def _is_enough(found: Digest, progress: Progress, waited: float) -> bool:
    if not found.stories:
        return progress.rounds > 0 and not progress.running
    if not progress.running or progress.rounds > 0 or found.sample:
        return True
    return progress.done >= MOST_SOURCES * progress.total or waited >= PATIENT
