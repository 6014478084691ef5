"""A Bot API server that is 100 ms away and costs next to nothing: it takes every message, and counts.

python benchmarks/far_telegram.py SECONDS      prints its port, serves until it is ended
"""

from __future__ import annotations

import asyncio
import json
import sys
from itertools import count

ME = {"id": 1, "is_bot": True, "first_name": "Far", "username": "far_bot"}
CHAT = {"id": 7, "type": "private", "first_name": "x"}
numbers = count(1)


def answer(path: bytes) -> bytes:
    """The JSON answer of a method; whatever it is, it worked."""
    method = path.rpartition(b"/")[2].lower()
    if method == b"getme":
        result: object = ME
    elif method == b"sendmessage":
        result = {"message_id": next(numbers), "date": 1_700_000_000, "chat": CHAT, "from": ME, "text": "x"}
    else:
        result = True
    body = json.dumps({"ok": True, "result": result}).encode()
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )


class Connection(asyncio.Protocol):
    """One keep-alive connection; requests of one length each, answered in order, so much later."""

    seconds = 0.1

    def __init__(self) -> None:
        self._got = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head = self._got[:end].lower()
            length, at = 0, head.find(b"content-length:")
            if at >= 0:
                length = int(head[at + 15 :].split(b"\r\n", 1)[0])
            elif b"chunked" in head:
                last = self._got.find(b"\r\n0\r\n\r\n", end)
                if last < 0:
                    return
                length = last + 7 - end - 4
            if len(self._got) < end + 4 + length:
                return
            path = self._got.split(b" ", 2)[1]
            self._got = self._got[end + 4 + length :]
            asyncio.get_running_loop().call_later(self.seconds, self._reply, answer(path))

    def _reply(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)


async def main(seconds: float) -> None:
    Connection.seconds = seconds
    server = await asyncio.get_running_loop().create_server(Connection, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
