"""The Bot API over HTTP, as a plain ASGI application: token, method, parameters, trouble, answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
from collections.abc import Awaitable, Callable, MutableMapping
from time import monotonic
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from playground import schema
from playground.asked import is_own
from playground.body import read_params
from playground.errors import ApiError
from playground.faults import Fault, Faults
from playground.methods import METHODS, conflict
from playground.telegram import Call, Telegram

MOST_BYTES = 50 * 1024 * 1024
MOST_SECONDS = 50
JSON = b"application/json"
HTML = b"text/html"
NAMES = {name.lower(): name for name in [*METHODS, "getUpdates"]}
SECOND_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class BotApi:
    """Answers /bot<token>/<method>; `stop` ends everything that waits.

    :param reset: ends the connection of a request without an answer
    """

    def __init__(
        self,
        telegram: Telegram,
        faults: Faults,
        token: str,
        reset: Callable[[Scope, Receive], Awaitable[None]],
    ) -> None:
        self.telegram = telegram
        self.faults = faults
        self.token = token
        self._reset = reset
        self._poller: object | None = None
        self._stopped = asyncio.Event()

    def start(self) -> None:
        """Let long polls wait (again)."""
        self._stopped.clear()

    def stop(self) -> None:
        """Let long polls and hanging answers end now."""
        self._stopped.set()
        self.telegram.wake()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. From other hosts' pages, which could know the token, none is taken."""
        if not is_own(Request(scope)):
            await _respond(send, 403, b"text/plain", b"only for this machine")
            return
        try:
            status, kind, body = await self._answer(scope, receive)
        except ConnectionResetError:
            await self._reset(scope, receive)
            return
        except ApiError as refusal:
            status, kind, body = refusal.code, JSON, json.dumps(refusal.body()).encode()
        await _respond(send, status, kind, body)

    def reply(self, raw: dict[str, Any]) -> None:
        """Do what the answer to a webhook's request asks for; nobody is told what came of it."""
        method = str(raw.pop("method", "")).lower()
        if method not in NAMES or method == "getupdates":
            return
        began = monotonic()
        with contextlib.suppress(ApiError):  # it is in the trace
            params = self._checked(method, raw, began)
            self._note(method, params, self._done(method, params), began)

    async def file(self, request: Request) -> Response:
        """What getFile names."""
        file = self.telegram.file(request.path_params["file_id"])
        if request.path_params["token"] != self.token or file is None:
            return Response(status_code=404)
        return Response(file.data, media_type="application/octet-stream")

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes, bytes]:
        body = await _read(receive)
        if scope["path_params"]["token"] != self.token:
            raise ApiError(401, "Unauthorized")
        method = scope["path_params"]["method"].lower()
        if method not in NAMES:
            raise ApiError(404, "Not Found")
        began = monotonic()
        params = self._checked(method, read_params(_content_type(scope), scope["query_string"], body), began)
        fault = self.faults.take(method, _chat_id(params))
        answer = await self._result(method, params, fault)
        if method != "getupdates" or answer.get("result") != []:
            self._note(method, params, answer, began, fault)
        if fault:
            return await self._spoilt(fault)
        return answer.get("error_code", 200), JSON, json.dumps(answer).encode()

    def _note(
        self,
        method: str,
        params: dict[str, Any],
        answer: dict[str, Any],
        began: float,
        fault: Fault | None = None,
    ) -> None:
        """Keep a call for who looks at them later. What getUpdates fetched stands in the trace already."""
        self.telegram.record(Call(NAMES[method], params, answer))
        if method == "getupdates" and answer.get("ok"):
            return
        seconds = monotonic() - began
        self.telegram.trace.add(
            "call", NAMES[method], self.telegram.clock() - seconds, params,
            answer=answer, fault=fault.name if fault else "", began=began, seconds=seconds,
        )  # fmt: skip

    def _checked(self, method: str, raw: dict[str, Any], began: float) -> dict[str, Any]:
        """The parameters by the schema; a call that the schema refuses is recorded as it came."""
        try:
            return schema.methods()[method](raw)
        except ApiError as refusal:
            self._note(method, raw, refusal.body(), began)
            raise

    async def _result(self, method: str, params: dict[str, Any], fault: Fault | None) -> dict[str, Any]:
        """The JSON answer; a call that a fault keeps from being done answers with nothing or the fault."""
        if fault and not fault.done:
            return fault.error.body() if fault.error else {}
        if method != "getupdates":
            return self._done(method, params)
        try:
            return {"ok": True, "result": await self._get_updates(params)}
        except ApiError as refusal:
            return refusal.body()

    def _done(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """The JSON answer of a method that does not wait."""
        try:
            self.faults.check_pace(method, _chat_id(params), self.telegram.clock())
            return {"ok": True, "result": METHODS[NAMES[method]](self.telegram, params)}
        except ApiError as refusal:
            return refusal.body()

    async def _spoilt(self, fault: Fault) -> tuple[int, bytes, bytes]:
        """What goes over the wire instead of the answer. Raises ConnectionResetError where nothing does."""
        if fault.reset:
            raise ConnectionResetError
        if fault.seconds is not None:
            await self._rest(fault.seconds)
        if fault.error:
            return fault.error.code, JSON, json.dumps(fault.error.body()).encode()
        return fault.status, HTML, fault.body.encode()

    async def _rest(self, seconds: float) -> None:
        """Wait so long (for ever, if infinite), or until the server stops."""
        try:
            async with asyncio.timeout(None if math.isinf(seconds) else seconds):
                await self._stopped.wait()
        except TimeoutError:
            return

    async def _get_updates(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Up to `limit` updates, waiting up to `timeout` seconds; the newest poller ends the one before."""
        telegram = self.telegram
        if telegram.webhook:
            raise conflict(WEBHOOK_SET)
        if "allowed_updates" in params:
            telegram.allowed_updates = params["allowed_updates"]
        telegram.confirm_updates(params.get("offset", 0))
        mine = self._poller = object()
        telegram.wake()
        await self._wait_for_updates(mine, min(max(params.get("timeout", 0), 0), MOST_SECONDS))
        if self._poller is mine:
            self._poller = None
        limit = params.get("limit", 100)
        return list(telegram.updates)[: limit if 1 <= limit <= 100 else 100]

    async def _wait_for_updates(self, mine: object, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not self.telegram.updates and not self._stopped.is_set():
                    await self.telegram.changed()
                    self._check_poller(mine)
        except TimeoutError:
            return

    def _check_poller(self, mine: object) -> None:
        if self.telegram.webhook:
            raise conflict("terminated by setWebhook request")
        if self._poller is not mine:
            raise conflict(SECOND_POLLER)


def _chat_id(params: dict[str, Any]) -> int | None:
    chat_id = params.get("chat_id")
    return chat_id if isinstance(chat_id, int) else None


def _content_type(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return str(value.decode("latin-1"))
    return ""


async def _read(receive: Receive) -> bytes:
    """The body of the request. Raises ApiError 413 beyond 50 MB."""
    parts: list[bytes] = []
    size = 0
    more = True
    while more:
        event: MutableMapping[str, Any] = await receive()
        part = event.get("body", b"")
        size += len(part)
        if size > MOST_BYTES:
            raise ApiError(413, "Request Entity Too Large")
        parts.append(part)
        more = event.get("more_body", False)
    return b"".join(parts)


async def _respond(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
