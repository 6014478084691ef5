"""Which article of a story is shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from newsbot.models.articles import Article

FULL = 200  # characters; shorter is a teaser


def lead(articles: Iterable[Article]) -> Article:
    """The earliest full text, rather one that is no noise; without a full text the earliest article.

    :raises ValueError: without articles
    """
    return min(articles, key=_place)


def _place(article: Article) -> tuple[bool, bool, datetime, int]:
    return len(article.text) < FULL, bool(article.noise), article.when, article.id
