"""What is looked for, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

# Chinese characters and kana: each is a token of its own
HAN = "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
ONLY_HAN = re.compile(rf"[{HAN}]+")
LONGEST_GRAM = 100  # characters; PostgreSQL's index takes 2,700 bytes, and the text decides on what is cut


class Place(StrEnum):
    """Where a gram stands, as it begins: no token has a line at its beginning."""

    ANYWHERE = ""
    TITLE = "_t"
    TAG = "_g"  # all of a tag
    SOURCE = "_s"  # all of a source's name
    OFTEN = "_m"  # more often than articles of this length have their words
    VERY_OFTEN = "_n"
    ACCIDENT = "_x"  # two characters, side by side only where a known word ends and another begins


def grams(run: Sequence[str], place: Place = Place.ANYWHERE) -> list[str]:
    """Every token of a run, and every pair of neighbours: `中`, `国`, `中_国`."""
    return [*_cut(run, place), *pairs(run, place)]


def pairs(run: Sequence[str], place: Place = Place.ANYWHERE) -> list[str]:
    """Every pair of neighbours."""
    return _cut(map("_".join, pairwise(run)), place)


def whole(tokens: Sequence[str], place: Place) -> str:
    """All of them as one gram."""
    return _cut(["_".join(tokens)], place)[0]


def _cut(grams: Iterable[str], place: Place) -> list[str]:
    return [f"{place}{gram}"[:LONGEST_GRAM] for gram in grams]


@dataclass(frozen=True, slots=True)
class Document:
    """What an article is found by: a set of grams, each once, separated by single spaces.

    A Chinese character is a token, a run of Latin letters and digits is a token; all folded (half width,
    simplified, lower case). Of every text there are its tokens, its pairs of neighbours that no punctuation
    parts, and its compounds without their hyphens, so that `gpt4o` finds `GPT-4o`; see Place for the others.

    :ivar grams: what follows from the stored article alone, whoever asks again
    :ivar hints: what stands there by accident, as the segmenter cut it that day; for ranking only
    """

    grams: str
    hints: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Something that must stand in an article: these tokens, in this order.

    :ivar words: as typed, for showing
    :ivar tokens: as the index holds them
    :ivar joined: the compound without its hyphens, which will do as well, or empty
    :ivar breaks: before which tokens there was punctuation
    """

    words: str
    tokens: tuple[str, ...]
    joined: str = ""
    breaks: tuple[int, ...] = ()

    @property
    def runs(self) -> tuple[tuple[str, ...], ...]:
        """The tokens that no punctuation parts."""
        edges = (0, *self.breaks, len(self.tokens))
        return tuple(self.tokens[a:b] for a, b in pairwise(edges))

    def grams(self, place: Place = Place.ANYWHERE) -> tuple[str, ...]:
        """All of them stand in every article that has the phrase there."""
        return tuple(gram for run in self.runs for gram in pairs(run, place) or grams(run, place))

    def whole(self, place: Place) -> str:
        """All of it as one gram."""
        return whole(self.tokens, place)

    @property
    def is_exact(self) -> bool:
        """An article with its grams has the phrase; of a longer one it may have the pieces alone."""
        return (
            len(self.tokens) <= 2
            and not self.breaks
            and all(len(gram) < LONGEST_GRAM for gram in self.grams())
        )

    @property
    def may_be_an_accident(self) -> bool:
        """Two Chinese characters may stand side by side and be of two words, as 上海 in 以上海量."""
        return len(self.tokens) == 2 and is_chinese("".join(self.tokens))


def is_called(name: str, wanted: str) -> bool:
    """Whether a source of this name (folded) is meant: 硅岸 is 硅岸快讯."""
    return wanted == name or (len(wanted) > 1 and wanted in name)


def is_chinese(words: str) -> bool:
    """Whether they are Chinese characters (or kana) and nothing else."""
    return ONLY_HAN.fullmatch(words) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search, understood.

    `groups` are ANDed; the phrases within a group are alternatives (OR).

    :ivar words: what was typed, for showing
    :ivar excluded: phrases that must not stand in the article
    :ivar sources: ids or names, any of them; empty for all
    :ivar tags: folded, all of them
    :ivar within: only articles this young
    :ivar cut: more was typed than is looked at
    """

    words: str
    groups: tuple[tuple[Phrase, ...], ...] = ()
    excluded: tuple[Phrase, ...] = ()
    sources: tuple[Phrase, ...] = ()
    tags: tuple[Phrase, ...] = ()
    within: timedelta | None = None
    cut: bool = False

    @property
    def empty(self) -> bool:
        """Nothing that could be looked for."""
        return not (self.groups or self.sources or self.tags)

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """All that may stand in an answer."""
        return tuple(phrase for group in self.groups for phrase in group)

    @property
    def is_exact(self) -> bool:
        """What the index finds is what was asked for; else the text has to be looked at."""
        return all(phrase.is_exact for phrase in (*self.excluded, *self.phrases))


class Candidate(NamedTuple):
    """A stored article that may contain what a query asks for, with what ranking needs.

    A tuple, as a search makes a thousand of them: a tenth of the time of a frozen dataclass.

    :ivar in_title: how many of the query's groups stand in the title
    :ivar in_tags: how many are a tag
    :ivar as_words: how many stand there as words, or are long enough to be no accident
    :ivar often: how many stand there often, those that do very often twice
    :ivar up, down: votes on its story
    :ivar sample: from the demonstration's newsstand
    :ivar noise: None, or its kind
    """

    article_id: int
    story_id: int | None
    when: datetime
    sample: bool = False
    noise: str | None = None
    in_title: int = 0
    in_tags: int = 0
    as_words: int = 0
    often: int = 0
    up: int = 0
    down: int = 0
