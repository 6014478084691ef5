"""What is searched for: drawn from the texts by a seed, class by class, as somebody would type it."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from search_texts import Text

from newsbot.chinese.segment import words
from newsbot.chinese.variants import fold
from newsbot.models.search import HAN

RUNS = (1, 2, 3, 4, 6)  # characters
COMMON = 60  # words that most articles have
LATIN = re.compile(rf"(?<![^\W_{HAN}])[A-Za-z][A-Za-z0-9]+(?![^\W_{HAN}])")
CHINESE = re.compile(rf"[{HAN}]+")
NO_WORD = re.compile(r"or|\d+[hd]", re.IGNORECASE)
RARE = 2  # articles
PIECES = "common pieces, no phrase"  # the hardest; hardly anybody will look for such
KNOWN = 3000  # articles whose pairs are counted
TOP, TOP_PAIRS = 200, 600  # that are called common


def named(length: int) -> str:
    return f"{length} character{'s'[: length > 1]}"


def runs(told: Sequence[Text], length: int, count: int, chance: random.Random) -> list[str]:
    """Runs of so many Chinese characters, from anywhere in a text."""
    found: dict[str, None] = {}
    while len(found) < count:
        pieces = [one for one in CHINESE.findall(chance.choice(told).whole) if len(one) >= length]
        if pieces:
            weights = [len(one) - length + 1 for one in pieces]
            piece = chance.choices(pieces, weights)[0]
            at = chance.randrange(len(piece) - length + 1)
            found[piece[at : at + length]] = None
    return list(found)


def latin(told: Sequence[Text], count: int, chance: random.Random) -> list[str]:
    """Latin words, whole."""
    found: dict[str, None] = {}
    for _ in range(100 * count):
        pieces = [one for one in LATIN.findall(chance.choice(told).whole) if not NO_WORD.fullmatch(one)]
        if pieces:
            found[chance.choice(pieces)] = None
        if len(found) == count:
            break
    return list(found)


class Sample:
    """Some of the articles, and what stands in how many of them.

    :ivar characters: in how many different pairs each stands
    """

    def __init__(self, told: Sequence[Text]) -> None:
        self.told = told
        folded = [fold(one.whole) for one in told[:KNOWN]]
        self.all = "\n".join(folded)
        # in order: what is equally common is else drawn by chance anew every time
        self.pairs = Counter(pair for one in folded for pair in sorted(_pairs(one)))
        self.characters = Counter(character for pair in self.pairs for character in pair)
        self.words = Counter(word for one in told[:KNOWN] for word in sorted(set(_words(one))))

    def common(self) -> list[str]:
        return [word for word, _ in self.words.most_common(COMMON)]

    def rare_pairs(self, count: int, chance: random.Random) -> list[str]:
        """Two of the commonest characters that hardly ever stand side by side."""
        top = {character for character, _ in self.characters.most_common(TOP)}
        found = [pair for pair, many in self.pairs.items() if many <= RARE and top.issuperset(pair)]
        return chance.sample(sorted(found), min(count, len(found)))

    def pieces(self, count: int, chance: random.Random) -> list[str]:
        """Three characters of two common pairs, which stand together nowhere: only the texts can tell."""
        top = [pair for pair, _ in self.pairs.most_common(TOP_PAIRS)]
        found = [a + b[1] for a in top for b in top if a[1] == b[0] and a + b[1] not in self.all]
        return chance.sample(found, min(count, len(found)))

    def misses(self, count: int, chance: random.Random) -> list[str]:
        """Two known characters that stand side by side nowhere."""
        known, found = sorted(self.characters), {}
        while len(found) < count:
            pair = "".join(chance.sample(known, 2))
            if pair not in self.pairs:
                found[pair] = None
        return list(found)

    def two_words(self, count: int, chance: random.Random) -> list[str]:
        """Two words of one article."""
        found: dict[str, None] = {}
        while len(found) < count:
            of_one = sorted(set(_words(chance.choice(self.told))))
            if len(of_one) > 1:
                found[" ".join(chance.sample(of_one, 2))] = None
        return list(found)


def _pairs(folded: str) -> set[str]:
    return {a + b for piece in CHINESE.findall(folded) for a, b in pairwise(piece)}


def _words(one: Text) -> Iterator[str]:
    """Its Chinese words of two characters and more."""
    return (word for word in words(one.whole[:3000]) if len(word) > 1 and CHINESE.fullmatch(word))


def mixed(told: Sequence[Text], count: int, seed: int = 1) -> dict[str, list[str]]:
    """So many of each class."""
    chance, sample = random.Random(seed), Sample(told)
    made: dict[str, list[str]] = {named(length): runs(told, length, count, chance) for length in RUNS}
    common = sample.common()

    def draw(size: int) -> list[list[str]]:
        return [chance.sample(common, size) for _ in range(count)]

    return made | {
        "Latin word": latin(told, count, chance),
        "two words": sample.two_words(count, chance),
        "two common words": [f"{a} {b}" for a, b in draw(2)],
        "most common words": common,
        "rare pairs of common characters": sample.rare_pairs(count, chance),
        PIECES: sample.pieces(count, chance),
        "misses": sample.misses(count, chance),
        "a -b": [f"{a} -{b}" for a, b in draw(2)],
        "a OR b": [f"{a} OR {b}" for a, b in draw(2)],
        "a 24h": [f"{a} 24h" for (a,) in draw(1)],
        "a 7d": [f"{a} 7d" for (a,) in draw(1)],
    }
