"""What a page says of its article for machines: JSON-LD, meta elements, and what stands near the title."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsbot.articles.clean import clean_line
from newsbot.articles.head import Head, head
from newsbot.sources.dates import parse_date

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_PUBLISHED = (
    "meta[property='article:published_time']", "meta[name='publishdate']", "meta[name='pubdate']",
    "meta[name='PubDate']", "meta[name='publish_time']", "meta[itemprop='datePublished']",
    "meta[name='weibo: article:create_at']", "meta[name='weibo:article:create_at']", "time[datetime]",
    "[itemprop='datePublished']",
)  # fmt: skip
_AUTHORS = (
    "meta[name='author']", "meta[property='article:author']", "[itemprop='author']", "[rel='author']", ".author",
)  # fmt: skip
_SITES = ("meta[property='og:site_name']", "meta[name='mediaid']", "meta[name='application-name']")
_IMAGES = ("meta[property='og:image']", "meta[name='twitter:image']", "meta[itemprop='image']")
_HEADS = (
    ".info", ".source", ".meta", ".post-info", ".article-info", ".time", ".date", "[class*='source']",
    "[class*='info']", "[class*='time']", "[class*='date']",
)  # fmt: skip
_ARTICLES = frozenset(
    ("Article", "NewsArticle", "BlogPosting", "Report", "TechArticle", "AnalysisNewsArticle")
)
_MOST_HEADS = 40
_NEAR = "span,em,i,p,div,td,li,small,time"
_HEADINGS = "h1,h2,h3,[class*='title'],[class*='tit'],[id*='title']"
_PARTS = 2  # of the page around the title
_MOST_NEAR = 60  # elements in such a part
_SHORTEST_LINE, _LONGEST_LINE = 8, 150  # characters of a line that may say when
_TELLING = 12  # characters of a title by which its heading is known
_LONGEST_AUTHOR = 40
_DEEPEST = 6  # of what JSON-LD nests
_LONGEST_DATA = 100_000  # characters of one block of JSON-LD
_SMALL = 100  # pixels: an icon


def first(tree: LexborHTMLParser, selectors: tuple[str, ...]) -> str:
    """What the first of these says: its content, its datetime or its text; empty where none does."""
    for selector in selectors:
        node = tree.css_first(selector)
        if node is None:
            continue
        words = node.attributes.get("content") or node.attributes.get("datetime") or node.text(deep=True)
        if words and words.strip():
            return words.strip()
    return ""


def linked_data(tree: LexborHTMLParser) -> dict[str, Any]:
    """The page's article as JSON-LD has it (schema.org), or nothing."""
    for node in tree.css("script[type='application/ld+json']")[:10]:
        words = node.text(deep=True)
        try:
            found = json.loads(words, strict=False) if len(words) <= _LONGEST_DATA else None
        except (ValueError, RecursionError):
            continue
        for thing in _things(found, _DEEPEST):
            kinds = thing.get("@type")
            if _ARTICLES & set(
                kinds if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else []
            ):
                return thing
    return {}


def _things(found: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth and isinstance(found, dict):
        yield found
        yield from _things(found.get("@graph"), depth - 1)
    elif depth and isinstance(found, list):
        for one in found[:20]:
            yield from _things(one, depth - 1)


def _name(found: object) -> str:
    """A name out of `"x"`, `{"name": "x"}` or a list of those."""
    if isinstance(found, list):
        return "、".join(filter(None, map(_name, found[:3])))
    if isinstance(found, dict):
        found = found.get("name")
    return clean_line(found) if isinstance(found, str) else ""


def _url(found: object) -> str:
    if isinstance(found, list):
        found = found[0] if found else ""
    if isinstance(found, dict):
        found = found.get("url")
    return found if isinstance(found, str) else ""


def published(tree: LexborHTMLParser, data: dict[str, Any], zone: str, now: datetime) -> datetime | None:
    """When it was published, as the page says it for machines; times without a zone are in `zone`."""
    said = data.get("datePublished")
    candidates = [said if isinstance(said, str) else "", *(first(tree, (one,)) for one in _PUBLISHED)]
    return next((found for words in candidates if (found := parse_date(words, zone, now))), None)


def author(tree: LexborHTMLParser, data: dict[str, Any]) -> str | None:
    """A name; templates leave addresses and placeholders there, and some put the site's own."""
    for name in (_name(data.get("author")), clean_line(first(tree, _AUTHORS))):
        if name and len(name) <= _LONGEST_AUTHOR and "@" not in name and "/" not in name:
            return name
    return None


def site(tree: LexborHTMLParser, data: dict[str, Any]) -> str | None:
    """Who publishes it."""
    return _name(data.get("publisher")) or clean_line(first(tree, _SITES)) or None


def image(tree: LexborHTMLParser, data: dict[str, Any]) -> str:
    """The address of the picture that stands for the article, as it is written."""
    return first(tree, _IMAGES) or _url(data.get("image"))


def picture(node: LexborNode) -> str:
    """The first picture in an article that is no icon."""
    for one in node.css("img")[:10]:
        sizes = [one.attributes.get(side) or "" for side in ("width", "height")]
        if any(size.isdecimal() and int(size[:6]) < _SMALL for size in sizes):
            continue
        names = ("data-src", "data-original", "data-lazy-src", "src")
        found = next((value for name in names if (value := one.attributes.get(name))), "")
        if (
            found
            and not found.startswith("data:")
            and not found.lower().split("?")[0].endswith((".gif", ".svg"))
        ):
            return found
    return ""


def byline(tree: LexborHTMLParser, title: str, zone: str, now: datetime) -> Head:
    """What the lines near the title say of source, author, time and read count: by name first, then by place."""
    about = Head()
    nodes = [node for selector in _HEADS for node in tree.css(selector)[:5]]
    for node in nodes[:_MOST_HEADS]:
        about = about.with_more(_head(node, zone, now))
    for node in _near_title(tree, title):
        near = _head(node, zone, now)
        if near.published is not None:  # a line without a time may be a sentence of the article
            return about.with_more(near)
    return about


def _head(node: LexborNode, zone: str, now: datetime) -> Head:
    return head(clean_line(node.text(deep=True, separator=" ")[:300]), zone, now)


def _near_title(tree: LexborHTMLParser, title: str) -> Iterator[LexborNode]:
    """The short elements in the heading's own part of the page, the nearest part first."""
    begins = "".join(title[:_TELLING].split())
    heading = next(
        (node for node in tree.css(_HEADINGS)[:30] if begins in "".join(node.text(deep=True)[:200].split())),
        None,
    )
    part = heading.parent if heading is not None and begins else None
    for _ in range(_PARTS):
        if part is None or part.tag in ("body", "html"):
            return
        for node in part.css(_NEAR)[:_MOST_NEAR]:
            if _SHORTEST_LINE <= len(node.text(deep=True).strip()) <= _LONGEST_LINE:
                yield node
        part = part.parent
