"""The wire: one HTTP exchange, and if it breaks, whether the request can have arrived.

Beneath python-telegram-bot, in its seam for other clients (`BaseRequest`): its own, over httpx, reaches about
120 messages a second and a whole core (docs/benchmarks.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from mimetypes import guess_type
from typing import Any, NamedTuple

import aiohttp
from telegram.error import NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 15.0  # less than servers keep an idle connection: one that closes swallows a message
LONGEST_ANSWER = 8 * 1024 * 1024  # bytes; a hundred updates are far below
JSON = {"Content-Type": "application/json"}


NOT_SENT = (
    aiohttp.ClientConnectorError,  # refused, no such name, no TLS
    aiohttp.ConnectionTimeoutError,  # no connection in time, or none free
    aiohttp.ClientHttpProxyError,  # a proxy that does not let us through
    aiohttp.InvalidURL,
)


class NotSent(NetworkError):
    """The request certainly did not leave."""


class Lost(NetworkError):
    """The request may have arrived; its answer did not."""


class Reply(NamedTuple):
    """An HTTP answer, whatever it says."""

    code: int
    body: bytes


class Transport(BaseRequest):
    """Connections to one Bot API server.

    :param connections: at most so many at a time
    :param read_seconds: without a byte, until an answer counts as lost
    :param check: raises what python-telegram-bot would take for something else
    """

    def __init__(self, connections: int, read_seconds: float, check: Callable[[Reply], None]) -> None:
        self._check = check
        self._connections = connections
        self._read_seconds = read_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_seconds

    async def initialize(self) -> None:
        """Connections are made when they are needed."""

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
        self._session = None

    async def ask(self, url: str, params: dict[str, Any]) -> Reply:
        """One call of the Bot API; what is None is left out.

        :raises NotSent: certainly not arrived
        :raises Lost: perhaps arrived
        """
        given = {name: value for name, value in params.items() if value is not None}
        body = json.dumps(given, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        return await self._exchange("POST", url, body, JSON, self._read_seconds)

    async def upload(self, url: str, params: dict[str, Any], field: str, content: bytes, name: str) -> Reply:
        """The same with a file; raises as `ask` does.

        :param field: the parameter that the file is
        :param name: how it is called, which says of what type it is
        """
        form = aiohttp.FormData()
        for key, value in params.items():
            if value is not None:
                told = value if isinstance(value, str) else json.dumps(value)
                form.add_field(key, told.encode("utf-8", "replace").decode())
        kind = guess_type(name)[0] or "application/octet-stream"
        form.add_field(field, content, filename=name, content_type=kind)
        return await self._exchange("POST", url, form, {}, self._read_seconds)

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """python-telegram-bot's own calls."""
        given = read_timeout is not BaseRequest.DEFAULT_NONE and read_timeout is not None
        seconds = float(read_timeout) if given else self._read_seconds
        if request_data is None:
            return await self._exchange(method, url, None, {}, seconds)
        if request_data.contains_files:
            reply = await self._exchange(method, url, _form(request_data), {}, seconds)
        else:
            params = json.dumps(request_data.parameters).encode()
            reply = await self._exchange(method, url, params, JSON, seconds)
        self._check(reply)
        return reply

    async def _exchange(
        self, method: str, url: str, body: Any, headers: dict[str, str], read_seconds: float
    ) -> Reply:
        limit = aiohttp.ClientTimeout(
            total=CONNECT_SECONDS + 2 * read_seconds, connect=CONNECT_SECONDS, sock_read=read_seconds
        )
        try:
            async with self._opened().request(
                method, url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                return Reply(answer.status, await _bounded(answer))
        except TelegramError:
            raise
        except NOT_SENT as error:
            raise NotSent(f"not reached: {_cause(error)}") from error
        except TimeoutError as error:
            raise Lost("no answer in time") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise Lost(f"the connection broke: {_cause(error)}") from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=KEEP_ALIVE_SECONDS)
            # a proxy named in the environment is how Telegram is reached where it is not reached directly
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True)
        return self._session


async def _bounded(answer: aiohttp.ClientResponse) -> bytes:
    """The body. Raises Lost where it does not end."""
    parts, size = [], 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > LONGEST_ANSWER:
            raise Lost("an answer without an end")
        parts.append(part)
    return b"".join(parts)


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _cause(error: BaseException) -> str:
    return type(error).__name__
