"""The newsstand itself: which articles there are, and the routes that serve them.

Articles carry an age in minutes; it is counted back from the first time that anybody asks.
"""

from __future__ import annotations

import functools
import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from playground.newsstand import render
from playground.newsstand.render import Article, Feed

WRITERS = {"rss": render.rss, "brief": render.brief, "atom": render.atom, "json": render.json_feed}
TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "brief": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Stock:
    """What `articles.toml` holds: the feeds by their id, and the articles as written there."""

    feeds: dict[str, Feed]
    articles: tuple[dict[str, Any], ...]


@functools.cache
def stock() -> Stock:
    """Read `articles.toml`, once."""
    text = files("playground.newsstand").joinpath("articles.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    feeds = {row["id"]: Feed(**row) for row in table["feed"]}
    return Stock(feeds, tuple(table["article"]))


class Newsstand:
    """Five feeds and the pages of their articles.

    :param now: tells the time, aware; asked first when something is served or published
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._articles: list[Article] = []

    def routes(self) -> list[Route]:
        """The pages of the newsstand, all below `/stand/`."""
        return [
            Route("/stand/", self._index),
            Route("/stand/a/{number:int}.html", self._page),
            Route("/stand/{feed}.xml", self._feed),
            Route("/stand/{feed}.json", self._feed),
        ]

    def catalog(self, base_url: str) -> str:
        """The catalogue (TOML) of the feeds, as served below `base_url`."""
        return render.catalog(list(stock().feeds.values()), base_url.rstrip("/"))

    def publish(self, feed: str, title: str, summary: str, text: str) -> int:
        """Add an article that appeared this moment, and return its number.

        :param feed: the id of one of the feeds
        :param text: paragraphs separated by newlines
        :raises KeyError: there is no such feed
        """
        category = stock().feeds[feed].category
        articles = self._open()
        article = Article(
            number=len(articles) + 1,
            feed=feed,
            published=self._now().replace(microsecond=0),
            title=title,
            author="",
            summary=summary,
            paragraphs=paragraphs(text),
            category=category,
        )
        articles.append(article)
        return article.number

    def _open(self) -> list[Article]:
        """All articles; the first call lays out the stock, dated back from now."""
        if not self._articles:
            opened = self._now().replace(microsecond=0)
            self._articles = [dated(row, i, opened) for i, row in enumerate(stock().articles, start=1)]
        return self._articles

    def _of(self, feed: str) -> list[Article]:
        """The articles of a feed, newest first."""
        mine = [article for article in self._open() if article.feed == feed]
        return sorted(mine, key=lambda article: article.published, reverse=True)

    async def _index(self, request: Request) -> Response:
        shelves = [(feed, self._of(feed.id)) for feed in stock().feeds.values()]
        return HTMLResponse(render.index(shelves))

    async def _page(self, request: Request) -> Response:
        articles, number = self._open(), request.path_params["number"]
        if not 1 <= number <= len(articles):
            raise HTTPException(404)
        article = articles[number - 1]
        related = alike(article, articles)
        return HTMLResponse(render.page(stock().feeds[article.feed], article, related, base_of(request)))

    async def _feed(self, request: Request) -> Response:
        feed = stock().feeds.get(request.path_params["feed"])
        if feed is None or request.url.path != feed.path:
            raise HTTPException(404)
        articles = self._of(feed.id)
        body = WRITERS[feed.format](feed, articles, base_of(request)).encode()
        headers = validators(body, articles[0].published)
        if asks_for(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=TYPES[feed.format])


def dated(row: dict[str, Any], number: int, opened: datetime) -> Article:
    """An article of the stock, with the time it appeared."""
    return Article(
        number=number,
        feed=row["feed"],
        published=opened - timedelta(minutes=row["minutes"]),
        title=row["title"],
        author=row["author"],
        summary=row["summary"],
        paragraphs=paragraphs(row["text"]),
        category=row["category"],
    )


def paragraphs(text: str) -> tuple[str, ...]:
    """The lines of a text that are not empty."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def alike(article: Article, articles: list[Article]) -> list[Article]:
    """Four other articles of the same feed, those of the same category first."""
    others = [other for other in articles if other.feed == article.feed and other != article]
    return sorted(others, key=lambda other: other.category != article.category)[:4]


def base_of(request: Request) -> str:
    """The address that the asker used for this server, without a final slash."""
    return str(request.base_url).rstrip("/")


def validators(body: bytes, newest: datetime) -> dict[str, str]:
    """The headers by which an asker can tell next time that nothing changed."""
    digest = hashlib.sha256(body).hexdigest()[:16]
    return {"ETag": f'"{digest}"', "Last-Modified": format_datetime(render.utc(newest), usegmt=True)}


def asks_for(request: Request, etag: str) -> bool:
    """Whether the asker already holds what this ETag stands for."""
    held = request.headers.get("if-none-match", "")
    tags = [tag.strip().removeprefix("W/") for tag in held.split(",")]
    return etag in tags or "*" in tags
