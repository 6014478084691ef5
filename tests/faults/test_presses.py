"""Presses around kills: what was answered is kept, what was not is answered after the next start, each counts once."""

from __future__ import annotations

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests import databases
from tests.faults.slot import Slot
from tests.house import buttons

PEOPLE = 12
KILLS = 3


@pytest_asyncio.fixture
async def slot(tmp_path: Path) -> AsyncIterator[Slot]:
    """Everybody has the digest."""
    made = Slot(tmp_path, people=PEOPLE, rate=100)
    await made.opens()
    await made.starts()
    assert await made.until(made.is_over)
    yield made
    await made.closes()


def votes(slot: Slot) -> dict[tuple[int, int], int]:
    """(reader, story) -> vote, as another process sees them."""
    found = databases.rows(slot.database, "SELECT reader_id, story_id, vote FROM votes")
    return {(row["reader_id"], row["story_id"]): row["vote"] for row in found}


@pytest.mark.xdist_group("kills")
async def test_presses_around_kills_are_counted_once_and_answered(slot: Slot) -> None:
    """Three kills in a storm of presses; none is lost, none withdraws itself, everybody is answered."""
    telegram, chance = slot.playground.telegram, random.Random(7)
    presses: dict[str, tuple[int, int]] = {}
    for reader in slot.readers:
        message = telegram.messages(reader)[-1]
        opening = [
            one["callback_data"] for one in buttons(message) if one["callback_data"].startswith("open:")
        ]
        for data in opening:
            story = int(data.split(":")[2])
            query = telegram.presses(reader, reader, message["message_id"], f"vote:-:{story}:+1")
            presses[query] = (reader, story)
    for _ in range(KILLS):
        before = len(telegram.toasts)
        await slot.until(
            lambda before=before: len(telegram.toasts) >= min(before + chance.randrange(1, 8), len(presses))
        )
        await slot.ends(signal.SIGKILL)
        answered = [presses[query] for query in telegram.toasts if query in presses]
        assert all(votes(slot).get(one) == 1 for one in answered), "answered, and not kept"
        await slot.starts()
    assert await slot.until(lambda: set(presses) <= set(telegram.toasts))
    await asyncio.sleep(0.5)

    assert dict.fromkeys(presses.values(), 1) == votes(slot)
    assert 0 == await slot.ends(signal.SIGTERM)
