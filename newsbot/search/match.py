"""Does this article answer that query? The index proposes, the text decides.

The age (`within`), sources and tags are the index's to decide: they need no look at the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from newsbot.models.articles import Article
from newsbot.models.search import Phrase, Query, is_chinese
from newsbot.search.tokens import joined, tokens


def answers(query: Query, article: Article) -> bool:
    """Whether every group of the query stands in the article and nothing that it excludes."""
    told_by = (article.source, article.source_id)
    places = (article.title, article.text, article.summary, *article.tags, *told_by)
    return all(any(stands(phrase, places) for phrase in group) for group in query.groups) and not any(
        stands(phrase, places) for phrase in query.excluded
    )


def stands(phrase: Phrase, places: Sequence[str]) -> bool:
    """Whether a phrase, or its compound, stands in one of these texts."""
    if is_chinese(phrase.words) and any(phrase.words in place for place in places):
        return True  # as nearly always, and a hundred times as fast
    wanted = f" {' '.join(phrase.tokens)} "
    return any(wanted in _spaced(place) for place in places) or (
        bool(phrase.joined)
        and any(f" {phrase.joined} " in _spaced(place) or phrase.joined in _joined(place) for place in places)
    )


@lru_cache(maxsize=64)  # one article is asked for several phrases
def _spaced(text: str) -> str:
    """Its tokens between spaces."""
    return f" {' '.join(tokens(text))} "


@lru_cache(maxsize=64)
def _joined(text: str) -> frozenset[str]:
    return frozenset(joined(text))
