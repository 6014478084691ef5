"""Starting and stopping."""

from __future__ import annotations

import asyncio
import signal

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from playground.server import Playground
from tests.playground.conftest import Client


async def test_a_taken_port_is_an_error_of_the_start(client: Client) -> None:
    """Named by the system, nothing left behind."""
    second = Playground(port=client.playground.port)

    with pytest.raises(OSError, match="in use"):
        await second.start()
    await second.stop()


async def test_signals_are_left_to_the_program(client: Client) -> None:
    """The server runs in somebody else's loop."""
    assert await client.result("getMe")
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


async def test_a_connection_may_rest_longer_than_clients_keep_one(client: Client) -> None:
    """httpx drops one after five seconds; the server must not do so in the same moment."""
    reader, writer = await asyncio.open_connection(client.playground.host, client.playground.port)
    answers = []
    for pause in (5.5, 0):
        writer.write(f"GET /bot{client.playground.token}/getMe HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        answers.append(await reader.readuntil(b"\r\n"))
        await asyncio.sleep(pause)
        await reader.readuntil(b"}}")
    writer.close()

    assert [b"HTTP/1.1 200 OK\r\n"] * 2 == answers


async def test_further_routes_are_served_beside_the_bot_api(client: Client) -> None:
    """A newsstand, for instance, before the page."""

    async def feed(request: Request) -> PlainTextResponse:
        return PlainTextResponse("示例")

    server = Playground(extra_routes=[Route("/feed", feed)])
    await server.start()
    answer = await client.http.get(f"{server.url}/feed")
    await server.stop()

    assert answer.text == "示例"


async def test_it_starts_again_after_a_stop() -> None:
    """On the same port, with the same state."""
    server = Playground()
    await server.start()
    first = server.url
    await server.stop()
    await server.start()
    second = server.url
    await server.stop()

    assert first == second


async def test_groups_may_be_there_from_the_start(client: Client) -> None:
    """A forum with a topic and a channel; the administrator has just brought the bot into both."""
    telegram = Playground(with_groups=True).telegram
    forum, channel = telegram.chats.values()
    told = [kind for update in telegram.updates for kind in update if kind != "update_id"]

    assert [("supergroup", True, "读者群"), ("channel", True, "科技频道")] == [
        (chat.kind, chat.bot_is_admin, chat.title) for chat in (forum, channel)
    ]
    assert ["芯片"] == [topic.name for topic in forum.topics.values()]
    assert [telegram.person("admin").id] * 2 == [forum.owner, channel.owner]
    assert ["my_chat_member", "message", "my_chat_member"] == told
