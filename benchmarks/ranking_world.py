"""A world of planted news for ranking.py: what is published, who reads it, what they make of it.

Every story has a hidden quality between 0 and 1 that no ranking is told. About 60 stories a day come from 24
sources, some of which have better ones than others (all of weight 1, as in the catalogue); a story is told by
more sources the better it is, but weakly so (1 + Poisson of 1/2 + its quality, a correlation of about 0.2),
within six hours of the first. A reader gets one digest of seven a day, at their own hour, of what they were
not shown before. They read place p with a probability of 0.85 ** (p - 1), support what they read with one of
0.03 + 0.35 x quality, oppose it with one of 0.08 x (1 - quality), and value one in ten around
1 + 4 x quality; half an hour later on average. With groups every story is about what one of three groups
likes: these support it 1.6 times as often, the others half as often.

Five may collude: they support and value 5 two bad stories (quality below 0.2) a day when these are published,
and do nothing else. Their accounts are new, or old and no digest shows them the story (an alert may), which
is the same to the ranking (`unsure`); or old, they follow the story, so that their next digest brings it, and
press again (`digest`).

The same seed gives the same news, the same readers and, for the same story at the same place, the same votes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from random import Random

from newsbot.models.articles import Article
from newsbot.models.readers import Reader
from newsbot.models.stories import Story, Tally
from newsbot.models.taste import Deed, Mark, worth
from newsbot.store.sending import read_at
from newsbot.taste.fold import about

BEGINS = datetime(2026, 9, 1, tzinfo=UTC)
DAY, WINDOW = timedelta(days=1), timedelta(hours=24)
LATEST = timedelta(hours=6)  # after the first, another source tells it
STORIES, SOURCES, GROUPS, TAGS = 60, 24, 3, 6
BAD = 0.2
PUSHED = 2  # stories a day
COLLUDERS = 5
CONCENTRATION = 4.0  # of the Beta distribution of a source's qualities
READ_ON = 0.85
OWN, OTHER = 1.6, 0.5
VALUES = 0.1
DELAY = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """A story that will be told.

    :ivar quality: hidden, from 0 to 1
    :ivar group: of the readers who like such stories
    :ivar articles: that tell it in the end, the first first
    :ivar pushed: colluders chose it
    """

    id: int
    quality: float
    group: int
    articles: tuple[Article, ...]
    pushed: bool = False

    @property
    def at(self) -> datetime:
        return self.articles[0].when


@dataclass(slots=True)
class Person:
    """A reader.

    :ivar hour: of their digest, from 0 to 24
    :ivar shown: the articles that they were shown
    :ivar marks: what they did with stories
    :ivar colludes: reads nothing
    """

    reader: Reader
    hour: float
    group: int
    shown: dict[int, datetime] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    colludes: bool = False


def plant(seed: int, days: int) -> list[Planted]:
    """The news of so many days and of the day before, the first first."""
    chance = Random(f"{seed} news")
    means = [chance.uniform(0.2, 0.6) for _ in range(SOURCES)]
    found: list[Planted] = []
    for day in range(-1, days):
        news = [_story(chance, len(found) + number, day, means) for number in range(_about(chance, STORIES))]
        bad = [place for place, one in enumerate(news) if one.quality < BAD]
        for place in chance.sample(bad, min(PUSHED, len(bad))) if day >= 0 else ():
            news[place] = replace(news[place], pushed=True)
        found += news
    return sorted(found, key=lambda one: one.at)


def _story(chance: Random, number: int, day: int, means: Sequence[float]) -> Planted:
    source = chance.randrange(SOURCES)
    quality = chance.betavariate(CONCENTRATION * means[source], CONCENTRATION * (1 - means[source]))
    at = BEGINS + DAY * (day + chance.random())
    others = chance.sample(
        [one for one in range(SOURCES) if one != source], min(7, _poisson(chance, 0.5 + quality))
    )
    whens = [at, *sorted(at + LATEST * chance.random() for _ in others)]
    group = chance.randrange(GROUPS)
    theirs = [f"{group}-{tag}" for tag in chance.sample(range(TAGS), 2)]
    tags = (*theirs, f"all-{chance.randrange(TAGS)}")
    articles = tuple(
        Article(
            id=number * 10 + place, title=f"标题 {number}", keys=(), source_id=f"s{one}", source=f"来源{one}",
            first_seen=when, tags=tags,
        )
        for place, (one, when) in enumerate(zip([source, *others], whens, strict=True))
    )  # fmt: skip
    return Planted(id=number, quality=quality, group=group, articles=articles)


def _about(chance: Random, many: int) -> int:
    return max(1, round(chance.gauss(many, many**0.5)))


def _poisson(chance: Random, mean: float) -> int:
    """Events before a unit of time is over, of so many in one on average."""
    many, over = 0, chance.expovariate(mean)
    while over < 1:
        many, over = many + 1, over + chance.expovariate(mean)
    return many


def people(seed: int, many: int) -> list[Person]:
    chance = Random(f"{seed} people")
    return [
        Person(Reader(id=number), chance.uniform(0, 24), chance.randrange(GROUPS), colludes=number >= many)
        for number in range(many + COLLUDERS)
    ]


class World:
    """News and readers as they stand at a moment.

    :ivar groups: whether readers like different things
    :ivar rate: how often readers vote, 1 as above
    :ivar push: how colluders push, see above; empty where nobody does
    """

    def __init__(
        self,
        seed: int,
        readers: int,
        days: int,
        groups: bool = False,
        rate: float = 1.0,
        push: str = "",
    ) -> None:
        self.seed, self.days, self.groups, self.rate, self.push = seed, days, groups, rate, push
        self.news, self.people = plant(seed, days), people(seed, readers)
        self.of = {one.id: one for one in self.news}
        self.tallies: defaultdict[int, Tally] = defaultdict(Tally)
        self._told: dict[int, Story] = {}
        self._waiting: list[tuple[datetime, int, int, int, int]] = []
        self._first = self._last = 0

    def slots(self) -> Iterator[tuple[datetime, Person]]:
        """Every reader's hour of every day, in order; by then what was said before is counted."""
        comes = [one for one in self.people if not one.colludes or self.push == "digest"]
        times = [(timedelta(hours=one.hour), one.reader.id) for one in comes]
        for day in range(self.days):
            for hour, number in sorted(times):
                now = BEGINS + DAY * day + hour
                self._count(now)
                yield now, self.people[number]

    def window(self, now: datetime) -> list[Story]:
        """What was told within a day."""
        while self._last < len(self.news) and self.news[self._last].at <= now:
            if self.news[self._last].pushed and self.push:
                self._push(self.news[self._last].id)
            self._last += 1
        while self.news[self._first].at < now - WINDOW - LATEST:
            self._first += 1
        told = [self._story(one, now) for one in self.news[self._first : self._last]]
        return [one for one in told if one.articles[-1].when >= now - WINDOW]

    def _story(self, planted: Planted, now: datetime) -> Story:
        """As it stands now."""
        known, before = (
            tuple([one for one in planted.articles if one.when <= now]),
            self._told.get(planted.id),
        )
        tally = self.tallies[planted.id]
        if before is None or before.tally is not tally or len(before.articles) != len(known):
            before = self._told[planted.id] = Story(id=planted.id, lead=known[0], articles=known, tally=tally)
        return before

    def _push(self, story_id: int) -> None:
        self.tallies[story_id] = Tally(up=COLLUDERS, value_sum=5 * COLLUDERS, value_count=COLLUDERS)

    def _press_again(self, story_id: int) -> None:
        """One of them was shown it: what they said counts as everybody's from now on."""
        old = self.tallies[story_id]
        self.tallies[story_id] = replace(
            old, sure_up=old.sure_up + 1, sure_value_sum=old.sure_value_sum + 5,
            sure_value_count=old.sure_value_count + 1,
        )  # fmt: skip

    def show(self, person: Person, stories: Sequence[Story], now: datetime) -> None:
        """A digest arrives; what its reader makes of it is counted later."""
        for place, story in enumerate(stories, 1):
            planted, old = self.of[story.id], self.tallies[story.id]
            self.tallies[story.id] = replace(old, times=old.times + 1, seen=old.seen + read_at(place))
            person.shown.update({article.id: now for article in planted.articles})
            if person.colludes:
                if planted.pushed:
                    self._press_again(story.id)
                continue
            vote, value, delay = self._says(person, planted, place)
            if vote or value:
                heappush(self._waiting, (now + delay, person.reader.id, story.id, vote, value))

    def likes(self, person: Person, planted: Planted) -> float:
        """How likely this reader supports it, once read."""
        liked = (0.03 + 0.35 * planted.quality) * self.rate
        return liked * (OWN if planted.group == person.group else OTHER) if self.groups else liked

    def _says(self, person: Person, planted: Planted, place: int) -> tuple[int, int, timedelta]:
        """Vote and value of one reader, 0 for none, and after how long."""
        chance = Random(f"{self.seed} {person.reader.id} {planted.id}")
        read, up, down, values, spread, wait = (chance.random() for _ in range(6))
        if read >= READ_ON ** (place - 1):
            return 0, 0, DELAY
        vote = 1 if up < self.likes(person, planted) else 0
        if not vote and down < 0.08 * (1 - planted.quality) * self.rate:
            vote = -1
        value = max(1, min(5, round(1 + 4 * planted.quality + 2 * (spread - 0.5))))
        return vote, value if values < VALUES * self.rate else 0, DELAY * 2 * wait

    def _count(self, now: datetime) -> None:
        """What readers said before now: they are old ones who were shown it, so that all of it is sure."""
        while self._waiting and self._waiting[0][0] <= now:
            at, number, story_id, vote, value = heappop(self._waiting)
            old = self.tallies[story_id]
            up, down, valued = int(vote > 0), int(vote < 0), int(value > 0)
            self.tallies[story_id] = replace(
                old, up=old.up + up, sure_up=old.sure_up + up,
                down=old.down + down, sure_down=old.sure_down + down,
                value_sum=old.value_sum + value, value_count=old.value_count + valued,
                sure_value_sum=old.sure_value_sum + value, sure_value_count=old.sure_value_count + valued,
            )  # fmt: skip
            self._mark(self.people[number], self.of[story_id], at, {Deed.VOTE: vote, Deed.VALUE: value})

    def _mark(self, person: Person, planted: Planted, at: datetime, deeds: Mapping[Deed, int]) -> None:
        lead = planted.articles[0]
        what = about(lead)
        person.marks += [
            Mark(
                reader_id=person.reader.id,
                story_id=planted.id,
                deed=deed,
                worth=worth(deed, said),
                at=at,
                about=what,
            )
            for deed, said in deeds.items()
            if said
        ]
