"""From a token to the first real digest: thirty feeds of thirty articles, each answering after 300 ms.

    python benchmarks/first_real_digest.py [--runs N]

The database is new. /start has been said before the bot is started; until the digest the chat shows how far
the pull is. The feeds share one host, of which four are asked at a time; of thirty hosts it would be eight.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from town import ANSWER_SECONDS, ENTRIES, PAPERS, PATIENCE, Town, is_digest, machine, spread, town

from playground.telegram import Call

TARGET = 60.0
SAYING = ("sendMessage", "editMessageText")


@dataclass(frozen=True, slots=True)
class Run:
    """What one bot did.

    :ivar digest: seconds to the first digest
    :ivar whole: seconds until every article was in its story
    :ivar told: what /start said on the way
    """

    digest: float
    whole: float
    told: list[str]
    articles: int
    stories: int


async def first_digest(streets: Town, data: Path) -> Run:
    """A bot with a new database, until it has taken in everything."""
    who, telegram = streets.newcomer(), streets.playground.telegram
    before = len(telegram.calls)
    streets.says("/start", who)
    async with streets.bot(data) as bot:
        await telegram.wait_for(lambda: any(map(is_digest, streets.heard(who))), PATIENCE)
        digest = bot.age
        told = [call.params["text"] for call in telegram.calls[before:] if is_progress(call)]
        articles, stories = await grouped(data / "newsbot.db")
        return Run(digest, bot.age, told, articles, stories)


def is_progress(call: Call) -> bool:
    """A sentence without buttons: how far the pull is."""
    return call.method in SAYING and "reply_markup" not in call.params


async def grouped(database: Path) -> tuple[int, int]:
    """Articles and stories, once every article is there and belongs to a story."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            articles, placed, stories = connection.execute(
                "SELECT count(*), count(story_id), count(DISTINCT story_id) FROM articles"
            ).fetchone()
        if articles == placed == PAPERS * ENTRIES:
            return articles, stories
        await asyncio.sleep(0.1)
    return articles, stories


async def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--runs", type=int, default=3)
    runs = asked.parse_args().runs
    print(machine())
    with tempfile.TemporaryDirectory(prefix="newsbot-town-") as folder:
        async with town(Path(folder)) as streets:
            done = [await first_digest(streets, streets.folder / f"data{run}") for run in range(runs)]
    milliseconds = round(ANSWER_SECONDS * 1000)
    print(f"{PAPERS} sources of {ENTRIES} articles at {milliseconds} ms, new database, {runs} runs")
    print(f"  first digest in the chat     {spread([run.digest for run in done])}   (at most {TARGET:.0f} s)")
    print(f"  all articles in their story  {spread([run.whole for run in done])}")
    print(f"  {done[-1].articles} articles, {done[-1].stories} stories")
    print(f"  meanwhile /start showed      {' | '.join(done[-1].told)}")


if __name__ == "__main__":
    asyncio.run(main())
