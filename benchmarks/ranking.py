"""How good the ranking is where it is known what is good, how fast it is, and what five who collude can do.

    python benchmarks/ranking.py [--part speed,quality,taste,collusion] [--seeds N]

    speed      2,000 stories weighed once, and ranked for anybody and for a reader
    quality    planted quality (ranking_world.py): what readers are shown by us, by simpler rules, and by an
               oracle, 14 days, everybody alike
    taste      the same where three groups of readers like different things, with taste and without
    collusion  five who support and value two bad stories a day at the moment these are published

Nothing is stored: stories and tallies are values, and what decides is board, rank and compose of the bot.
Figures are means of the seeds with the standard deviation between them. The margins are of the same seed's
news. NDCG@7 is by the hidden quality (by how likely this reader supports it, where tastes differ), against
the best seven of the window that the reader was not shown. Ages are of what is shown, in hours, the median.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import log2
from pathlib import Path
from random import Random

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from ranking_world import BEGINS, Person, World  # noqa: E402

from benchmarks.town import machine  # noqa: E402
from newsbot.digests.compose import compose  # noqa: E402
from newsbot.models import digests  # noqa: E402
from newsbot.models.articles import Article  # noqa: E402
from newsbot.models.readers import of_story  # noqa: E402
from newsbot.models.stories import Ranked, Story, Tally, Wants  # noqa: E402
from newsbot.stories.board import Board  # noqa: E402
from newsbot.stories.rank import ANYBODY, HALF_LIFE, USUAL, board, rank  # noqa: E402
from newsbot.taste.fold import fold, weights  # noqa: E402

PARTS = ("speed", "quality", "taste", "collusion")
DAYS, READERS, SEEDS = 14, (50, 200), 5
FIRST, TOP = 3, 5
NEWEST, OURS = "newest first", "ours"
Order = Callable[[World, Person, list[Story], datetime], list[Ranked]]

# ---- speed -----------------------------------------------------------------------------------------------

MANY, RUNS = 2000, 40


def busy_stories(now: datetime) -> list[Story]:
    """A busy day's: of 1 to 8 articles, every third with votes, every tenth with values."""
    chance = Random(1)
    return [_busy_story(chance, number, now) for number in range(1, MANY + 1)]


def _busy_story(chance: Random, number: int, now: datetime) -> Story:
    words = [f"词{chance.randrange(400):03}号" for _ in range(8)]
    articles = tuple(
        Article(
            id=number * 10 + place, title="".join(words), keys=(), source_id=f"s{one}", source=f"来源{one}",
            first_seen=now - timedelta(hours=chance.uniform(0, 24)), tags=tuple(words[:5]),
            category=chance.choice(("ai", "chips", "phones")),
            reads=chance.choice((None, chance.randrange(100_000))),
            noise=chance.choice((None,) * 9 + ("deal",)),
        )
        for place, one in enumerate(chance.sample(range(60), min(8, 1 + int(chance.expovariate(0.7)))))
    )  # fmt: skip
    tally, up, raters = Tally(times=chance.randrange(50), seen=chance.uniform(0, 30)), chance.randrange(20), 0
    if number % 3 == 0:
        tally = replace(tally, up=up, sure_up=up // 2, down=up // 5, sure_down=up // 5)
    if number % 10 == 0:
        raters = chance.randrange(1, 12)
        tally = replace(tally, value_count=raters, value_sum=3 * raters, sure_value_count=raters // 2,
                        sure_value_sum=3 * (raters // 2))  # fmt: skip
    weight = chance.choice((0.5, 1.0, 1.0, 2.0))
    return Story(id=number, lead=articles[0], articles=articles, tally=tally, weight=weight)


def measure_speed() -> None:
    stories = busy_stories(BEGINS)
    taste = {f"tag:词{number:03}号": 0.2 for number in range(17)} | {
        f"source:s{number}": 0.3 for number in range(3)
    }
    follows = ("词020号", "词021号", "词022号")
    hits = {word: [one.id for one in stories if word in one.title] for word in follows}
    reader = Wants(follows=follows, mutes=("词030号", "词031号"), taste=taste)
    weighed = board(stories, BEGINS)
    weighed.hits.update(hits)
    measured = {
        "weighed once": median_ms(lambda: board(stories, BEGINS)),
        "ranked for anybody": median_ms(lambda: rank(weighed, ANYBODY)),
        "for a reader: 3 follows, 20 tastes, 2 mutes": median_ms(lambda: rank(weighed, reader)),
    }
    articles = sum(len(one.articles) for one in stories)
    print(f"\n{MANY:,} stories of {articles:,} articles, median ms of {RUNS}")
    for name, spent in measured.items():
        print(f"   {name:<48}{spent:6.1f}")


def median_ms(do: Callable[[], object]) -> float:
    spent = []
    for _ in range(RUNS):
        began = time.perf_counter()
        do()
        spent.append(time.perf_counter() - began)
    return 1000 * statistics.median(spent)


# ---- quality and taste -----------------------------------------------------------------------------------


def newest_first(_: World, __: Person, told: list[Story], ___: datetime) -> list[Ranked]:
    return by(told, lambda one: 0.0)


def most_votes(_: World, __: Person, told: list[Story], ___: datetime) -> list[Ranked]:
    return by(told, lambda one: one.tally.up - one.tally.down)


def most_sources(_: World, __: Person, told: list[Story], ___: datetime) -> list[Ranked]:
    return by(told, lambda one: one.independent)


def oracle(world: World, person: Person, told: list[Story], _: datetime) -> list[Ranked]:
    return by(told, lambda one: world.likes(person, world.of[one.id]))


def by_chance(world: World, person: Person, told: list[Story], now: datetime) -> list[Ranked]:
    chance = Random(f"{world.seed} {person.reader.id} {now}")
    return by(told, lambda one: chance.random())


def by(told: list[Story], points: Callable[[Story], float]) -> list[Ranked]:
    """The most points first, then the newest."""
    found = [Ranked(one, points(one)) for one in told]
    return sorted(found, key=lambda one: (one.score, one.story.when), reverse=True)


def ours(_: World, __: Person, told: list[Story], now: datetime) -> list[Ranked]:
    return rank(board(told, now))


def ours_for_them(_: World, person: Person, told: list[Story], now: datetime) -> list[Ranked]:
    return rank(board(told, now), Wants(taste=weights(fold(person.marks), now)))


def ours_without_impressions(_: World, __: Person, told: list[Story], now: datetime) -> list[Ranked]:
    return rank(board([replace(one, tally=replace(one.tally, times=0, seen=0.0)) for one in told], now))


def ours_without_readers(_: World, __: Person, told: list[Story], now: datetime) -> list[Ranked]:
    return rank(board([replace(one, tally=Tally()) for one in told], now))


QUALITY: dict[str, Order] = {
    "chance": by_chance,
    NEWEST: newest_first,
    "most votes": most_votes,
    "most sources": most_sources,
    "ours, no votes counted": ours_without_readers,
    "ours, no impressions": ours_without_impressions,
    OURS: ours,
    "oracle": oracle,
}
TASTE: dict[str, Order] = {
    NEWEST: newest_first,
    OURS: ours,
    "ours with taste": ours_for_them,
    "oracle": oracle,
}


@dataclass(frozen=True, slots=True)
class Job:
    """One run of the world."""

    name: str
    seed: int
    readers: int
    groups: bool = False
    rate: float = 1.0
    push: str = ""


@dataclass(slots=True)
class Seen:
    """What readers were shown, one figure a digest."""

    figures: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def add(
        self, world: World, person: Person, shown: Sequence[Story], told: Iterable[Story], now: datetime
    ) -> None:
        """:param told: what this reader might have been shown"""
        planted = [world.of[one.id] for one in shown]
        wanted = sorted((world.likes(person, world.of[one.id]) for one in told), reverse=True)
        liked = [world.likes(person, one) for one in planted]
        more = {
            "quality": statistics.fmean(one.quality for one in planted),
            "first": statistics.fmean(one.quality for one in planted[:FIRST]),
            "ndcg": gain(liked) / gain(wanted[: person.reader.length]),
            "likes": statistics.fmean(liked),
            "likes first": statistics.fmean(liked[:FIRST]),
            "own": statistics.fmean(one.group == person.group for one in planted),
            "age": statistics.median((now - one.when) / timedelta(hours=1) for one in shown),
        }
        for name, figure in more.items():
            self.figures[name].append(figure)

    def means(self) -> dict[str, float]:
        return {name: statistics.fmean(each) for name, each in self.figures.items()}


def in_this_order(ranked: Sequence[Ranked], person: Person) -> digests.Digest:
    """The digest of who is offered these stories, the best first."""
    told = tuple(one.story for one in ranked)
    scores = tuple(10.0 * (len(told) - place) for place in range(len(told)))
    noises = {place: (one.lead.noise, 0.0) for place, one in enumerate(told) if one.lead.noise}
    followed = [one.story.id for one in ranked if one.followed]
    on = Board(told, BEGINS, HALF_LIFE, USUAL, scores, noises, hits={"followed": followed})
    return compose(on, person.reader, Wants(follows=("followed",)), digests.Seen(person.shown))


def gain(liked: Sequence[float]) -> float:
    return sum(one / log2(1 + place) for place, one in enumerate(liked, 1))


def lived(job: Job) -> dict[str, float]:
    """Fourteen days; the means of all digests."""
    world = World(job.seed, job.readers, DAYS, job.groups, job.rate)
    order, seen = (TASTE if job.groups else QUALITY)[job.name], Seen()
    for now, person in world.slots():
        told = world.window(now)
        digest = in_this_order(order(world, person, told, now), person)
        shown = [one.story for one in digest.stories]
        unseen = [one for one in told if one.lead.id not in person.shown]
        seen.add(world, person, shown, unseen, now)
        world.show(person, shown, now)
    return seen.means()


def each_seed(
    work: Callable[[Job], dict[str, float]], jobs: Sequence[Job]
) -> dict[str, list[dict[str, float]]]:
    """What came out by name, the seeds in their order."""
    found: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as several:
        for job, figures in zip(jobs, several.map(work, jobs), strict=True):
            found[job.name].append(figures)
    return dict(found)


def spread(values: Sequence[float]) -> str:
    return f"{statistics.fmean(values):5.3f} ±{statistics.stdev(values) if len(values) > 1 else 0:5.3f}"


def measure_quality(seeds: int, readers: int, rate: float = 1.0) -> None:
    jobs = [Job(name, seed, readers, rate=rate) for name in QUALITY for seed in range(seeds)]
    found = each_seed(lived, jobs)
    print(f"\nplanted quality, {described(seeds, readers, rate)}")
    print(f"   {'':<24}{'all seven':>14}{'first three':>14}{'NDCG@7':>14}{'age h':>8}    over newest first")
    for name, each in found.items():
        figures = "  ".join(spread([one[key] for one in each]) for key in ("quality", "first", "ndcg"))
        age = statistics.fmean(one["age"] for one in each)
        print(f"   {name:<24}  {figures}{age:8.1f}    {margin(each, found[NEWEST], 'quality')}")


def margin(mine: Sequence[dict[str, float]], theirs: Sequence[dict[str, float]], key: str) -> str:
    """How much more, on the mean and in the worst seed."""
    each = [one[key] / other[key] - 1 for one, other in zip(mine, theirs, strict=True)]
    return f"{statistics.fmean(each):+6.1%} (at least {min(each):+.1%})"


def measure_taste(seeds: int, readers: int) -> None:
    jobs = [Job(name, seed, readers, groups=True) for name in TASTE for seed in range(seeds)]
    found = each_seed(lived, jobs)
    heads = "".join(f"{head:>14}" for head in ("all seven", "first three", "NDCG@7", "of theirs", "quality"))
    print(f"\nthree groups, {described(seeds, readers)}: how likely they support what they are shown")
    print(f"   {'':<18}{heads}    over ours")
    for name, each in found.items():
        keys = ("likes", "likes first", "ndcg", "own", "quality")
        figures = "  ".join(spread([one[key] for one in each]) for key in keys)
        print(f"   {name:<18}  {figures}    {margin(each, found[OURS], 'likes')}")


def described(seeds: int, readers: int, rate: float = 1.0) -> str:
    often = "" if rate == 1 else f" who vote {rate:g} times as often"
    return f"{readers} readers{often}, {DAYS} days, {seeds} seeds"


# ---- collusion -------------------------------------------------------------------------------------------

PUSHES = {
    "nobody pushes": "",
    "new, or no digest shows it": "unsure",
    "old, a digest shows it": "digest",
}


def pushed(job: Job) -> dict[str, float]:
    """Where the stories that colluders chose stand at readers' hours, in the general ranking."""
    world, places = World(job.seed, job.readers, DAYS, rate=job.rate, push=job.push), []
    for now, person in world.slots():
        weighed = board(world.window(now), now)
        ranked = rank(weighed)
        found = [place for place, one in enumerate(ranked, 1) if world.of[one.story.id].pushed]
        ages = [now - ranked[place - 1].story.when for place in found]
        places += zip(found, ages, strict=True)
        if person.colludes:
            ranked = rank(
                weighed, Wants(follows=tuple(of_story(ranked[place - 1].story.id) for place in found))
            )
        digest = in_this_order(ranked, person)
        world.show(person, [one.story for one in digest.stories], now)
    return placed(places)


def placed(places: Sequence[tuple[int, timedelta]]) -> dict[str, float]:
    ages = [age / timedelta(hours=1) for place, age in places if place <= TOP]
    return {
        "top": statistics.fmean(place <= TOP for place, _ in places),
        "best": min(place for place, _ in places),
        "median": statistics.median(place for place, _ in places),
        "oldest": max(ages, default=0.0),
    }


def measure_collusion(seeds: int, readers: int, rate: float = 1.0) -> None:
    jobs = [
        Job(name, seed, readers, rate=rate, push=push)
        for name, push in PUSHES.items()
        for seed in range(seeds)
    ]
    found = each_seed(pushed, jobs)
    print(f"\nfive collude, {described(seeds, readers, rate)}: the two bad stories of each day")
    print(f"   {'':<24}{'hours in the first five':>26}{'best':>6}{'median place':>14}{'oldest there':>14}")
    for name, each in found.items():
        tops = [one["top"] for one in each]
        best, median = min(one["best"] for one in each), statistics.fmean(one["median"] for one in each)
        top = f"{statistics.fmean(tops):.2%} (at most {max(tops):.2%})"
        print(f"   {name:<24}{top:>26}{best:>6}{median:>14.1f}{max(one['oldest'] for one in each):>12.1f} h")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--part", default=",".join(PARTS), help="some of them, between commas")
    asked.add_argument("--seeds", type=int, default=SEEDS)
    given = asked.parse_args()
    parts, began = given.part.split(","), time.monotonic()
    print(machine())
    if "speed" in parts:
        measure_speed()
    for readers in READERS if "quality" in parts else ():
        measure_quality(given.seeds, readers)
    for readers in READERS if "taste" in parts else ():
        measure_taste(given.seeds, readers)
    if "collusion" in parts:
        measure_collusion(given.seeds, READERS[-1])
        measure_collusion(given.seeds, READERS[-1], rate=0.3)
    print(f"\nmeasured in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
