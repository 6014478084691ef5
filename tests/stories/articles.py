"""Articles and stories for the tests of this folder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from newsbot.models.articles import Article
from newsbot.models.stories import Story, Tally

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def article(number: int = 1, title: str = "标题", text: str = "", hours: float = 0, **more: Any) -> Article:
    """An article stored `hours` before noon."""
    values = {"source_id": "one", "source": "一家", "keys": (), **more}
    return Article(id=number, title=title, text=text, first_seen=NOON - timedelta(hours=hours), **values)


def story(number: int = 1, *articles: Article, tally: Tally | None = None, **more: Any) -> Story:
    """A story of these articles, or of one made from the rest."""
    told = articles or (article(number, **more),)
    return Story(id=number, lead=told[0], articles=told, tally=tally or Tally())
