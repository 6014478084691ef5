"""Ten thousand followed searches against one article."""

from __future__ import annotations

import random
import statistics
import time

import search_texts as texts
from search_archive import draft

from newsbot.chinese.segment import words
from newsbot.flows.understand import indexable
from newsbot.search.follows import Follows

FOLLOWED, COMPOUND = 10_000, 1_000  # searches, and those of them that are of several words
ARTICLES = 200
WANTED_MS = 5


def measure_follows() -> None:
    """Words of real headlines, a tenth of them two words without a third; articles of 1,000 characters."""
    texts.ready()
    chance = random.Random(1)
    known = sorted({word for title in texts.headlines() for word in words(title) if len(word) > 1})
    chance.shuffle(known)
    searches = known[: FOLLOWED - COMPOUND]
    searches += ["{} {} -{}".format(*chance.sample(known, 3)) for _ in range(COMPOUND)]
    follows = Follows()
    began = time.perf_counter()
    for words_of_one in searches:
        follows.add(words_of_one, words_of_one)
    built = time.perf_counter() - began
    spent, hits = [], 0
    for number in range(ARTICLES):
        one = draft(texts.article(number))
        found_by = indexable(one, "paper")
        began = time.perf_counter()
        hits += len(follows.matching(one, found_by))
        spent.append(1000 * (time.perf_counter() - began))
    p95 = statistics.quantiles(spent, n=20)[-1]
    print(
        f"\n{len(follows):,} followed searches, read within {built:.2f} s, against one article:"
        f" p50 {statistics.median(spent):.2f}  p95 {p95:.2f}  max {max(spent):.2f} ms"
        f" (wanted {WANTED_MS}); {hits / ARTICLES:.0f} of them answered"
    )
