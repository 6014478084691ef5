"""Texts to search: real headlines, whole articles, and as many more as are wanted, made of pieces of these.

All come from ../shared/data. There are 18,076 different headlines; those beyond are the beginning of one and
the end of another, each cut where it pauses. An article is a headline over sentences of the 350 whole
articles, 1,000 characters in all, drawn by the number of the article: the same every time. So words and pairs
of characters are as common as they are in real articles, but no sentence is as rare as in a real archive.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from newsbot.articles.markdown import unmarked
from newsbot.chinese.variants import simplified
from newsbot.tags.pick import pick

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
LENGTH = 1000  # characters of an article
PAUSE = re.compile(r"(.{4,}?[^\w\"“”《》（）()-])(.{4,})")
SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
HAN = re.compile(r"[\u4e00-\u9fff]")
FEWEST_HAN = 8  # of a sentence


@dataclass(frozen=True, slots=True)
class Text:
    """What an article says."""

    title: str
    text: str = ""
    tags: tuple[str, ...] = ()
    summary: str = ""

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}" if self.text else self.title


Maker = Callable[[int], Text]


@cache
def headlines() -> list[str]:
    """All real ones, each once, shuffled."""
    lines = (DATA / "titles/thucnews_titles_dev.tsv").read_text("utf-8").splitlines()
    found = [line.split("\t")[2].strip() for line in lines]
    with gzip.open(DATA / "days/headlines.tsv.gz", "rt", encoding="utf-8") as file:
        found += [line.rstrip("\n").split("\t", 3)[3].strip() for line in file]
    found = list(dict.fromkeys(found))
    random.Random(0).shuffle(found)
    return found


@cache
def halves() -> tuple[list[str], list[str]]:
    """Beginnings and ends of headlines, none twice."""
    cut = [match.groups() for one in headlines() if (match := PAUSE.fullmatch(one))]
    first, second = (list(dict.fromkeys(these)) for these in zip(*cut, strict=True))
    return first, second


@cache
def articles() -> list[Text]:
    """The whole articles, without their marks."""
    simplified("预热")
    with gzip.open(DATA / "fulltext/lctt_350.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [_article(row["title"], unmarked(row["body_md"])) for row in rows]


def _article(title: str, text: str) -> Text:
    return Text(title, text, tuple(pick(title, text)), next(iter(sentences(text)), "")[:100])


def sentences(text: str) -> list[str]:
    """The Chinese sentences of a text."""
    return [one.strip() for one in SENTENCE.findall(text) if len(HAN.findall(one)) >= FEWEST_HAN]


def headline(number: int) -> Text:
    """The headline with this number."""
    real = headlines()
    if number < len(real):
        return Text(real[number])
    first, second = halves()
    turn, place = divmod(number - len(real), len(first))
    return Text(first[place] + second[(place + 7919 * (turn + 1)) % len(second)])


def article(number: int) -> Text:
    """The article with this number, made of sentences of all whole articles."""
    return _made(number, every=1)


def other_article(number: int) -> Text:
    """The same of sentences of every other whole article alone: the second, the fourth …"""
    return _made(number, every=2)


def _made(number: int, every: int) -> Text:
    chance, (pieces, tags) = random.Random(number), _pieces(every)
    written: list[str] = []
    told: dict[str, None] = {}
    while sum(map(len, written)) < LENGTH:
        place = chance.randrange(len(pieces))
        written.append(pieces[place])
        told |= dict.fromkeys(tags[place])
    text = "".join(written)
    return Text(
        headline(number).title, text, tuple([tag for tag in told if tag in text][:6]), written[0][:100]
    )


@cache
def _pieces(every: int) -> tuple[list[str], list[tuple[str, ...]]]:
    """Sentences, and the tags of the article that each comes from."""
    told = articles()[every - 1 :: every]
    found = [(sentence, one.tags) for one in told for sentence in sentences(one.text)]
    return [sentence for sentence, _ in found], [tags for _, tags in found]


def ready() -> None:
    """Read everything now, before processes are made that share it."""
    halves()
    for every in (1, 2):
        _pieces(every)
