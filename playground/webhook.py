"""Updates pushed to a bot's own address, as setWebhook asks for, instead of being fetched.

As the real server does: updates of one chat in order and one at a time, those of several chats side by
side; a success is any 2xx; what fails is tried again, ever later; a method in the answer is done.
Only addresses of this machine are called, whatever certificate they show.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from playground.errors import bad_request
from playground.telegram import Telegram

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PORTS = {80, 88, 443, 8443}
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
CONNECTIONS = 40
MOST_CONNECTIONS = 100
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
PATIENCE = 60.0  # seconds for one answer
MOST_BYTES = 1_000_000
ELSEWHERE = "the playground delivers to addresses of this machine only"


def checked_webhook(params: dict[str, Any]) -> dict[str, Any]:
    """What is remembered of a setWebhook with an address.

    http:// and any port are for this machine, as a Bot API server of one's own takes them too (`--local`).
    Raises ApiError.
    """
    url: str = params["url"].strip()
    parts = _parts(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.hostname not in LOOPBACK and (parts.port or 443) not in PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    secret = params.get("secret_token", "")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    most = min(max(params.get("max_connections", CONNECTIONS), 1), MOST_CONNECTIONS)
    own = {"own_certificate": True} if "certificate" in params else {}
    return {"url": url, "secret": secret, "max_connections": most} | own


def _parts(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise bad_request("bad webhook: URL is invalid") from None
    if not parts.hostname:
        raise bad_request("bad webhook: URL host is empty")
    return parts


class Webhook:
    """Pushes while it is open. `reply` does what the answer to a push asks for."""

    def __init__(self, telegram: Telegram, reply: Callable[[dict[str, Any]], None]) -> None:
        self._telegram = telegram
        self._reply = reply
        self._busy: set[int] = set()  # chats of which an update is on its way
        self._pushes: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """End, also what is on its way."""
        tasks = [*self._pushes, *filter(None, [self._task])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._task = None

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session:
            while True:
                while update := self._next():
                    self._begin(session, update)
                await self._telegram.changed()

    def _next(self) -> dict[str, Any] | None:
        """The first update whose chat has none on its way, as long as more may be."""
        webhook = self._telegram.webhook
        if not webhook or len(self._busy) >= webhook["max_connections"]:
            return None
        passed: set[int] = set()
        for update in self._telegram.updates:
            if (chat := _queue_of(update)) not in self._busy | passed:
                return update
            passed.add(chat)
        return None

    def _begin(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        chat = _queue_of(update)
        self._busy.add(chat)
        push = asyncio.create_task(self._deliver(session, update))
        self._pushes.add(push)

        def over(task: asyncio.Task[None]) -> None:
            self._pushes.discard(task)
            self._busy.discard(chat)
            self._telegram.wake()

        push.add_done_callback(over)

    async def _deliver(self, session: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        """Try until it is taken, or the webhook is another one or none."""
        webhook, pause = self._telegram.webhook, FIRST_PAUSE

        def is_over() -> bool:
            return self._telegram.webhook is not webhook

        while not is_over():
            wrong = await self._pushed(session, webhook, update)
            if not wrong:
                self._taken(update)
                return
            webhook |= {"last_error_date": int(self._telegram.clock()), "last_error_message": wrong}
            self._telegram.wake()
            with contextlib.suppress(TimeoutError):
                await self._telegram.wait_for(is_over, pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def _pushed(
        self, session: aiohttp.ClientSession, webhook: dict[str, Any], update: dict[str, Any]
    ) -> str:
        """What is wrong with the answer, empty where it is fine."""
        if urlsplit(webhook["url"]).hostname not in LOOPBACK:
            return ELSEWHERE
        secret = {"X-Telegram-Bot-Api-Secret-Token": webhook["secret"]} if webhook["secret"] else {}
        try:
            async with session.post(
                webhook["url"], json=update, headers=secret, ssl=False, allow_redirects=False
            ) as answer:
                body = await answer.content.read(MOST_BYTES)
                if not 200 <= answer.status < 300:
                    return f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except TimeoutError:
            return "Read timeout expired"
        except (aiohttp.ClientError, OSError) as error:
            return "Connection refused" if isinstance(error, aiohttp.ClientConnectorError) else str(error)
        self._answered(body)
        return ""

    def _answered(self, body: bytes) -> None:
        try:
            told = json.loads(body)
        except (ValueError, RecursionError):
            return
        if isinstance(told, dict) and "method" in told:
            self._reply(told)

    def _taken(self, update: dict[str, Any]) -> None:
        updates = self._telegram.updates
        if update in updates:
            updates.remove(update)


def _queue_of(update: dict[str, Any]) -> int:
    """The chat that an update belongs to, else the person."""
    payload: dict[str, Any] = next(value for name, value in update.items() if name != "update_id")
    place = payload.get("chat") or payload.get("message", {}).get("chat") or payload.get("from")
    return int(place["id"]) if place else 0
