"""Whether a Chinese headline is about something else than the field.

A logistic regression over what stands in the title: its characters and their pairs, its Latin words, and how many
companies, products, people and terms of the field it names. The weights are in offtopic.tsv, made and measured
by `benchmarks/offtopic.py` from headlines that were labelled by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from newsbot.chinese.segment import words
from newsbot.chinese.tech import kind
from newsbot.chinese.variants import fold
from newsbot.models.words import KINDS

_HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")
_LATIN_WORD = re.compile(r"[a-z][a-z0-9]+")
BIAS = "<bias>"


def points(title: str) -> float:
    """Above 0 it is rather off topic; the chance is 1 / (1 + e^-points)."""
    table = weights()
    return sum(table.get(feature, 0.0) for feature in features(title))


def loudest(title: str) -> str:
    """The word of a title that speaks most for its being off topic; empty where no single one does."""
    found = {
        word: sum(weights().get(part, 0.0) for part in features(word) if part[0] != "<")
        for word in words(title)
    }
    best = max(found, key=lambda word: found[word], default="")
    return best if best and found[best] > 0 else ""


def features(title: str) -> frozenset[str]:
    """What speaks for or against it."""
    folded = fold(title)
    runs = _HAN_RUN.findall(folded)
    pairs = {run[place : place + 2] for run in runs for place in range(len(run) - 1)}
    named = Counter(filter(None, map(kind, words(title))))
    about = {f"<{name}>" for name in named} | {f"<{name} twice>" for name in named if named[name] > 1}
    if not named.keys() & set(KINDS):
        about.add("<nothing named>")
    return frozenset({BIAS, *"".join(runs), *pairs, *_LATIN_WORD.findall(folded), *about})


@cache
def weights() -> dict[str, float]:
    """Feature -> its weight."""
    lines = (Path(__file__).parent / "offtopic.tsv").read_text(encoding="utf-8").splitlines()
    return {name: float(value) for name, value in (line.split("\t") for line in lines)}
