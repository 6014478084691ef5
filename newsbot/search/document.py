"""An article as the index holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from newsbot.chinese.segment import known, words
from newsbot.chinese.variants import plain
from newsbot.models.search import MOST_OF_A_WORD, Document, Place, grams, is_chinese, whole
from newsbot.search.tokens import joined, runs, tokens


def document(
    title: str, text: str, tags: Iterable[str], sources: Iterable[str], summary: str = ""
) -> Document:
    """The grams under which an article is found.

    :param sources: whatever its source is called
    """
    tags, sources = tuple(tags), tuple(dict.fromkeys(sources))
    found: set[str] = set()
    for part in (title, text, summary, *tags, *sources):
        for run in runs(part):
            found.update(grams(run))
        found.update(joined(part))
    for run in runs(title):
        found.update(grams(run, Place.TITLE))
    found.update(f"{Place.TITLE}{compound}" for compound in joined(title))
    found.update(f"{Place.TAG}{compound}" for tag in tags for compound in joined(tag))
    names = [(tag, Place.TAG) for tag in tags] + [(source, Place.SOURCE) for source in sources]
    found.update(whole(named, place) for name, place in names if (named := tokens(name)))
    hints = {whole(word, Place.WORD) for part in (title, text, summary) for word in short_words(part)}
    return Document(" ".join(found), " ".join(hints))


def short_words(text: str) -> Iterator[str]:
    """The Chinese words of one or two characters, also those inside longer ones (华为 in 华为云)."""
    for word in filter(is_chinese, dict.fromkeys(words(plain(text)))):
        if len(word) <= MOST_OF_A_WORD:
            yield word
        else:
            inner = (word[at : at + MOST_OF_A_WORD] for at in range(len(word) - MOST_OF_A_WORD + 1))
            yield from filter(known, inner)
