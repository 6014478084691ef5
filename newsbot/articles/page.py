"""A page of a news site, read: the article and what the page says about it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from newsbot.articles.body import body
from newsbot.articles.boilerplate import without_boilerplate
from newsbot.articles.clean import clean, clean_line
from newsbot.articles.head import Head, head
from newsbot.articles.summary import summary
from newsbot.articles.titles import tidy_title, without_site
from newsbot.errors import NotReadable
from newsbot.models.articles import Link, Page
from newsbot.sources.addresses import canonical
from newsbot.sources.dates import parse_date

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_TITLES = ("meta[property='og:title']", "meta[name='twitter:title']")
_PUBLISHED = (
    "meta[property='article:published_time']", "meta[name='publishdate']", "meta[name='pubdate']",
    "meta[name='PubDate']", "meta[itemprop='datePublished']", "meta[name='weibo: article:create_at']",
    "time[datetime]", "[itemprop='datePublished']",
)  # fmt: skip
_AUTHORS = (
    "meta[name='author']",
    "meta[property='article:author']",
    "[itemprop='author']",
    "[rel='author']",
    ".author",
)
_SITES = ("meta[property='og:site_name']", "meta[name='mediaid']", "meta[name='application-name']")
_IMAGES = ("meta[property='og:image']", "meta[name='twitter:image']", "meta[itemprop='image']")
_GIVEN = ("meta[property='og:description']", "meta[name='description']")
_HEADS = (
    ".info",
    ".source",
    ".meta",
    ".post-info",
    ".article-info",
    ".time",
    ".date",
    "[class*='source']",
    "[class*='info']",
    "[class*='time']",
    "[class*='date']",
)
_RELATED = "[class*='related'] a[href], [class*='relate'] a[href], [id*='related'] a[href]"
_MOST_RELATED = 10
_MOST_HEADS = 40
_WECHAT_TIME = re.compile(r"var (?:ct|create_time)\s*=\s*[\"'](\d{10})[\"']")
_SHORTEST = 20
_LONGEST_AUTHOR = 40


def read_page(html: str, url: str | None, zone: str, now: datetime) -> Page:
    """Read one article's page.

    :param url: where the page came from, to complete its addresses
    :param zone: IANA zone of times that carry none
    :raises NotReadable: where no article is found
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(html)
    title = _title(tree)
    about = _head(tree, zone, now)
    links = _related(tree, url)
    image, link = _address(_first(tree, _IMAGES), url), _link(tree, url)
    published = _published(tree, html, zone, now) or about.published
    author = _author(tree) or about.author
    source = (
        clean_line(_first(tree, ("#js_name",))) or about.source or clean_line(_first(tree, _SITES)) or None
    )
    given = clean(_first(tree, _GIVEN))
    lines = without_boilerplate(clean(body(tree, html)).split("\n"))
    lines = _after_title(lines, title, zone, now)
    text = "\n".join(lines)
    if not title or len(text) < _SHORTEST:
        raise NotReadable(url or "page", "there is no article on this page")
    return Page(
        title=title, text=text, link=link, source=source, author=author, published=published,
        reads=about.reads, summary=summary(title, text, given), image=image, related=links,
    )  # fmt: skip


def _title(tree: LexborHTMLParser) -> str:
    """og:title, the heading or <title>, without the site's name; the longer of two that begin alike."""
    heading = next((words for node in tree.css("#activity-name, h1") if len(words := _words(node)) >= 6), "")
    full = _words(tree.css_first("title"))
    named = tidy_title(_first(tree, _TITLES))
    # Some sites end og:title at the first quotation mark: the heading that goes on is the whole one.
    if heading and (not named or heading.startswith(named)):
        return heading
    if named and full.startswith(named):
        return without_site(
            full, named if len(named) >= 12 and full[len(named) :].lstrip()[:1] in "_-|–—" else ""
        )
    shown = named or without_site(full, heading)
    return heading if heading and heading in full else without_site(shown)


def _words(node: LexborNode | None) -> str:
    return "" if node is None else tidy_title(node.text(deep=True))


def _first(tree: LexborHTMLParser, selectors: tuple[str, ...]) -> str:
    """What the first of these says: its content, its datetime or its text; empty where none does."""
    for selector in selectors:
        node = tree.css_first(selector)
        if node is None:
            continue
        words = node.attributes.get("content") or node.attributes.get("datetime") or node.text(deep=True)
        if words and words.strip():
            return words.strip()
    return ""


def _author(tree: LexborHTMLParser) -> str | None:
    """A name; templates leave addresses and placeholders there."""
    name = clean_line(_first(tree, _AUTHORS))
    return name if name and len(name) <= _LONGEST_AUTHOR and "@" not in name and "/" not in name else None


def _published(tree: LexborHTMLParser, html: str, zone: str, now: datetime) -> datetime | None:
    for selector in _PUBLISHED:
        found = parse_date(_first(tree, (selector,)), zone, now)
        if found is not None:
            return found
    stamp = _WECHAT_TIME.search(html)
    return parse_date(stamp[1], zone, now) if stamp else None


def _head(tree: LexborHTMLParser, zone: str, now: datetime) -> Head:
    """The first short element, in the order of trust, that names a source, a time or a read count."""
    known: dict[str, object] = {}
    nodes = [node for selector in _HEADS for node in tree.css(selector)[:5]]
    for node in nodes[:_MOST_HEADS]:
        about = head(clean_line(node.text(deep=True, separator=" ")[:300]), zone, now)
        for name in ("source", "author", "published", "reads"):
            if getattr(about, name) is not None:
                known.setdefault(name, getattr(about, name))
    return Head(**known)  # type: ignore[arg-type]


def _related(tree: LexborHTMLParser, url: str | None) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for node in tree.css(_RELATED):
        title = tidy_title(node.text(deep=True))
        address = _address(node.attributes.get("href") or "", url)
        if len(title) >= 8 and address and len(found) < _MOST_RELATED:
            found.setdefault(title, Link(title, address))
    return tuple(found.values())


def _link(tree: LexborHTMLParser, url: str | None) -> str | None:
    node = tree.css_first("link[rel='canonical']")
    named = (node.attributes.get("href") if node else "") or _first(tree, ("meta[property='og:url']",))
    return _address(named, url) or (canonical(url) if url else None)


def _address(named: str, url: str | None) -> str | None:
    return canonical(named, url) if named else None


def _after_title(lines: list[str], title: str, zone: str, now: datetime) -> list[str]:
    """Drop the title and the source line where the body begins with them."""
    kept = list(lines)
    while kept and (
        kept[0] == title or (len(kept[0]) < 80 and head(kept[0], zone, now).published is not None)
    ):
        kept.pop(0)
    return kept
