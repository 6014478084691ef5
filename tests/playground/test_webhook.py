"""Updates pushed to a bot's own address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from telegram import Update

from playground import schema, webhook
from tests.playground.conftest import Client


class Hook:
    """A bot's own server: what came, and what it answers."""

    def __init__(self) -> None:
        self.came: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.answers: list[web.Response | float] = []
        self.url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.came.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        answer = self.answers.pop(0) if self.answers else web.Response()
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return web.Response()
        return answer

    @property
    def texts(self) -> list[str]:
        return [one["message"]["text"] for one in self.came]


@pytest_asyncio.fixture
async def hook(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hook]:
    """Listens on this machine; failures are tried again at once."""
    monkeypatch.setattr(webhook, "FIRST_PAUSE", 0.01)
    made = Hook()
    app = web.Application()
    app.router.add_post("/hook", made.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


async def all_taken(client: Client) -> dict[str, Any]:
    """Waits until nothing is pending; what Telegram says of the webhook then."""
    await client.telegram.wait_for(lambda: not client.telegram.updates)
    info: dict[str, Any] = await client.result("getWebhookInfo")
    return info


async def test_updates_come_in_order_with_the_secret(client: Client, hook: Hook) -> None:
    """What waited before, too; the secret is told to nobody."""
    client.telegram.says(client.reader, "一")
    await client.result("setWebhook", url=hook.url, secret_token="s3-cret_", max_connections=500)
    for text in ("二", "三"):
        client.telegram.says(client.reader, text)
    info = await all_taken(client)

    schema.conforms(hook.came, "Array of Update")
    read = [Update.de_json(one, None) for one in hook.came]
    assert ["一", "二", "三"] == hook.texts == [one.effective_message.text for one in read]
    assert {"s3-cret_"} == set(hook.secrets)
    assert [hook.url, 0, 100] == [info["url"], info["pending_update_count"], info["max_connections"]]
    assert "secret" not in info


async def test_what_fails_is_tried_again_until_it_is_taken(client: Client, hook: Hook) -> None:
    """It is said what was wrong, and nothing of that chat overtakes."""
    hook.answers = [web.Response(status=500), web.Response(status=302)]
    await client.result("setWebhook", url=hook.url)
    client.telegram.says(client.reader, "一")
    client.telegram.says(client.reader, "二")
    info = await all_taken(client)

    assert ["一", "一", "一", "二"] == hook.texts
    assert "Wrong response from the webhook: 302 Found" == info["last_error_message"]


async def test_a_slow_chat_holds_up_no_other(client: Client, hook: Hook) -> None:
    """Two people; as many at a time as were asked for."""
    hook.answers = [0.3]
    await client.result("setWebhook", url=hook.url)
    client.telegram.says(client.reader, "慢")
    client.telegram.says(client.reader, "后")
    client.telegram.says(client.telegram.person("en").id, "other")
    await all_taken(client)

    assert ["慢", "other", "后"] == hook.texts


async def test_the_answer_may_be_a_call(client: Client, hook: Hook) -> None:
    """It is done, and one that is refused hurts nobody."""
    call = {"method": "sendMessage", "chat_id": client.reader, "text": "答"}
    hook.answers = [web.json_response(call), web.json_response({**call, "text": ""}), web.Response(text="[")]
    await client.result("setWebhook", url=hook.url)
    for text in ("一", "二", "三"):
        client.telegram.says(client.reader, text)
    await all_taken(client)

    assert sorted("一二三答") == sorted(one["text"] for one in client.telegram.messages(client.reader))


async def test_deleting_it_ends_the_trying(client: Client, hook: Hook) -> None:
    """What was not taken waits for getUpdates."""
    hook.answers = [web.Response(status=500)] * 100
    await client.result("setWebhook", url=hook.url)
    client.telegram.says(client.reader, "一")
    await client.telegram.wait_for(lambda: client.telegram.webhook.get("last_error_message"))
    conflict = await client.refusal("getUpdates")
    await client.result("deleteWebhook")
    (update,) = await client.result("getUpdates")

    assert "webhook is active" in conflict
    assert "一" == update["message"]["text"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "http://a.cn/x"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://a.cn:8080/x"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ({"url": "https://"}, "bad webhook: URL host is empty"),
        ({"url": "https://[a"}, "bad webhook: URL is invalid"),
        ({"url": "https://a.cn", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://a.cn", "secret_token": "a" * 257}, "secret token contains unallowed characters"),
    ],
)
async def test_a_bad_webhook_is_refused(client: Client, given: dict[str, Any], words: str) -> None:
    """And the one before stays."""
    await client.result("setWebhook", url="https://b.cn/x")
    refusal = await client.refusal("setWebhook", **given)

    assert f"Bad Request: {words}" == refusal
    assert "https://b.cn/x" == (await client.result("getWebhookInfo"))["url"]


async def test_other_machines_are_never_called(client: Client) -> None:
    """It says so, where an operator looks."""
    await client.result("setWebhook", url="https://a.cn/x")
    client.telegram.says(client.reader, "一")
    await client.telegram.wait_for(lambda: client.telegram.webhook.get("last_error_message"))

    assert webhook.ELSEWHERE == (await client.result("getWebhookInfo"))["last_error_message"]
