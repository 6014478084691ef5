"""The newsstand itself: which articles there are, and the routes that serve them.

Articles carry an age in minutes; it is counted back from the first time that anybody asks. Some are of the
three days after: they appear when it is their time.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import re
import tomllib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from importlib.resources import files
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router

from playground.asked import HEADERS, SameOrigin
from playground.newsstand import render
from playground.newsstand.render import Article, Feed

WRITERS = {"rss": render.rss, "brief": render.brief, "atom": render.atom, "json": render.json_feed}
TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "brief": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}
#: what a feed says of caching is its own
KEPT_ALONE = [one for one in HEADERS if one[0] != b"cache-control"]
#: what can be wrong with a feed on purpose
BREAKS = ("500", "404", "timeout", "garbage", "empty")
GARBAGE = b"<rss><channel><item><title>\x00\xff\xfe cut off in the mi"
NOT_IN_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
HANGS = 120.0  # seconds
MOST_VISITS = 50


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


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody asked for a feed and was answered with this status; 0: not at all."""

    feed: str
    at: datetime
    status: int


class Newsstand:
    """Five feeds and the pages of their articles.

    :param now: tells the time, aware; asked first when something is served or published
    :param goes_on: it has articles for the three days after, too
    """

    def __init__(self, now: Callable[[], datetime], goes_on: bool = False) -> None:
        self._now = now
        self._goes_on = goes_on
        self._articles: list[Article] = []
        self._withdrawn: set[int] = set()
        self._broken: dict[str, str] = {}
        self._visits: deque[Visit] = deque(maxlen=MOST_VISITS)

    def routes(self) -> list[BaseRoute]:
        """The pages of the newsstand, all below `/stand/`, for this machine only."""
        pages = [
            Route("/", self._index),
            Route("/a/{number:int}.html", self._page),
            Route("/{feed}.xml", self._feed),
            Route("/{feed}.json", self._feed),
        ]
        return [Mount("/stand", app=SameOrigin(Router(pages), KEPT_ALONE))]

    def catalog(self, base_url: str, interval: int | None = None) -> str:
        """The catalogue (TOML) of the feeds, as served below `base_url`.

        :param interval: how often they are to be asked for, in seconds
        """
        return render.catalog(list(stock().feeds.values()), base_url.rstrip("/"), interval)

    def publish(self, feed: str, title: str, summary: str, text: str) -> int:
        """Add an article that appeared this moment, and return its number.

        :param feed: the id of one of the feeds
        :param text: paragraphs separated by newlines
        :raises KeyError: there is no such feed
        :raises ValueError: it has no title or no text
        """
        category = stock().feeds[feed].category
        articles = self._open()
        article = Article(
            number=len(articles) + 1,
            feed=feed,
            published=self._now().replace(microsecond=0),
            author="",
            category=category,
            **_written(title, summary, text),
        )
        articles.append(article)
        return article.number

    def change(self, number: int, title: str, summary: str, text: str) -> None:
        """Give an article other words, as editors do after it appeared; raises as `publish` does."""
        self._open()[self._place(number)] = replace(self._article(number), **_written(title, summary, text))

    def withdraw(self, number: int) -> None:
        """Take an article off its feed, and its page away. Raises KeyError where there is none."""
        self._withdrawn.add(self._article(number).number)

    def break_feed(self, feed: str, how: str) -> None:
        """From now on this is wrong with a feed; nothing where `how` is empty.

        :raises KeyError: there is no such feed
        :raises ValueError: `how` is not one of BREAKS
        """
        if how and how not in BREAKS:
            raise ValueError(f"a feed breaks by {', '.join(BREAKS)}")
        self._broken[stock().feeds[feed].id] = how

    def shown(self) -> dict[str, Any]:
        """The feeds with their articles and what is wrong with them, and who asked of late, newest first."""
        feeds = [
            {
                "id": feed.id,
                "name": feed.name,
                "path": feed.path,
                "language": feed.language,
                "broken": self._broken.get(feed.id, ""),
                "articles": [_told(article) for article in self._of(feed.id)],
            }
            for feed in stock().feeds.values()
        ]
        visits = [
            {"feed": visit.feed, "at": visit.at.timestamp(), "status": visit.status}
            for visit in reversed(self._visits)
        ]
        return {"feeds": feeds, "visits": visits, "breaks": list(BREAKS)}

    def _is_out(self, article: Article) -> bool:
        return article.number not in self._withdrawn and article.published <= self._now()

    def _place(self, number: int) -> int:
        articles = self._open()
        if not 1 <= number <= len(articles) or not self._is_out(articles[number - 1]):
            raise KeyError(number)
        return number - 1

    def _article(self, number: int) -> Article:
        return self._open()[self._place(number)]

    def _open(self) -> list[Article]:
        """All articles; the first call lays out the stock, dated back from now."""
        if not self._articles:
            opened = self._now().replace(microsecond=0)
            rows = [row for row in stock().articles if row["minutes"] >= 0 or self._goes_on]
            self._articles = [dated(row, i, opened) for i, row in enumerate(rows, start=1)]
        return self._articles

    def _of(self, feed: str) -> list[Article]:
        """The articles of a feed that have appeared, newest first."""
        mine = [one for one in self._open() if one.feed == feed and self._is_out(one)]
        return sorted(mine, key=lambda article: article.published, reverse=True)

    async def _index(self, request: Request) -> Response:
        shelves = [(feed, self._of(feed.id)) for feed in stock().feeds.values()]
        return HTMLResponse(render.index(shelves))

    async def _page(self, request: Request) -> Response:
        try:
            article = self._article(request.path_params["number"])
        except KeyError:
            raise HTTPException(404) from None
        related = alike(article, self._of(article.feed))
        return HTMLResponse(render.page(stock().feeds[article.feed], article, related, base_of(request)))

    async def _feed(self, request: Request) -> Response:
        feed = stock().feeds.get(request.path_params["feed"])
        if feed is None or request.url.path != feed.path:
            raise HTTPException(404)
        answer = await self._answer(request, feed)
        self._visits.append(Visit(feed.id, self._now(), answer.status_code))
        return answer

    async def _answer(self, request: Request, feed: Feed) -> Response:
        if how := self._broken.get(feed.id, ""):
            return await self._broken_answer(feed, how)
        articles = self._of(feed.id)
        body = WRITERS[feed.format](feed, articles, base_of(request)).encode()
        headers = validators(body, articles[0].published if articles else self._now())
        if asks_for(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type=TYPES[feed.format])

    async def _broken_answer(self, feed: Feed, how: str) -> Response:
        if how == "timeout":
            self._visits.append(Visit(feed.id, self._now(), 0))
            await asyncio.sleep(HANGS)
        if how in ("garbage", "empty"):
            return Response(GARBAGE if how == "garbage" else b"", media_type=TYPES[feed.format])
        return Response(status_code=int(how) if how.isdigit() else 504)


def _written(title: str, summary: str, text: str) -> dict[str, Any]:
    """What an editor typed, as parts of an article. Raises ValueError."""
    "".join((title, summary, text)).encode()  # half a character is an UnicodeEncodeError: a ValueError
    title, summary, text = (NOT_IN_XML.sub("", one) for one in (title, summary, text))
    found = paragraphs(text)
    if not title.strip() or not found:
        raise ValueError("an article has a title and a text")
    return {"title": title.strip(), "summary": summary.strip() or found[0][:100], "paragraphs": found}


def _told(article: Article) -> dict[str, Any]:
    """An article as the page edits it."""
    return {
        "number": article.number,
        "title": article.title,
        "summary": article.summary,
        "text": "\n".join(article.paragraphs),
        "path": article.path,
        "at": article.published.timestamp(),
    }


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
    return f"{request.url.scheme}://{request.url.netloc}"


def validators(body: bytes, newest: datetime) -> dict[str, str]:
    """The headers by which an asker can tell next time that nothing changed."""
    digest = hashlib.sha256(body).hexdigest()[:16]
    return {"ETag": f'"{digest}"', "Last-Modified": format_datetime(render.utc(newest), usegmt=True)}


def asks_for(request: Request, etag: str) -> bool:
    """Whether the asker already holds what this ETag stands for."""
    held = request.headers.get("if-none-match", "")
    tags = [tag.strip().removeprefix("W/") for tag in held.split(",")]
    return etag in tags or "*" in tags
