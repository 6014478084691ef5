"""Search: how much of what is there it finds, how fast, how large its index is; beside others, in one run.

    python benchmarks/search.py [--part follows,recall,known,latency,f5,postgres,f5_postgres]
                                [--headlines N] [--articles N] [--queries N]

    follows    ten thousand followed searches against one article
    recall     runs of 1 to 6 characters and Latin words taken from the texts, against a plain look at these
    known      is an article among the first ten for two of its ten best keywords?
    latency    in the store and door to door, at several sizes, with size and growth; peers at two of them
    f5         from a message to its answer, on the articles, while sources are refreshed, and while not
    postgres   the latency once more on a PostgreSQL that is started for it
    f5_postgres    f5 there; not done unless it is asked for, as filling it takes 12 minutes

Reads ../shared/data; says so and ends where it is absent. Headlines are 18,076 real ones, and beginnings and
ends of these; articles are 1,000 characters of sentences from 350 whole ones (search_texts.py). Peers are
described in search_peers.py; all see the same folded texts. Every search is for as many of the newest hits as
the bot asks for. `index` is the one statement that finds these, `find` all that the store does for ranking,
`articles` and `stories` what the command line and the chat wait for. Each of a class's searches counts with
the median of three; `cpu` is a search's CPU time, which a busy machine does not change. Peers are measured at
200,000 headlines and at 50,000 articles, with fewer searches where a class takes them long. 800,000 articles
are left out: they would take 20 minutes and 6 GB. Databases are made in a temporary folder.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import search_house as house  # noqa: E402
import search_queries as asked_for  # noqa: E402
import search_texts as texts  # noqa: E402
import structlog  # noqa: E402
from search_archive import archive  # noqa: E402
from search_figures import at, quiet  # noqa: E402
from search_follows import measure_follows  # noqa: E402
from search_latency import measure_latency, measure_postgres, mix_of  # noqa: E402
from search_recall import measure_known, measure_recall  # noqa: E402

from benchmarks.postgres import server  # noqa: E402
from benchmarks.town import machine  # noqa: E402

PARTS = ("follows", "recall", "known", "latency", "f5", "postgres")
HEADLINES, ARTICLES = (50_000, 200_000, 800_000), (50_000, 200_000)
WANTED_MS = 100
F5_SEARCHES = 240


async def measure_f5(folder: Path, archive_of: Callable[[bool], Path | str], many: int) -> None:
    mix = mix_of(texts.article, many, 30)
    chance = random.Random(4)
    queries = [(name, words) for name, several in mix.items() for words in several]
    chosen = chance.sample(queries, min(len(queries), F5_SEARCHES))
    with quiet():
        for busy in (False, True):
            told = await house.measure(folder / f"f5_{busy}", archive_of(busy), chosen, busy)
            report_f5(told, busy, many)


def report_f5(told: house.Served, busy: bool, many: int) -> None:
    state = f"{told.visits:.1f} refreshes a second, each with a new article" if busy else "no source at all"
    print(f"\nmessage to answer, {many:,} articles, {state}; the bot's main process {told.cpu:.2f} of a core")
    usual = [spent for name, _, spent in told.searches if name != asked_for.PIECES]
    print(_served(f"all but {asked_for.PIECES} (p95 wanted {WANTED_MS})", usual))
    print(_served("all of them", [spent for _, _, spent in told.searches]))
    classes: dict[str, list[float]] = {}
    for name, _, spent in told.searches:
        classes.setdefault(name, []).append(spent)
    for name, each in classes.items():
        print(_served(name, each))


def _served(name: str, each: Sequence[float]) -> str:
    figures = f"p50 {at(each, 0.5):6.0f}  p95 {at(each, 0.95):6.0f}  max {max(each):6.0f} ms"
    return f"   {name:<52} {len(each):4} searches  {figures}"


async def run(given: argparse.Namespace, folder: Path) -> None:
    parts = given.part.split(",")
    archive_of: dict[str, Path] = {}
    if "recall" in parts:
        await measure_recall(folder, 3 * given.queries)
    if "follows" in parts:
        measure_follows()
    if "known" in parts:
        await measure_known(folder)
    if "latency" in parts:
        for kind, maker, sizes in (
            ("articles", texts.article, up_to(ARTICLES, given.articles)),
            ("headlines", texts.headline, up_to(HEADLINES, given.headlines)),
        ):
            archive_of[kind] = await measure_latency(folder, kind, maker, sizes, given.queries)
    if "f5" in parts:
        place = archive_of.get("articles") or await filled(folder / "articles", given.articles)
        await measure_f5(folder, lambda _: place / "newsbot.db", given.articles)
    if "postgres" in parts:
        wanted = {"headlines": min(200_000, given.headlines), "articles": min(50_000, given.articles)}
        await measure_postgres(folder, given.queries, wanted)
    if "f5_postgres" in parts:
        await measure_f5_on_postgres(folder, given.articles)


async def measure_f5_on_postgres(folder: Path, many: int) -> None:
    with server() as postgres:
        began = time.monotonic()
        await filled(folder / "f5_postgres", many, postgres.database("f5"))
        print(f"\n{many:,} articles on PostgreSQL, filled within {time.monotonic() - began:.0f} s")
        await measure_f5(folder / "postgres", lambda busy: postgres.database(f"f5_{int(busy)}", "f5"), many)


def up_to(sizes: Sequence[int], most: int) -> list[int]:
    return [*(size for size in sizes if size < most), most]


async def filled(folder: Path, many: int, address: str = "") -> Path:
    made = archive(folder, many, address)
    await made.open()
    await made.fill_all(texts.article, many)
    await made.close()
    return folder


def main() -> None:
    asked_by = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked_by.add_argument("--part", default=",".join(PARTS), help="some of them, between commas")
    asked_by.add_argument("--headlines", type=int, default=HEADLINES[-1], help="the most of them")
    asked_by.add_argument("--articles", type=int, default=ARTICLES[-1], help="the most of them")
    asked_by.add_argument("--queries", type=int, default=40, help="searches a class")
    given = asked_by.parse_args()
    if not texts.DATA.is_dir():
        print("skipped: there is no ../shared/data beside this checkout")
        return
    print(machine())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    texts.ready()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="newsbot-search-") as folder:
        asyncio.run(run(given, Path(folder)))
    print(f"\nmeasured in {(time.monotonic() - began) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
