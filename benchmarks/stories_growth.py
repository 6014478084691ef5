"""What it costs to find an article's story, by how many others there are; stories.py --growth prints it.

Headlines are real ones, a third of them of three days only, in which two of three words that are no names
were exchanged for words of others: names, figures and words come up as often as in life, and hardly a
headline twice. Texts are shingles by chance, with those that all texts of a source share (its imprint). A
quarter are reprints. Into each window pairs are planted that are one story where they meet alone; the later
one of each is among the new.
"""

from __future__ import annotations

import gzip
import math
import random
import tempfile
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import combinations, islice
from pathlib import Path

from sqlalchemy import Connection, insert, select

from newsbot import settings
from newsbot.chinese.segment import words
from newsbot.flows import group
from newsbot.models.articles import Article
from newsbot.models.shingles import Shingles
from newsbot.models.sources import Source
from newsbot.models.stories import Signature
from newsbot.newsroom import Newsroom
from newsbot.store import Store
from newsbot.store.stories import describe_all
from newsbot.store.tables import articles, stories, story_keys
from newsbot.stories.apart import WINDOW
from newsbot.stories.cluster import keys
from newsbot.stories.same import is_same_event
from newsbot.stories.signature import signature
from newsbot.tags.noise import noise
from newsbot.tags.pick import pick

SIZES = (10_000, 50_000, 200_000)
NEW = 500
PLANTED = 100  # of each kind, among the new
SOURCES = 400
IMPRINT = 30  # shingles that all texts of a source share
TEXT = (100, 500)  # shingles
REPRINTS, HOT, HOT_DAYS = 0.25, 0.3, 3
EARLIER = 2_000  # articles back to which reprints are made
AT_ONCE = 5_000
NOW = datetime(2026, 7, 23, 4, tzinfo=UTC)
KINDS = ("words", "title", "text")  # in other words, by the same title without a text, by most of the text
KEPT = 0.8  # of a text in its reprint
WORDS_KEPT = 1 / 3


@dataclass(frozen=True, slots=True)
class Headline:
    title: str
    tags: tuple[str, ...]
    noise: str | None
    words: tuple[str, ...]


def headlines(path: Path) -> dict[str, list[Headline]]:
    """Of each day, each once."""
    found: dict[str, dict[str, Headline]] = {}
    known: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            day, _, _, title = line.rstrip("\n").split("\t")
            if day == "day" or title in known:
                continue
            known.add(title)
            judged = noise(title, "")
            kind = judged.kind if judged else None
            standing = tuple(word for word in words(title) if word in title)
            found.setdefault(day, {})[title] = Headline(title, pick(title, ""), kind, standing)
    return {day: list(theirs.values()) for day, theirs in found.items()}


def reworded(days: dict[str, list[Headline]]) -> list[tuple[Headline, Headline]]:
    """Pairs of one day that are one event by what their titles say; of each event one pair."""
    found: list[tuple[Headline, Headline]] = []
    for told in days.values():
        events: dict[int, int] = {}
        made = [described(0, one, (), "one", NOW) for one in told]
        for a, b in combinations(range(len(told)), 2):
            if is_same_event(made[a], made[b]):
                if a not in events and b not in events:
                    found.append((told[a], told[b]))
                events |= {a: a, b: a}
    return found


def described(number: int, one: Headline, text: Iterable[int], source: str, at: datetime) -> Signature:
    article = Article(
        id=number, title=one.title, text="", keys=(), source_id=source, first_seen=at, tags=one.tags,
        noise=one.noise,
    )  # fmt: skip
    return replace(signature(article), shingles=Shingles.of(text))


class Press:
    """What is printed, from a seed.

    :ivar new: once a window was printed, what comes after it: article, the story it belongs to (0: none), how
    """

    def __init__(self, days: dict[str, list[Headline]]) -> None:
        self._chance = random.Random(7)
        self._pairs = reworded(days)
        of_pairs = {one for pair in self._pairs for one in pair}
        self._chance.shuffle(self._pairs)
        # no half of a planted headline may come up elsewhere: it would be the same event
        left = {day: [one for one in told if one not in of_pairs] for day, told in days.items()}
        self._all = [one for told in left.values() for one in told]
        self._hot = [one for day in sorted(left)[-HOT_DAYS:] for one in left[day]]
        self._words = [word for one in self._all for word in one.words]
        self._imprints = [self._hashes(IMPRINT) for _ in range(SOURCES)]
        self.new: list[tuple[Signature, int, str]] = []

    def window(self, size: int) -> Iterator[tuple[Signature, int]]:
        """So many articles of 72 hours, the earliest first, each with its story."""
        many = min(PLANTED, len(self._pairs))
        places = self._chance.sample(range(1, size + 1), len(KINDS) * many)
        planted = {place: KINDS[n % len(KINDS)] for n, place in enumerate(places)}
        before: deque[tuple[Signature, int]] = deque(maxlen=EARLIER)
        new = []
        for number in range(1, size + 1):
            at = NOW - WINDOW + number / size * (WINDOW - timedelta(hours=1))
            if number in planted:
                one, later = self._pair(planted[number], number, at)
                new.append((later, number, planted[number]))
                yield one, number
            else:
                before.append(self._printed(number, at, before))
                yield before[-1]
        new += [(self._printed(0, NOW, ())[0], 0, "") for _ in range(NEW - len(new))]
        self._chance.shuffle(new)
        self.new = [
            (replace(one, article_id=size + n), story, kind) for n, (one, story, kind) in enumerate(new, 1)
        ]

    def _printed(
        self, number: int, at: datetime, before: Sequence[tuple[Signature, int]]
    ) -> tuple[Signature, int]:
        """An article, and its story: its own, or that of what it reprints."""
        source = int(SOURCES * self._chance.random() ** 3)  # the first four of 400 print a fifth of all
        if before and self._chance.random() < REPRINTS:
            one, story = self._chance.choice(before)
            return replace(one, article_id=number, when=at, source_id=str(source)), story
        text = self._hashes(self._chance.randrange(*TEXT)) | self._imprints[source]
        return described(number, self._headline(), text, str(source), at), number

    def _headline(self) -> Headline:
        one = self._chance.choice(self._hot if self._chance.random() < HOT else self._all)
        pieces, end = [], 0
        for word in one.words:
            start = one.title.find(word, end)
            kept = word in one.tags or self._chance.random() < WORDS_KEPT
            pieces += [one.title[end:start], word if kept else self._chance.choice(self._words)]
            end = start + len(word)
        title = "".join([*pieces, one.title[end:]])
        return replace(one, title=title, tags=tuple(tag for tag in one.tags if tag in title))

    def _pair(self, kind: str, number: int, at: datetime) -> tuple[Signature, Signature]:
        """An article and a new one that belongs to it."""
        mine, yours, text, part = self._headline(), self._headline(), set[int](), set[int]()
        if kind == "words":
            mine, yours = self._pairs.pop()
        elif kind == "title":
            yours = mine
        else:
            text = self._hashes(300)
            part = {one for one in text if self._chance.random() < KEPT} | self._hashes(60)
        return described(number, mine, text, "mine", at), described(0, yours, part, "yours", NOW)

    def _hashes(self, count: int) -> set[int]:
        return {self._chance.getrandbits(32) for _ in range(count)}


class Window:
    """A database with so many articles within the 72 hours."""

    def __init__(self, folder: Path) -> None:
        given = settings.read({}, data=folder)
        self.store = Store(given.database)
        self.room = Newsroom(settings=given, store=self.store, fetcher=None, sandbox=None)  # type: ignore[arg-type]
        self.room.now = lambda: NOW

    async def fill(self, told: Iterable[tuple[Signature, int]]) -> None:
        await self.store.open()
        names = [*map(str, range(SOURCES)), "mine", "yours"]
        async with self.store.begin() as tx:
            await tx.sources.seed(
                [Source(id=name, name=name, url=f"https://{name}.example") for name in names], NOW
            )
        rest = iter(told)
        while some := list(islice(rest, AT_ONCE)):
            await self.store.at_once(partial(written, told=some))

    async def groups(
        self, new: Sequence[tuple[Signature, int, str]]
    ) -> tuple[float, float, dict[str, float]]:
        """Milliseconds of CPU and of the clock for each; which share of each kind that was planted joined."""
        await self.store.at_once(partial(written, told=[(one, None) for one, _, _ in new]))
        began, clock = time.process_time(), time.perf_counter()
        assert len(new) == await group.group(self.room)
        spent, waited = time.process_time() - began, time.perf_counter() - clock
        stories_of = await self.store.at_once(stories_by_article)
        joined = Counter(kind for one, story, kind in new if stories_of[one.article_id] == story)
        planted = Counter(kind for _, _, kind in new)
        found = {kind: joined[kind] / max(1, planted[kind]) for kind in KINDS}
        return 1000 * spent / len(new), 1000 * waited / len(new), found


def written(connection: Connection, told: Sequence[tuple[Signature, int | None]]) -> None:
    """Articles with all by which they are compared and found; those without a story wait for one."""
    begun = [
        {"id": story, "lead_id": story, "first_at": one.when}
        for one, story in told
        if story == one.article_id
    ]
    rows = [
        {
            "id": one.article_id, "source_id": one.source_id, "story_id": story, "title": one.title,
            "text": "", "summary": "", "source": "", "first_seen": one.when, "at": one.when, "language": "zh",
            "noise": one.noise, "tags": [], "related": [], "sample": False,
        }
        for one, story in told
    ]  # fmt: skip
    found_by = [
        {"key": key, "article_id": one.article_id, "at": one.when}
        for one, story in told
        if story
        for key in dict.fromkeys(keys(one))
    ]
    for table, values in ((stories, begun), (articles, rows), (story_keys, found_by)):
        if values:
            connection.execute(insert(table), values)
    describe_all(connection, [(one.article_id, one) for one, _ in told])


def stories_by_article(connection: Connection) -> dict[int, int]:
    rows = connection.execute(select(articles.c.id, articles.c.story_id))
    return {row.id: row.story_id for row in rows}


async def measure(press: Press, size: int) -> float:
    """Prints a line; returns the milliseconds of CPU for an article."""
    with tempfile.TemporaryDirectory() as folder:
        window = Window(Path(folder))
        await window.fill(press.window(size))
        spent, waited, found = await window.groups(press.new)
        await window.store.close()
    shares = "  ".join(f"{kind} {found[kind]:.2f}" for kind in KINDS)
    print(f"{size:>9,}   {spent:>6.2f} ms CPU  {waited:>6.2f} ms   joined by  {shares}", flush=True)
    return spent


async def grow(path: Path) -> None:
    """
    :param path: days/headlines.tsv.gz
    """
    days = headlines(path)
    print(f"an article among so many within 72 hours, mean of {NEW}:")
    spent = [await measure(Press(days), size) for size in SIZES]
    times = spent[-1] / spent[0]
    exponent = math.log(times) / math.log(SIZES[-1] / SIZES[0])
    print(
        f"at {SIZES[-1]:,} {times:.2f} times what it is at {SIZES[0]:,}: grows with the power {exponent:.2f}"
    )
