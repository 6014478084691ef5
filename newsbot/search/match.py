"""Does this article answer that query? The index proposes, the text decides.

The age (`within`), sources and tags are the index's to decide: they need no look at the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from newsbot.chinese.variants import fold, fold_each
from newsbot.models.search import Phrase, Query, is_called, is_chinese
from newsbot.search.tokens import joined, pattern

A_TITLE = 200  # characters


class Told(Protocol):
    """What of an article is looked at."""

    @property
    def title(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def summary(self) -> str: ...

    @property
    def tags(self) -> Sequence[str]: ...

    @property
    def source(self) -> str: ...

    @property
    def source_id(self) -> str: ...


def answers(query: Query, article: Told) -> bool:
    """Whether every group of the query stands in the article and nothing that it excludes."""
    told_by = (article.source, article.source_id)
    places = (article.title, article.text, article.summary, *article.tags, *told_by)
    return _stand(query, places)


def is_about(query: Query, title: str, tags: Sequence[str], sources: Sequence[str]) -> bool:
    """Whether the query stands in the title and the tags, and nothing there is excluded.

    :param sources: whatever the article's source is called
    """
    return _stand(query, (title, *tags)) and is_of(query, tags, sources)


def is_of(query: Query, tags: Sequence[str], sources: Sequence[str]) -> bool:
    """Whether an article with these tags, of a source that is called so, is among those asked for."""
    if query.sources and not any(
        is_called(name, one.words) for one in query.sources for name in map(fold, sources)
    ):
        return False
    return {one.words for one in query.tags} <= set(map(fold, tags))


def _stand(query: Query, places: Sequence[str]) -> bool:
    """Whether every group stands in one of these texts, and nothing that is excluded in any."""
    return all(any(stands(phrase, places) for phrase in group) for group in query.groups) and not any(
        stands(phrase, places) for phrase in query.excluded
    )


def stands(phrase: Phrase, places: Sequence[str]) -> bool:
    """Whether a phrase, or its compound, stands in one of these texts."""
    if is_chinese(phrase.words) and any(phrase.words in place for place in places):
        return True  # as nearly always
    wanted = pattern(phrase)
    return any(wanted.search(_folded(place)) for place in places) or (
        bool(phrase.joined)
        and any(_has_token(place, phrase.joined) or phrase.joined in _joined(place) for place in places)
    )


def _folded(text: str) -> str:
    return _folded_title(text) if len(text) < A_TITLE else _folded_text(text)


_folded_text = lru_cache(maxsize=8)(fold_each)  # one article is asked for several phrases
_folded_title = lru_cache(maxsize=16_384)(fold_each)  # the same titles are looked at for many readers


def _has_token(text: str, token: str) -> bool:
    return pattern(Phrase(token, (token,))).search(_folded(text)) is not None


@lru_cache(maxsize=1024)
def _joined(text: str) -> frozenset[str]:
    return frozenset(joined(text))
