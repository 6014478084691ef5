"""A newsroom on a temporary database, with a web and a Telegram of its own, and a clock that tests set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from newsbot import settings
from newsbot.fetcher import Fetcher
from newsbot.flows import understand
from newsbot.messenger import Messenger
from newsbot.newsroom import Newsroom
from newsbot.sandbox import Sandbox
from newsbot.store import Store
from playground.server import TOKEN, Playground
from tests import databases
from tests.flows.desk import Desk
from tests.flows.web import Web
from tests.house import NoPace


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[Any]]:
    """What was logged, as it was said; nothing is printed."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture(scope="session")
def children() -> Iterator[list[Any]]:
    """The sandbox's children that are ready for work: starting one takes a second, so tests hand them on."""
    ready: list[Any] = []
    yield ready
    for child in ready:
        child.hang_up()


@pytest_asyncio.fixture
async def sandbox(children) -> AsyncIterator[Sandbox]:
    """A real one."""
    box = Sandbox(workers=2, idle_seconds=3600, prepare=understand.prepare)
    box._idle = children
    yield box
    for child in children:
        child.stay()  # its timer belongs to this test's loop


@pytest_asyncio.fixture
async def web() -> AsyncIterator[Web]:
    """A web that serves nothing yet."""
    made = Web()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    yield made
    server.close()
    await made.closes()


@pytest_asyncio.fixture
async def desk(tmp_path, web, sandbox) -> AsyncIterator[Desk]:
    """A newsroom without Telegram."""
    database = databases.address(tmp_path)
    given = settings.read({}, token=TOKEN, data=tmp_path, database_url=database, refresh_seconds=None)
    room = Newsroom(
        settings=given,
        store=Store(given.database),
        fetcher=Fetcher(allow_hosts=("127.0.0.1",)),
        sandbox=sandbox,
    )
    made = Desk(room, web)
    room.now = lambda: made.moment
    yield made
    if room.messenger is not None:
        await room.messenger.close()
    await room.fetcher.close()
    await room.store.close()


@pytest_asyncio.fixture
async def playground(desk) -> AsyncIterator[Playground]:
    """Telegram: from now on the newsroom can send, and everybody has opened the bot's chat."""
    server = Playground()
    await server.start()
    for person in server.telegram.people:
        server.telegram.opens(person.id)
    desk.room.messenger = Messenger(server.token, server.url, NoPace())
    await desk.room.messenger.open()
    yield server
    await server.stop()
