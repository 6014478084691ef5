"""F9: CPU of pulling 500 feeds of 30 Chinese entries, beside other feed readers.

    python benchmarks/pull.py [--feeds N] [--only NAME] [--runs N] [--one-host]
    python benchmarks/pull.py --growth     newsbot alone: a quarter of the feeds, all, four times as many

Each program is run as it is from a shell, twice: on a new database, then again, when every feed answers 304.
Counted are its CPU seconds, user and system, with all processes it starts, from the command to the exit; not
counted are the server (benchmarks/newsstands.py, a process of its own) and telling the others which feeds
there are, which newsbot does in the run. newsbot also tags, indexes and groups what it pulls. Memory is that
of all processes together. A feed is lost where nothing of it is stored.

newsboat is looked for on the PATH, reader and rss2email in .venv/peers. Each is skipped where it is absent.
Linux only: elsewhere there are no processes to adopt and no 500 loopback addresses.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import http.client
import json
import math
import os
import re
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsstands import ENTRIES, HAN, SHARED, SINGLE_HOST, addresses, served

ROOT = Path(__file__).parent.parent
PEERS = ROOT / ".venv/peers/bin"
COLD, UNCHANGED = 1 / 3, 1 / 4  # of reader's CPU, at most
PATIENCE = 60.0, 2.0  # seconds for one pull, and for each feed of it
MB = 1_000_000
GLANCE = 0.05  # seconds between two looks at the memory
AT_ONCE = 8  # feeds that the script asks at the same time, as newsbot does
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h

Stored = list[tuple[str, str]]  # feed and title of every entry; no title where it is not kept


# ---- the programs ------------------------------------------------------------------------------------------


class Program(ABC):
    """What pulls feeds. Each has a folder to itself, which is also its home."""

    name: str

    def missing(self) -> str | None:
        """What would have to be installed, or None."""
        return None

    @abstractmethod
    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        """Tell it the feeds."""

    @abstractmethod
    def command(self, folder: Path) -> list[str]:
        """Pull everything now."""

    def settings(self, folder: Path) -> dict[str, str]:
        """Of the environment."""
        return {}

    @abstractmethod
    def stored(self, folder: Path) -> Stored:
        """What it remembers after the pull."""


class Newsbot(Program):
    """All of it, the index and the stories too."""

    name = "newsbot"

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        lines = (
            f'[[source]]\nid = "feed{number}"\nname = "第{number}报"\nurl = "{url}"\n'
            'kind = "feed"\nlanguage = "zh"\nzone = "Asia/Shanghai"\n'
            for number, url in enumerate(urls)
        )
        (folder / "feeds.toml").write_text("\n".join(lines), "utf-8")

    def command(self, folder: Path) -> list[str]:
        return [sys.executable, str(ROOT / "bot.py"), "refresh", "--force", "--json"]

    def settings(self, folder: Path) -> dict[str, str]:
        return {
            "NEWSBOT_DATA": str(folder / "data"),
            "NEWSBOT_SOURCES": str(folder / "feeds.toml"),
            "NEWSBOT_ALLOW_HOSTS": "127.0.0.0/8",
        }

    def stored(self, folder: Path) -> Stored:
        return rows(folder / "data/newsbot.db", "SELECT source_id, title FROM articles")


class Reader(Program):
    """lemon24/reader. Its index is made by another command, which is not run.

    :param workers: threads, or None for its own choice
    """

    def __init__(self, workers: int | None = None) -> None:
        self.name = "reader" if workers is None else f"reader, {workers} workers"
        self._more = [] if workers is None else ["--workers", str(workers)]

    def missing(self) -> str | None:
        return None if any(PEERS.parent.glob("lib/*/site-packages/reader")) else "reader in .venv/peers"

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        script = (
            "import sys, reader; opened = reader.make_reader(sys.argv[1])\n"
            "for url in sys.stdin.read().split(): opened.add_feed(url)"
        )
        quietly([str(PEERS / "python"), "-c", script, str(folder / "reader.db")], folder, "\n".join(urls))

    def command(self, folder: Path) -> list[str]:
        # By itself it would leave out in the second pull what it pulled less than an hour ago.
        reader = [str(PEERS / "python"), "-m", "reader", "--db", str(folder / "reader.db")]
        return [*reader, "update", "--no-scheduled", *self._more]

    def stored(self, folder: Path) -> Stored:
        return rows(folder / "reader.db", "SELECT feed, title FROM entries")


class Newsboat(Program):
    """With one thread, as it does by itself. Validators are kept from its second pull on."""

    name = "newsboat"

    def missing(self) -> str | None:
        return None if shutil.which("newsboat") else "newsboat"

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls").write_text("\n".join(urls) + "\n", "ascii")
        (folder / "config").write_text("", "ascii")

    def command(self, folder: Path) -> list[str]:
        files = [f"-u{folder / 'urls'}", f"-c{folder / 'cache.db'}", f"-C{folder / 'config'}"]
        return [shutil.which("newsboat") or "newsboat", *files, "-x", "reload"]

    def stored(self, folder: Path) -> Stored:
        return rows(folder / "cache.db", "SELECT feedurl, title FROM rss_item")


class Rss2email(Program):
    """Without sending; it remembers which entries there were, and nothing of them."""

    name = "rss2email"

    def missing(self) -> str | None:
        return None if (PEERS / "r2e").exists() else "rss2email in .venv/peers"

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        outlines = "".join(
            f'<outline type="rss" text="feed{n}" xmlUrl="{url}"/>' for n, url in enumerate(urls)
        )
        (folder / "feeds.opml").write_text(f'<opml version="1.0"><body>{outlines}</body></opml>', "utf-8")
        quietly([*self._r2e(folder), "new", "reader@localhost"], folder)
        quietly([*self._r2e(folder), "opmlimport", str(folder / "feeds.opml")], folder)

    def command(self, folder: Path) -> list[str]:
        return [*self._r2e(folder), "run", "--no-send"]

    def stored(self, folder: Path) -> Stored:
        feeds = json.loads((folder / "data").read_text("utf-8"))["feeds"]
        return [(feed["name"], "") for feed in feeds for _ in feed["seen"]]

    def _r2e(self, folder: Path) -> list[str]:
        return [str(PEERS / "r2e"), "-c", str(folder / "config"), "-d", str(folder / "data")]


class Script(Program):
    """What one would write in an afternoon: httpx, feedparser and a table. See `afternoon`."""

    name = "httpx + feedparser"

    def prepare(self, folder: Path, urls: Sequence[str]) -> None:
        (folder / "urls").write_text("\n".join(urls), "ascii")

    def command(self, folder: Path) -> list[str]:
        return [sys.executable, __file__, "afternoon", str(folder)]

    def stored(self, folder: Path) -> Stored:
        return rows(folder / "script.db", "SELECT feed, title FROM entries")


PROGRAMS = (Newsbot(), Reader(), Reader(10), Newsboat(), Rss2email(), Script())


async def afternoon(folder: Path) -> None:
    """The whole of `Script`."""
    import feedparser
    import httpx

    database = sqlite3.connect(folder / "script.db")
    database.execute("CREATE TABLE IF NOT EXISTS feeds (url PRIMARY KEY, etag)")
    database.execute(
        "CREATE TABLE IF NOT EXISTS entries (feed, id, title, link, published, text, PRIMARY KEY (feed, id))"
    )
    etags = dict(database.execute("SELECT url, etag FROM feeds").fetchall())
    turns = asyncio.Semaphore(AT_ONCE)

    async def pull(client: httpx.AsyncClient, url: str) -> None:
        async with turns:
            given = {"If-None-Match": etags[url]} if url in etags else {}
            answer = await client.get(url, headers=given)
        if answer.status_code != 200:
            return
        found = feedparser.parse(answer.content, response_headers=dict(answer.headers))
        values = [
            (url, e.get("id"), e.get("title"), e.get("link"), e.get("published"), e.get("summary"))
            for e in found.entries
        ]
        with database:
            database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?)", values)
            etag = answer.headers.get("etag")
            database.execute("INSERT OR REPLACE INTO feeds VALUES (?, ?)", (url, etag))

    async with httpx.AsyncClient() as client:
        urls = (folder / "urls").read_text("ascii").split()
        await asyncio.gather(*(pull(client, url) for url in urls))
    database.close()


def rows(database: Path, query: str) -> Stored:
    """From a database that need not be there."""
    if not database.exists():
        return []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        return [(str(feed), title or "") for feed, title in connection.execute(query)]


def quietly(command: Sequence[str], folder: Path, given: str = "") -> None:
    subprocess.run(command, input=given, text=True, capture_output=True, check=True, env=home(folder))


def home(folder: Path) -> dict[str, str]:
    """An environment in which nobody's own configuration is found, and no proxy."""
    from benchmarks.town import environment

    others = re.compile(r"(XDG_|READER|.*_proxy$)", re.IGNORECASE)
    kept = {name: value for name, value in environment().items() if not others.match(name)}
    return kept | {"HOME": str(folder), "LC_ALL": "C.UTF-8"}


# ---- measuring ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pull:
    """One run of a program.

    :ivar cpu: seconds, user and system, of all its processes
    :ivar seconds: from its start to its exit
    :ivar memory: the most megabytes that all its processes had at once
    :ivar code: its exit status
    :ivar answers: of the server: whole, unchanged, bytes
    """

    cpu: float
    seconds: float
    memory: float
    code: int
    answers: Counter[str]


@dataclass(frozen=True, slots=True)
class Result:
    """What a program needed, and what it had stored at the end.

    :ivar again: it was sent everything twice, and asked for what is new only the third time
    :ivar unreadable: entries whose title has lost its Chinese characters; None where titles are not kept
    :ivar lost: feeds of which there is nothing
    """

    cold: Pull
    unchanged: Pull
    again: bool
    entries: int
    unreadable: int | None
    lost: int


def both(program: Program, urls: Sequence[str]) -> Result:
    """On a new database, and again; once more where 304 is not enough for it yet."""
    with tempfile.TemporaryDirectory(prefix="newsbot-pull-") as name:
        folder = Path(name)
        program.prepare(folder, urls)
        cold, unchanged = (run(program, folder, urls) for _ in range(2))
        again = not unchanged.answers["unchanged"]
        if again:
            unchanged = run(program, folder, urls)
        stored = program.stored(folder)
    titles = [title for _, title in stored if title]
    unreadable = sum(not HAN.search(title) for title in titles) if titles else None
    lost = len(urls) - len({feed for feed, _ in stored})
    return Result(cold, unchanged, again, len(stored), unreadable, lost)


def run(program: Program, folder: Path, urls: Sequence[str]) -> Pull:
    """A pull, in the care of a small process that does nothing else."""
    before, patience = counts(urls[0]), PATIENCE[0] + PATIENCE[1] * len(urls)
    done = subprocess.run(
        [sys.executable, __file__, "care", str(patience), *program.command(folder)],
        capture_output=True, text=True, check=True, cwd=folder, env=home(folder) | program.settings(folder),
    )  # fmt: skip
    return Pull(**json.loads(done.stdout), answers=counts(urls[0]) - before)


def counts(url: str) -> Counter[str]:
    """What the server has answered so far."""
    with closing(http.client.HTTPConnection(urlsplit(url).netloc)) as connection:
        connection.request("GET", "/counts")
        return Counter(json.load(connection.getresponse()))


def care(patience: float, command: Sequence[str]) -> dict[str, Any]:
    """Run a command and count it.

    A process is counted once somebody has waited for it. Whoever outlives its parent becomes a child of this
    process and is waited for here, so that nothing is missed.

    :param patience: seconds, after which everything is killed
    """
    import resource

    from benchmarks.town import memory

    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    seconds = most = 0.0
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:  # all have gone
            break
        if pid == program.pid:
            seconds, program.returncode = time.monotonic() - began, os.waitstatus_to_exitcode(status)
        if not pid:
            alive = descendants(os.getpid())
            most = max(most, sum(memory(one)[1] for one in alive))
            if time.monotonic() - began > patience:
                kill(alive)
            time.sleep(GLANCE)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    return {"cpu": cpu, "seconds": seconds, "memory": most, "code": program.returncode}


def descendants(pid: int) -> list[int]:
    """All processes that a process has started, and those that these have."""
    from benchmarks.town import children

    return [one for child in children(pid) for one in (child, *descendants(child))]


def kill(pids: Sequence[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def newsstands(feeds: int) -> AbstractContextManager[int]:
    """The server; its port."""
    return served([sys.executable, str(Path(__file__).with_name("newsstands.py")), str(feeds)])


# ---- telling -----------------------------------------------------------------------------------------------


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    names = [program.name for program in PROGRAMS]
    asked.add_argument("--feeds", type=int, default=500)
    asked.add_argument("--only", metavar="NAME", choices=names, action="append", help=", ".join(names))
    asked.add_argument("--runs", type=int, default=1, help="of each; the one in the middle is told")
    asked.add_argument("--one-host", action="store_true", help="all feeds on one host")
    asked.add_argument("--growth", action="store_true")
    args = asked.parse_args()
    if not SHARED.exists():
        print(f"skipped: the text of the feeds is made from {SHARED}, which is not here")
        return
    from benchmarks.town import machine

    print(machine())
    if args.growth:
        growth([max(1, args.feeds // 4), args.feeds, args.feeds * 4], args.one_host)
    else:
        beside(args.only or names, args.feeds, args.runs, args.one_host)


def beside(names: Sequence[str], feeds: int, runs: int, one_host: bool) -> None:
    """The table, and what newsbot takes of reader's CPU."""
    where = f"all on {SINGLE_HOST}" if one_host else "each on a host of its own"
    print(f"{feeds} feeds of {ENTRIES} entries, {where}; CPU and wall in seconds, cold / unchanged")
    print(
        f"{'':<20}  CPU cold  unchanged            wall     MB     MB sent  entries  unreadable  feeds lost"
    )
    results: dict[str, Result] = {}
    with newsstands(feeds) as port:
        urls = addresses(feeds, port, one_host)
        for program in (one for one in PROGRAMS if one.name in names):
            if missing := program.missing():
                print(f"{program.name:<20}  skipped: there is no {missing}")
                continue
            results[program.name] = median([both(program, urls) for _ in range(runs)])
            print(line(program.name, results[program.name], feeds), flush=True)
    for peer in (name for name in results if name.startswith("reader") and "newsbot" in results):
        print(ratio(results["newsbot"], peer, results[peer]))


def median(results: Sequence[Result]) -> Result:
    """The run whose CPU on a new database is in the middle."""
    middle = statistics.median_low(result.cold.cpu for result in results)
    return next(result for result in results if result.cold.cpu == middle)


def line(name: str, result: Result, feeds: int) -> str:
    cold, unchanged = result.cold, result.unchanged
    wall = f"{cold.seconds:.1f} / {unchanged.seconds:.1f}"
    sent = " / ".join(f"{pull.answers['bytes'] / MB:.1f}" for pull in (cold, unchanged))
    unreadable = "-" if result.unreadable is None else f"{result.unreadable:,}"
    told = (
        f"{name:<20}  {cold.cpu:8.2f} {unchanged.cpu:10.2f}  {wall:>14}"
        f"  {max(cold.memory, unchanged.memory):5.0f}  {sent:>10}"
        f"  {result.entries:7,}  {unreadable:>10}  {result.lost:10,}"
    )
    return told + "".join(f"\n    {one}" for one in odd(result, feeds))


def odd(result: Result, feeds: int) -> Iterator[str]:
    """What one has to know to compare the figures."""
    for when, pull in (("cold", result.cold), ("unchanged", result.unchanged)):
        if pull.code:
            yield f"{when}: it exited with {pull.code}"
    whole, unchanged = result.unchanged.answers["whole"], result.unchanged.answers["unchanged"]
    if result.again:
        yield "unchanged: its third pull; in the second it still asked for everything"
    if result.cold.answers["whole"] != feeds:
        yield f"cold: it asked {result.cold.answers['whole']} times for {feeds} feeds"
    if (whole, unchanged) != (0, feeds):
        yield f"unchanged: {whole} feeds were sent whole again, {unchanged} answered 304"


def ratio(ours: Result, name: str, theirs: Result) -> str:
    cold, unchanged = ours.cold.cpu / theirs.cold.cpu, ours.unchanged.cpu / theirs.unchanged.cpu
    return (
        f"newsbot / {name}: cold {cold:.2f} (F9 <= {COLD:.2f}), unchanged {unchanged:.2f}"
        f" (F9 <= {UNCHANGED:.2f})"
    )


def growth(sizes: Sequence[int], one_host: bool) -> None:
    """newsbot's CPU by the number of feeds, and the exponents of that."""
    results = []
    with newsstands(max(sizes)) as port:
        for feeds in sizes:
            results.append(both(PROGRAMS[0], addresses(feeds, port, one_host)))
            print(grown(results[-1], feeds), flush=True)
    cold, unchanged = ([getattr(one, when).cpu for one in results] for when in ("cold", "unchanged"))
    for when, seconds in (("cold", cold), ("unchanged", unchanged)):
        whole, last = exponent(sizes, seconds), exponent(sizes[-2:], seconds[-2:])
        print(f"CPU {when} grows as feeds to the power of {whole:.2f}, in the last step {last:.2f}")


def grown(result: Result, feeds: int) -> str:
    cold, unchanged = result.cold, result.unchanged
    told = (
        f"{feeds:6,} feeds   cold {cold.cpu:7.2f} s CPU, {cold.cpu / feeds * 1000:5.1f} ms a feed"
        f"   unchanged {unchanged.cpu:6.2f} s, {unchanged.cpu / feeds * 1000:4.1f} ms a feed"
        f"   {cold.memory:4.0f} MB   {result.entries:,} entries"
    )
    return "\n    ".join([told, *odd(result, feeds)])


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of the logarithms, by least squares."""
    return statistics.linear_regression([*map(math.log, sizes)], [*map(math.log, seconds)]).slope


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["care"]:
        print(json.dumps(care(float(sys.argv[2]), sys.argv[3:])))
    elif sys.argv[1:2] == ["afternoon"]:
        asyncio.run(afternoon(Path(sys.argv[2])))
    else:
        main()
