"""A whole run at the highest level of logging: what was said of people, and of secrets? Nothing."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from newsbot.newsroom import utc_now
from playground.newsstand import Newsstand
from playground.server import Playground
from tests.cli.conftest import BOT

TYPED = ("/start", "鸿蒙", "/follow 折叠屏手机", "/feedback 我家的猫不喜欢推送", "/mute 特斯拉降价", "/schedule 7:35",
         "/search 我的秘密搜索", "/export", "/nonsense", "/id", "/broadcast 全体通知内容")  # fmt: skip
SECRET = "the-secret-of-the-webhook-0123456789"
PATIENCE = 60


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    stand = Newsstand(utc_now)
    made = Playground(newsstand=stand)
    await made.start()
    yield made
    await made.stop()


async def until(condition: Any) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():  # noqa: ASYNC110  another process
            await asyncio.sleep(0.05)


def keys(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [key for row in message.get("reply_markup", {}).get("inline_keyboard", []) for key in row]


@pytest.mark.parametrize(("form", "is_pushed"), [("text", False), ("json", True)])
async def test_nothing_of_a_person_and_no_secret_is_logged(
    playground: Playground, tmp_path: Path, form: str, is_pushed: bool
):
    """People do all kinds of things, Telegram refuses some of it; a line for each, and none tells who or what."""
    stand = Newsstand(utc_now)
    catalogue = tmp_path / "catalogue.toml"
    catalogue.write_text(stand.catalog(playground.url), encoding="utf-8")
    port = free_port()
    telegram = playground.telegram
    anna, admin = telegram.person("zh"), telegram.person("admin")
    settings = {
        "NEWSBOT_TOKEN": playground.token, "NEWSBOT_API_URL": playground.url, "NEWSBOT_SOURCES": str(catalogue),
        "NEWSBOT_ALLOW_HOSTS": "127.0.0.1", "NEWSBOT_ADMINS": str(admin.id), "NEWSBOT_LOG": form,
        "NEWSBOT_LOG_LEVEL": "debug", "NEWSBOT_HTTP": f"127.0.0.1:{port}",
    }  # fmt: skip
    if is_pushed:
        settings |= {
            "NEWSBOT_WEBHOOK_URL": f"http://127.0.0.1:{port}/hook", "NEWSBOT_WEBHOOK_SECRET": SECRET,
        }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}
    given = {name: value for name, value in os.environ.items() if name == "NEWSBOT_DATABASE_URL"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(BOT), "run", cwd=tmp_path, env=kept | given | settings,
        stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stderr is not None
    reading = asyncio.create_task(process.stderr.read())
    for words in TYPED:
        before = len(telegram.messages(anna.id))
        telegram.says(anna.id, words)
        await until(lambda before=before: len(telegram.messages(anna.id)) > before + 1)
    digest = next(
        one for one in telegram.messages(anna.id)[::-1] if any(key["text"] == "1" for key in keys(one))
    )
    for wanted in ("1", "👍"):
        message = telegram.chats[anna.id].messages[digest["message_id"]]
        key = next(key for key in keys(message) if wanted in key["text"])
        query = telegram.presses(anna.id, anna.id, digest["message_id"], key["callback_data"])
        await until(lambda query=query: query in telegram.toasts)
    telegram.presses(anna.id, anna.id, digest["message_id"], f"made-up {anna.id}")
    telegram.says(admin.id, "/stats")
    await until(lambda: len(telegram.messages(admin.id)) > 1)
    process.send_signal(signal.SIGTERM)
    assert 0 == await process.wait()
    said = (await reading).decode()

    lines = said.splitlines()
    assert len(lines) > 60
    for words in ("flow done", "called", "answered", "pulled"):
        assert any(words in line for line in lines), words
    if form == "json":
        assert all(isinstance(json.loads(line), dict) for line in lines)
    numbers = [str(person.id) for person in telegram.people]
    typed = [words.partition(" ")[2] or words for words in TYPED if not words.startswith("/") or " " in words]
    secrets = [playground.token, playground.token.partition(":")[2], SECRET]
    for hidden in (*numbers, *typed, *secrets, "made-up"):
        assert hidden not in said, next(line for line in lines if hidden in line)
    assert not re.search(r"/bot\d", said)


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
