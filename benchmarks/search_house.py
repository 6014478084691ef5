"""The bot in a process of its own, on an archive, while sources are refreshed and people search.

Thirty newspapers; each prints one new article of about 1,000 characters between two visits, and is visited
every five seconds: 360 new articles a minute, a thousand times what thirty sources print. Somebody searches
four times a second. A search takes from the moment at which its update can be had to the moment at which the
answer reaches the server.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

from search_texts import article
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.crowd import crowd
from benchmarks.town import ENTRIES, PAPERS, Bot, Town
from newsbot import settings
from newsbot.store import Store

PEOPLE = 40
PAUSE = 0.25  # seconds between two searches
REFRESH = 5  # seconds
SETTLING = 10.0  # seconds
VISITS = 3  # of each paper before anybody searches
FIRST_NEWS = 5_000_000  # articles with these numbers are not in the archive
LONGEST = 20.0  # seconds for an answer
WARM_UP = 10  # searches


class BusyTown(Town):
    """Newspapers that have something new at every visit."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.visits: Counter[int] = Counter()
        self._items = [[self._item(number, -place) for place in range(ENTRIES)] for number in range(PAPERS)]

    @property
    def printed(self) -> int:
        return self.visits.total()

    async def open(self) -> None:
        await super().open()
        papers = self.folder / "papers.toml"
        kind = 'kind = "feed"\n'
        papers.write_text(papers.read_text("utf-8").replace(kind, f"{kind}interval = {REFRESH}\n"), "utf-8")

    async def _paper(self, request: Request) -> Response:
        number = int(request.path_params["number"])
        self.visits[number] += 1
        self._items[number] = [self._item(number, self.visits[number]), *self._items[number]][:ENTRIES]
        head = f'<rss version="2.0"><channel><title>第{number}报</title>'
        return Response(
            f"{head}{''.join(self._items[number])}</channel></rss>", media_type="application/rss+xml"
        )

    def _item(self, number: int, place: int) -> str:
        made = article(FIRST_NEWS + number * 10_000 + place)
        return (
            f"<item><title>{escape(made.title)}</title><guid>{number}-{place}</guid>"
            f"<link>http://127.0.0.1/{number}/{place}</link><pubDate>{format_datetime(datetime.now(UTC))}</pubDate>"
            f"<description>{escape(f'<p>{escape(made.text)}</p>')}</description></item>"
        )


@asynccontextmanager
async def busy_town(folder: Path) -> AsyncIterator[BusyTown]:
    made = BusyTown(folder)
    await made.open()
    try:
        yield made
    finally:
        await made.playground.stop()


class Searchers:
    """People who search one after the other."""

    def __init__(self, place: Town) -> None:
        self.telegram = place.playground.telegram
        people = [self.telegram.add_person(f"p{n}", f"p{n}", started=True) for n in range(PEOPLE)]
        self.ids = [person.id for person in people]
        self._answered: dict[int, asyncio.Future[tuple[float, str]]] = {}
        self.telegram.listeners.append(self._hears)

    def _hears(self, event: dict[str, Any]) -> None:
        if event["type"] != "message" or event["message"]["from"]["id"] in self.ids:
            return
        waiting = self._answered.pop(event["message"]["chat"]["id"], None)
        if waiting is not None and not waiting.done():
            waiting.set_result((time.perf_counter(), event["message"].get("text", "")))

    async def search(self, person: int, words: str) -> tuple[float, str]:
        """Milliseconds until the answer, and its text."""
        waiting = self._answered[person] = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        self.telegram.says(person, words)
        ended, text = await asyncio.wait_for(waiting, LONGEST)
        return (ended - began) * 1000, text

    async def all(self, queries: Sequence[tuple[str, str]]) -> list[tuple[str, str, float]]:
        """Class, words, milliseconds of each."""
        found = []
        for number, (name, words) in enumerate(queries):
            began = time.perf_counter()
            spent, _ = await self.search(self.ids[number % PEOPLE], words)
            found.append((name, words, spent))
            await asyncio.sleep(max(0.0, PAUSE - (time.perf_counter() - began)))
        return found


@dataclass(frozen=True, slots=True)
class Served:
    """Searches by a bot at work.

    :ivar searches: class, words, milliseconds of each
    :ivar visits: newspapers visited a second meanwhile
    :ivar cpu: of the bot's main process, as a share of one core
    """

    searches: list[tuple[str, str, float]]
    visits: float
    cpu: float


async def measure(
    folder: Path, archive: Path | str, queries: Sequence[tuple[str, str]], busy: bool
) -> Served:
    """People search, while newspapers are refreshed or while there are none.

    :param archive: SQLite's file, of which a copy is used; or the address of a database, which is used itself
    """
    data = folder / "data"
    data.mkdir(parents=True)
    given = {"NEWSBOT_DATABASE_URL": archive} if isinstance(archive, str) else {}
    if isinstance(archive, Path):
        shutil.copy(archive, data / "newsbot.db")
    async with busy_town(folder) as place:
        if not busy:
            await asyncio.to_thread((folder / "papers.toml").write_text, "", "utf-8")
        people = Searchers(place)
        await _registered(
            given.get("NEWSBOT_DATABASE_URL") or settings.read({}, data=data).database, people.ids[0]
        )
        async with place.bot(data, **given) as bot:
            await _settled(place, busy)
            await people.all(random.Random(2).choices(queries, k=WARM_UP))
            visits, cpu, began = place.printed, _cpu(bot), time.monotonic()
            found = await people.all(queries)
            seconds = time.monotonic() - began
            return Served(found, (place.printed - visits) / seconds, (_cpu(bot) - cpu) / seconds)


async def _registered(address: str, first: int) -> None:
    """The people are readers already; their digest is far away."""
    store = Store(address)
    await store.open()
    await crowd(store, PEOPLE, datetime.now(UTC) + timedelta(hours=12), first)
    await store.close()


async def _settled(place: BusyTown, busy: bool) -> None:
    """The bot polls; the first visits to every paper are over, and its thirty articles are stored."""
    await place.playground.telegram.wait_for(lambda: place.playground.telegram.calls, LONGEST)
    while busy and min(place.visits[number] for number in range(PAPERS)) < VISITS:  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    await asyncio.sleep(SETTLING)


def _cpu(bot: Bot) -> float:
    """CPU seconds of the main process so far."""
    fields = Path(f"/proc/{bot.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
