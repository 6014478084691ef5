"""A phone with the chat page on it, a playground behind it, and a bot that does what a test tells it to.

`page` is a Playwright page of 390 x 844; a test that wants another screen parametrizes `screen`.
Without Playwright or Chromium these tests are skipped, saying so.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pytest_asyncio

from playground.server import Playground
from tests import databases

if TYPE_CHECKING:
    from playwright.async_api import Browser, ConsoleMessage, Page

BOT = Path(__file__).parents[2] / "bot.py"
PHONE = (390, 844)
SECONDS = 5
NAMES = ("chromium", "chromium-browser", "google-chrome")


class ScriptedBot:
    """Hears what people do and answers, one call after the other, as the test says."""

    def __init__(self, playground: Playground, http: httpx.AsyncClient) -> None:
        self._address = f"{playground.url}/bot{playground.token}"
        self._http = http
        self._offset = 0

    async def calls(self, method: str, **params: Any) -> Any:
        """The result of a method that must not be refused."""
        answer = (await self._http.post(f"{self._address}/{method}", json=params)).json()
        assert answer["ok"], answer
        return answer["result"]

    async def call_refused(self, method: str, **params: Any) -> None:
        """A method that must be refused."""
        answer = (await self._http.post(f"{self._address}/{method}", json=params)).json()
        assert not answer["ok"], answer

    async def hears(self, kind: str = "message") -> dict[str, Any]:
        """The next thing somebody did, which must be of this kind."""
        (update,) = await self.calls("getUpdates", offset=self._offset, limit=1, timeout=SECONDS)
        self._offset = update["update_id"] + 1
        heard: dict[str, Any] = update[kind]
        return heard

    async def sends(self, chat: int, text: str, **params: Any) -> int:
        """The id of the message that was sent."""
        sent = await self.calls("sendMessage", chat_id=chat, text=text, **params)
        return int(sent["message_id"])


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    """A running server."""
    server = Playground()
    await server.start()
    yield server
    await server.stop()


@pytest_asyncio.fixture
async def bot(playground: Playground) -> AsyncIterator[ScriptedBot]:
    """A bot of that server."""
    async with httpx.AsyncClient(trust_env=False, timeout=2 * SECONDS) as http:
        yield ScriptedBot(playground, http)


@pytest_asyncio.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    playwright = pytest.importorskip("playwright.async_api", reason="Playwright is not installed")
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        pytest.skip(f"no Chromium is installed (looked for {', '.join(NAMES)})")
    async with playwright.async_playwright() as started:
        # Chromium's own sandbox needs rights that a container does not give
        chromium = await started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        await chromium.close()


@pytest.fixture
def screen() -> tuple[int, int]:
    """Width and height of the page."""
    return PHONE


@pytest_asyncio.fixture
async def page(browser: Browser, screen: tuple[int, int]) -> AsyncIterator[Page]:
    """An empty page; afterwards nothing on it has thrown, or wanted what its policy forbids."""
    width, height = screen
    opened = await browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
    opened.set_default_timeout(3 * SECONDS * 1000)  # on a busy machine
    wrong: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", listen)
    yield opened
    await opened.close()
    assert wrong == []


@pytest_asyncio.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """`python bot.py demo`, as somebody would start it."""
    arguments = (sys.executable, str(BOT), "demo", "--no-open")
    process = await asyncio.create_subprocess_exec(
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "NEWSBOT_SOURCES": "none"}
        | databases.setting(tmp_path),
    )
    assert process.stdout
    line = (await process.stdout.readline()).decode()
    found = re.search(r"http://\S+", line)
    assert found, line
    yield found[0]
    process.terminate()
    assert 0 == await process.wait()
