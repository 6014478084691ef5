"""F10: digests for 100,000 readers, beside a query and a template per reader that do the same work.

    python benchmarks/compose.py [--readers 100000] [--peer 2000] [--after-days 20000] [--millions 1000000]

2,000 stories of the last day in 2,500 articles of 60 sources, 500 words; every reader follows three of
them, a third mute one, all were shown twelve articles in the last days, every second had a digest ten hours
ago, one in twenty has a taste of 20 things. Everything is in one SQLite file.

ours   `flows.plan` as it runs in the bot: who is due, what they want, what they were shown; composed; a row a
       reader and the next slot written, 500 readers a transaction. Then every digest is rendered, as when it
       is sent.
peer   for each reader one query (scores, words, mutes, taste, ledger; stories and their words are tables that
       are there before) and a Mako template, through sqlite3 alone; rows written 500 at a time. It is timed
       on a sample, by default of 2,000 readers, of whom every digest has to be the same as ours.

Then digests for readers who had none for three days, in a week of 14,000 stories, and the next 1,000 due
among a million readers: who they are, and with all that is planned with.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from mako.template import Template  # noqa: E402
from sqlalchemy import insert  # noqa: E402

from benchmarks.town import machine  # noqa: E402
from newsbot import settings  # noqa: E402
from newsbot.chinese.variants import fold  # noqa: E402
from newsbot.cli.memory import collect_seldom  # noqa: E402
from newsbot.digests.compose import MOST_OF_A_SOURCE, MOST_OF_A_TAG  # noqa: E402
from newsbot.flows import digest as digests  # noqa: E402
from newsbot.flows import pool  # noqa: E402
from newsbot.flows.edition import OVERLAP  # noqa: E402
from newsbot.flows.plan import AHEAD, AT_ONCE, plan  # noqa: E402
from newsbot.messages.digest import Worded  # noqa: E402
from newsbot.messages.digest import digest as wording  # noqa: E402
from newsbot.models.readers import Reader  # noqa: E402
from newsbot.models.sources import Source  # noqa: E402
from newsbot.models.stories import Story  # noqa: E402
from newsbot.models.taste import growth  # noqa: E402
from newsbot.models.views import View  # noqa: E402
from newsbot.newsroom import Newsroom  # noqa: E402
from newsbot.store import Store  # noqa: E402
from newsbot.store.tables import articles, hits, readers, shown, stories, tastes, words  # noqa: E402
from newsbot.stories.board import liked_for  # noqa: E402
from newsbot.stories.rank import FOLLOW, IN_TEXT, about, board  # noqa: E402
from newsbot.taste.fold import weights  # noqa: E402

STORIES, SOURCES, WORDS = 2_000, 60, 500
FOLLOWED, LEDGER, TASTES = 3, 12, 20
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
FIRST = 1_000_001
WORDLIST = [f"词{number:03}号" for number in range(WORDS)]
TEMPLATE = """% for one in stories:
${loop.index + 1}. <b><a href="${one["link"]}">${one["title"]}</a></b>
${one["summary"]} · ${one["source"]} · ${one["time"]}

% endfor
${" ".join(tags)}
今天就这些 · 已滤 ${filtered} 条"""


# ---- the world -------------------------------------------------------------------------------------------


@dataclass(slots=True)
class World:
    """What is put into the database."""

    chance: Random
    articles: list[dict[str, Any]]
    hits: list[dict[str, Any]]


def world(days: int = 1) -> World:
    """
    :param days: as many stories each
    """
    made = World(Random(1), [], [])
    number = 0
    for story in range(1, days * STORIES + 1):
        chance = made.chance
        said = chance.sample(WORDLIST, 8)
        lead = {
            "title": f"{said[0]}发布{said[1]}的第{story}件事，业内说很重要",
            "tags": said[:4], "language": "zh" if chance.random() < 0.85 else "en",
            "noise": chance.choice((*(None,) * 6, "deal", "roundup")),
            "category": chance.choice(("ai", "chips")),
        }  # fmt: skip
        for source in chance.sample(range(SOURCES), chance.choice((1, 1, 1, 2))):
            number += 1
            seen = NOW - timedelta(minutes=chance.uniform(1, (24 * days + 1) * 60))
            made.articles.append(lead | {
                "id": number, "story_id": story, "source_id": f"s{source}", "source": f"来源{source}",
                "text": "、".join(said), "summary": "这件事为什么重要，一句话就能说明白，不必再多。",
                "link": f"https://s{source}.example/{number}", "reads": chance.randrange(100_000),
                "published": seen, "first_seen": seen, "at": seen, "related": [], "sample": False,
            })  # fmt: skip
            made.hits += [
                {"key": fold(one), "article_id": number, "at": seen, "waits": False} for one in said
            ]
    return made


async def fill(store: Store, made: World, count: int, told_at: datetime | None = None) -> None:
    async with store.begin() as tx:
        await tx.sources.seed([Source(id=f"s{one}", name=f"来源{one}", url=f"https://s{one}.example/feed")
                               for one in range(SOURCES)], NOW)  # fmt: skip
    leads: dict[int, int] = {}
    for one in made.articles:
        leads.setdefault(one["story_id"], one["id"])
    rows = [{"id": story, "lead_id": lead, "first_at": NOW} for story, lead in leads.items()]
    await _put(store, stories, rows)
    await _put(store, articles, made.articles)
    await _put(store, hits, made.hits)
    for start in range(0, count, 20_000):
        await people(store, made, range(start, min(count, start + 20_000)), told_at)


async def people(store: Store, made: World, numbers: range, last: datetime | None) -> None:
    """
    :param last: everybody's last digest; None: every second one's ten hours ago
    """
    chance, many = made.chance, len(made.articles)
    who: dict[Any, list[dict[str, Any]]] = {readers: [], words: [], shown: [], tastes: []}
    for number in numbers:
        reader = FIRST + number
        told_at = last or (NOW - timedelta(hours=10) if number % 2 else None)
        who[readers].append({
            "id": reader, "language": "zh", "languages": [] if number % 10 else ["zh", "en"],
            "zone": "Asia/Shanghai", "hours": [["08:00", list(range(7))]], "subscribed": True,
            "reachable": True, "length": 7, "next_due": NOW, "greeted": NOW, "joined_at": NOW,
            "told_at": told_at,
        })  # fmt: skip
        chosen = chance.sample(WORDLIST, FOLLOWED + 1)
        kinds = ["follow"] * FOLLOWED + ["mute"] * (number % 3 == 0)
        who[words] += [
            {"reader_id": reader, "kind": kind, "word": word, "key": fold(word), "added_at": NOW}
            for kind, word in zip(kinds, chosen, strict=False)
        ]
        who[shown] += [
            {"chat_id": reader, "article_id": one, "at": NOW - timedelta(hours=10), "place": 1}
            for one in chance.sample(range(1, many + 1), LEDGER)
        ]
        if number % 20 == 0:
            likes = [f"tag:{word}" for word in chance.sample(WORDLIST, TASTES - 2)] + [
                "source:s3",
                "category:ai",
            ]
            who[tastes] += [
                {"reader_id": reader, "key": key, "weight": chance.uniform(-2, 2) * growth(NOW)}
                for key in likes
            ]
    for table, rows in who.items():
        await _put(store, table, rows)


async def _put(store: Store, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        await store.at_once(lambda connection: connection.execute(insert(table), rows) and None)


# ---- ours ------------------------------------------------------------------------------------------------


async def ours(room: Newsroom, count: int) -> tuple[float, float]:
    """CPU seconds of planning, and of rendering all of it; the rows are in the database."""
    began, wall = time.process_time(), time.perf_counter()
    written = await plan(room)
    planned, seconds = time.process_time() - began, time.perf_counter() - wall
    rendered, slowest = await render(room, count)
    print(f"ours: {written:,} digests composed and written in {planned:.1f} s CPU ({seconds:.1f} s by clock)"
          f" = {1e6 * planned / count:.0f} us each, {AT_ONCE} a transaction")  # fmt: skip
    print(f"      rendered in {rendered:.1f} s CPU = {1e6 * rendered / count:.0f} us each;"
          f" without shared lines {slowest:.2f} ms (median)")  # fmt: skip
    return planned, rendered


async def render(room: Newsroom, count: int) -> tuple[float, float]:
    """CPU seconds of all; and ms of one that shares no line with another."""
    spent, worded, alone = 0.0, Worded(), []
    known: dict[int, Story] = {}
    for start in range(0, count, 2_000):
        ids = list(range(FIRST + start, FIRST + min(count, start + 2_000)))
        async with room.store.read() as tx:
            theirs = await tx.readers.load(ids)
            rows = {one: (await tx.deliveries.of(one))[-1] for one in ids}
            known = known or {one.id: one for one in await tx.stories.load(range(1, STORIES + 1))}
        for reader in theirs:
            row = rows[reader.id]
            view = View(chat_id=reader.id, kind="digest", story_ids=row.story_ids, filtered=row.filtered)
            began = time.process_time()
            found = digests.again(view, [known[one] for one in row.story_ids])
            wording(found, reader, NOW, f"d{row.id}", worded)
            spent += time.process_time() - began
            if start == 0 and len(alone) < 500:
                began = time.perf_counter()
                wording(found, reader, NOW, f"d{row.id}", {})
                alone.append(1000 * (time.perf_counter() - began))
    return spent, statistics.median(alone)


# ---- a query and a template per reader -------------------------------------------------------------------

QUERY = """
WITH f AS (
  SELECT h.place, min(4.0, sum(h.points)) AS points FROM words w JOIN b_words h ON h.word = w.word
  WHERE w.reader_id = :reader AND w.kind = 'follow' GROUP BY h.place),
m AS (SELECT h.place FROM words w JOIN b_words h ON h.word = w.word AND h.points = 2.0
  WHERE w.reader_id = :reader AND w.kind = 'mute'),
t AS (SELECT k.place, max(-2.0, min(2.0, 0.5 * sum(p.weight))) AS points
  FROM b_tastes p JOIN b_keys k ON k.key = p.key WHERE p.reader_id = :reader GROUP BY k.place),
s AS (SELECT a.place FROM shown x JOIN b_articles a ON a.article_id = x.article_id WHERE x.chat_id = :reader)
SELECT b.place, b.story_id, b.title, b.link, b.source, b.source_id, b.tag, b.tags, b.summary, b.time,
  u.followed
FROM (SELECT place, max(followed) AS followed, sum(points) AS points FROM (
    SELECT place, 0 AS followed, 0.0 AS points FROM board
    UNION ALL SELECT place, 1, points FROM f UNION ALL SELECT place, 0, points FROM t) GROUP BY place) u
  JOIN board b ON b.place = u.place
WHERE b.noise IS NULL AND (b.zh OR :english) AND (:since IS NULL OR b.arrived >= :since)
  AND b.place NOT IN (SELECT place FROM m) AND b.place NOT IN (SELECT place FROM s)
ORDER BY u.followed DESC, round(b.score + u.points, 4) DESC, b.age
"""
FILTERED = """
SELECT count(*) FROM board b WHERE b.noise IS NOT NULL AND (b.zh OR :english)
  AND (:since IS NULL OR b.arrived >= :since)
  AND b.place NOT IN (SELECT h.place FROM words w JOIN b_words h ON h.word = w.word AND h.points = 2.0
    WHERE w.reader_id = :reader AND w.kind = 'mute')
  AND b.place NOT IN (SELECT a.place FROM shown x JOIN b_articles a ON a.article_id = x.article_id
    WHERE x.chat_id = :reader)
"""


class Peer:
    """What one would write at first, and not badly: everything that is the same for all is in tables."""

    def __init__(self, path: Path, told: list[Story]) -> None:
        self.template = Template(TEMPLATE, default_filters=["h"])  # noqa: S702 everything is escaped
        self.db = sqlite3.connect(path)
        self.db.executescript("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -200000;")
        self._board(told)

    def _board(self, told: list[Story]) -> None:
        on = board(told, NOW - AHEAD / 2)
        ages = on.age_places
        self.db.executescript("""
            CREATE TEMP TABLE board (place INTEGER PRIMARY KEY, story_id, title, link, source, source_id, tag,
              tags, summary, time, score, age, noise, zh, arrived);
            CREATE TEMP TABLE b_words (word, place, points, PRIMARY KEY (word, place)) WITHOUT ROWID;
            CREATE TEMP TABLE b_keys (key, place, PRIMARY KEY (key, place)) WITHOUT ROWID;
            CREATE TEMP TABLE b_articles (article_id INTEGER PRIMARY KEY, place);
            CREATE TEMP TABLE b_tastes (reader_id, key, weight, PRIMARY KEY (reader_id, key)) WITHOUT ROWID;
        """)
        for place, one in enumerate(told):
            lead = one.lead
            self.db.execute(
                "INSERT INTO board VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (place, one.id, lead.title, lead.link, lead.source, lead.source_id, lead.tags[0],
                 json.dumps(lead.tags), lead.summary, lead.when.strftime("%H:%M"), on.scores[place],
                 ages[place], lead.noise,
                 "zh" in one.languages, on.arrived[place].timestamp()),
            )  # fmt: skip
            self.db.executemany("INSERT INTO b_keys VALUES (?, ?)", [(key, place) for key in liked_for(one)])
            self.db.executemany("INSERT INTO b_articles VALUES (?, ?)", [(a.id, place) for a in one.articles])
        for word in WORDLIST:
            told_of = about(on, word)
            within = {place for place, one in enumerate(told) if word in one.lead.text} - told_of
            rows = [(word, place, FOLLOW) for place in told_of] + [(word, place, IN_TEXT) for place in within]
            self.db.executemany("INSERT INTO b_words VALUES (?, ?, ?)", rows)
        kept: dict[int, dict[str, float]] = {}
        for reader, key, weight in self.db.execute("SELECT reader_id, key, weight FROM tastes"):
            kept.setdefault(reader, {})[key] = weight
        rows = [
            (one, key, weight) for one, theirs in kept.items() for key, weight in weights(theirs, NOW).items()
        ]
        self.db.executemany("INSERT INTO b_tastes VALUES (?, ?, ?)", rows)
        self.db.execute("CREATE TEMP TABLE b_done (chat_id, slot, story_ids, filtered)")
        self.db.commit()

    def digest(self, reader: int, english: bool, since: float | None) -> tuple[list[int], int]:
        asked = {"reader": reader, "english": english, "since": since}
        chosen, spare = [], []
        sources: Counter[str] = Counter()
        tags: Counter[str] = Counter()
        for row in self.db.execute(QUERY, asked):
            source, tag, followed = row[5], row[6], row[10]
            if not followed and (sources[source] >= MOST_OF_A_SOURCE or tags[tag] >= MOST_OF_A_TAG):
                spare.append(row)
                continue
            sources[source] += 1
            tags[tag] += 1
            chosen.append(row)
            if len(chosen) == 7:
                break
        chosen += spare[: 7 - len(chosen)]
        (filtered,) = self.db.execute(FILTERED, asked).fetchone()
        told = [
            {"title": row[2], "link": row[3], "source": row[4], "summary": row[8], "time": row[9]}
            for row in chosen
        ]
        common = Counter(f"#{tag}" for row in chosen for tag in json.loads(row[7])[:3]).most_common(6)
        self.template.render_unicode(stories=told, tags=[tag for tag, _ in common], filtered=filtered)
        return [row[1] for row in chosen], filtered

    def write(self, rows: list[tuple[int, str, str, int]]) -> None:
        self.db.executemany("INSERT INTO b_done VALUES (?, ?, ?, ?)", rows)
        self.db.commit()


async def beside(room: Newsroom, path: Path, count: int, sample: int) -> float:
    """CPU seconds of one of the peer's digests. Says how many of the sample's are as ours."""
    async with room.store.read() as tx:
        told = await pool.stories(room, tx, 26)
    ids = list(range(FIRST, FIRST + count, max(1, count // sample)))[:sample]
    async with room.store.read() as tx:
        theirs = {one.id: one for one in await tx.readers.load(ids)}
        made = {one: (await tx.deliveries.of(one))[-1] for one in ids}
    peer, same, rows = Peer(path, told), 0, []
    spent = 0.0
    for one in ids:
        reader: Reader = theirs[one]
        since = (NOW - timedelta(hours=10) - OVERLAP).timestamp() if (one - FIRST) % 2 else None
        began = time.process_time()
        chosen, filtered = peer.digest(one, "en" in reader.reads, since)
        rows.append((one, "2026-11-24T08:00", json.dumps(chosen), filtered))
        if len(rows) == AT_ONCE:
            peer.write(rows)
            rows.clear()
        spent += time.process_time() - began
        same += chosen == list(made[one].story_ids) and filtered == made[one].filtered
    print(f"peer: {1e6 * spent / len(ids):.0f} us each over {len(ids):,} readers; {same:,} chosen as by us")
    return spent / len(ids)


# ---- a million readers -----------------------------------------------------------------------------------


async def a_million(folder: Path, count: int) -> None:
    store = Store(settings.read({}, data=folder).database)
    await store.open()
    chance, path = Random(2), folder / "newsbot.db"
    row = {"language": "zh", "languages": "[]", "zone": "Asia/Shanghai", "lets_in": "[]",
           "hours": '[["08:00",[0,1,2,3,4,5,6]]]',
           "subscribed": 1, "reachable": 1, "length": 7}  # fmt: skip
    names = [*row, "id", "next_due", "joined_at"]
    moments = [f"{NOW + timedelta(minutes=minute):%Y-%m-%d %H:%M:%S.%f}" for minute in range(1440)]
    with closing(sqlite3.connect(path)) as db:
        db.executemany(
            f"INSERT INTO readers ({','.join(names)}) VALUES ({','.join('?' * len(names))})",  # noqa: S608 ours
            ((*row.values(), FIRST + number, chance.choice(moments), moments[0]) for number in range(count)),
        )
        db.executemany(
            "INSERT INTO words (reader_id, kind, word, added_at, key) VALUES (?, 'follow', ?, ?, ?)",
            ((FIRST + number, word, moments[0], word) for number in range(count) for word in WORDLIST[:3]),
        )
        db.commit()
    asked: dict[str, list[float]] = {"ids": [], "all": []}
    for minute in range(30, 90, 3):
        now = NOW + timedelta(minutes=minute)
        async with store.read() as tx:
            began = time.perf_counter()
            await tx.readers.due_ids(now, 1_000)
            asked["ids"].append(1000 * (time.perf_counter() - began))
            began = time.perf_counter()
            await tx.readers.due(now, 1_000)
            asked["all"].append(1000 * (time.perf_counter() - began))
        middle = {name: (statistics.median(each), max(each)) for name, each in asked.items()}
    print(
        f"the next 1,000 due among {count:,} readers: who {middle['ids'][0]:.1f} ms"
        f" (at most {middle['ids'][1]:.1f});"
        f" with plans and 3,000 words {middle['all'][0]:.1f} ms (at most {middle['all'][1]:.1f})"
    )
    await store.close()


async def after_days(folder: Path, count: int) -> None:
    """Readers whose last digest was three days ago, in a week of 14,000 stories."""
    given = settings.read({}, data=folder)
    store = Store(given.database)
    room = Newsroom(settings=given, store=store, fetcher=None, sandbox=None)  # type: ignore[arg-type]
    room.now = lambda: NOW - AHEAD / 2
    await store.open()
    await fill(store, world(7), count, NOW - timedelta(days=3))
    began = time.process_time()
    written = await plan(room)
    spent = time.process_time() - began
    print(
        f"{written:,} readers whose last digest was three days ago: {spent:.1f} s CPU = "
        f"{1e6 * spent / count:.0f} us each"
    )
    await store.close()


async def measure(asked: argparse.Namespace, folder: Path) -> None:
    given = settings.read({}, data=folder / "compose")
    store = Store(given.database)
    room = Newsroom(settings=given, store=store, fetcher=None, sandbox=None)  # type: ignore[arg-type]
    room.now = lambda: NOW - AHEAD / 2
    await store.open()
    await fill(store, world(), asked.readers)
    planned, rendered = await ours(room, asked.readers)
    theirs = await beside(
        room, folder / "compose" / "newsbot.db", asked.readers, min(asked.peer, asked.readers)
    )
    mine = (planned + rendered) / asked.readers
    print(
        f"composed, written and rendered: {1e6 * mine:.0f} us, the peer {1e6 * theirs:.0f} us:"
        f" {theirs / mine:.1f} x"
    )
    print(f"composed and written alone: {theirs * asked.readers / planned:.1f} x")
    await store.close()
    if asked.after_days:
        await after_days(folder / "days", asked.after_days)
    if asked.millions:
        await a_million(folder / "million", asked.millions)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--readers", type=int, default=100_000)
    parser.add_argument("--peer", type=int, default=2_000)
    parser.add_argument("--after-days", type=int, default=20_000)
    parser.add_argument("--millions", type=int, default=1_000_000)
    print(machine())
    collect_seldom()  # as the bot does
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(parser.parse_args(), Path(folder)))


if __name__ == "__main__":
    main()
