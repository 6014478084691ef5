"""A small TCP proxy that breaks connections: for what no well-behaved server would do.

proxy = Proxy("127.0.0.1", playground.port)
await proxy.start()                     # talk to proxy.url
proxy.breaks(Break.HALF_ANSWER, times=2)
"""

from __future__ import annotations

import asyncio
import enum
import re
import socket
import struct

CHUNK = 65_536
LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


class Break(enum.Enum):
    """How the next exchange ends."""

    RESET_AFTER_ACCEPT = "reset before a byte of the request was read"
    RESET_AFTER_REQUEST = (
        "reset when the whole request has reached the server, no byte of the answer passed on"
    )
    HALF_ANSWER = "the answer is cut in the middle of its body"


class Proxy:
    """Forwards requests on loopback, one exchange after the other; `breaks` spoils the next ones."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.url = ""
        self._script: list[Break] = []
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free port of 127.0.0.1."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Close everything."""
        if self._server is None:
            return
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def breaks(self, how: Break, times: int = 1) -> None:
        """The next `times` exchanges end like this; a reset after accept needs a new connection."""
        self._script += [how] * times

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            await self._connection(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # either side went away, or the proxy stops: there is nobody to tell
        finally:
            writer.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._script[:1] == [Break.RESET_AFTER_ACCEPT]:
            self._script.pop(0)
            _reset(writer)
            return
        upstream_reader, upstream = await asyncio.open_connection(*self.target)
        try:
            while await self._exchange(reader, writer, upstream_reader, upstream):
                continue
        finally:
            upstream.close()

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        upstream_reader: asyncio.StreamReader,
        upstream: asyncio.StreamWriter,
    ) -> bool:
        """One request and its answer; False when the connection is over."""
        upstream.write(await _http_message(reader))
        await upstream.drain()
        how = self._next_break()
        answer = await _http_message(upstream_reader)
        if how is Break.RESET_AFTER_REQUEST:
            _reset(writer)
            return False
        if how is Break.HALF_ANSWER:
            head = answer.index(b"\r\n\r\n") + 4
            answer = answer[: (head + len(answer)) // 2]
        writer.write(answer)
        await writer.drain()
        return how is None

    def _next_break(self) -> Break | None:
        if self._script and self._script[0] is not Break.RESET_AFTER_ACCEPT:
            return self._script.pop(0)
        return None


async def _http_message(reader: asyncio.StreamReader) -> bytes:
    """A request or an answer with Content-Length, whole. Raises IncompleteReadError at the end."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    return head + await reader.readexactly(int(length.group(1)) if length else 0)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with a TCP reset instead of a goodbye."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
