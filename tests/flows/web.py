"""A web on loopback that serves what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

END = b"\r\n\r\n"


@dataclass
class Web:
    """One server, as many publishers as there are paths."""

    port: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)
    etags: dict[str, str] = field(default_factory=dict)
    gates: dict[str, asyncio.Event] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    doorbell: asyncio.Event = field(default_factory=asyncio.Event)
    guests: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def serves(self, path: str, body: bytes | str, etag: str = "", content_type: str = "text/xml") -> str:
        """This is there from now on; whoever has it already (the same etag) is told so. Returns the address."""
        data = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": content_type} | ({"ETag": etag} if etag else {})
        self.answers[path] = answer(200, data, headers)
        self.etags[path] = etag
        return self.url(path)

    def publishes(self, path: str, *items: str, title: str = "日报", etag: str = "") -> str:
        """A feed of these items, see `item`."""
        head = f"<title>{title}</title><link>{self.url('/')}</link>"
        feed = f'<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'
        return self.serves(path, feed, etag)

    def fails(self, path: str, status: int = 503, **headers: str) -> str:
        """This is broken from now on; `Retry_After="60"` is a header."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = answer(status, b"", given)
        self.etags[path] = ""
        return self.url(path)

    def moves(self, path: str, to: str, status: int = 301) -> str:
        """This is somewhere else from now on."""
        return self.fails(path, status, Location=self.url(to))

    def hangs(self, path: str) -> str:
        """Whoever asks for this waits until `goes_on`."""
        self.gates[path] = asyncio.Event()
        return self.url(path)

    def goes_on(self, path: str) -> None:
        self.gates.pop(path).set()

    async def is_asked(self, path: str) -> None:
        """Wait until somebody asks for this."""
        while path not in self.counts:
            self.doorbell.clear()
            await self.doorbell.wait()

    @property
    def counts(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(one["path"] for one in self.asked)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests, one after the other."""
        self.guests.add(asyncio.current_task())
        try:
            while True:
                head = (await reader.readuntil(END)).decode("latin-1").split("\r\n")
                sent = next((line for line in head if line.lower().startswith("content-length:")), ": 0")
                await reader.readexactly(int(sent.partition(": ")[2]))
                writer.write(await self._answered(head))
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.close()

    async def closes(self) -> None:
        """Send everybody home."""
        for guest in self.guests:
            guest.cancel()
        await asyncio.wait(self.guests or [asyncio.create_task(asyncio.sleep(0))])
        await asyncio.sleep(0)

    async def _answered(self, head: list[str]) -> bytes:
        path = head[0].split(" ")[1]
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        self.asked.append({"path": path} | headers)
        self.doorbell.set()
        if path in self.gates:
            await self.gates[path].wait()
        etag = self.etags.get(path)
        if etag and headers.get("if-none-match") == etag:
            return answer(304, b"", {"ETag": etag})
        return self.answers.get(path) or answer(404, b"", {})


def answer(status: int, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers.items())]
    lines += [f"Content-Length: {len(body)}"] if status != 304 else []
    return "\r\n".join(lines).encode() + END + body


def item(title: str, text: str, link: str = "", published: str = "Tue, 24 Nov 2026 11:00:00 +0800") -> str:
    """An item of a feed; without a link it has one of its own."""
    link = link or f"https://daily.example/{abs(hash(title))}"
    return (
        f"<item><title>{escape(title)}</title><link>{escape(link)}</link>"
        f"<pubDate>{published}</pubDate><description>{escape(text)}</description></item>"
    )


def page(title: str, text: str, source: str = "某某网", link: str = "") -> str:
    """An article on a page of its own, as a site serves it."""
    named = f'<link rel="canonical" href="{link}">' if link else ""
    body = "".join(f"<p>{part}</p>" for part in text.split("\n"))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{named}</head><body>'
        f'<h1>{title}</h1><div class="info">2026-11-24 11:00 来源：{source}</div>'
        f'<article class="content">{body}</article></body></html>'
    )
