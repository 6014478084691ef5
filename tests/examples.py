"""Example values for tests, named as a sentence would name them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from newsbot.models.articles import Article, Draft
from newsbot.models.sources import Source
from newsbot.models.stories import Story, Tally

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # noon in Shanghai


def minutes_ago(minutes: float) -> datetime:
    return NOON - timedelta(minutes=minutes)


def source(id: str = "daily", **changes) -> Source:
    return Source(**({"id": id, "name": f"{id} 日报", "url": f"https://{id}.example/feed"} | changes))


def draft(title: str = "云雀大模型开源", **changes) -> Draft:
    values = {
        "keys": (f"link:https://daily.example/{title}",),
        "title": title,
        "text": f"{title}。团队表示，模型权重今天起可以下载，商用免费。",
        "link": f"https://daily.example/{abs(hash(title))}",
        "source": "daily 日报",
        "published": minutes_ago(60),
        "tags": ("大模型", "开源"),
        "summary": "团队表示，模型权重今天起可以下载，商用免费。",
    }
    return Draft(**(values | changes))


def article(id: int = 1, title: str = "云雀大模型开源", **changes) -> Article:
    made = draft(title)
    values = {name: getattr(made, name) for name in Draft.__slots__}
    return Article(**(values | {"id": id, "source_id": "daily", "first_seen": minutes_ago(50)} | changes))


def story(id: int = 1, *told: Article, **tally) -> Story:
    """A story of these articles; every vote and value is sure."""
    articles = told or (article(id),)
    sure = {f"sure_{name}": count for name, count in tally.items() if f"sure_{name}" in Tally.__slots__}
    return Story(id=id, lead=articles[0], articles=tuple(articles), tally=Tally(**(sure | tally)))
