"""Newsstands for benchmarks: feeds of thirty Chinese entries, each on a loopback address of its own.

    python benchmarks/newsstands.py FEEDS [ENTRIES]
        prints its port once everything is printed, serves until ended; of every feed so many entries, or all

About 70 KB a feed. The text is a chain of characters and Latin words, learnt from real articles and
headlines: each is one that followed there on the two before it. So the words are real, and two texts have a
phrase in common about one and a half times as often as two of the articles do (counted were equal ones among
the eight least hashes of their runs of five). Headlines are halves of real ones. All come from ../shared/data
and are the same every time; no headline and no text comes twice.

One feed in twenty has a raw control character in a text, one in a hundred is GB 2312 and says so nowhere.
Answers carry ETag and Last-Modified, and are 304 where they should be; /counts tells how many of which there
were.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
import resource
import socket
import subprocess
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from html import escape
from pathlib import Path

SHARED = Path(__file__).parent.parent.parent / "shared/data"
ENTRIES = 30
PARAGRAPH = 76  # characters
HOURS_BETWEEN = (2.0, 8.0)  # entries of one feed: thirty reach back two to ten days
MARKUP = (  # of the paragraphs of an entry
    "<strong>{text}</strong>",
    '<img src="{link}/1.jpg" alt="" width="640" /><br />{text}',
    '<span style="font-size: 16px;">{text}</span>',
    "{text}<br />",
    '{text}<a href="{link}#1" target="_blank">相关报道</a>',
    '<span style="color: rgb(51, 51, 51);">{text}</span>',
    "<strong>要点：</strong>{text}",
    '<span style="font-size: 14px;">{text}</span>',
)
SINGLE_HOST = "127.0.0.1"
HAN = re.compile(r"[\u4e00-\u9fff]")
PIECE = re.compile(r"[A-Za-z0-9.+#-]+|.")  # a character, or a word or figure in Latin
PAUSE = re.compile(r"(.*[\u4e00-\u9fff].{3,}?)[ ：，](.*[\u4e00-\u9fff].{3,})")
MARKDOWN = ((r"```.*?```", ""), (r"!?\[([^\]]*)\](\([^)]*\)|\[[^\]]*\])", r"\1"), (r"[`*#>|_\\]", ""))

Pair = tuple[str, str]


@contextmanager
def served(command: Sequence[str]) -> Iterator[int]:
    """A server in a process of its own, ended at the end: the port that it prints."""
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()


def host(number: int) -> str:
    """Where a newsstand is; 250 share the first three bytes."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def addresses(feeds: int, port: int, one_host: bool = False) -> list[str]:
    """Of the feeds, in their order."""
    return [f"http://{SINGLE_HOST if one_host else host(n)}:{port}/{n}" for n in range(feeds)]


# ---- what is printed ---------------------------------------------------------------------------------------


def headlines() -> list[str]:
    """Ten thousand real ones."""
    lines = (SHARED / "titles/thucnews_titles_dev.tsv").read_text("utf-8").splitlines()
    return [line.split("\t")[2].strip() for line in lines]


@cache
def halves() -> tuple[list[str], list[str]]:
    """Beginnings and ends of headlines, cut where these pause; as many of both, none twice."""
    found = [match.groups() for one in headlines() if (match := PAUSE.fullmatch(one))]
    random.Random(0).shuffle(found)
    first, second = (list(dict.fromkeys(these)) for these in zip(*found, strict=True))
    common = min(len(first), len(second))
    return first[:common], second[:common]


def title(number: int) -> str:
    """The headline of the entry with this number, counted through all feeds."""
    first, second = halves()
    turn, place = divmod(number, len(first))
    return f"{first[place]} {second[(place + 7919 * (turn + 1)) % len(second)]}"


@cache
def chain() -> tuple[list[Pair], dict[Pair, list[str]]]:
    """How paragraphs and headlines begin, and what follows on two pieces, as often as in these."""
    begin: list[Pair] = []
    follow: dict[Pair, list[str]] = defaultdict(list)
    with gzip.open(SHARED / "fulltext/lctt_350.jsonl.gz", "rt", encoding="utf-8") as lines:
        articles = [json.loads(line)["body_md"] for line in lines]
    paragraphs = [one for article in articles for one in plain(article)]
    for pieces in map(PIECE.findall, headlines() + paragraphs):
        begin.append((pieces[0], pieces[1]))
        for one, two, three in zip(pieces, pieces[1:], pieces[2:], strict=False):
            follow[one, two].append(three)
    return begin, dict(follow)


def plain(article: str) -> list[str]:
    """The Chinese paragraphs of an article in Markdown."""
    for pattern, instead in MARKDOWN:
        article = re.sub(pattern, instead, article, flags=re.DOTALL)
    paragraphs = ("".join(filter(str.isprintable, line)).strip() for line in article.splitlines())
    return [paragraph for paragraph in paragraphs if len(HAN.findall(paragraph)) > 20]


def paragraph(chance: random.Random) -> str:
    """So many characters, or a word more; each piece is one that follows on the two before it somewhere."""
    begin, follow = chain()
    pair = chance.choice(begin)
    written, length = [*pair], len("".join(pair))
    while length < PARAGRAPH:
        if after := follow.get(pair):
            written.append(after[int(chance.random() * len(after))])
            pair = (pair[1], written[-1])
            length += len(written[-1])
        else:  # nothing but an end follows
            pair = chance.choice(begin)
            written += ["，", *pair]
            length += len("".join(pair)) + 1
    return "".join(written)


def item(number: int, place: int, published: datetime, chance: random.Random, spoilt: bool) -> str:
    """An entry of a feed.

    Its markup is as dense as that of the saved pages in ../shared/data/pages: an element for every 27 Chinese
    characters, which is the median of 25 pages.
    """
    link = f"http://{host(number)}/{number}/{place}"
    texts = [paragraph(chance) for _ in MARKUP]
    if spoilt:
        texts[2] = f"{texts[2][:20]}\x0b{texts[2][20:]}"
    html = "".join(
        f"<p>{markup.format(text=escape(text, quote=False), link=link)}</p>"
        for markup, text in zip(MARKUP, texts, strict=True)
    )
    headline = escape(title(number * ENTRIES + place), quote=False)
    return (
        f"<item><title>{headline}</title><link>{link}</link><guid>{link}</guid>"
        f"<author>记者{place}</author><pubDate>{format_datetime(published)}</pubDate>"
        f"<description>{escape(html, quote=False)}</description></item>\n"
    )


def feed(number: int, now: datetime, entries: int = ENTRIES) -> bytes:
    """A newsstand as RSS."""
    chance = random.Random(number)
    spoilt = chance.randrange(ENTRIES) if number % 20 == 3 else None
    published, items = now, []
    for place in range(ENTRIES):
        published -= timedelta(hours=chance.uniform(*HOURS_BETWEEN))
        items.append(item(number, place, published, chance, place == spoilt))
    told = "".join(items[:entries])
    channel = f'<rss version="2.0"><channel><title>第{number}报</title>\n{told}</channel></rss>\n'
    if number % 100 == 57:
        return f'<?xml version="1.0"?>\n{channel}'.encode("gb2312", "xmlcharrefreplace")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{channel}'.encode()


# ---- the server --------------------------------------------------------------------------------------------


class Newsstands:
    """All feeds, printed, with their validators."""

    def __init__(self, feeds: int, entries: int) -> None:
        now = datetime.now(UTC)
        self.modified = format_datetime(now, usegmt=True)
        self.bodies = [feed(number, now, entries) for number in range(feeds)]
        self.etags = [f'"{zlib.crc32(body):08x}"' for body in self.bodies]
        self.counts: Counter[str] = Counter(whole=0, unchanged=0, bytes=0)

    def answer(self, path: str, headers: dict[str, str]) -> bytes:
        """A whole HTTP response."""
        if path == "/counts":
            return response("200 OK", "application/json", json.dumps(self.counts).encode())
        number = int(path[1:]) if path[1:].isdecimal() else len(self.bodies)
        if number >= len(self.bodies):
            return response("404 Not Found", "text/plain", b"")
        given, since = headers.get("if-none-match"), headers.get("if-modified-since")
        validators = f"ETag: {self.etags[number]}\r\nLast-Modified: {self.modified}\r\n"
        if self.etags[number] == given if given else since == self.modified:
            self.counts["unchanged"] += 1
            return f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n".encode()
        self.counts["whole"] += 1
        self.counts["bytes"] += len(self.bodies[number])
        return response("200 OK", "application/rss+xml", self.bodies[number], validators)


def response(status: str, kind: str, body: bytes, more: str = "") -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


class Connection(asyncio.Protocol):
    """One connection; requests without a body, answered at once and in order."""

    def __init__(self, stands: Newsstands) -> None:
        self._stands = stands
        self._got = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._got += data
        while b"\r\n\r\n" in self._got:
            head, _, self._got = self._got.partition(b"\r\n\r\n")
            request, *lines = head.decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines)
            headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
            self._transport.write(self._stands.answer(request.split(" ")[1], headers))
            if headers.get("connection", "").lower() == "close":
                self._transport.close()


async def serve(feeds: int, entries: int = ENTRIES) -> None:
    """One socket per address: what listens on 127.0.0.1 does not answer on 127.1.0.1."""
    stands, loop = Newsstands(feeds, entries), asyncio.get_running_loop()
    first = listening(SINGLE_HOST, 0)
    port = first.getsockname()[1]
    for one in [first, *(listening(host(number), port) for number in range(feeds))]:
        await loop.create_server(lambda: Connection(stands), sock=one, backlog=256)
    print(port, flush=True)
    await loop.create_future()


def listening(address: str, port: int) -> socket.socket:
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind((address, port))
    return opened


if __name__ == "__main__":
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(serve(*map(int, sys.argv[1:])))
