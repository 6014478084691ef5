"""The web, as it is: a server on loopback answers whatever a test tells it to."""

from __future__ import annotations

import asyncio
import gzip
import ipaddress
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest
import pytest_asyncio

from newsbot.errors import FetchFailed, ForbiddenAddress
from newsbot.fetcher import Fetcher, is_public
from newsbot.models.sources import Fetched


@dataclass
class Web:
    """A server that serves what it was told, and remembers what it was asked."""

    port: int = 0
    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    drips: set[str] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def serves(self, path: str, body: bytes = b"", *, status: int = 200, **headers: str) -> str:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.answers[path] = "\r\n".join([*lines, "", ""]).encode() + body
        return self.url(path)

    def redirects(self, path: str, location: str, status: int = 301) -> str:
        return self.serves(path, status=status, Location=location)

    def drips_at(self, path: str) -> str:
        self.drips.add(path)
        return self.serves(path, b"x" * 1000)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            self.asked.append({"path": path} | {name.lower(): value for name, value in headers.items()})
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            await asyncio.sleep(0.01)
            await self._send(path, writer)
            self.at_once -= 1

    async def _send(self, path: str, writer: asyncio.StreamWriter) -> None:
        answer = self.answers.get(path, b"HTTP/1.1 404 X\r\nContent-Length: 0\r\n\r\n")
        pieces = [answer] if path not in self.drips else [answer[at : at + 1] for at in range(len(answer))]
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            if path in self.drips:
                await asyncio.sleep(0.02)


@pytest_asyncio.fixture
async def web() -> AsyncIterator[Web]:
    web = Web()
    server = await asyncio.start_server(web.answer, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    yield web
    server.close()


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    fetcher = Fetcher(allow_hosts=["127.0.0.1"])
    yield fetcher
    await fetcher.close()


async def test_an_answer_is_brought_home(web: Web, fetcher: Fetcher) -> None:
    """Body, type, validators, and how long it stays fresh."""
    url = web.serves(
        "/feed",
        b"<rss/>",
        Content_Type="text/xml",
        ETag='"1"',
        Last_Modified="x",
        Cache_Control="max-age=60",
        Age="10",
    )
    fetched = await fetcher.fetch(url)

    assert (fetched.status, fetched.url, fetched.body, fetched.size) == (200, url, b"<rss/>", 6)
    assert (fetched.content_type, fetched.etag, fetched.last_modified) == ("text/xml", '"1"', "x")
    assert (fetched.fresh_for, fetched.moved_to) == (50.0, None)


async def test_what_we_know_is_not_sent_again(web: Web, fetcher: Fetcher) -> None:
    """The validators go back; an unchanged answer has no body."""
    url = web.serves("/feed", status=304)
    fetched = await fetcher.fetch(url, etag='"1"', last_modified="yesterday")

    assert fetched.unchanged
    assert (web.asked[0]["if-none-match"], web.asked[0]["if-modified-since"]) == ('"1"', "yesterday")


async def test_validators_that_cannot_be_sent_are_not(web: Web, fetcher: Fetcher) -> None:
    """A line break in an ETag would be a header of the publisher's choosing."""
    await fetcher.fetch(web.serves("/feed", b"x"), etag='"1"\r\nX-Evil: 1', last_modified="昨天")

    assert not {"if-none-match", "if-modified-since", "x-evil"} & web.asked[0].keys()


async def test_cookies_are_not_kept(web: Web, fetcher: Fetcher) -> None:
    """We are nobody's returning visitor."""
    url = web.serves("/feed", b"x", Set_Cookie="id=1")
    await fetcher.fetch(url)
    await fetcher.fetch(url)

    assert "cookie" not in web.asked[1]


def bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", bare), ("identity", bytes)],
)
async def test_content_encodings_are_taken_off(
    web: Web, fetcher: Fetcher, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    """Gzip, both kinds of deflate, and none; the size is that on the wire."""
    packed = pack(b"news " * 1000)
    fetched = await fetcher.fetch(web.serves("/feed", packed, Content_Encoding=encoding))

    assert (fetched.body, fetched.size) == (b"news " * 1000, len(packed))


@pytest.mark.parametrize(
    ("body", "encoding", "words"),
    [
        (gzip.compress(bytes(50_000_000), mtime=0), "gzip", "larger than"),
        (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "gzip, gzip", "content encoding"),
        (b"x", "br", "content encoding"),
        (gzip.compress(b"news" * 1000, mtime=0)[:-20], "gzip", "cut short"),
        (b"not gzip at all", "gzip", "decompressed"),
        (b"x" * 5_000_001, "identity", "larger than"),
    ],
)
async def test_bombs_and_broken_bodies_are_refused(
    web: Web, fetcher: Fetcher, body: bytes, encoding: str, words: str
) -> None:
    """No more than five megabytes are ever held."""
    with pytest.raises(FetchFailed, match=words):
        await fetcher.fetch(web.serves("/feed", body, Content_Encoding=encoding))


async def test_a_drip_is_given_up(web: Web, fetcher: Fetcher) -> None:
    """A byte now and then keeps every single read alive, but not the exchange."""
    with pytest.raises(FetchFailed, match=r"within 0\.2 s"):
        await fetcher.fetch(web.drips_at("/feed"), total_seconds=0.2)


async def test_a_refusal_says_what_and_for_how_long(web: Web, fetcher: Fetcher) -> None:
    """Status and Retry-After, in seconds or as a date."""
    with pytest.raises(FetchFailed) as caught:
        await fetcher.fetch(web.serves("/feed", status=429, Retry_After="120"))
    assert (caught.value.status, caught.value.retry_after) == (429, 120.0)

    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    with pytest.raises(FetchFailed) as caught:
        await fetcher.fetch(web.serves("/feed", status=503, Retry_After=later))
    assert 3500 < (caught.value.retry_after or 0) <= 3600


@pytest.mark.parametrize(("statuses", "moved"), [((301, 308), True), ((301, 302), False), ((307,), False)])
async def test_a_move_is_noticed(web: Web, fetcher: Fetcher, statuses: tuple[int, ...], moved: bool) -> None:
    """Only where every hop is permanent does the source live elsewhere now."""
    paths = [*(f"/{number}" for number in range(len(statuses))), "/new"]
    for status, (here, there) in zip(statuses, pairwise(paths), strict=True):
        web.redirects(here, there, status)
    new = web.serves("/new", b"x")
    fetched: Fetched = await fetcher.fetch(web.url("/0"))

    assert (fetched.url, fetched.moved_to) == (new, new if moved else None)


async def test_circles_are_left(web: Web, fetcher: Fetcher) -> None:
    """Five redirects and no more."""
    with pytest.raises(FetchFailed, match="redirects"):
        await fetcher.fetch(web.redirects("/a", "/a"))

    assert len(web.asked) == 6


@pytest.mark.parametrize(
    "location",
    [
        "http://10.0.0.1/",
        "http://127.0.0.2/",
        "file:///etc/passwd",
        "http://[::1]/",
        "http://a:b@127.0.0.1/",
    ],
)
async def test_a_redirect_into_a_private_network_is_not_followed(
    web: Web, fetcher: Fetcher, location: str
) -> None:
    """Every hop is checked like the first; only what is allowed by name is exempt."""
    with pytest.raises(ForbiddenAddress):
        await fetcher.fetch(web.redirects("/a", location))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://localhost/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://169.254.169.254/latest",
        "ftp://example.com/",
        "file:///etc/passwd",
        "http://user@example.com/",
        "//example.com/",
    ],
)
async def test_private_addresses_are_not_asked(url: str) -> None:
    """In whatever way they are written."""
    fetcher = Fetcher()
    with pytest.raises(ForbiddenAddress):
        await fetcher.fetch(url)
    await fetcher.close()


@pytest.mark.parametrize(
    "url", ["http://[", "http://a:99999/", "http://\x00/", "http://127.0.0.1:1/", "http://" + "a" * 70]
)
async def test_what_cannot_be_reached_fails(url: str, fetcher: Fetcher) -> None:
    """A wrong address or a closed port is a failure in words."""
    with pytest.raises((FetchFailed, ForbiddenAddress)):
        await fetcher.fetch(url, total_seconds=5)


@pytest.mark.parametrize("allowed", ["127.0.0.0/8", "localhost", "LOCALHOST."])
async def test_hosts_can_be_allowed(web: Web, allowed: str) -> None:
    """By name or network."""
    fetcher = Fetcher(allow_hosts=[allowed, "::1"])
    web.serves("/feed", b"x")
    fetched = await fetcher.fetch(f"http://localhost:{web.port}/feed")
    await fetcher.close()

    assert fetched.body == b"x"


async def test_a_host_is_not_flooded(web: Web, fetcher: Fetcher) -> None:
    """Four at a time, however many sources live there."""
    url = web.serves("/feed", b"x")
    await asyncio.gather(*(fetcher.fetch(url) for _ in range(20)))

    assert web.most_at_once == 4


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "172.31.0.1",
        "192.0.0.8",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "0.0.0.0",  # noqa: S104  never bound
        "240.0.0.1",
        "203.0.113.9",
        "::1",
        "::",
        "::7f00:1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001::1",
        "2001:db8::1",
        "fc00::1",
        "fd12::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "100::1",
        "3fff::1",
        "5f00::1",
    ],
)
def test_an_address_is_private(address: str) -> None:
    """Everything that is not the open internet, and what carries such an address inside."""
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "223.5.5.5", "172.32.0.1", "2606:4700::1111", "2400:3200::1", "64:ff9b::101:101"]
)
def test_an_address_is_public(address: str) -> None:
    """The open internet, also where a network reaches IPv4 through NAT64."""
    assert is_public(ipaddress.ip_address(address))
