"""A bot that answers, in a house of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from playground.server import Playground
from tests.house import House, house


@pytest_asyncio.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """The bot is open; there is no news yet."""
    playground = Playground()
    await playground.start()
    made = house(playground, tmp_path)
    await made.room.store.open()
    await made.opens()
    yield made
    await made.closes()
    await playground.stop()
