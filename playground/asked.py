"""Requests of the page: from this server's own pages only, as small JSON objects, answered in JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from playground.errors import ApiError

NUMBER = re.compile(r"-?[0-9]{1,18}")
MOST_BYTES = 100_000
MOST_NUMBER = (1 << 63) - 1
HOST = re.compile(r"(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")
HEADERS = [
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
]

Endpoint = Callable[[Request], Awaitable[Response]]


class SameOrigin:
    """Lets only this server's own pages in, and adds the headers that keep them alone."""

    def __init__(self, app: ASGIApp, headers: list[tuple[bytes, bytes]] = HEADERS) -> None:
        self.app = app
        self._headers = headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse with 403, or pass on."""
        if scope["type"] != "http":
            return
        if not is_own(Request(scope)):
            await Response("only for pages of this server", 403)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), *self._headers]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


def is_own(request: Request) -> bool:
    """Whether a request is meant for this machine, and where it comes from a page, from one of ours."""
    host = request.headers.get("host", "")
    name, port = request.scope.get("server") or ("", "")
    if not HOST.fullmatch(host) and host != f"{name}:{port}":  # an address: no name led here
        return False
    origin = request.headers.get("origin")
    return origin in (None, f"http://{host}") and request.headers.get("sec-fetch-site") != "cross-site"


def number_in(text: str) -> int:
    """A number written as text; 0, which is nobody's, for anything else."""
    return int(text) if NUMBER.fullmatch(text) else 0


async def json_of(
    request: Request, wanted: dict[str, type], optional: dict[str, type] | None = None
) -> dict[str, Any]:
    """The fields of a JSON body. Raises ValueError saying what is wrong with it."""
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise ValueError("send application/json")
    body = await bytes_of(request, MOST_BYTES)
    try:
        given = json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(given, dict):
        raise ValueError("send an object")
    fields = wanted | {name: kind for name, kind in (optional or {}).items() if given.get(name) is not None}
    for name, kind in fields.items():
        if isinstance(given.get(name), int) and abs(given[name]) > MOST_NUMBER:
            raise ValueError(f"{name} is too large")
        if type(given.get(name)) not in ((int, float) if kind is float else (kind,)):
            raise ValueError(f"{name} must be {'text' if kind is str else 'a number'}")
    return {name: given[name] for name in fields}


async def bytes_of(request: Request, most: int) -> bytes:
    """The body. Raises ValueError beyond so many bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise ValueError("too long")
    return bytes(body)


def or_sorry(endpoint: Endpoint) -> Endpoint:
    """What a person cannot do is a 404 where something is not there, a 403 where they may not, else a 400."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except KeyError:
            return sorry("there is no such thing", 404)
        except PermissionError as reason:
            return sorry(str(reason), 403)
        except ValueError as reason:
            return sorry(str(reason), 400)
        except ApiError as refusal:
            return sorry(refusal.description, 400)

    return answer


def sorry(reason: str, status: int) -> Response:
    return JSONResponse({"error": reason}, status)
