"""Servers that lie, drip, flood and send us elsewhere: each fails in words and in time, and harms nobody else."""

from __future__ import annotations

import asyncio
import base64
import gzip
import re
import shutil
import socket
import ssl
import struct
import subprocess
import threading
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpcore
import pytest
import pytest_asyncio

from newsbot.errors import FetchFailed, ForbiddenAddress, SourceError
from newsbot.fetcher import MAX_REDIRECTS, Fetcher

Talk = Callable[[asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\n"
END = b"\r\n\r\n"
LIMIT = 50_000  # bytes of a body
SECONDS, SLACK = 1.0, 20.0  # what hangs here hangs for ever; a busy machine takes its time
UNPLAIN = re.compile(
    r"\w+(?:Error|Exception)\b|Errno|\b(?:bytes|bytearray)\(|\bb['\"]|object at|\\x|Traceback|\w_\w|\b_\w"
)


@dataclass
class Liar:
    """A server on loopback: at each path it says what it was told to, elsewhere something good."""

    port: int = 0
    secure: bool = False
    greeting: bytes = b""
    talks: dict[str, Talk] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    guests: set[asyncio.Task[None]] = field(default_factory=set)

    def url(self, path: str) -> str:
        return f"http{'s' * self.secure}://127.0.0.1:{self.port}{path}"

    def says(self, path: str, *parts: bytes) -> str:
        """Exactly these bytes, and then it hangs up. Returns the address."""

        async def talk(writer: asyncio.StreamWriter) -> None:
            for part in parts:
                writer.write(part)
                await writer.drain()

        return self.does(path, talk)

    def does(self, path: str, talk: Talk) -> str:
        self.talks[path] = talk
        return self.url(path)

    def redirects(self, path: str, to: str) -> str:
        return self.says(path, redirect(to))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests, one after the other."""
        self.guests.add(asyncio.current_task())
        writer.write(self.greeting)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while not self.greeting:
                head = (await reader.readuntil(END)).decode("latin-1")
                self.asked.append(head)
                path = head.split(" ")[1]
                if path in self.talks:
                    await self.talks[path](writer)
                    break
                writer.write(answer(b"good"))
        writer.close()

    async def closes(self) -> None:
        """Send everybody home."""
        for guest in self.guests:
            guest.cancel()
        await asyncio.gather(*self.guests, return_exceptions=True)
        await asyncio.sleep(0)


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + END + body


def redirect(to: str) -> bytes:
    return answer(b"", f"Location: {to}", status="301 Moved")


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    return answer(body, f"Content-Encoding: {encoding}")


async def server(**secure: Any) -> tuple[Liar, asyncio.Server]:
    made = Liar(secure=bool(secure))
    running = await asyncio.start_server(made.serve, "127.0.0.1", 0, **secure)
    made.port = running.sockets[0].getsockname()[1]
    return made, running


@pytest_asyncio.fixture
async def liar() -> AsyncIterator[Liar]:
    made, running = await server()
    yield made
    running.close()
    await made.closes()


@pytest_asyncio.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    made = Fetcher(allow_hosts=("127.0.0.1",))
    yield made
    await made.close()


async def refused(fetcher: Fetcher, url: str, seconds: float = SECONDS) -> SourceError:
    """How asking this fails: in time, and in a sentence that a person can read."""
    started = time.monotonic()
    with pytest.raises((FetchFailed, ForbiddenAddress)) as caught:
        await fetcher.fetch(url, limit_bytes=LIMIT, total_seconds=seconds)
    assert time.monotonic() - started < seconds + SLACK
    return caught.value


# what a server may say


def forever(head: bytes, part: bytes, pause: float = 0) -> Talk:
    """It begins, and never comes to an end."""

    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while True:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)

    return talk


def then_resets(begun: bytes) -> Talk:
    """It begins, and the connection is torn off."""

    async def talk(writer: asyncio.StreamWriter) -> None:
        writer.write(begun)
        await writer.drain()
        await asyncio.sleep(0.02)  # so that what was said arrives
        at_once = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        writer.transport.abort()

    return talk


CHUNKED = OK + b"Transfer-Encoding: chunked" + END
BOMB = gzip.compress(bytes(50_000_000), mtime=0)  # all of it comes with one reading of the socket
NEWS = gzip.compress(b"news" * 1000, mtime=0)

NEVER_ENDING = {
    "says nothing": forever(b"", b"", 1),
    "drips a header": forever(OK + b"X-A: ", b"x", 0.01),
    "drips headers": forever(OK, b"X-A: 1\r\n", 0.01),
    "drips a body": forever(OK + b"Content-Length: 1000" + END, b"x", 0.01),
    "drips chunks": forever(CHUNKED, b"1\r\nx\r\n", 0.01),
    "drips empty answers": forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.01),
    "floods of empty answers": forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
}

FLOODS = {
    "headers for ever": (forever(OK, b"X-A: 1\r\n" * 100), "cut_short"),
    "a header for ever": (forever(OK + b"X-A: ", b"x" * 1000), "cut_short"),
    "trailers for ever": (forever(CHUNKED + b"4\r\ngood\r\n0\r\n", b"X-A: 1\r\n" * 100), "cut_short"),
    "a chunk that never begins": (forever(CHUNKED + b"4;", b"x" * 1000), "cut_short"),
    "a body without length for ever": (forever(OK + END[2:], b"x" * 1000), "too_large"),
    "a body in chunks for ever": (forever(CHUNKED, b"3e8\r\n" + b"x" * 1000 + b"\r\n"), "too_large"),
}

BROKEN = {
    "closes at once": (b"", "cut_short"),
    "closes in the header": (OK + b"X-A:", "cut_short"),
    "a greeting without end": (b"220 welcome\r\n", "cut_short"),
    "a page without HTTP": (b"<html><body>hello</body></html>\r\n\r\n", "cut_short"),
    "another protocol": (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", "cut_short"),
    "a line of 50,000 letters": (b"x" * 50_000 + END, "cut_short"),
    "bytes": (b"\x00\xff\x16 what is this\r\n\r\n", "cut_short"),
    "a megabyte of bytes": (bytes(range(256)) * 4000, "cut_short"),
    "a later HTTP": (b"HTTP/2 200 OK\r\n\r\n", "cut_short"),
    "a status line of a megabyte": (b"HTTP/1.1 200 " + b"x" * 1_000_000 + END, "cut_short"),
    "a status that is none": (b"HTTP/1.1 000 X" + END, "cut_short"),
    "100,000 headers": (OK + b"".join(b"X-%d: 1\r\n" % n for n in range(100_000)) + END[2:], "cut_short"),
    "a header with a space": (OK + b"X A: 1" + END, "cut_short"),
    "a header with a null": (OK + b"X-A: \x00" + END, "cut_short"),
    "another protocol from here on": (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", "cut_short"),
    "shorter than it says": (OK + b"Content-Length: 1000" + END + b"x", "cut_short"),
    "a negative length": (OK + b"Content-Length: -1" + END + b"x", "cut_short"),
    "a length in words": (OK + b"Content-Length: many" + END + b"x", "cut_short"),
    "a length of 5000 digits": (OK + b"Content-Length: " + b"9" * 5000 + END + b"x", "cut_short"),
    "two lengths": (OK + b"Content-Length: 1\r\nContent-Length: 2" + END + b"xx", "cut_short"),
    "a chunk size in words": (CHUNKED + b"many\r\ngood\r\n0\r\n\r\n", "cut_short"),
    "a negative chunk": (CHUNKED + b"-4\r\ngood\r\n0\r\n\r\n", "cut_short"),
    "a chunk of 2 to the 120": (CHUNKED + b"f" * 30 + b"\r\ngood\r\n0\r\n\r\n", "cut_short"),
    "chunks without the last": (CHUNKED + b"4\r\ngood\r\n", "cut_short"),
    "longer than the limit, and says so": (answer(b"x" * (LIMIT + 1)), "too_large"),
    "longer than the limit": (OK + END[2:] + b"x" * (LIMIT + 1), "too_large"),
    "a bomb": (packed(gzip.compress(bytes(1_000_000))), "too_large"),
    "a bomb of the other kind": (packed(zlib.compress(bytes(1_000_000)), "deflate"), "too_large"),
    "gzip in gzip": (packed(gzip.compress(NEWS), "gzip, gzip"), "garbled"),
    "gzip without its end": (packed(NEWS[:-4]), "cut_short"),
    "gzip that is plain": (packed(b"good"), "garbled"),
    "brotli, not asked for": (packed(b"\x0b\x01\x80good\x03", "br"), "garbled"),
    "an encoding of 60,000 letters": (packed(b"good", "x" * 60_000), "garbled"),
    "unchanged since never": (b"HTTP/1.1 304 Not Modified" + END, "status_304"),
    "nothing": (b"HTTP/1.1 204 No Content" + END, "status_204"),
    "a part, not asked for": (answer(b"good", status="206 Partial"), "status_206"),
    "a status of its own": (answer(b"", status="999 Denied"), "status_999"),
}


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of this machine's environment nothing is taken but what a test puts there."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


async def serves_others(fetcher: Fetcher, liar: Liar) -> bool:
    """Whether the same fetcher, and the same host, go on as if nothing had happened."""
    return b"good" == (await fetcher.fetch(liar.url("/good"), total_seconds=2)).body


@pytest.mark.parametrize("name", NEVER_ENDING)
async def test_who_never_comes_to_an_end_is_given_up(liar: Liar, fetcher: Fetcher, name: str) -> None:
    """At the limit of the whole exchange, though every single read brings something."""
    error = await refused(fetcher, liar.does("/x", NEVER_ENDING[name]), seconds=0.3)

    assert ("too_slow", "no whole answer within 0.3 s") == (error.reason, error.problem)
    assert await serves_others(fetcher, liar)


@pytest.mark.parametrize("name", FLOODS)
async def test_a_flood_is_cut_off(liar: Liar, fetcher: Fetcher, name: str) -> None:
    """As soon as it is more than anybody needs, not at the end of the time."""
    talk, reason = FLOODS[name]
    error = await refused(fetcher, liar.does("/x", talk), seconds=5)

    assert reason == error.reason
    assert await serves_others(fetcher, liar)


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_answer_is_a_failure_of_one_word(liar: Liar, fetcher: Fetcher, name: str) -> None:
    """And of one sentence, that is short."""
    said, reason = BROKEN[name]
    error = await refused(fetcher, liar.says("/x", said))

    assert reason == error.reason
    assert (True, True) == (0 < len(error.problem) <= 300, error.problem.isprintable())
    assert await serves_others(fetcher, liar)


@pytest.mark.parametrize("begun", [b"", OK + b"X-A:", OK + b"Content-Length: 1000" + END + b"x"])
async def test_a_connection_that_is_torn_off_is_a_failure(liar: Liar, fetcher: Fetcher, begun: bytes) -> None:
    """At the beginning, in the header, in the body."""
    error = await refused(fetcher, liar.does("/x", then_resets(begun)))

    assert "cut_short" == error.reason
    assert await serves_others(fetcher, liar)


@pytest.mark.parametrize("name", BROKEN)
async def test_a_sentence_is_made_for_people(liar: Liar, fetcher: Fetcher, name: str) -> None:
    """Nothing in it is Python: readers of the log did not write this program."""
    error = await refused(fetcher, liar.says("/x", BROKEN[name][0]))

    assert not UNPLAIN.search(error.problem)


async def test_a_sentence_about_a_torn_connection_is_made_for_people(liar: Liar, fetcher: Fetcher) -> None:
    """It has no words of its own, so ours have to do."""
    error = await refused(fetcher, liar.does("/x", then_resets(OK)))

    assert not UNPLAIN.search(error.problem)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer(b"good"),
        b"HTTP/1.0 200 OK\r\n\r\ngood",
        answer(b"goodHTTP/1.1 200 OK\r\n\r\n").replace(b"Content-Length: 23", b"Content-Length: 4"),
        OK + b"Content-Length: 99\r\nTransfer-Encoding: chunked" + END + b"4\r\ngood\r\n0\r\n\r\n",
        packed(gzip.compress(b"good") + b"more"),
    ],
    ids=["answers before", "no length", "more than its length", "length and chunks", "more than its gzip"],
)
async def test_what_can_be_understood_is(liar: Liar, fetcher: Fetcher, said: bytes) -> None:
    """Answers before the answer, and more than was announced, harm nobody."""
    fetched = await fetcher.fetch(liar.says("/x", said))

    assert (200, b"good") == (fetched.status, fetched.body)


@pytest.mark.parametrize(
    ("head", "part"),
    [
        (packed(BOMB), b""),
        (OK + b"Content-Encoding: gzip" + END, BOMB),
        (OK, b"X-A: 1\r\n" * 10_000),
        (OK + END[2:], b"x" * 1_000_000),
    ],
    ids=["a bomb", "bombs for ever", "headers for ever", "a body for ever"],
)
async def test_no_answer_takes_our_memory(liar: Liar, fetcher: Fetcher, head: bytes, part: bytes) -> None:
    """Though the body may have five megabytes."""
    url = liar.does("/x", forever(head, part))
    tracemalloc.start()
    try:
        with pytest.raises(FetchFailed):
            await fetcher.fetch(url, total_seconds=5)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert most < 30_000_000


# where a server may send us


@pytest.mark.parametrize(
    ("location", "reason", "words"),
    [
        ("file:///etc/passwd", "forbidden", "only http and https"),
        ("ftp://127.0.0.1/", "forbidden", "only http and https"),
        ("//user:pw@127.0.0.1/", "forbidden", "user name"),
        ("http://user:pw@127.0.0.1/", "forbidden", "user name"),
        ("//10.0.0.1/", "forbidden", "private network"),
        ("http://127.0.0.2/", "forbidden", "private network"),
        ("http://2130706434/", "forbidden", "private network"),
        ("", "redirects", f"more than {MAX_REDIRECTS} redirects"),
        ("#again", "redirects", f"more than {MAX_REDIRECTS} redirects"),
        ("/" + "a" * 1_000_000, "cut_short", "cut short"),
        ("http://127.0.0.1:0/", "no_answer", "no answer"),
    ],
)
async def test_a_redirect_is_followed_only_to_where_we_go(
    liar: Liar, fetcher: Fetcher, location: str, reason: str, words: str
) -> None:
    """Another scheme, somebody's name, a private network, nowhere."""
    error = await refused(fetcher, liar.redirects("/x", location))

    assert reason == error.reason
    assert words in error.problem
    assert len(error.problem) <= 300
    assert await serves_others(fetcher, liar)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("javascript:alert(1)", "redirects"),
        ("data:text/html,x", "redirects"),
        ("/" + "a" * 70_000, "redirects"),
        ("/\x01", "redirects"),
    ],
    ids=["javascript", "data", "70,000 letters", "a control character"],
)
async def test_a_redirect_to_no_address_is_said(
    liar: Liar, fetcher: Fetcher, location: str, reason: str
) -> None:
    """Its server answered, and whole: where it sends us is what is wrong."""
    error = await refused(fetcher, liar.redirects("/x", location))

    assert reason == error.reason


async def test_six_redirects_are_one_too_many(liar: Liar, fetcher: Fetcher) -> None:
    """Five are followed."""
    for number in range(MAX_REDIRECTS + 1):
        liar.redirects(f"/{number}", f"/{number + 1}")
    liar.says(f"/{MAX_REDIRECTS + 1}", answer(b"good"))
    error = await refused(fetcher, liar.url("/0"))
    fetched = await fetcher.fetch(liar.url("/1"))

    assert ("redirects", b"good") == (error.reason, fetched.body)


async def test_a_circle_of_two_is_left(liar: Liar, fetcher: Fetcher) -> None:
    """After so many redirects as any other way."""
    liar.redirects("/a", "/b")
    error = await refused(fetcher, liar.redirects("/b", "/a"))

    assert ("redirects", MAX_REDIRECTS + 1) == (error.reason, len(liar.asked))


async def test_redirects_share_one_time(liar: Liar, fetcher: Fetcher) -> None:
    """Five slow hops are not five times as long."""

    async def slowly(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(redirect("/x"))

    error = await refused(fetcher, liar.does("/x", slowly), seconds=0.5)

    assert "too_slow" == error.reason


async def test_the_body_of_a_redirect_is_not_waited_for(liar: Liar, fetcher: Fetcher) -> None:
    """However long it goes on."""
    url = liar.does("/x", forever(b"HTTP/1.1 302 Found\r\nLocation: /good" + END, b"x" * 1000))

    assert b"good" == (await fetcher.fetch(url, total_seconds=2)).body


# what a name may mean


@dataclass
class Names:
    """A resolver that answers one thing after the other, and whoever dials reaches the liar."""

    answers: list[list[str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    dialled: list[str] = field(default_factory=list)

    def resolve(self, host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [(socket.AF_UNSPEC, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]


@pytest_asyncio.fixture
async def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    made = Names()
    connect = httpcore.AnyIOBackend.connect_tcp

    async def dial(self: httpcore.AnyIOBackend, host: str, port: int, *more: Any) -> Any:
        made.dialled.append(host)
        return await connect(self, "127.0.0.1", port, *more)

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", dial)
    monkeypatch.setattr(socket, "getaddrinfo", made.resolve)
    return made


@pytest_asyncio.fixture
async def guarded() -> AsyncIterator[Fetcher]:
    """A fetcher to whom nothing private is allowed."""
    made = Fetcher()
    yield made
    await made.close()


async def test_the_address_that_was_checked_is_dialled(liar: Liar, guarded: Fetcher, names: Names) -> None:
    """The name is asked once: what it means a moment later does not matter."""
    names.answers = [["8.8.8.8"], ["127.0.0.1"]]
    fetched = await guarded.fetch(f"http://news.example:{liar.port}/good")

    assert (b"good", ["news.example"], ["8.8.8.8"]) == (fetched.body, names.asked, names.dialled)


async def test_a_name_is_checked_again_at_a_redirect(liar: Liar, guarded: Fetcher, names: Names) -> None:
    """To the same name, that means our own network by now."""
    names.answers = [["8.8.8.8"], ["127.0.0.1"]]
    liar.redirects("/x", f"http://news.example:{liar.port}/secret")
    error = await refused(guarded, f"http://news.example:{liar.port}/x")

    assert ("forbidden", ["8.8.8.8"], 1) == (error.reason, names.dialled, len(liar.asked))


async def test_a_name_is_checked_again_with_each_connection(
    liar: Liar, guarded: Fetcher, names: Names
) -> None:
    """What was refused is served once it is public, and what was served is refused once it is not."""
    names.answers = [["127.0.0.1"], ["8.8.8.8"], ["127.0.0.1"]]
    liar.says("/x", answer(b"good"))
    url = f"http://news.example:{liar.port}/x"
    first = await refused(guarded, url)
    second = await guarded.fetch(url)
    third = await refused(guarded, url)

    assert ("forbidden", b"good", "forbidden") == (first.reason, second.body, third.reason)
    assert ["8.8.8.8"] == names.dialled


@pytest.mark.parametrize(
    "addresses",
    [
        ["8.8.8.8", "10.0.0.1"],
        ["10.0.0.1", "8.8.8.8"],
        ["2606:4700::1111", "::1"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["2002:7f00:1::"],
        ["fe80::1%eth0"],
        ["169.254.169.254"],
    ],
)
@pytest.mark.parametrize("host", ["news.example", "localhost."])
async def test_a_name_with_one_private_address_is_not_dialled(
    guarded: Fetcher, names: Names, host: str, addresses: list[str]
) -> None:
    """Not at its public one either."""
    names.answers = [addresses]
    error = await refused(guarded, f"http://{host}/")

    assert ("forbidden", []) == (error.reason, names.dialled)
    assert "private network" in error.problem


async def test_a_name_without_an_address_is_said(guarded: Fetcher, names: Names) -> None:
    """A resolver may answer, and name nothing."""
    names.answers = [[]]
    error = await refused(guarded, "http://news.example/")

    assert ("no_answer", "no answer (the name has no address)") == (error.reason, error.problem)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "0x7f.1",
        "0177.0.0.1",
        "2130706433",
        "0",
        "１２７.0.0.1",
        "127。0。0。1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
async def test_no_writing_of_this_machine_is_asked(liar: Liar, guarded: Fetcher, host: str) -> None:
    """Somebody listens there, and hears nothing."""
    error = await refused(guarded, f"http://{host}:{liar.port}/good", seconds=2)

    assert error.reason in ("forbidden", "no_address")
    assert set() == liar.guests


# proxies


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"])
async def test_a_proxy_of_the_environment_is_not_used(
    liar: Liar, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """It would dial past the guard."""
    trap, running = await server()
    monkeypatch.setenv(name, trap.url("/"))
    fetcher = Fetcher(allow_hosts=("127.0.0.1",))
    await refused(fetcher, "https://127.0.0.1:1/")
    fetched = await fetcher.fetch(liar.url("/good"))
    await fetcher.close()
    running.close()
    await trap.closes()

    assert (b"good", set()) == (fetched.body, trap.guests)


@pytest_asyncio.fixture
async def through(liar: Liar) -> AsyncIterator[Fetcher]:
    """A fetcher whose proxy is the liar."""
    made = Fetcher(proxy=f"http://ann:open%20sesame@127.0.0.1:{liar.port}")
    yield made
    await made.close()


async def test_a_proxy_is_told_the_whole_address(liar: Liar, through: Fetcher) -> None:
    """And who we are: with it, not with the site."""
    fetched = await through.fetch("http://news.example/feed?a=1")
    name = base64.b64encode(b"ann:open sesame").decode()

    assert (b"good", "http://news.example/feed?a=1") == (fetched.body, fetched.url)
    assert liar.asked[0].startswith("GET http://news.example/feed?a=1 HTTP/1.1\r\nHost: news.example\r\n")
    assert f"proxy-authorization: basic {name}".lower() in liar.asked[0].lower()


async def test_a_proxy_makes_the_way_to_what_is_encrypted(liar: Liar, through: Fetcher) -> None:
    """It sees the name of the site and no more."""
    liar.says("news.example:443", answer(b"", status="403 Not for you"))
    error = await refused(through, "https://news.example/feed?secret")

    assert ("no_answer", "the proxy refuses or does not answer") == (error.reason, error.problem)
    assert ["CONNECT news.example:443 HTTP/1.1"] == [head.split("\r\n")[0] for head in liar.asked]
    assert "secret" not in liar.asked[0]


async def test_the_refusal_of_a_proxy_is_said(liar: Liar, through: Fetcher) -> None:
    """As that of a site."""
    liar.says("http://news.example/feed", answer(b"", status="407 Proxy Authentication Required"))
    error = await refused(through, "http://news.example/feed")

    assert ("status_407", "it answered 407") == (error.reason, error.problem)


async def test_a_proxy_that_is_not_there_is_said_without_its_password(liar: Liar) -> None:
    """The sentence goes into a log."""
    fetcher = Fetcher(proxy="http://ann:sesame@127.0.0.1:1")
    error = await refused(fetcher, "http://news.example/feed")
    await fetcher.close()

    assert "no_answer" == error.reason
    assert "sesame" not in str(error)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254", "127。0。0。1"]
)
async def test_no_proxy_is_asked_for_a_private_address(liar: Liar, through: Fetcher, host: str) -> None:
    """Where it is written as numbers; what a name means only the proxy knows."""
    liar.redirects("http://news.example/", f"http://{host}/")
    error = await refused(through, f"http://{host}/")
    hop = await refused(through, "http://news.example/")

    assert ("forbidden", "forbidden") == (error.reason, hop.reason)
    assert ["GET http://news.example/ HTTP/1.1"] == [head.split("\r\n")[0] for head in liar.asked]


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0177.0.0.1", "127.0.0.1.", "0"])
async def test_no_proxy_is_asked_for_a_private_address_in_odd_writing(
    liar: Liar, through: Fetcher, host: str
) -> None:
    """Its resolver reads these as inet_aton does."""
    error = await refused(through, f"http://{host}/")

    assert (True, []) == (error.reason in ("forbidden", "no_address"), liar.asked)


# certificates


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Of a server that vouches for itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate")
    folder: Path = tmp_path_factory.mktemp("certificate")
    key, cert = str(folder / "key.pem"), str(folder / "cert.pem")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(cert, key)
    return made


async def test_who_vouches_for_himself_is_not_believed(
    certificate: ssl.SSLContext, fetcher: Fetcher, liar: Liar
) -> None:
    """Nothing is asked of such a server."""
    stranger, running = await server(ssl=certificate)
    error = await refused(fetcher, stranger.url("/good"))
    running.close()
    await stranger.closes()

    assert ("certificate", []) == (error.reason, stranger.asked)
    assert error.problem.startswith("its certificate is not valid (")
    assert await serves_others(fetcher, liar)


async def test_a_server_without_certificates_is_no_answer(fetcher: Fetcher, liar: Liar) -> None:
    """Where https is asked for; neither is one that speaks before it is asked."""
    liar.greeting = b"220 welcome\r\n"
    errors = [
        await refused(fetcher, liar.url("/").replace("http:", scheme)) for scheme in ("http:", "https:")
    ]

    assert ["cut_short", "no_answer"] == [error.reason for error in errors]


async def test_a_name_that_nobody_knows_holds_up_no_other(liar: Liar, fetcher: Fetcher, monkeypatch) -> None:
    """Though as many are looked up as hang: neither a good address nor the end waits for them."""
    asks = socket.getaddrinfo
    answered = threading.Event()
    in_time: list[bool] = []

    def hangs(host: str, *more: Any, **named: Any) -> Any:
        if host.endswith(".slow.example"):
            in_time.append(answered.wait(60))
        return asks(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", hangs)
    slow = [
        asyncio.create_task(refused(fetcher, f"http://{number}.slow.example/", seconds=0.3))
        for number in range(60)
    ]
    await asyncio.sleep(0.05)
    try:
        served = await serves_others(fetcher, liar)
        reasons = {error.reason for error in await asyncio.gather(*slow)}
        await fetcher.close()
    finally:
        answered.set()

    assert (True, {"too_slow"}) == (served, reasons)
    assert False not in in_time


async def test_crumbs_are_refused_and_hold_up_nobody(liar: Liar, fetcher: Fetcher) -> None:
    """A hundred thousand chunks of one byte, as fast as they come."""
    error = await refused(fetcher, liar.does("/x", forever(CHUNKED, b"1\r\na\r\n" * 5000)), seconds=5)

    assert "its answer comes in crumbs" == error.problem
    assert await serves_others(fetcher, liar)


async def test_gzip_of_several_members_is_one_answer(liar: Liar, fetcher: Fetcher) -> None:
    """And bombs of several members are bombs."""
    two = gzip.compress(b"a" * 100) + gzip.compress(b"b" * 100)
    fetched = await fetcher.fetch(liar.says("/x", packed(two)))
    bomb = await refused(fetcher, liar.says("/y", packed(gzip.compress(bytes(LIMIT // 2)) * 4)))

    assert (b"a" * 100 + b"b" * 100, "too_large") == (fetched.body, bomb.reason)


@pytest.mark.parametrize(
    "header",
    [
        b"Expires: Fri, 31 Dec 999999999999 00:00:00 GMT",
        b"Expires: 0",
        b"Cache-Control: max-age=99999999999999999999",
    ],
)
async def test_an_impossible_date_is_none(liar: Liar, fetcher: Fetcher, header: bytes) -> None:
    """The answer is good all the same."""
    said = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n" + header + END + b"good"

    assert b"good" == (await fetcher.fetch(liar.says("/x", said))).body


@pytest.mark.parametrize("location", ["http://xn--/", "http://127.0.0.1:99999/", "http://[::1", "//"])
async def test_a_redirect_that_no_library_bears_is_a_failure(
    liar: Liar, fetcher: Fetcher, location: str
) -> None:
    """In words, and nobody else's."""
    error = await refused(fetcher, liar.redirects("/x", location))

    assert error.problem
    assert await serves_others(fetcher, liar)
