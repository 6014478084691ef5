"""How much faster workers pull than one process does, and what a worker costs that is killed in between.

    python benchmarks/workers.py [--feeds N] [--entries N] [--workers N] [--one-core] [--killed]

A PostgreSQL server of its own, 2,000 feeds of 5 Chinese entries on loopback (benchmarks/newsstands.py).
First one process pulls them all as `refresh --force` does, on a new database: understood, stored, indexed,
grouped. Then the same is written down as jobs on another new database, and done by so many workers. Then
both again, when every feed answers 304. Seconds are from the first question to the last article grouped; the
CPU is that of newsbot and that of PostgreSQL, which share this machine with the server of the feeds.

One process has two children that understand articles: it is not bound to a core. `--one-core` confines it and
them to one, so that it can be seen what workers add on a second.

`--killed`: one of the workers is killed with SIGKILL, and another started, every few seconds meanwhile; what
is stored afterwards is the same to the last title.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from newsstands import addresses, served

sys.path.insert(0, str(Path(__file__).parent.parent))

import structlog
from sqlalchemy import text

from benchmarks.postgres import server
from newsbot import settings
from newsbot.cli.opening import newsroom
from newsbot.flows.jobs import refresh_job
from newsbot.flows.refresh import refresh
from newsbot.newsroom import Newsroom
from newsbot.settings import Settings

ROOT = Path(__file__).parent.parent
KILL_SECONDS = 4.0
PATIENCE = 1800.0
GOAL = 1.6


@dataclass(frozen=True)
class Pull:
    """What one pull of everything cost, in seconds."""

    name: str
    seconds: float
    newsbot: float
    postgres: float

    def __str__(self) -> str:
        cores = (self.newsbot + self.postgres) / self.seconds
        used = f"newsbot {self.newsbot:.1f} s, PostgreSQL {self.postgres:.1f} s, together {cores:.2f} cores"
        return f"{self.name:<28}{self.seconds:>8.1f} s   CPU: {used}"


def given(folder: Path, address: str, catalogue: Path) -> Settings:
    return settings.read(
        {}, data=folder, database_url=address, sources=str(catalogue), allow_hosts=("127.0.0.0/8",)
    )


def cpu(number: int) -> float:
    """Seconds that a process and all it started have used, those that are over too."""
    used = 0.0
    tick = os.sysconf("SC_CLK_TCK")
    children: dict[int, list[int]] = {}
    times: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text().rpartition(") ")[2].split()
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
            times[int(path.parent.name)] = sum(map(int, fields[11:15])) / tick
    waiting = [number]
    while waiting:
        one = waiting.pop()
        used += times.get(one, 0.0)
        waiting += children.get(one, [])
    return used


async def by_workers(room: Newsroom) -> float:
    """Every source as a job; seconds until none is left."""
    async with room.store.begin() as tx:
        await tx.run(lambda connection: connection.execute(text("UPDATE sources SET next_at = NULL")))
        known = [source.id for source, _ in await tx.sources.all()]
        await tx.jobs.defer([refresh_job(one) for one in known])
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        await asyncio.sleep(0.25)
        async with room.store.begin() as tx:
            await tx.jobs.revive()
            if not await tx.jobs.locks():
                return time.monotonic() - began
    raise SystemExit("the workers did not finish")


async def stored(room: Newsroom) -> list[tuple[str, str]]:
    """Source and title of every article that is in a story."""
    statement = "SELECT source_id, title FROM articles WHERE story_id IS NOT NULL ORDER BY 1, 2"
    async with room.store.read() as tx:
        rows = await tx.run(lambda connection: connection.execute(text(statement)).all())
    return [(row[0], row[1]) for row in rows]


def worker(one: Settings) -> subprocess.Popen[bytes]:
    told = {
        "NEWSBOT_DATABASE_URL": one.database, "NEWSBOT_DATA": str(one.data),
        "NEWSBOT_SOURCES": one.sources or "", "NEWSBOT_ALLOW_HOSTS": "127.0.0.0/8",
        "NEWSBOT_HTTP": "off", "NEWSBOT_LOG_LEVEL": "error",
    }  # fmt: skip
    return subprocess.Popen([sys.executable, str(ROOT / "bot.py"), "worker"], env=os.environ | told)


async def are_ready(room: Newsroom, many: int) -> None:
    while True:
        async with room.store.read() as tx:
            if await tx.jobs.workers() >= many:
                return
        await asyncio.sleep(0.2)


async def killing(workers: list[subprocess.Popen[bytes]], one: Settings) -> None:
    """The first is killed, another takes its place, again and again."""
    while True:
        await asyncio.sleep(KILL_SECONDS)
        killed = workers.pop(0)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        workers.append(worker(one))


async def one_process(one: Settings, postgres: int) -> tuple[list[Pull], list[tuple[str, str]]]:
    found = []
    async with newsroom(one) as room:
        for name in ("one process, all new", "one process, unchanged"):
            before, theirs = cpu(os.getpid()), cpu(postgres)
            began = time.monotonic()
            await refresh(room, force=True)
            seconds = time.monotonic() - began
            found.append(Pull(name, seconds, cpu(os.getpid()) - before, cpu(postgres) - theirs))
        return found, await stored(room)


async def workers(
    one: Settings, postgres: int, many: int, kills: bool
) -> tuple[list[Pull], list[tuple[str, str]]]:
    found = []
    async with newsroom(one) as room:
        running = [worker(one) for _ in range(many)]
        try:
            await are_ready(room, many)
            for name in (f"{many} workers, all new", f"{many} workers, unchanged"):
                before, theirs = sum(cpu(each.pid) for each in running), cpu(postgres)
                trouble = asyncio.create_task(killing(running, one)) if kills and not found else None
                seconds = await by_workers(room)
                if trouble is not None:
                    trouble.cancel()
                used = sum(cpu(each.pid) for each in running) - before
                found.append(Pull(name, seconds, used, cpu(postgres) - theirs))
            return found, await stored(room)
        finally:
            for each in running:
                each.terminate()
            for each in running:
                each.wait()


def catalogue(folder: Path, urls: Sequence[str]) -> Path:
    lines = (
        f'[[source]]\nid = "feed{number}"\nname = "第{number}报"\nurl = "{url}"\n'
        for number, url in enumerate(urls)
    )
    file = folder / "feeds.toml"
    file.write_text("\n".join(lines), "utf-8")
    return file


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--feeds", type=int, default=2000)
    asked.add_argument("--entries", type=int, default=5)
    asked.add_argument("--one-core", action="store_true")
    asked.add_argument("--workers", type=int, default=3)
    asked.add_argument("--killed", action="store_true")
    options = asked.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    stands = str(Path(__file__).parent / "newsstands.py")
    feeds = [sys.executable, stands, str(options.feeds), str(options.entries)]
    with tempfile.TemporaryDirectory() as name, served(feeds) as port, server() as postgres:
        folder = Path(name)
        file = catalogue(folder, addresses(options.feeds, port))
        one, many = (given(folder / letter, postgres.database(letter), file) for letter in ("a", "b"))
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(cores)} if options.one_core else cores)
        first, ours = asyncio.run(one_process(one, postgres.pid))
        os.sched_setaffinity(0, cores)
        second, theirs = asyncio.run(workers(many, postgres.pid, options.workers, options.killed))
    for pull in (*first, *second):
        print(pull)
    for kind, before, after in zip(("all new", "unchanged"), first, second, strict=True):
        times = before.seconds / after.seconds
        print(f"{options.workers} workers, {kind}: {times:.2f} times one process (goal {GOAL})")
    same = ours == theirs
    print(f"{len(theirs)} articles, {len(set(theirs))} different; the same as one process stored: {same}")
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
