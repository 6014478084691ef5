"""An article as the index holds it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from newsbot.chinese.segment import known, words
from newsbot.chinese.variants import plain
from newsbot.models.search import LONGEST_GRAM, Document, Place, grams, is_chinese, whole
from newsbot.search.tokens import joined, runs, tokens

K, B = 1.2, 0.75
USUAL = 1000  # tokens of an article
OFTEN, VERY_OFTEN = 1.2, 1.7
FEWEST = 2  # times


def document(
    title: str, text: str, tags: Iterable[str], sources: Iterable[str], summary: str = ""
) -> Document:
    """The grams under which an article is found.

    :param sources: whatever its source is called
    """
    tags, sources = tuple(tags), tuple(dict.fromkeys(sources))
    in_title = runs(title)
    told = [*in_title, *runs(text)]
    counts = Counter(gram for run in told for gram in grams(run))
    found = {*counts, *_often(counts, sum(map(len, told)))}
    for part in (summary, *tags, *sources):
        for run in runs(part):
            found.update(grams(run))
    for run in in_title:
        found.update(grams(run, Place.TITLE))
    for part in (text, summary):
        found.update(joined(part))
    for part, place in ((title, Place.TITLE), *((tag, Place.TAG) for tag in tags)):
        for compound in joined(part):
            found.update((compound, f"{place}{compound}"))
    names = [(tag, Place.TAG) for tag in tags] + [(source, Place.SOURCE) for source in sources]
    found.update(whole(named, place) for name, place in names if (named := tokens(name)))
    hints = {whole(pair, Place.ACCIDENT) for pair in accidents("\n".join((title, text, summary)))}
    return Document(" ".join(found), " ".join(hints))


def _often(counts: Mapping[str, int], length: int) -> Iterator[str]:
    """Words and pairs that stand here often, and very often: as BM25 weighs a count against a length.

    weight = count x (k + 1) / (count + k x (1 - b + b x length / usual)), k = 1.2, b = 0.75 (Robertson and
    others 1994); often from 1.2 on, very often from 1.7.

    :param length: tokens of the article
    """
    dampened = K * (1 - B + B * length / USUAL)
    often, very_often = (level * dampened / (K + 1 - level) for level in (OFTEN, VERY_OFTEN))
    for gram, count in counts.items():
        if count < FEWEST or count < often or is_chinese(gram):
            continue
        yield f"{Place.OFTEN}{gram}"[:LONGEST_GRAM]
        if count >= very_often:
            yield f"{Place.VERY_OFTEN}{gram}"[:LONGEST_GRAM]


def accidents(text: str) -> set[str]:
    """Pairs of Chinese characters that never are a word here, or part of one that nobody knows.

    A pair is an accident where it takes the end of a known word and the beginning of another (上海 in
    以上海量), or stands inside a known word and is none itself (工智 in 人工智能).
    """
    found: set[str] = set()
    meant: set[str] = set()
    before = ""
    for word in words(plain(text)):
        if not is_chinese(word):
            before = ""
            continue
        is_known = len(word) > 1 and known(word)
        if before:
            (found if is_known and len(before) > 1 and known(before) else meant).add(before[-1] + word[0])
        inner = [word[at : at + 2] for at in range(len(word) - 1)]
        for pair in inner:
            (meant if len(word) == 2 or not is_known or known(pair) else found).add(pair)
        before = word
    return found - meant
