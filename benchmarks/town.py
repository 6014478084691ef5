"""A town for benchmarks: thirty newspapers, a Telegram, and the bot in a process of its own.

Everything is on 127.0.0.1. What the newspapers print is invented from a seed: the same town every time.
"""

from __future__ import annotations

import asyncio
import os
import platform
import random
import signal
import statistics
import sys
import time
import tomllib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from starlette.requests import Request  # noqa: E402
from starlette.responses import Response  # noqa: E402
from starlette.routing import Route  # noqa: E402

from playground.server import Playground  # noqa: E402

LOOPBACK = "127.0.0.1"
PAPERS = 30
ENTRIES = 30
REPRINTED = 10  # entries of each paper that four others print too
ANSWER_SECONDS = 0.3
PATIENCE = 120.0
MB = 1_000_000

WORDS = {
    name: words.split()
    for name, words in tomllib.loads(Path(__file__).with_name("newspapers.toml").read_text("utf-8")).items()
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An article in a newspaper."""

    title: str
    text: str
    age: timedelta

    @property
    def html(self) -> str:
        return "".join(f"<p>{line}</p>" for line in self.text.splitlines())


def invented(number: int, seed: int = 0) -> Entry:
    """The article with this number, the same every time."""
    chance = random.Random(seed * 100_003 + number)
    first, second, kinds = WORDS["first"], WORDS["second"], WORDS["kinds"]
    name = first[number % len(first)] + second[number // len(first) % len(second)]
    subject = {
        "who": name + kinds[number % len(kinds)],
        "thing": chance.choice(WORDS["things"]),
        "code": f"{chance.choice('ABDFGHKMPRSTXZ')}{chance.randrange(2, 990)}",
        "place": chance.choice(WORDS["places"]),
    }

    def filled(pattern: str) -> str:
        (noun, noun2), (verb, verb2) = chance.sample(WORDS["nouns"], 2), chance.sample(WORDS["verbs"], 2)
        how, when, person, unit = (chance.choice(WORDS[one]) for one in ("hows", "whens", "people", "units"))
        return pattern.format(
            **subject, noun=noun, noun2=noun2, verb=verb, verb2=verb2,
            how=how, when=when, person=person, n=chance.randrange(2, 980), unit=unit,
        )  # fmt: skip

    title = filled(WORDS["titles"][number % len(WORDS["titles"])])
    text = "\n".join(map(filled, chance.choices(WORDS["sentences"], k=12)))
    return Entry(title, text, timedelta(minutes=10 + number * 7 % 1200))


def paper(number: int) -> list[Entry]:
    """What a newspaper prints: most of it its own, some of it in four other papers too."""
    own = [invented(number * ENTRIES + place) for place in range(ENTRIES - REPRINTED)]
    shared = PAPERS * REPRINTED // 5
    reprints = [invented((number * REPRINTED + place) % shared, seed=1) for place in range(REPRINTED)]
    return own + reprints


def rss(number: int, now: datetime) -> str:
    """A newspaper as RSS."""
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>http://127.0.0.1/{number}/{place}</link>"
        f"<guid>{number}-{place}</guid><pubDate>{format_datetime(now - one.age)}</pubDate>"
        f"<description>{escape(one.html)}</description></item>"
        for place, one in enumerate(paper(number))
    )
    return f'<rss version="2.0"><channel><title>第{number}报</title>{items}</channel></rss>'


class Town:
    """Newspapers and a Telegram on one server; bots come and go.

    :ivar playground: its people speak through `playground.telegram`
    """

    def __init__(self, folder: Path, host: str = LOOPBACK) -> None:
        self.folder = folder
        self._opened = datetime.now(UTC)
        self.playground = Playground(host=host, extra_routes=[Route("/paper/{number:int}", self._paper)])

    async def _paper(self, request: Request) -> Response:
        await asyncio.sleep(ANSWER_SECONDS)
        return Response(rss(request.path_params["number"], self._opened), media_type="application/rss+xml")

    async def open(self) -> None:
        """Serve, and write down where the papers are."""
        await self.playground.start()
        lines = [
            f'[[source]]\nid = "paper{n}"\nname = "第{n}报"\nurl = "{self.playground.url}/paper/{n}"\n'
            'kind = "feed"\nlanguage = "zh"\nzone = "Asia/Shanghai"\n'
            for n in range(PAPERS)
        ]
        (self.folder / "papers.toml").write_text("\n".join(lines), "utf-8")

    @asynccontextmanager
    async def bot(self, data: Path, prefix: Sequence[str] = (), **settings: str) -> AsyncIterator[Bot]:
        """`python bot.py run`, from its start until it was told to stop.

        :param prefix: a command that this one is given to, as `nice`
        :param settings: of the bot, by their names in its environment
        """
        own = {
            "NEWSBOT_TOKEN": self.playground.token,
            "NEWSBOT_API_URL": self.playground.url,
            "NEWSBOT_DATA": str(data),
            "NEWSBOT_SOURCES": str(self.folder / "papers.toml"),
            "NEWSBOT_ALLOW_HOSTS": self.playground.host,
        }
        started = time.monotonic()
        with (self.folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *prefix, sys.executable, str(ROOT / "bot.py"), "run",
                env=environment() | own | settings, cwd=self.folder, stdout=log, stderr=log,
            )  # fmt: skip
        bot = Bot(process, started)
        try:
            yield bot
        finally:
            await bot.end()

    def says(self, words: str, who: str = "zh") -> None:
        self.playground.telegram.says(self.person(who), words)

    def person(self, who: str = "zh") -> int:
        return self.playground.telegram.person(who).id

    def heard(self, who: str = "zh") -> list[dict[str, Any]]:
        """What the bot has said to a person, oldest first."""
        person = self.person(who)
        return [one for one in self.playground.telegram.messages(person) if one["from"]["id"] != person]

    def newcomer(self) -> str:
        """Somebody who has never talked to the bot."""
        key = f"reader{len(self.playground.telegram.people)}"
        self.playground.telegram.add_person(key, key)
        return key


class Bot:
    """A bot that was started."""

    def __init__(self, process: asyncio.subprocess.Process, started: float) -> None:
        self._process = process
        self._started = started

    @property
    def age(self) -> float:
        """Seconds since the command."""
        return time.monotonic() - self._started

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """End it in the middle of its work; its children see that it is gone, and go."""
        self._process.kill()

    async def end(self) -> None:
        """Tell it to stop; kill it where it does not."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), 30)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def town(folder: Path, host: str = LOOPBACK) -> AsyncIterator[Town]:
    """An open town, closed at the end."""
    made = Town(folder, host)
    await made.open()
    try:
        yield made
    finally:
        await made.playground.stop()


def environment() -> dict[str, str]:
    """Ours, without anybody's settings of the bot."""
    return {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}


def machine() -> str:
    """What is measured on, and how busy it was: figures of a busy machine are of little worth."""
    load, version = os.getloadavg()[0], platform.python_version()
    return f"{os.cpu_count()} cores, Python {version}, {datetime.now(UTC):%Y-%m-%d}, load before {load:.1f}"


def is_digest(message: dict[str, Any]) -> bool:
    """Has it number buttons and the digest's last line?"""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    end = "今天就这些" in message["text"] or "That's all" in message["text"]
    return bool(rows) and rows[0][0]["text"] == "1" and end


def spread(values: Sequence[float]) -> str:
    """Least, median and most of some seconds."""
    return f"min {min(values):.2f}  median {statistics.median(values):.2f}  max {max(values):.2f} s"


# ---- memory, as /proc tells it -----------------------------------------------------------------------------


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still live."""
    found: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            found += map(int, (thread / "children").read_text("ascii").split())
    return found


def memory(pid: int) -> tuple[float, float]:
    """Resident set and proportional set of a process in megabytes; zeros where it is gone."""
    values = {"Rss": 0, "Pss": 0}
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
            name, _, rest = line.partition(":")
            if name in values:
                values[name] = int(rest.split()[0]) * 1024
    return values["Rss"] / MB, values["Pss"] / MB
