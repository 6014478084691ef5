"""Door: what others may ask of this process over HTTP: its health, its meters; and Telegram's webhook.

    GET  /healthz   200 while this process lives, whatever else is wrong
    GET  /readyz    200 while it does its work, else 503; a line for everything that was looked at
    GET  /metrics   Prometheus's text format
    POST <path>     one update by Telegram, with the secret that only Telegram was told

What comes in here is hostile until it carries the secret, and bounded all the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import NamedTuple

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from newsbot.errors import NotReadable, SettingsError, StoreError
from newsbot.models.health import Check

MOST_BYTES = 1_000_000  # of one update; the longest that the Bot API can make has a tenth of that
BODY_SECONDS = 10.0
GRACE_SECONDS = 5
SECRET = "x-telegram-bot-api-secret-token"  # noqa: S105 - a header's name
log = structlog.get_logger()


class Hook(NamedTuple):
    """Where Telegram's updates arrive.

    :ivar path: of the address that Telegram was told
    :ivar take: keeps an update; when it returns, the update is committed
    """

    path: str
    secret: str
    take: Callable[[bytes], Awaitable[None]]


class Asked(NamedTuple):
    """What is answered to who watches."""

    ready: Callable[[], Awaitable[Sequence[Check]]]
    metrics: Callable[[], Awaitable[bytes]]


class Web:
    """Serves from `open` to `close`.

    :ivar address: host:port where it listens
    """

    def __init__(self, asked: Asked, hook: Hook | None = None) -> None:
        self._asked, self._hook = asked, hook
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.address = ""

    async def open(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one.

        :raises SettingsError: the address is taken, or none of this machine
        """
        try:
            listening = _listen(host, port)
        except OSError as error:
            words = f"{host}:{port} cannot be listened on ({error.strerror or error})"
            raise SettingsError("NEWSBOT_HTTP", words) from None
        config = uvicorn.Config(
            self.application(), log_config=None, access_log=False, lifespan="off", server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS, timeout_keep_alive=75, http="h11",
        )  # fmt: skip
        self._server = _Server(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[listening]))
        name, number = listening.getsockname()[:2]
        self.address = f"[{name}]:{number}" if ":" in name else f"{name}:{number}"

    async def close(self) -> None:
        """What is being answered is answered first."""
        if self._server is None or self._task is None:
            return
        self._server.should_exit = True
        await self._task
        self._server = self._task = None

    def application(self) -> Starlette:
        """The routes, for the server and for tests."""
        routes = [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]
        if self._hook is not None:
            routes.insert(0, Route(self._hook.path, self._update, methods=["POST"]))
        return Starlette(routes=routes)

    async def _healthz(self, _request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def _readyz(self, _request: Request) -> Response:
        checks = await self._asked.ready()
        ok = all(one.ok for one in checks)
        told = {"ok": ok, "checks": [one._asdict() for one in checks]}
        return JSONResponse(told, 200 if ok else 503)

    async def _metrics(self, _request: Request) -> Response:
        return Response(await self._asked.metrics(), media_type="text/plain; version=0.0.4; charset=utf-8")

    async def _update(self, request: Request) -> Response:
        """200 once the update is kept; anything else, and Telegram comes again."""
        hook = self._hook
        given = request.headers.get(SECRET, "").encode("latin-1")
        log.debug("pushed", bytes=request.headers.get("content-length"))
        if hook is None or not hmac.compare_digest(given, hook.secret.encode()):
            return PlainTextResponse("the secret is wrong\n", 403)
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large, or too slow\n", 413)
        try:
            await hook.take(body)
        except NotReadable:
            return PlainTextResponse("not an update\n", 400)
        except StoreError as error:
            log.warning("update not kept", why=str(error))
            return PlainTextResponse("not now\n", 503)
        return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """None where there is more than an update can have, or it comes too slowly."""
    parts, size = [], 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > MOST_BYTES:
                    return None
                parts.append(part)
            return b"".join(parts)
    return None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
        listening.setblocking(False)
    except OSError:
        listening.close()
        raise
    return listening


class _Server(uvicorn.Server):
    """uvicorn inside our event loop: it takes no signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the handlers as they are."""
        yield
