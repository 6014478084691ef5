"""F9: a day of 500 feeds as the running bot pulls them, in simulated time, beside a fixed pause of 900 s.

    python benchmarks/pull_day.py [--feeds N] [--hours H] [--fixed-hours H]

The newsroom is a real one, with its fetcher, sandbox and database; only its clock is simulated. As in
newsbot/scheduler.py a round of `refresh_due` may begin every 5 s; the clock stands still while one runs and
then jumps to the next one for which a source is due. What such a day leaves out is told beside it: the
rounds for which nothing is due, measured beforehand, and the children of the sandbox that would have been
idle for 50 s and ended, where here they never are. Nothing of plan, deliver, alarm and tidy runs.

The feeds are a server in a process of its own, whose CPU does not count, each on a loopback address of its
own; it is told the time by a file. Its answers take no time and no TLS. Which feeds there are, what they
publish when, and how they fail is in `stands` below, the same every time.

Before the day everything is pulled once, uncounted. The sources are then known for 30 days, each has the
rhythm that the bot would have measured (what a week brought beyond the newest 30 stands there as rows that
are neither indexed nor compared), and its next pull is somewhere in its pause. The fixed pause goes through
the first eighth of the day only, and is compared with that: 06:00 to 09:00 in China, when about as much as on
average is published.

The delay is from the moment an article is published to the end of the pull that brought it, its grouping
included, and after the day whether the search finds it there is tried. Who still waits at the end is found
when the source is due next, whose moment is known.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import logging
import math
import mmap
import os
import random
import resource
import shutil
import sqlite3
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape, unescape
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsstands import (
    ENTRIES,
    MARKUP,
    SHARED,
    SINGLE_HOST,
    Connection,
    host,
    listening,
    paragraph,
    response,
    served,
    title,
)

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from newsbot.flows.pull import Pulled
    from newsbot.models.sources import Health
    from newsbot.newsroom import Newsroom

START = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 06:00 in China
HOUR, DAY = 3600, 86_400  # seconds, as all moments are, counted from START
FIRST_PULL, BEFORE = -60, -30
WEEK, KNOWN = 7 * DAY, 30 * DAY
ROUND = 5  # between two rounds, see newsbot/scheduler.py
FIXED = 900
IDLE = 50.0  # after which a child of the sandbox ends
LAG = 0.01
EMPTY_ROUNDS = 100
LOOKED_UP = 500  # articles, about, by their title
MB = 1_000_000

# Articles a day, of four feeds in five and of the blogs: log-normal (median, sigma). Together the median is
# 3, the mean 10; one feed in a hundred has more than 100 a day, one in six less than one a week.
PAPERS, BLOGS = (4.8, 1.4), (0.07, 1.0)
BLOG_SHARE = 0.2
LEAST, MOST = 0.01, 400.0
# How much is published in each hour of a day in China, beside the others.
HOURS = (
    *(0.25, 0.15, 0.1, 0.1, 0.1, 0.2, 0.5, 0.9, 1.4, 1.8, 1.9, 1.6),
    *(1.2, 1.3, 1.7, 1.8, 1.7, 1.5, 1.2, 1.0, 1.0, 0.9, 0.7, 0.4),
)
VALIDATORS = {"both": 0.6, "etag": 0.1, "date": 0.1, "none": 0.2}
EDITING, EDITED, EDITED_AFTER = 0.02, 0.3, (HOUR / 2, 6 * HOUR)  # feeds, and of their entries
ASKS = {"max-age": 0.015, "ttl": 0.015}
ASKED_FOR = 1800  # by those that ask for a pause
TROUBLES = {  # of a feed; each is had by one feed at least
    "down": 0.02,  # 503 for two to eight hours, every other time with Retry-After
    "refused": 0.01,  # nobody listens, all day
    "busy": 0.01,  # 429 for the last ten minutes of every fourth hour, with Retry-After
    "moved": 0.01,  # 301 from some moment on
    "gone": 0.004,  # 410 from some moment on
    "hangs": 0.005,  # for six hours nothing comes for three seconds, really, then a reset
}
RETRY_AFTER = {"down": 1800, "busy": 300}
HANGS = 3.0
CORRECTED = "更正"  # what an edited entry begins with
CLASSES = ((24.0, math.inf, ">= 24 a day"), (3.0, 24.0, "3 to 24"), (0.0, 3.0, "< 3"))

Entry = tuple[str, int]  # source and place


# ---- the feeds ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """A feed, all of its future included.

    :ivar rate: articles a day
    :ivar published: when its entries appear, ascending; an entry is named by its place in here
    :ivar edited: place -> when that entry is edited
    :ivar first: the number of its first headline, counted through all feeds
    :ivar validators: both, etag, date or none
    :ivar asks: how it asks for a pause, max-age or ttl
    :ivar trouble: see TROUBLES, from `since` to `until`
    """

    number: int
    rate: float
    published: tuple[int, ...]
    edited: Mapping[int, int]
    first: int
    validators: str
    asks: str | None
    trouble: str | None
    since: float
    until: float

    @property
    def id(self) -> str:
        return f"feed{self.number:04}"

    def shelf(self, now: float) -> range:
        """The newest thirty."""
        end = bisect_right(self.published, now)
        return range(max(0, end - ENTRIES), end)

    def edits(self, now: float) -> tuple[int, ...]:
        """Which of the newest thirty are edited by then."""
        return tuple(place for place in self.shelf(now) if self.edited.get(place, math.inf) <= now)

    def modified(self, now: float) -> int:
        """When that what is there now changed last."""
        return max(
            self.published[self.shelf(now)[-1]], *map(self.edited.__getitem__, self.edits(now)), -KNOWN
        )


def stands(feeds: int, hours: float) -> list[Stand]:
    """All of them; who has which trouble, validators, … is independent of its rhythm."""
    validators, asks = shared_out(VALIDATORS, feeds, 1), shared_out(ASKS, feeds, 2)
    troubles, editing = shared_out(TROUBLES, feeds, 3), shared_out({"edits": EDITING}, feeds, 4)
    made: list[Stand] = []
    for number, rate in enumerate(rates(feeds)):
        chance = random.Random(number)
        published = moments(rate, hours, chance)
        trouble = troubles.get(number)
        since, until = when(trouble, hours, chance)
        if trouble == "gone":
            published = tuple(one for one in published if one < since)
        made.append(
            Stand(
                number=number, rate=rate, published=published,
                edited=edits(published, chance) if number in editing else {},
                first=made[-1].first + len(made[-1].published) if made else 0,
                validators=validators.get(number, "both"), asks=asks.get(number),
                trouble=trouble, since=since, until=until,
            )
        )  # fmt: skip
    return made


def shared_out(shares: Mapping[str, float], feeds: int, seed: int) -> dict[int, str]:
    """Who of the feeds gets which of these; where there is any share, one at least."""
    order = random.Random(seed).sample(range(feeds), feeds)
    found = [name for name, share in shares.items() for _ in range(max(1, round(share * feeds)))]
    return dict(zip(order, found, strict=False))


def rates(feeds: int) -> list[float]:
    """Evenly spaced quantiles, so that sixty feeds are like five hundred, in any order."""
    blogs = round(BLOG_SHARE * feeds)
    found = [
        min(
            max(median * math.exp(sigma * statistics.NormalDist().inv_cdf((place + 0.5) / many)), LEAST), MOST
        )
        for many, (median, sigma) in ((feeds - blogs, PAPERS), (blogs, BLOGS))
        for place in range(many)
    ]
    random.Random(0).shuffle(found)
    return found


def moments(rate: float, hours: float, chance: random.Random) -> tuple[int, ...]:
    """At least thirty and a week before the day, all of the day, and two days for what comes after it."""
    before: list[int] = []
    for one in outward(rate, -1, chance):
        if len(before) >= ENTRIES and one < -WEEK - DAY:
            break
        before.append(one)
    after = takewhile(lambda one: one < hours * HOUR + 2 * DAY, outward(rate, 1, chance))
    return tuple(sorted({*before, *after}))


def outward(rate: float, way: int, chance: random.Random) -> Iterator[int]:
    """Moments of a Poisson process that is busy by day, from START on or back."""
    mean, most = statistics.mean(HOURS), max(HOURS)
    at = 0.0
    while True:
        at += way * chance.expovariate(rate * most / mean / DAY)
        if chance.random() * most < HOURS[math.floor(at / HOUR + 6) % 24]:
            yield math.floor(at)


def edits(published: Sequence[int], chance: random.Random) -> dict[int, int]:
    """Some entries since the day before."""
    places = [place for place, at in enumerate(published) if at > -DAY and chance.random() < EDITED]
    return {place: published[place] + int(chance.uniform(*EDITED_AFTER)) for place in places}


def when(trouble: str | None, hours: float, chance: random.Random) -> tuple[float, float]:
    """When a trouble begins and ends."""
    begins = chance.uniform(0, 0.7 * hours * HOUR)
    if trouble == "down":
        return begins, begins + chance.uniform(2, 8) * HOUR
    if trouble == "hangs":
        return begins, begins + 6 * HOUR
    return (begins if trouble in ("moved", "gone") else 0.0), math.inf


# ---- the server --------------------------------------------------------------------------------------------


class Clock:
    """Simulated time, in a file that several processes look at: telling it takes nobody's CPU."""

    def __init__(self, file: Path) -> None:
        with file.open("r+b") as opened:
            self._shared = mmap.mmap(opened.fileno(), 8)

    @classmethod
    def begin(cls, file: Path) -> Clock:
        file.write_bytes(struct.pack("d", FIRST_PULL))
        return cls(file)

    @property
    def seconds(self) -> float:
        return float(struct.unpack_from("d", self._shared)[0])

    @seconds.setter
    def seconds(self, value: float) -> None:
        struct.pack_into("d", self._shared, 0, value)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.seconds)


class Server:
    """Answers by the clock alone, so that a day can begin again.

    :ivar codes: how many answers of which kind
    :ivar asked: how often each feed was asked
    :ivar hangs: the last answer is never to come
    """

    def __init__(self, all_stands: Sequence[Stand], clock: Clock) -> None:
        self._stands, self._clock = all_stands, clock
        self._items: dict[tuple[int, int, bool], str] = {}
        self._bodies: dict[int, tuple[object, bytes]] = {}
        self.codes: Counter[str] = Counter()
        self.asked: Counter[int] = Counter()
        self.hangs = False
        self.sent = 0

    def answer(self, path: str, headers: Mapping[str, str]) -> bytes:
        """A whole HTTP response, or nothing."""
        if path == "/counts":
            told = {"codes": self.codes, "asked": self.asked, "sent": self.sent}
            return response("200 OK", "application/json", json.dumps(told).encode())
        number, _, moved = path[1:].partition("/")
        stand, now = self._stands[int(number)], self._clock.seconds
        self.hangs = stand.trouble == "hangs" and stand.since <= now < stand.until
        answered = self._trouble(stand, now, bool(moved)) or self._feed(stand, now, headers)
        answered = b"" if self.hangs else answered
        self.codes[answered[9:12].decode()] += 1
        self.asked[stand.number] += 1
        self.sent += len(answered)
        return answered

    def _trouble(self, stand: Stand, now: float, moved: bool) -> bytes:
        """What a feed answers that cannot give its entries, empty where it can."""
        if not stand.since <= now < stand.until:
            return b""
        after = f"Retry-After: {RETRY_AFTER.get(stand.trouble or '')}\r\n"
        if stand.trouble == "down":
            return response("503 Service Unavailable", "text/plain", b"", after if stand.number % 2 else "")
        if stand.trouble == "busy" and now // HOUR % 4 == stand.number % 4 and now % HOUR >= 50 * 60:
            return response("429 Too Many Requests", "text/plain", b"", after)
        if stand.trouble == "moved" and not moved:
            return response(
                "301 Moved Permanently", "text/plain", b"", f"Location: /{stand.number}/moved\r\n"
            )
        return response("410 Gone", "text/plain", b"") if stand.trouble == "gone" else b""

    def _feed(self, stand: Stand, now: float, headers: Mapping[str, str]) -> bytes:
        body = self._body(stand, now)
        etag = f'"{zlib.crc32(body):08x}"'
        modified = format_datetime(START + timedelta(seconds=stand.modified(now)), usegmt=True)
        given, since = headers.get("if-none-match"), headers.get("if-modified-since")
        more = f"ETag: {etag}\r\n" if stand.validators in ("both", "etag") else ""
        more += f"Last-Modified: {modified}\r\n" if stand.validators in ("both", "date") else ""
        more += f"Cache-Control: max-age={ASKED_FOR}\r\n" if stand.asks == "max-age" else ""
        if stand.validators != "none" and (etag == given if given else since == modified):
            return f"HTTP/1.1 304 Not Modified\r\n{more}\r\n".encode()
        return response("200 OK", "application/rss+xml", body, more)

    def _body(self, stand: Stand, now: float) -> bytes:
        shelf, edited = stand.shelf(now), stand.edits(now)
        version, body = self._bodies.get(stand.number, (None, b""))
        if version != (shelf, edited):
            body = printed(stand, [self._item(stand, place, place in edited) for place in reversed(shelf)])
            self._bodies[stand.number] = (shelf, edited), body
        return body

    def _item(self, stand: Stand, place: int, edited: bool) -> str:
        key = (stand.number, place, edited)
        if key not in self._items:
            self._items[key] = item(stand, place, edited)
        return self._items[key]


def item(stand: Stand, place: int, edited: bool) -> str:
    """An entry, as newsstands.py prints them; an edited one begins with another paragraph."""
    chance = random.Random(stand.number * 1_000_003 + place)
    link = f"http://{host(stand.number)}/{stand.number}/{place}"
    texts = [paragraph(chance) for _ in MARKUP]
    if stand.number % 20 == 3 and place % ENTRIES == 7:  # one of the newest thirty
        texts[2] = f"{texts[2][:20]}\x0b{texts[2][20:]}"
    html = "".join(
        f"<p>{markup.format(text=escape(text, quote=False), link=link)}</p>"
        for markup, text in zip(MARKUP, texts, strict=True)
    )
    html = f"<p>{CORRECTED}：{escape(paragraph(chance), quote=False)}</p>{html}" if edited else html
    headline = escape(title(stand.first + place), quote=False)
    published = format_datetime(START + timedelta(seconds=stand.published[place]))
    return (
        f"<item><title>{headline}</title><link>{link}</link><guid>{link}</guid><author>记者</author>"
        f"<pubDate>{published}</pubDate><description>{escape(html, quote=False)}</description></item>\n"
    )


def printed(stand: Stand, items: Sequence[str]) -> bytes:
    """A feed as RSS."""
    ttl = f"<ttl>{ASKED_FOR // 60}</ttl>" if stand.asks == "ttl" else ""
    channel = f"<channel><title>第{stand.number}报</title>{ttl}\n{''.join(items)}</channel>"
    rss = f'<rss version="2.0">{channel}</rss>\n'
    if stand.number % 100 == 57:
        return f'<?xml version="1.0"?>\n{rss}'.encode("gb2312", "xmlcharrefreplace")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{rss}'.encode()


class Hanging(Connection):
    """One connection; it may end without an answer."""

    def data_received(self, data: bytes) -> None:
        self._stands.hangs = False
        super().data_received(data)
        if self._stands.hangs:
            asyncio.get_running_loop().call_later(HANGS, self._transport.abort)


async def serve(feeds: int, hours: float, folder: Path) -> None:
    """Each feed on its address; who refuses all day stops listening when the day begins."""
    every, clock, loop = stands(feeds, hours), Clock(folder / "clock"), asyncio.get_running_loop()
    server = Server(every, clock)
    title(0), paragraph(random.Random(0))  # what they are made of is learnt now
    first = listening(SINGLE_HOST, 0)
    port = first.getsockname()[1]
    await loop.create_server(lambda: Hanging(server), sock=first, backlog=256)
    listeners = {
        stand.number: await loop.create_server(
            lambda: Hanging(server), sock=listening(host(stand.number), port), backlog=256
        )
        for stand in every
    }

    def refuse() -> None:
        if clock.seconds < 0:
            loop.call_later(0.02, refuse)
            return
        for stand in every:
            if stand.trouble == "refused":
                listeners[stand.number].close()

    refuse()
    print(port, flush=True)
    await loop.create_future()


# ---- the newsroom ------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Tally:
    """What had been done by some moment of the day.

    :ivar cpu: seconds, user and system, of newsbot and its children
    :ivar read: answers that went into the sandbox
    :ivar sent: bytes, the heads included
    :ivar most: requests to the host that was asked most
    :ivar starts: pauses of the sandbox in which its children would have ended
    """

    cpu: float = 0.0
    rounds: int = 0
    requests: int = 0
    unchanged: int = 0
    same: int = 0
    read: int = 0
    brought: int = 0
    failed: int = 0
    sent: int = 0
    most: int = 0
    starts: int = 0


@dataclass(slots=True, kw_only=True)
class Result:
    """A day.

    :ivar tallies: after the hours that are compared, and at the end
    :ivar delays: (published, articles a day of its feed, does that fail, move or ask for a pause, seconds) of
        all that was found
    :ivar waiting: how many of these are found only after the end
    :ivar lost: why -> how many
    :ivar looked_up: articles that were looked up by their title
    :ivar hidden: titles of those that were not found
    :ivar corrected: edits that are in the database, of `edits`
    :ivar too_soon: how a feed asks for a pause -> (pulls within it, the shortest pause in seconds)
    :ivar failing: trouble -> the most failures that one feed was asked for
    :ivar lag: the longest that the loop was held up, in seconds
    :ivar empty: CPU of a round for which nothing is due, in seconds
    :ivar child: CPU of the start of a child, in seconds
    """

    tallies: list[Tally] = field(default_factory=list)
    delays: list[tuple[int, float, bool, float]] = field(default_factory=list)
    waiting: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    looked_up: int = 0
    hidden: list[str] = field(default_factory=list)
    corrected: int = 0
    edits: int = 0
    too_soon: dict[str, tuple[int, float]] = field(default_factory=dict)
    failing: dict[str, int] = field(default_factory=dict)
    lag: float = 0.0
    empty: float = 0.0
    child: float = 0.0
    seconds: float = 0.0


def newsroom(folder: Path, clock: Clock, refresh_seconds: int | None = None) -> Newsroom:
    """As newsbot/cli/opening.py opens it; what is wrong is logged, who was pulled is not."""
    import structlog

    from newsbot import settings
    from newsbot.fetcher import Fetcher
    from newsbot.flows import understand
    from newsbot.newsroom import Newsroom
    from newsbot.sandbox import Sandbox
    from newsbot.store import Store

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    given = settings.read({}, data=folder, refresh_seconds=refresh_seconds, allow_hosts=("127.0.0.0/8",))
    return Newsroom(
        settings=given,
        store=Store(given.database),
        fetcher=Fetcher(allow_hosts=given.allow_hosts),
        sandbox=Sandbox(prepare=understand.prepare, idle_seconds=IDLE),
        now=clock.now,
    )


async def first_pull(folder: Path, port: int, every: Sequence[Stand], clock: Clock) -> None:
    """A database as the bot would have it after a month."""
    from newsbot.flows.refresh import refresh
    from newsbot.models.sources import Source

    room = newsroom(folder, clock)
    await room.store.open()
    clock.seconds = -KNOWN
    async with room.store.begin() as tx:
        sources = (
            Source(id=one.id, name=f"第{one.number}报", url=f"http://{host(one.number)}:{port}/{one.number}")
            for one in every
        )
        await tx.sources.seed(sources, clock.now())
    clock.seconds = FIRST_PULL
    pulled = await refresh(room)
    assert not [one for one in pulled if one.status == "failed"]
    await remember(room, every)
    await room.close()


async def remember(room: Newsroom, every: Sequence[Stand]) -> None:
    """What it would know of the week before."""
    from sqlalchemy import insert

    from newsbot.store.tables import articles

    same = {"title": "", "text": "", "summary": "", "source": "", "language": "zh", "tags": [], "related": []}
    rows = [
        same | {"source_id": one.id, "sample": False, "published": at, "first_seen": at, "at": at}
        for one in every
        for place in range(one.shelf(FIRST_PULL).start)
        for at in (START + timedelta(seconds=one.published[place]),)
        if one.published[place] > -WEEK
    ]
    if rows:
        await room.store.at_once(lambda connection: connection.execute(insert(articles), rows) and None)
    async with room.store.begin() as tx:
        await tx.sources.count(room.now())


class Day:
    """A newsroom through which a day goes."""

    def __init__(
        self, folder: Path, port: int, every: Sequence[Stand], clock: Clock, refresh_seconds: int | None
    ) -> None:
        self.room = newsroom(folder, clock, refresh_seconds)
        self.result = Result()
        self._stands = {one.id: one for one in every}
        self._clock, self._port = clock, port
        self._database = sqlite3.connect(f"file:{folder / 'newsbot.db'}?mode=ro", uri=True)
        self._asked: dict[str, list[float]] = defaultdict(list)
        self._failed: dict[str, list[float]] = defaultdict(list)
        self._found: dict[Entry, float] = {}
        self._brought = 0
        self._worked: list[float] = []  # when the sandbox was asked for something
        self._read = 0
        self._ours = 0.0  # CPU of this class

    async def passes(self, marks: Sequence[float]) -> None:
        """:param marks: moments after which there is a tally; the last one is the end"""
        await self.room.store.open()
        await self._spread()
        await self._measure_what_is_left_out()
        self._watch_the_sandbox()
        self._clock.seconds = 0
        await asyncio.sleep(0.2)  # who refuses stops listening
        probe = asyncio.create_task(self._lag())
        began = time.monotonic()
        before, counts = cpu(), self._counts()
        rounds, earliest = 0, 0.0
        for mark in marks:
            while (at := self._next(earliest)) < mark:
                await self._round(at)
                earliest = at + ROUND  # rounds overlap
                rounds += 1
            used = cpu() - before - self._ours
            self.result.tallies.append(self._tally(counts, rounds, used))
        self.result.seconds = time.monotonic() - began
        probe.cancel()
        self._clock.seconds = marks[-1]
        await self._judge(marks[-1])
        await self.room.close()
        self._database.close()

    async def _spread(self) -> None:
        """Each source is somewhere in its pause."""
        from newsbot.models.sources import Fetched
        from newsbot.sources.due import Served, after_success

        chance = random.Random(0)
        async with self.room.store.begin() as tx:
            for source, health in await tx.sources.all():
                asks = self._stands[source.id].asks
                fetched = Fetched(
                    status=304, url=source.url, fresh_for=ASKED_FOR if asks == "max-age" else None
                )
                served = Served(fetched=fetched, ttl=ASKED_FOR if asks == "ttl" else None)
                after = after_success(health, served, source, START, self.room.settings.refresh_seconds)
                assert after.next_at is not None
                next_at = START + chance.random() * (after.next_at - START)
                await tx.sources.save_health(replace(health, next_at=next_at))

    async def _measure_what_is_left_out(self) -> None:
        from newsbot.flows.refresh import refresh_due

        self._clock.seconds = BEFORE
        before = time.process_time()
        for _ in range(EMPTY_ROUNDS):
            await refresh_due(self.room)
        self.result.empty = (time.process_time() - before) / EMPTY_ROUNDS
        before = cpu()
        await self.room.sandbox.run(len, "")
        self.result.child = cpu() - before

    def _watch_the_sandbox(self) -> None:
        from newsbot.flows import understand

        run: Callable[..., Any] = self.room.sandbox.run

        async def watched(function: Callable[..., Any], *args: object, **more: Any) -> Any:
            self._worked.append(self._clock.seconds)
            self._read += function is understand.answer
            return await run(function, *args, **more)

        self.room.sandbox.run = watched  # type: ignore[method-assign]

    async def _lag(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(LAG)
            self.result.lag = max(self.result.lag, loop.time() - began - LAG)

    def _next(self, earliest: float) -> float:
        """The first round from then on for which somebody is due."""
        with self._own_work():
            (due,) = self._database.execute(
                "SELECT min(next_at) FROM sources WHERE is_on AND removed_at IS NULL AND gone_at IS NULL"
            ).fetchone()
        return max(earliest, rounded_up(since_start(due)))

    async def _round(self, at: float) -> None:
        """Ask who is due, and note what they brought when."""
        from newsbot.flows.refresh import refresh_due

        self._clock.seconds = at
        began = time.monotonic()
        ended: dict[str, float] = {}

        def told(pulled: Pulled) -> None:
            source_id = pulled.source.id
            self._asked[source_id].append(at)
            if pulled.status == "failed":
                self._failed[source_id].append(at)
            if pulled.status in ("new", "changed"):
                self._brought += 1
                ended[source_id] = at + time.monotonic() - began

        await refresh_due(self.room, told)
        if ended:
            self._note(ended)

    def _note(self, ended: Mapping[str, float]) -> None:
        """When the articles that came just now were there."""
        with self._own_work():
            for source_id, moment in ended.items():
                rows = self._database.execute(
                    "SELECT link FROM articles WHERE source_id = ? AND link > '' ORDER BY id DESC LIMIT ?",
                    (source_id, ENTRIES),
                )
                for (link,) in rows:
                    self._found.setdefault((source_id, int(link.rsplit("/", 1)[1])), moment)

    @contextmanager
    def _own_work(self) -> Iterator[None]:
        before = time.thread_time()
        yield
        self._ours += time.thread_time() - before

    def _counts(self) -> tuple[Counter[str], Counter[str], int]:
        with self._own_work(), closing(http.client.HTTPConnection(SINGLE_HOST, self._port)) as connection:
            connection.request("GET", "/counts")
            told = json.load(connection.getresponse())
        return Counter(told["codes"]), Counter(told["asked"]), told["sent"]

    def _tally(self, before: tuple[Counter[str], Counter[str], int], rounds: int, used: float) -> Tally:
        codes, asked, sent = self._counts()
        codes.subtract(before[0])
        asked.subtract(before[1])
        for stand in self._stands.values():
            if stand.trouble == "refused":  # who does not listen does not count
                asked[str(stand.number)] += len(self._asked[stand.id])
        return Tally(
            cpu=used,
            rounds=rounds,
            requests=asked.total(),
            unchanged=codes["304"],
            same=codes["200"] - self._read,
            read=self._read,
            brought=self._brought,
            failed=sum(map(len, self._failed.values())),
            sent=sent - before[2],
            most=max(asked.values()),
            starts=sum(later - earlier > IDLE for earlier, later in pairwise(self._worked)),
        )

    # ---- after the day

    async def _judge(self, end: float) -> None:
        async with self.room.store.read() as tx:
            healths = {source.id: health for source, health in await tx.sources.all()}
        for stand in self._stands.values():
            for place, published in enumerate(stand.published):
                if 0 <= published < end:
                    self._judge_one(stand, place, healths[stand.id])
        self._judge_edits(end)
        self._judge_manners()
        await self._look_up()

    def _judge_one(self, stand: Stand, place: int, health: Health) -> None:
        """Found, found later, or lost for some reason."""
        published, moment = stand.published[place], self._found.get((stand.id, place))
        if moment is None and not health.failures and not health.gone_at and health.next_at:
            next_pull = rounded_up((health.next_at - START).total_seconds())
            if place in stand.shelf(next_pull):
                moment = next_pull
                self.result.waiting += 1
        if moment is not None:
            odd = bool(stand.trouble or stand.asks)
            self.result.delays.append((published, stand.rate, odd, moment - published))
        elif stand.trouble:
            self._lose(f"feed {stand.trouble}")
        elif any(place in stand.shelf(asked) for asked in self._asked[stand.id]):
            self._lose("NOT READ")
        else:
            self._lose("pushed out of the thirty")

    def _lose(self, why: str) -> None:
        self.result.lost[why] = self.result.lost.get(why, 0) + 1

    def _judge_edits(self, end: float) -> None:
        """Edits that some later pull could have seen."""
        for stand in self._stands.values():
            last = max(self._asked[stand.id], default=0.0)
            places = [place for place in stand.edits(last) if 0 <= stand.edited[place] < end]
            self.result.edits += len(places)
            for place in places:
                link = f"http://{host(stand.number)}/{stand.number}/{place}"
                found = self._database.execute("SELECT text FROM articles WHERE link = ?", (link,)).fetchone()
                self.result.corrected += bool(found and found[0].startswith(CORRECTED))

    def _judge_manners(self) -> None:
        """Who was asked within the pause it asks for, and how often in vain."""
        for asks in ASKS:
            pauses = [
                later - earlier
                for stand in self._stands.values()
                if stand.asks == asks and not stand.trouble
                for earlier, later in pairwise(self._asked[stand.id])
            ]
            soon = sum(pause < ASKED_FOR for pause in pauses)
            self.result.too_soon[asks] = (soon, min(pauses, default=0.0))
        for stand in self._stands.values():
            name, times = stand.trouble or "none", len(self._failed[stand.id])
            self.result.failing[name] = max(self.result.failing.get(name, 0), times)

    async def _look_up(self) -> None:
        """Is what was stored found by its title?"""
        from newsbot.models.search import Query
        from newsbot.search.query import phrase

        found = sorted(self._found)
        for source_id, place in found[:: max(1, len(found) // LOOKED_UP)]:
            words = unescape(title(self._stands[source_id].first + place))
            wanted = phrase(words)
            assert wanted is not None
            async with self.room.store.read() as tx:
                hits = await tx.search.find(Query(words=words, groups=((wanted,),)), self._clock.now(), 10)
                articles = await tx.articles.load([hit.article_id for hit in hits])
            ends = f"/{self._stands[source_id].number}/{place}"
            self.result.looked_up += 1
            if not any((one.link or "").endswith(ends) for one in articles.values()):
                self.result.hidden.append(words)


def since_start(moment: str) -> float:
    """Seconds of a moment as SQLite keeps it."""
    return (datetime.fromisoformat(moment).replace(tzinfo=UTC) - START).total_seconds()


def rounded_up(seconds: float) -> float:
    """To when a round begins."""
    return math.ceil(seconds / ROUND) * ROUND


def cpu() -> float:
    """Seconds of this process and its children, also those that still live."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    alive = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii").split()
    ticks = [Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[11:13] for pid in alive]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(
        int(one) for both in ticks for one in both
    ) / os.sysconf("SC_CLK_TCK")


# ---- telling -----------------------------------------------------------------------------------------------


def ourselves(*words: object) -> list[str]:
    return [sys.executable, __file__, *map(str, words)]


def days(feeds: int, hours: float, compared: float) -> tuple[Result, Result]:
    """The bot's own rhythm, and the fixed one."""
    from benchmarks.town import environment

    def run(*words: object) -> str:
        command = ourselves(*words)
        return subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=True, env=environment()
        ).stdout

    results = []
    with tempfile.TemporaryDirectory(prefix="newsbot-day-") as name:
        folder = Path(name)
        Clock.begin(folder / "clock")
        with served(ourselves("serve", folder, feeds, hours)) as port:
            began = time.monotonic()
            run("first", folder, feeds, hours, port)
            print(f"everything pulled once in {time.monotonic() - began:.0f} s", flush=True)
            for pause, marks in ((0, (compared, hours)), (FIXED, (compared,))):
                shutil.copytree(folder / "first", folder / f"day{pause}")
                told = json.loads(run("day", folder, feeds, hours, port, pause, *marks).splitlines()[-1])
                told["tallies"] = [Tally(**one) for one in told["tallies"]]
                results.append(Result(**told))
    return results[0], results[1]


def report(feeds: int, hours: float, compared: float, own: Result, fixed: Result) -> None:
    columns = [
        (own, own.tallies[-1], hours),
        (own, own.tallies[0], compared),
        (fixed, fixed.tallies[0], compared),
    ]
    heads = (f"{hours:g} h", f"first {compared:g} h", f"fixed, {compared:g} h")
    print(f"{'':<34}" + "".join(f"{head:>16}" for head in heads) + f"{'ratio':>9}")
    for name, value in (
        ("requests", lambda r, t, h: t.requests),
        ("  304", lambda r, t, h: t.unchanged),
        ("  the same bytes", lambda r, t, h: t.same),
        ("  read", lambda r, t, h: t.read),
        ("    something new or changed", lambda r, t, h: t.brought),
        ("  failed", lambda r, t, h: t.failed),
        ("MB on the wire", lambda r, t, h: t.sent / MB),
        ("CPU s", lambda r, t, h: t.cpu),
        ("CPU s in 1,000 requests", lambda r, t, h: t.cpu / max(1, t.requests) * 1000),
        ("rounds", lambda r, t, h: t.rounds),
        ("CPU s of rounds left out", lambda r, t, h: (h * HOUR / ROUND - t.rounds) * r.empty),
        ("CPU s of starts left out", lambda r, t, h: t.starts * r.child),
        ("requests to one host, a day at most", lambda r, t, h: t.most * 24 / h),
    ):
        print(row(name, [value(*column) for column in columns]))
    for name, chosen in kinds():
        delays = [
            sorted(d for at, rate, odd, d in one.delays if at < h * HOUR and chosen(rate, odd))
            for one, _, h in columns
        ]
        many = " / ".join(f"{len(one):,}" for one in delays)
        print(f"delay in minutes, {name}: {many} articles")
        for share in (0.5, 0.95, 0.99):
            print(row(f"  p{share * 100:.0f}", [at_share(one, share) / 60 for one in delays]))
    for name, one, h in ((heads[0], own, hours), (heads[2], fixed, compared)):
        print("\n".join(remarks(name, one, h)))


def kinds() -> Iterator[tuple[str, Callable[[float, bool], bool]]]:
    """Of which articles delays are told: by articles a day of a feed, and whether it is odd."""
    yield "all", lambda rate, odd: True
    for least, most, name in CLASSES:
        yield f"plain feeds, {name}", lambda rate, odd, a=least, b=most: not odd and a <= rate < b
    yield "feeds that fail, move or ask for a pause", lambda rate, odd: odd


def row(name: str, values: Sequence[float]) -> str:
    """The last two are compared."""
    cells = "".join(f"{one:16,.1f}" if isinstance(one, float) else f"{one:16,}" for one in values)
    return f"{name:<34}{cells}" + (f"{values[1] / values[2]:9.2f}" if values[2] else "")


def at_share(values: Sequence[float], share: float) -> float:
    """Of sorted values; nan where there are none."""
    return float(values[min(len(values) - 1, int(share * len(values)))]) if values else math.nan


def remarks(name: str, one: Result, hours: float) -> Iterator[str]:
    total = len(one.delays) + sum(one.lost.values())
    lost = ", ".join(f"{many} {why}" for why, many in sorted(one.lost.items())) or "none"
    yield (
        f"{name}: {total:,} articles published, {len(one.delays) - one.waiting:,} found,"
        f" {one.waiting:,} of the others wait for a pull after the end; lost: {lost}"
    )
    yield (
        f"  looked up by title {one.looked_up}, not found {len(one.hidden)};"
        f" {one.corrected} of {one.edits} edits taken over"
    )
    yield from (f"    not found: {words}" for words in one.hidden[:3])
    soon = ", ".join(
        f"{asks} {many} times, at least after {s:,.0f} s" for asks, (many, s) in one.too_soon.items()
    )
    yield f"  asked within the {ASKED_FOR:,} s that a feed wishes: {soon}"
    yield "  failures of one feed at most: " + ", ".join(f"{k} {v}" for k, v in sorted(one.failing.items()))
    yield (
        f"  left out: rounds for which nothing is due, {one.empty * 1000:.1f} ms CPU each;"
        f" {one.tallies[-1].starts:,} starts of a child, {one.child:.2f} s CPU each"
    )
    yield f"  the loop was held up {one.lag * 1000:.0f} ms at most; simulated in {one.seconds:.0f} s"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--feeds", type=int, default=500)
    asked.add_argument("--hours", type=float, default=24)
    asked.add_argument("--fixed-hours", type=float, help="of the fixed pause; an eighth of the others")
    args = asked.parse_args()
    if not SHARED.exists():
        print(f"skipped: the text of the feeds is made from {SHARED}, which is not here")
        return
    from benchmarks.town import machine

    print(machine())
    every = stands(args.feeds, args.hours)
    count = sum(0 <= at < args.hours * HOUR for one in every for at in one.published)
    print(
        f"{args.feeds} feeds, {args.hours:g} h; {count:,} articles; articles a day of a feed:"
        f" median {statistics.median(one.rate for one in every):.1f},"
        f" mean {statistics.mean(one.rate for one in every):.1f},"
        f" {sum(one.rate > 100 for one in every)} have more than 100,"
        f" {sum(one.rate < 1 / 7 for one in every)} less than one a week",
        flush=True,
    )
    compared = min(args.hours, args.fixed_hours or args.hours / 8)
    report(args.feeds, args.hours, compared, *days(args.feeds, args.hours, compared))


def part(what: str, folder: Path, feeds: int, hours: float, *more: str) -> None:
    """A process of the benchmark."""
    if what == "serve":
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        asyncio.run(serve(feeds, hours, folder))
        return
    every, clock, port = stands(feeds, hours), Clock(folder / "clock"), int(more[0])
    if what == "first":
        asyncio.run(first_pull(folder / "first", port, every, clock))
        return
    pause = int(more[1])

    async def passes() -> Result:
        day = Day(folder / f"day{pause}", port, every, clock, pause or None)
        await day.passes([float(mark) * HOUR for mark in more[2:]])
        return day.result

    print(json.dumps(asdict(asyncio.run(passes()))))


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in ("serve", "first", "day"):
        part(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), *sys.argv[5:])
    else:
        main()
