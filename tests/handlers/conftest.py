"""A bot that answers, in a house of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from newsbot.fetcher import Fetcher
from playground.server import Playground
from tests.flows.web import Web
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


@pytest_asyncio.fixture
async def admin(home: House) -> str:
    """The administrator of the settings; two readers have begun."""
    home.room.settings = home.room.settings.model_copy(update={"admins": (home.id_of("admin"),)})
    for who in ("zh", "en"):
        await home.says("/start", who=who)
    return "admin"


@pytest_asyncio.fixture
async def web(home: House) -> AsyncIterator[Web]:
    """A web that the bot may ask."""
    made = Web()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    await home.room.fetcher.close()
    home.room.fetcher = Fetcher(allow_hosts=("127.0.0.1",))
    yield made
    server.close()
    await made.closes()
