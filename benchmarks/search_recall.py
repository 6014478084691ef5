"""Does it find what is there, and does it show first what was meant?"""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import search_queries as asked_for
import search_texts as texts
from search_archive import Archive, archive
from search_peers import Peer, peers
from search_texts import Maker, Text

from newsbot.chinese.variants import fold
from newsbot.flows import search as flow
from newsbot.models.search import HAN
from newsbot.search.match import answers
from newsbot.search.query import parse

TEN = 10
ALL = 10_000_000
DAYS = 5.0  # within which articles are published that compete
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
WANTED = 0.97


def really(whole: Sequence[str], term: str) -> set[int]:
    """Which of these folded texts have it, by a plain look: Chinese anywhere, a Latin word as a whole."""
    if not term.isascii():
        return {number for number, text in enumerate(whole, 1) if term in text}
    word = re.compile(rf"(?<![^\W_{HAN}]){re.escape(term)}(?![^\W_{HAN}])")
    return {number for number, text in enumerate(whole, 1) if term in text and word.search(text)}


async def confirmed(made: Archive, words: str) -> set[int]:
    """Everything that newsbot finds, looked at as flows.search does."""
    query = parse(words)
    async with made.room.store.read() as tx:
        ids = [one.article_id for one in await tx.search.find(query, made.now, ALL)]
        loaded = await tx.articles.load(ids)
    return {number for number, one in loaded.items() if answers(query, one)}


@dataclass(slots=True)
class Score:
    right: int = 0
    wanted: int = 0
    found: int = 0

    def add(self, found: set[int], wanted: set[int], elsewhere: Set[int] = frozenset()) -> None:
        """
        :param elsewhere: where it stands in tags and the like: no false finds, nothing that had to be found
        """
        self.right += len(found & wanted)
        self.wanted += len(wanted)
        self.found += len(found - elsewhere | found & wanted)

    def told(self) -> str:
        return f"{self.right / self.wanted:.4f} / {self.found - self.right:<6}"


async def measure_recall(folder: Path, count: int) -> None:
    corpora = {
        "real headlines": [Text(title) for title in texts.headlines()],
        "350 whole articles and 5,000 made of them": [
            *texts.articles(), *(texts.article(number) for number in range(5000)),
        ],
    }  # fmt: skip
    for place, (name, told) in enumerate(corpora.items()):
        made = archive(folder / f"recall{place}", len(told))
        await made.open()
        await made.fill(_Told(told), len(told))
        others = peers(folder / f"recall_peers{place}")
        whole = [fold(one.whole) for one in told]
        for other in others:
            other.fill(whole)
        scores = await recalled(made, others, told, whole, count)
        print(f"\nrecall / false finds, {len(told):,} {name}, {count} searches a class")
        report_recall(scores)
        await made.close()
        for other in others:
            other.close()


@dataclass(frozen=True, slots=True)
class _Told:
    """A maker of texts that are there already."""

    told: Sequence[Text]

    def __call__(self, number: int) -> Text:
        return self.told[number]


async def recalled(
    made: Archive, others: Sequence[Peer], told: Sequence[Text], whole: Sequence[str], count: int
) -> dict[str, dict[str, Score]]:
    chance, scores = random.Random(5), {}
    everywhere = [fold("\n".join((one.whole, one.summary, *one.tags, "paper"))) for one in told]
    for length in (*asked_for.RUNS, 0):
        name = asked_for.named(length) if length else "Latin word"
        words = (
            asked_for.runs(told, length, count, chance) if length else asked_for.latin(told, count, chance)
        )
        row = scores[name] = {"newsbot": Score(), **{other.name: Score() for other in others}}
        for word in words:
            term = fold(word)
            truth = really(whole, term)
            row["newsbot"].add(await confirmed(made, word), truth, really(everywhere, term) - truth)
            for other in others:
                row[other.name].add(set(other.newest([term], ALL)[0]), truth)
    return scores


def report_recall(scores: dict[str, dict[str, Score]]) -> None:
    names = list(next(iter(scores.values())))
    print(f"{'':<14}" + "".join(f"{name:>18}" for name in names))
    for name, row in scores.items():
        print(f"{name:<14}" + "".join(f"{row[one].told():>18}" for one in names))


def keyword_pairs() -> list[str]:
    """Two of the ten best keywords of each whole article, as jieba.analyse has them."""
    import jieba
    from jieba.analyse import extract_tags

    jieba.setLogLevel(logging.WARNING)
    chance, found = random.Random(7), []
    for one in texts.articles():
        words = [word for word in extract_tags(one.whole, topK=TEN) if len(word) > 1 and word.isalnum()]
        found.append(" ".join(chance.sample(words, 2)))
    return found


async def measure_known(folder: Path) -> None:
    pairs = keyword_pairs()
    every = list(range(len(pairs)))
    for name, maker, many, wanted, with_peers in (
        ("alone", None, 0, every, True),
        ("amid 50,000 headlines", texts.headline, 50_000, every, True),
        ("amid 50,000 articles made of others' sentences", texts.other_article, 50_000, every[::2], False),
    ):
        print(f"\nknown items, {len(wanted)} of 350 articles {name}: among the first ten / the first")
        told, places, times = competing(maker, many)
        own = await known_to_newsbot(folder / f"known{many}{len(wanted)}", told, places, times, pairs, wanted)
        print(f"   {'newsbot':<12} {own[0]:.3f} / {own[1]:.3f}   (wanted {WANTED})")
        if with_peers:
            known_to_peers(folder / f"known_peers{many}", told, places, pairs)


def competing(maker: Maker | None, many: int) -> tuple[list[Text], list[int], list[Any]]:
    """The whole articles and others, published by chance within the same days, in the order of time.

    Returns them, the id of each whole article, and when each was published.
    """
    chance = random.Random(9)
    told = [*texts.articles(), *(maker(number) for number in range(many) if maker)]
    ages = [chance.uniform(0, DAYS) for _ in told]
    order = sorted(range(len(told)), key=lambda place: -ages[place])
    ids = {place: number for number, place in enumerate(order, 1)}
    times = [FIRST + timedelta(days=DAYS - ages[place]) for place in order]
    return [told[place] for place in order], [ids[place] for place in range(len(texts.articles()))], times


async def known_to_newsbot(
    folder: Path, told: Sequence[Text], places: Sequence[int], times: Sequence[Any], pairs: Sequence[str],
    wanted: Sequence[int],
) -> tuple[float, float]:  # fmt: skip
    made = archive(folder, len(told))
    await made.open()
    made.room.now = lambda: FIRST + timedelta(days=DAYS, hours=1)
    await made.fill(_Told(told), len(told), times=times)
    ranks = []
    for place in wanted:
        found = [one.article.id for one in await flow.articles(made.room, pairs[place], TEN)]
        ranks.append(found.index(places[place]) if places[place] in found else TEN)
    await made.close()
    return shares(ranks)


def known_to_peers(folder: Path, told: Sequence[Text], places: Sequence[int], pairs: Sequence[str]) -> None:
    whole = [fold(one.whole) for one in told]
    for other in peers(folder):
        other.fill(whole)
        ranks = []
        for place, pair in enumerate(pairs):
            found = other.best(fold(pair).split(), TEN)
            ranks.append(found.index(places[place]) if places[place] in found else TEN)
        first_ten, first = shares(ranks)
        print(f"   {other.name:<12} {first_ten:.3f} / {first:.3f}")
        other.close()


def shares(ranks: Sequence[int]) -> tuple[float, float]:
    return sum(rank < TEN for rank in ranks) / len(ranks), sum(rank == 0 for rank in ranks) / len(ranks)
