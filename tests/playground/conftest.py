"""A running playground, and a small client that says what the server answered."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio

from playground.server import Playground
from playground.telegram import Telegram


@dataclass
class Client:
    """Calls methods of the Bot API; `refusal` gives the words of a refusal, "" for none."""

    playground: Playground
    http: httpx.AsyncClient

    @property
    def telegram(self) -> Telegram:
        return self.playground.telegram

    @property
    def reader(self) -> int:
        return self.telegram.person("zh").id

    def address(self, method: str) -> str:
        return f"{self.playground.url}/bot{self.playground.token}/{method}"

    async def posts(self, address: str, given: dict[str, Any]) -> httpx.Response:
        """JSON, with what is not ASCII written as \\u…: httpx itself sends no broken characters."""
        headers = {"content-type": "application/json"}
        return await self.http.post(address, content=json.dumps(given), headers=headers)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        answer = await self.posts(self.address(method), params)
        body: dict[str, Any] = answer.json()
        assert answer.status_code == body.get("error_code", 200)
        return body

    async def result(self, method: str, **params: Any) -> Any:
        body = await self.call(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        return str((await self.call(method, **params)).get("description", ""))

    async def sends(self, text: str = "新闻", **params: Any) -> dict[str, Any]:
        message: dict[str, Any] = await self.result("sendMessage", chat_id=self.reader, text=text, **params)
        return message


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    """A running server."""
    server = Playground()
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def client(playground: Playground) -> AsyncIterator[Client]:
    """A client of it; the Chinese reader's chat is open."""
    playground.telegram.opens(playground.telegram.person("zh").id)
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        yield Client(playground, http)
