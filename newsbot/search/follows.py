"""All that anybody follows, against one new article, in one pass.

Every search is kept under one gram that each article it finds must have, the longest; an article's grams lead
to the few searches that may find it. So ten thousand searches cost a millisecond or two an article
(`benchmarks/search.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from newsbot.chinese.variants import fold
from newsbot.models.articles import Draft
from newsbot.models.search import Document, Phrase, Place, Query, is_called, whole
from newsbot.search.match import stands
from newsbot.search.query import parsed
from newsbot.search.tokens import tokens
from newsbot.tags.alias import canonical


@dataclass(frozen=True, slots=True)
class Found:
    """An article as it is asked here."""

    draft: Draft
    grams: frozenset[str]
    places: tuple[str, ...]


class Follows:
    """What is followed: searches by their keys. A key is the folded words, or what stands for a story."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._queries: dict[str, Query] = {}
        self._under: dict[str, list[str]] = {}  # gram -> keys

    def __contains__(self, key: str) -> bool:
        return key in self._known

    def __len__(self) -> int:
        return len(self._known)

    def add(self, key: str, words: str, ids: Mapping[str, str] | None = None) -> None:
        """Follow a search from now on; words that are none are found by nobody.

        :param ids: folded name of a source -> its id
        """
        query = parsed(words) if key not in self._known else None
        self._known.add(key)
        if query is None:
            return
        self._queries[key] = query = _with_ids(query, ids or {})
        for gram in _leading(query):
            self._under.setdefault(gram, []).append(key)

    def remove(self, key: str) -> None:
        """Nobody follows it any more."""
        self._known.discard(key)
        self._queries.pop(key, None)  # its gram leads nowhere now

    def matching(self, draft: Draft, document: Document) -> list[str]:
        """The keys of all searches that this article answers."""
        grams = frozenset(f"{document.grams} {document.hints}".split())
        found = Found(draft, grams, (draft.title, draft.text, draft.summary, *draft.tags, draft.source))
        asked = dict.fromkeys(key for gram in grams for key in self._under.get(gram, ()))
        return [key for key in asked if key in self._queries and _answers(self._queries[key], found)]


def _answers(query: Query, found: Found) -> bool:
    return (
        all(any(_stands_as_word(phrase, found) for phrase in group) for group in query.groups)
        and not any(_stands(phrase, found) for phrase in query.excluded)
        and (not query.sources or any(one.whole(Place.SOURCE) in found.grams for one in query.sources))
        and {one.words for one in query.tags} <= {fold(tag) for tag in found.draft.tags}
    )


def _stands_as_word(phrase: Phrase, found: Found) -> bool:
    """There, and not by accident; or as a tag that is another name of it."""
    if any(gram in found.grams for gram in _tags(phrase)):
        return True
    if phrase.may_be_an_accident and phrase.whole(Place.ACCIDENT) in found.grams:
        return False
    return _stands(phrase, found)


def _stands(phrase: Phrase, found: Found) -> bool:
    if phrase.joined in found.grams:
        return True
    return found.grams.issuperset(phrase.grams()) and (phrase.is_exact or stands(phrase, found.places))


def _leading(query: Query) -> Iterator[str]:
    """Grams of which every answer has one: of the group whose shortest phrase is the longest, one of each."""
    if query.groups:
        group = max(query.groups, key=lambda one: min(len(phrase.words) for phrase in one))
        for phrase in group:
            yield max(phrase.grams(), key=len)
            yield from _tags(phrase)
            if phrase.joined:
                yield phrase.joined
    elif query.tags:
        yield query.tags[0].whole(Place.TAG)
    else:
        yield from (one.whole(Place.SOURCE) for one in query.sources)


def _tags(phrase: Phrase) -> tuple[str, ...]:
    """The phrase as a tag, and what it is called as one: 大模型 for LLM."""
    name = tokens(canonical(phrase.words))
    return (phrase.whole(Place.TAG), whole(name, Place.TAG))


def _with_ids(query: Query, ids: Mapping[str, str]) -> Query:
    """The sources that are asked for by their names, by their ids too, by which every article has them."""
    more = [ids[name] for name in ids for one in query.sources if is_called(name, one.words)]
    return replace(query, sources=(*query.sources, *(Phrase(one, tuple(tokens(one))) for one in more)))
