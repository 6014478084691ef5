"""Digests of real days, beside newest first and most covered first: for people to judge, and counted.

    python benchmarks/digest.py                      # the days that are labelled by hand, and the figures
    python benchmarks/digest.py --days 2026-01-21    # the news of other days too; --all for every one

Headlines of 36kr and sspai of 124 days go through the stages of the bot: understood, put into stories,
ranked, composed for a reader who never said anything, at 08:00 of the next morning, with what was shown
remembered from day to day. Beside it as many of the newest articles, and of the stories that most sources
(then most articles, then the youngest) tell, as they are: only nothing twice.

What is not known: texts, so that tags, noise and stories are found by headlines alone; the time of day, for
which numbers in addresses stand in, as they grow with time: the first of a day's articles gets 08:00, the
last 23:00, the others their even share, each source by itself; readers, so that nobody voted. What a list
still shows of the day before is not told again. Each month begins anew, and its first day, whose list is full
of older articles, has no digest. With two sources, one of which brings an article a day, the number of
sources orders nothing.

Noise and events by hand: the labels of July are the check, those of May helped to make the bot's rules; what
has none (sspai, and headlines of the day before) counts as neither. Noise by the bot's own judgement is of
course not independent: ours leaves out what it finds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from functools import partial
from itertools import groupby
from pathlib import Path
from statistics import mean
from unicodedata import east_asian_width
from zoneinfo import ZoneInfo

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.days import DATA, Listed, headlines, labelled  # noqa: E402
from benchmarks.stories import DAYS as PAIRS  # noqa: E402
from benchmarks.stories import placed  # noqa: E402
from benchmarks.town import machine  # noqa: E402
from newsbot.chinese import ready  # noqa: E402
from newsbot.digests.compose import compose  # noqa: E402
from newsbot.flows.edition import DAY, OVERLAP  # noqa: E402
from newsbot.flows.understand import finish  # noqa: E402
from newsbot.models.articles import Article, Draft  # noqa: E402
from newsbot.models.deliveries import LEDGER  # noqa: E402
from newsbot.models.digests import Seen  # noqa: E402
from newsbot.models.readers import Reader  # noqa: E402
from newsbot.models.sources import Source  # noqa: E402
from newsbot.models.stories import Signature, Story, Teller, Wants  # noqa: E402
from newsbot.sources.catalog import builtin  # noqa: E402
from newsbot.stories.board import Board  # noqa: E402
from newsbot.stories.lead import lead  # noqa: E402
from newsbot.stories.rank import about, board  # noqa: E402

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENS, CLOSES, SLOT = 8, 23, 8  # o'clock
NOISE = ("funding", "ad", "deal", "roundup", "offtopic")
GREAT = 3  # headlines of one day that tell an event
NEAR = 0.75  # how much of two headlines is the same, for a repeat
FOLLOWED = ("芯片", "大模型")
COLUMNS = 110
OURS, NEWEST, COVERED = "ours", "newest first", "most covered first"

Digests = dict[date, Sequence[Story]]  # by the day whose news they bring
Labels = Mapping[str, Mapping[str, str]]  # by the number in the address
Way = Callable[[Board, Mapping[int, datetime], datetime | None, int], Sequence[Story]]


# ---- real days, as the bot sees them -----------------------------------------------------------------------


def understood(listed: Iterable[Listed]) -> Iterator[tuple[Article, Signature]]:
    """Each article on the day when it first stood there, in the order of time."""
    first = {one.address: one for one in reversed(list(listed))}
    sources = {source.id: source for source in builtin()}
    for number, (when, one) in enumerate(sorted(timed(first.values())), 1):
        yield _understood(number, one, sources[one.source], when)


def timed(listed: Iterable[Listed]) -> Iterator[tuple[datetime, Listed]]:
    """When each was published, perhaps."""
    for (day, _), those in groupby(sorted(listed), lambda one: (one.day, one.source)):
        numbered = sorted(those, key=lambda one: int(one.id))
        for place, one in enumerate(numbered):
            hours = OPENS + (CLOSES - OPENS) * (place + 0.5) / len(numbered)
            yield at(date.fromisoformat(day), hours), one


def at(day: date, hours: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(hours=hours)


def _understood(number: int, one: Listed, source: Source, when: datetime) -> tuple[Article, Signature]:
    named = Draft(keys=(), title=one.title, link=one.address, source=source.name, published=when)
    (found,) = finish([named], source, when)
    values = {field.name: getattr(found.draft, field.name) for field in fields(found.draft)}
    article = Article(id=number, source_id=source.id, first_seen=when, **values)
    return article, replace(found.signature, article_id=number)


def with_stories(found: Sequence[tuple[Article, Signature]]) -> list[Article]:
    places = placed(signature for _, signature in found)
    return [
        replace(one, story_id=places[one.id].story_id, copy_of=places[one.id].copy_of) for one, _ in found
    ]


def mornings(articles: Sequence[Article]) -> dict[date, Board]:
    """What there is at 08:00 of the morning after each day, but for the first ones of months."""
    told: defaultdict[int, list[Article]] = defaultdict(list)
    for one in articles:
        told[one.story_id or 0].append(one)
    days = sorted({one.when.date() for one in articles})
    known = [day for day in days if day - timedelta(days=1) in days]
    return {day: _board(told.values(), at(day + timedelta(days=1), SLOT)) for day in known}


def _board(told: Iterable[Sequence[Article]], now: datetime) -> Board:
    known = ([one for one in story if one.first_seen <= now] for story in told)
    return board([_story(those) for those in known if those and those[-1].first_seen > now - DAY], now)


def _story(articles: Sequence[Article]) -> Story:
    tellers = [Teller(one.id, len(one.text), one.noise, one.when) for one in articles]
    first = lead(tellers)
    ordered = sorted(articles, key=lambda one: one.id != first)
    return Story(id=articles[0].story_id or 0, lead=ordered[0], articles=tuple(ordered))


# ---- what is shown -----------------------------------------------------------------------------------------


def ours(
    reader: Reader, weighed: Board, shown: Mapping[int, datetime], since: datetime | None, _: int
) -> list[Story]:
    wants = Wants(follows=reader.follows)
    made = compose(weighed, reader, wants, Seen(shown=shown, since=since))
    return [ranked.story for ranked in made.stories]


def newest(weighed: Board, shown: Mapping[int, datetime], _: datetime | None, length: int) -> list[Story]:
    """Articles, each by itself."""
    articles = [one for story in weighed.stories for one in story.articles]
    new = [one for one in articles if one.first_seen > weighed.now - DAY and one.id not in shown]
    new.sort(key=lambda one: (one.when, one.id), reverse=True)
    return [Story(id=one.id, lead=one, articles=(one,)) for one in new[:length]]


def covered(weighed: Board, shown: Mapping[int, datetime], _: datetime | None, length: int) -> list[Story]:
    new = [story for story in weighed.stories if not any(one.id in shown for one in story.articles)]
    new.sort(key=lambda story: (len(story.sources), len(story.articles), story.when), reverse=True)
    return new[:length]


def replayed(boards: Mapping[date, Board], way: Way, lengths: Mapping[date, int] | None = None) -> Digests:
    """One chat's digests, morning by morning.

    :param lengths: how many stories each is to have, where that is not the way's own business
    """
    shown: dict[int, datetime] = {}
    told: datetime | None = None
    made: Digests = {}
    for day, weighed in boards.items():
        if day - timedelta(days=1) not in made:
            shown, told = {}, None
        since = told - OVERLAP if told else None
        made[day] = way(weighed, shown, since, lengths[day] if lengths else 0)
        told = weighed.now
        shown |= {one.id: told for story in made[day] for one in story.articles if one.id not in shown}
        shown = {article_id: when for article_id, when in shown.items() if when > told - LEDGER}
    return made


# ---- figures -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judge:
    """What is held against digests.

    :ivar is_noise: no news
    :ivar is_same: one happening, told twice
    """

    is_noise: Callable[[Story], bool]
    is_same: Callable[[Story, Story], bool]


def by_hand(labels: Labels) -> Judge:
    def event(story: Story) -> str | None:
        return label_of(story, labels).get("event")

    return Judge(
        is_noise=lambda story: label_of(story, labels).get("kind") in NOISE,
        is_same=lambda one, other: event(one) is not None and event(one) == event(other),
    )


def by_the_bot() -> Judge:
    return Judge(is_noise=lambda story: story.lead.noise is not None, is_same=are_near)


def label_of(story: Story, labels: Labels) -> Mapping[str, str]:
    return labels.get((story.lead.link or "").rpartition("/")[2], {})


def are_near(one: Story, other: Story) -> bool:
    """Whether their headlines are nearly the same."""
    compared = SequenceMatcher(None, one.title, other.title, autojunk=False)
    return compared.quick_ratio() >= NEAR and compared.ratio() >= NEAR


def repeats(digests: Digests, day: date, judge: Judge) -> list[Story]:
    """The stories that stand in the same digest before, or in the last one."""
    before = list(digests.get(day - timedelta(days=1), ()))
    found = []
    for story in digests[day]:
        if any(judge.is_same(story, other) for other in before):
            found.append(story)
        before.append(story)
    return found


def figures(digests: Digests, days: Collection[date], judge: Judge) -> list[float]:
    """Means of a digest: stories, noise, repeats, sources, main tags, stories of the most frequent tag."""
    rows = []
    for day in days:
        shown = digests[day]
        tags = [story.tags[0] for story in shown if story.tags]
        noise, again = sum(map(judge.is_noise, shown)), len(repeats(digests, day, judge))
        sources = {one.source_id for story in shown for one in story.articles}
        most = max(map(tags.count, tags), default=0)
        rows.append((len(shown), noise, again, len(sources), len(set(tags)), most))
    return [mean(column) for column in zip(*rows, strict=True)]


def tell_figures(title: str, made: Mapping[str, Digests], days: Collection[date], judge: Judge) -> None:
    print(f"\n{title}, {len(days)} digests; means of a digest")
    print(f"   {'':<20}stories   noise  repeats  sources  main tags  of one tag at most")
    for name, digests in made.items():
        stories, noise, again, sources, tags, most = figures(digests, days, judge)
        print(
            f"   {name:<20}{stories:7.2f} {noise:7.2f} {again:8.2f} {sources:8.2f} {tags:10.2f} {most:19.2f}"
        )


def tell_great(
    made: Mapping[str, Digests], rows: Sequence[Mapping[str, str]], listed: Iterable[Listed]
) -> None:
    """How many of the events that many headlines of a day tell stand in the digest of that day."""
    first = {one.id: one.day for one in reversed(list(listed))}
    labels = {row["id"]: row for row in rows}
    told = Counter((first[row["id"]], row["event"]) for row in rows if row["kind"] not in NOISE)
    days = {row["day"] for row in rows}
    great = {event for event, many in told.items() if many >= GREAT and event[0] in days}
    found = {
        name: {
            (day, label_of(story, labels).get("event"))
            for day in days
            for story in digests[date.fromisoformat(day)]
        }
        for name, digests in made.items()
    }
    shown = ", ".join(f"{name} {len(great & events)}" for name, events in found.items())
    print(f"\nof {len(great)} events that {GREAT} headlines and more of a labelled day tell: {shown}")


def tell_followed(word: str, boards: Mapping[date, Board], made: Mapping[str, Digests]) -> None:
    """How many of the stories about a word, but for noise, stand in the digests."""
    mine = Reader(id=1, follows=(word,))
    rows = {"who follows it": replayed(boards, partial(ours, mine)), **made}
    wanted = {day: about(weighed, word) - weighed.noises.keys() for day, weighed in boards.items()}
    every = sum(map(len, wanted.values()))
    found = {
        name: sum(
            len(wanted[day] & {boards[day].told_by[story.lead.id] for story in shown})
            for day, shown in digests.items()
        )
        for name, digests in rows.items()
    }
    told = ", ".join(f"{name} {shown / every:.0%}" for name, shown in found.items())
    print(f"{word}, {every / len(boards):.1f} stories a day: {told}")


# ---- for people --------------------------------------------------------------------------------------------


def tell_day(day: date, made: Mapping[str, Digests], labels: Labels) -> None:
    print(f"\nthe news of {day}, at 08:00 of the next morning")
    for name, digests in made.items():
        again = repeats(digests, day, by_hand(labels))
        print(f"\n   {name}")
        for place, story in enumerate(digests[day], 1):
            print(line(place, story, label_of(story, labels), story in again))


def line(place: int, story: Story, label: Mapping[str, str], again: bool) -> str:
    """Place, event (= it was told before), N for noise, kind, source, main tag, headline."""
    bot = story.lead.noise
    kind = label.get("kind") or (f"bot: {bot}" if bot else "")
    event = f"{'=' if again else ' '}{'e' + label['event'] if label else ''}"
    sign = "N" if kind in NOISE else "n" if kind.startswith("bot") else " "
    told = f"{story.lead.source_id:<5} {padded(story.tags[0] if story.tags else '', 12)}"
    start = f"   {place:>2} {event:<5} {sign} {kind:<12} {told} "
    return start + cut(story.title, COLUMNS - width(start))


def width(text: str) -> int:
    """Columns of a terminal; what may be one or two counts as two."""
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


def cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    while width(text) > columns - 2:
        text = text[:-1]
    return text + "…"


def padded(text: str, columns: int) -> str:
    text = cut(text, columns)
    return text + " " * (columns - width(text))


def asked_days(given: argparse.Namespace, known: Collection[date]) -> list[date]:
    """Those that are labelled, and those that somebody asks for."""
    return list(known) if given.all else sorted({*given.days, *parsed(",".join(labelled_days()))})


def parsed(days: str) -> list[date]:
    """
    :raises ValueError: these are no days between commas
    """
    return list(map(date.fromisoformat, days.split(",")))


def labelled_days() -> list[str]:
    return [day for pair in PAIRS.values() for day in pair]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument(
        "--days", type=parsed, default=(), help="of whose news the digests are shown too, between commas"
    )
    asked.add_argument("--all", action="store_true", help="show every digest")
    given, began = asked.parse_args(), time.monotonic()
    print(machine())
    if not DATA.is_dir():
        print(f"skipped: there is no {DATA.relative_to(ROOT.parent)} beside this checkout")
        return
    ready.prepare()
    boards = mornings(with_stories(list(understood(headlines()))))
    days = asked_days(given, boards)
    if unknown := [day for day in days if day not in boards]:
        asked.error(f"there is no digest of {', '.join(map(str, unknown))}")
    made = {OURS: replayed(boards, partial(ours, Reader(id=1)))}
    lengths = {day: len(shown) for day, shown in made[OURS].items()}
    made |= {name: replayed(boards, way, lengths) for name, way in ((NEWEST, newest), (COVERED, covered))}
    report(days, boards, made)
    print(f"\nmeasured in {time.monotonic() - began:.0f} s")


def report(days: Iterable[date], boards: Mapping[date, Board], made: Mapping[str, Digests]) -> None:
    rows = labelled(labelled_days())
    labels = {row["id"]: row for row in rows}
    for day in days:
        tell_day(day, made, labels)
    for name, those in {**PAIRS, "May and July": labelled_days()}.items():
        tell_figures(f"{name}, by hand", made, parsed(",".join(those)), by_hand(labels))
    tell_great(made, rows, headlines())
    tell_figures("all days, by the bot's own judgement and near-equal headlines", made, boards, by_the_bot())
    print("\nof the stories about a word that are no noise, in the digest")
    for word in FOLLOWED:
        tell_followed(word, boards, made)


if __name__ == "__main__":
    main()
