"""Makes and measures newsbot/tags/offtopic.tsv: what in a headline says that it is not about technology.

    python benchmarks/offtopic.py           how good it is on headlines that it was not made from
    python benchmarks/offtopic.py --make    make the table anew

Made from headlines labelled by hand (labels.tsv and ../shared/data/days/labels.tsv, but for July and the
blind day, which words.py reports on), and, weighing a tenth, from those of ../shared/data/titles, whose
sections tell it. Logistic regression by stochastic gradient descent (Adagrad), the weights held small by
their squares.
"""

from __future__ import annotations

import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence

import words as measured
from words import BLIND, DATA, JULY, MAY, ROOT, labelled

from newsbot.chinese import ready
from newsbot.tags.offtopic import BIAS, features

TABLE = ROOT / "newsbot/tags/offtopic.tsv"
OTHER_SECTIONS = ("realty", "education", "sports", "entertainment", "society", "politics", "stocks")
OWN_SECTIONS = ("science", "game")
SECTIONS_WEIGH = 0.1
FEWEST = 2  # headlines with a feature, for it to count
STRENGTH = 0.5  # of holding the weights small
ROUNDS, STEP = 40, 0.3
FOLDS = 8
SMALLEST = 0.05  # weights below change nothing

Row = tuple[frozenset[str], bool, float]  # features, off topic, how much it weighs


def headlines() -> list[Row]:
    """Those that were labelled by hand, without those that report."""
    reports = {row["title"] for row in (*labelled(JULY), *labelled(BLIND))}
    rows = {row["title"]: row for row in (*measured.more(), *labelled(MAY))}  # some stand there for days
    told = [
        row
        for row in rows.values()
        if row["title"] not in reports and row["kind"] in ("news", "opinion", "offtopic")
    ]
    return [(features(row["title"]), row["kind"] == "offtopic", 1.0) for row in told]


def sections() -> list[Row]:
    path = DATA / "titles/thucnews_titles_dev.tsv"
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [
        (features(title), section in OTHER_SECTIONS, SECTIONS_WEIGH)
        for _, section, title in lines
        if section in OTHER_SECTIONS + OWN_SECTIONS
    ]


def learned(rows: Sequence[Row]) -> dict[str, float]:
    """The weights of the features."""
    counts = Counter(feature for found, _, _ in rows for feature in found)
    kept = [
        ([one for one in sorted(found) if counts[one] >= FEWEST], off, weigh) for found, off, weigh in rows
    ]
    weights: dict[str, float] = defaultdict(float)
    steps: dict[str, float] = defaultdict(lambda: 1e-8)
    order = random.Random(0)
    for _ in range(ROUNDS):
        order.shuffle(kept)
        for found, off, weigh in kept:
            wrong = weigh * (chance(weights, found) - off)
            for one in found:
                slope = wrong + (0 if one == BIAS else STRENGTH * weights[one] / counts[one])
                steps[one] += slope * slope
                weights[one] -= STEP * slope / math.sqrt(steps[one])
    return weights


def chance(weights: dict[str, float], found: Sequence[str] | frozenset[str]) -> float:
    points = sum(weights.get(one, 0.0) for one in found)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, points))))


def measure() -> None:
    """Each headline judged by a table made without it; at several bounds of the points."""
    rows, others = headlines(), sections()
    random.Random(1).shuffle(rows)
    judged = []
    for fold in range(FOLDS):
        weights = learned([*(row for place, row in enumerate(rows) if place % FOLDS != fold), *others])
        judged += [
            (chance(weights, found), off)
            for place, (found, off, _) in enumerate(rows)
            if place % FOLDS == fold
        ]
    for bound in (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9):
        told = [off for points, off in judged if points > bound]
        print(
            f"chance > {bound:.2f} ({math.log(bound / (1 - bound)):.2f} points)   "
            f"P {sum(told) / len(told):.3f}  R {sum(told) / sum(off for _, off in judged):.3f} "
            f"of {len(judged)} headlines"
        )


def make() -> None:
    weights = learned([*headlines(), *sections()])
    lines = [f"{one}\t{weight:.2f}\n" for one, weight in sorted(weights.items()) if abs(weight) >= SMALLEST]
    TABLE.write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} weights in {TABLE.relative_to(ROOT)}")


def main() -> None:
    if not DATA.is_dir():
        print("skipped: there is no ../shared/data beside this checkout")
        return
    ready.prepare()
    if "--make" in sys.argv:
        make()
    else:
        measure()


if __name__ == "__main__":
    main()
