"""How long searches take at growing sizes, in the store and door to door; beside others; index sizes."""

from __future__ import annotations

import math
import random
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import search_queries as asked_for
import search_texts as texts
from search_archive import Archive, archive
from search_figures import LONG, ROUNDS, Spent, at, quiet, timed, together
from search_peers import CACHE, Peer, Sqlite, peers
from search_texts import Maker

from benchmarks.postgres import server
from newsbot.chinese.variants import fold
from newsbot.flows import search as flow
from newsbot.flows.search import BOUND
from newsbot.search.query import parse
from newsbot.store.engine import open_engine
from newsbot.store.grams import Fts, Gin, asked

TEN = 10
BESIDE = {"headlines": 200_000, "articles": 50_000}  # sizes at which the peers are measured too
FOR_PEERS = (
    *map(asked_for.named, asked_for.RUNS),
    "Latin word",
    "two words",
    "most common words",
    "rare pairs of common characters",
    "misses",
)
SAMPLE = 4000  # texts that searches are drawn from
FEWEST = 5  # searches of a class, however long they take
DEAF = ("trigram", "porter", "words", "tantivy")  # peers that find nothing of some kinds


def searches(made: Archive, engine: Any) -> dict[str, Callable[[str], Awaitable[Any]]]:
    """What is timed, by its name."""
    room = made.room
    ours = Gin() if room.store.dialect == "postgresql" else Fts()

    async def index(words: str) -> None:
        async with engine.connect() as connection:
            await ours.last(connection, asked(ours, parse(words), []), BOUND)

    async def find(words: str) -> None:
        async with room.store.read() as tx:
            await tx.search.find(parse(words), made.now, BOUND)

    async def articles(words: str) -> None:
        await flow.articles(room, words, TEN)

    async def stories(words: str) -> None:
        await flow.stories(room, 1, words)

    return {"index": index, "find": find, "articles": articles, "stories": stories}


async def measure_newsbot(made: Archive, mix: dict[str, list[str]]) -> dict[str, dict[str, Spent]]:
    """Class to what is timed to what it took; prints a line a class."""
    engine = open_engine(made.room.store.address)
    timings = searches(made, engine)
    heads = "".join(f"{f'{name}: p50':>14}     p95     max" for name in timings)
    print(f"{'':<33}{heads}   cpu of {', '.join(timings)}")
    spent: dict[str, dict[str, Spent]] = {}
    for name, words in mix.items():
        spent[name] = {what: await timed(words, search) for what, search in timings.items()}
        print(_line(name, spent[name]), flush=True)
    every = {what: together([row[what] for row in spent.values()]) for what in timings}
    print(_line("all of them", every), flush=True)
    await engine.dispose()
    return spent | {"all of them": every}


def _line(name: str, row: dict[str, Spent]) -> str:
    cpu = "".join(f"{one.cpu:7.2f}" for one in row.values())
    return f"{name:<33}" + "".join(f"{one.told():>30}" for one in row.values()) + f"  {cpu}"


class Own(Sqlite):
    """newsbot's own index, asked as the peers are: one statement, ids alone, without SQLAlchemy."""

    name = "newsbot"

    def __init__(self, made: Archive) -> None:
        self._db = sqlite3.connect(made.room.store.address.partition("///")[2])
        self._db.execute(f"PRAGMA cache_size=-{CACHE}")

    def newest(self, terms: Sequence[str], limit: int) -> tuple[list[int], float]:
        wanted = asked(Fts(), parse(" ".join(terms)), [])
        statement = "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?"
        began = time.perf_counter()
        found = [row[0] for row in self._db.execute(statement, (wanted, limit))]
        return found, (time.perf_counter() - began) * 1000


def measure_peers(folder: Path, made: Archive, kind: str, maker: Maker, mix: dict[str, list[str]]) -> None:
    """The same searches for the newest hits, by everybody; then sizes."""
    whole = [fold(maker(number).whole) for number in range(made.count)]
    own = Own(made)
    columns = {own.name: {name: by_peer(own, mix[name]) for name in FOR_PEERS}}
    own.close()
    sizes = []
    for other in peers(folder):
        other.fill(whole)
        columns[other.name] = {name: by_peer(other, mix[name]) for name in FOR_PEERS}
        sizes.append(_size(other, made.count))
        other.close()
    print(f"\n{made.count:,} {kind}, ids of the newest {BOUND} hits: p50 / p95 in ms, x newsbot's p95")
    print("(- finds nothing for most of them, by its nature; what else is missed stands under recall)")
    print(f"{'':<32}" + "".join(f"{name:>24}" for name in columns))
    for name in FOR_PEERS:
        cells = (_cell(column[name], columns[own.name][name]) for column in columns.values())
        print(f"{name:<32}" + "".join(f"{cell:>24}" for cell in cells))
    print(*sizes, sep="\n", flush=True)


def by_peer(other: Peer, queries: Sequence[str]) -> Spent | None:
    """What a class of searches took; None where it found nothing for most of them."""
    spent: list[float] = []
    answered, began = 0, time.monotonic()
    for words in queries:
        rounds = [other.newest(fold(words).split(), BOUND) for _ in range(ROUNDS)]
        spent.append(statistics.median(milliseconds for _, milliseconds in rounds))
        answered += bool(rounds[0][0])
        if time.monotonic() - began > LONG and len(spent) >= FEWEST:
            break
    return None if other.name in DEAF and answered < len(spent) / 2 else Spent(tuple(spent))


def _cell(spent: Spent | None, own: Spent | None) -> str:
    if spent is None or own is None:
        return "-"
    times = at(spent.each, 0.95) / at(own.each, 0.95)
    return f"{at(spent.each, 0.5):.2f} / {at(spent.each, 0.95):.2f} {times:5.1f}x"


def _size(other: Peer, many: int) -> str:
    index, content = (size / many for size in other.bytes())
    rate = many / other.cpu
    return (
        f"   {other.name:<12} index {index:7.0f} bytes a document, texts kept besides {content:.0f}; "
        f"{rate:.0f} documents a CPU second"
    )


def report_size(made: Archive) -> None:
    """Bytes of the index, and of the articles themselves; what it takes to build."""
    path = made.room.store.address.partition("///")[2]
    with closing(sqlite3.connect(path)) as db:
        sizes = dict(db.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
    index = sum(size for name, size in sizes.items() if name.startswith("search")) / made.count
    whole = sizes["articles"] / made.count
    document, indexing = (seconds / made.count for seconds in (made.understanding, made.indexing))
    rate = 1 / (document + indexing)
    print(
        f"   newsbot      index {index:7.0f} bytes a document, articles "
        f"{whole:.0f}; {rate:.0f} documents a CPU second (document {document * 1000:.3f} ms, "
        f"indexing {indexing * 1000:.3f} ms)"
    )


def mix_of(maker: Maker, many: int, count: int) -> dict[str, list[str]]:
    chosen = random.Random(3).sample(range(many), min(many, SAMPLE))
    return asked_for.mixed([maker(number) for number in chosen], count)


async def measure_latency(folder: Path, kind: str, maker: Maker, sizes: Sequence[int], count: int) -> Path:
    """Of one kind of texts at growing sizes. Returns the folder of the database."""
    made = archive(folder / kind, max(sizes))
    await made.open()
    grown: list[tuple[int, dict[str, dict[str, Spent]]]] = []
    for many in sizes:
        began = time.monotonic()
        await made.fill(maker, many)
        print(f"\n{many:,} {kind}, filled within {time.monotonic() - began:.0f} s; milliseconds")
        mix = mix_of(maker, many, count)
        with quiet():
            grown.append((many, await measure_newsbot(made, mix)))
        report_size(made)
        if many == BESIDE[kind]:
            with quiet():
                measure_peers(folder / f"{kind}_peers", made, kind, maker, mix)
    report_growth(kind, grown)
    await made.close()
    return folder / kind


def report_growth(kind: str, grown: Sequence[tuple[int, dict[str, dict[str, Spent]]]]) -> None:
    """By which power of the number of texts the times grow, from the least to the most."""
    if len(grown) < 2:
        return
    (few, first), (many, last) = grown[0], grown[-1]
    print(f"\ngrowth from {few:,} to {many:,} {kind}, as a power of their number: p95, and CPU")
    for name in last:
        cells = []
        for what in last[name]:
            p95 = math.log(at(last[name][what].each, 0.95) / at(first[name][what].each, 0.95))
            cpu = math.log(last[name][what].cpu / first[name][what].cpu)
            cells.append(f"{what} {p95 / math.log(many / few):5.2f} {cpu / math.log(many / few):5.2f}")
        print(f"   {name:<33}" + "   ".join(cells))


async def measure_postgres(folder: Path, count: int, sizes: dict[str, int]) -> None:
    with server() as postgres:
        for kind, many in sizes.items():
            await measure_on_postgres(folder, postgres.database(kind), kind, many, count)


async def measure_on_postgres(folder: Path, address: str, kind: str, many: int, count: int) -> None:
    maker = texts.headline if kind == "headlines" else texts.article
    made = archive(folder, many, address)
    await made.open()
    began = time.monotonic()
    await made.fill(maker, many)
    await made.analyse()
    print(f"\n{many:,} {kind} on PostgreSQL, filled within {time.monotonic() - began:.0f} s; milliseconds")
    with quiet():
        await measure_newsbot(made, mix_of(maker, many, count))
    size = await made.index_size()
    print(f"   index and its rows {size / many:.0f} bytes a document")
    await made.close()
