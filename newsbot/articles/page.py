"""A page of a news site, read: the article and what the page says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from newsbot.articles import metadata
from newsbot.articles.body import body
from newsbot.articles.boilerplate import begins_list, without_boilerplate
from newsbot.articles.clean import clean, clean_line, is_rubbish
from newsbot.articles.head import head, is_alone
from newsbot.articles.titles import of_article, tidy_title
from newsbot.errors import NotReadable
from newsbot.models.articles import Link, Page
from newsbot.sources.addresses import canonical
from newsbot.sources.dates import parse_date

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_TITLES = ("meta[property='og:title']", "meta[name='twitter:title']")
_GIVEN = ("meta[property='og:description']", "meta[name='description']")
_RELATED = "[class*='related'] a[href], [class*='relate'] a[href], [id*='related'] a[href]"
_LIST_HEADINGS = "h2,h3,h4,h5,h6,dt,strong,b,[class*='title'],[class*='hd']"
_MOST_LIST_HEADINGS, _LONGEST_HEADING = 200, 16
_MOST_RELATED = 10
_WECHAT_TIME = re.compile(r"var (?:ct|create_time)\s*=\s*[\"'](\d{10})[\"']")
_SHORTEST = 20  # letters
# A tag of so many characters is an attack: the parser takes 27 s for 100,000 attributes.
_LONG_TAG = re.compile(r"<(\w{1,20})[\s/][^<>]{20000,}>")
_TELLING = 6  # characters of a heading that may be the title
_LONGEST_EXCUSE = 400  # characters
# A page that says only that there is nothing: by its title, or, where it is short, by what such pages say.
_NOTHING_TITLES = re.compile(
    r"^\W*(?:error|http)?\W*(?:404|403|500|502|503)(?:\W|$).{0,30}$|^.{0,6}(?:页面|网页|文章|内容).{0,4}(?:不存在|已删除|找不到|走丢|被删除|无法访问)|"
    r"^\W*(?:安全验证|人机验证|滑动验证|请输入验证码|page not found|not found|access denied|just a moment|attention required)",
    re.IGNORECASE,
)
_NOTHING_TEXTS = re.compile(
    r"checking your browser|enable javascript and cookies|verify (?:that )?you are (?:a )?human|请开启JavaScript",
    re.IGNORECASE,
)


def read_page(html: str, url: str | None, zone: str, now: datetime, selector: str | None = None) -> Page:
    """Read one article's page.

    :param url: where the page came from, to complete its addresses
    :param zone: IANA zone of times that carry none
    :param selector: where this site's articles stand, see Source.body
    :raises NotReadable: where no article is found
    """
    from selectolax.lexbor import LexborHTMLParser

    html = _LONG_TAG.sub(r"<\1>", html)
    tree = LexborHTMLParser(html)
    data = metadata.linked_data(tree)
    site = metadata.site(tree, data) or ""
    title = _title(tree, data, site)
    about = metadata.byline(tree, title, zone, now)
    links = _related(tree, url)
    link, image = _link(tree, url), metadata.image(tree, data)
    published = metadata.published(tree, data, zone, now) or _wechat_time(html, zone, now) or about.published
    source = clean_line(metadata.first(tree, ("#js_name",))) or about.source or site or None
    author = _author(metadata.author(tree, data), about.author, source)
    given = clean(metadata.first(tree, _GIVEN))
    found = body(tree, html, selector)
    lines = without_boilerplate(clean(found.text).split("\n"))
    lines = _after_title(lines, title, zone, now)
    text = "\n".join(lines)
    if not title or sum(map(str.isalnum, text)) < _SHORTEST or is_rubbish(text):
        raise NotReadable(url or "page", "there is no article on this page")
    if len(text) < _LONGEST_EXCUSE and (_NOTHING_TITLES.search(title) or _NOTHING_TEXTS.search(text)):
        raise NotReadable(url or "page", "there is no article on this page, it is an excuse")
    return Page(
        title=title, text=text, link=link, source=source, author=author, published=published,
        reads=about.reads, summary=given, image=_address(image or found.image, url), related=links,
    )  # fmt: skip


def _author(said: str | None, near: str | None, source: str | None) -> str | None:
    """Who wrote it; where a page names its source for the author, who stands near the title."""
    return said if said and said != source else near or None


def _wechat_time(html: str, zone: str, now: datetime) -> datetime | None:
    stamp = _WECHAT_TIME.search(html)
    return parse_date(stamp[1], zone, now) if stamp else None


def _title(tree: LexborHTMLParser, data: dict[str, Any], site: str) -> str:
    """og:title, the heading or <title>, without the site's name; the longer of two that begin alike."""
    headings = [words for node in tree.css("#activity-name, h1")[:5] if (words := _words(node))]
    heading = next((words for words in headings if len(words) >= _TELLING), "")
    full = _words(tree.css_first("title"))
    named = tidy_title(metadata.first(tree, _TITLES))
    # Some sites end og:title at the first quotation mark: the heading that goes on is the whole one.
    if heading and (not named or heading.startswith(named)):
        return heading
    if named and full.startswith(named):
        return _longer(named, full, site)
    if heading and heading in full:
        return heading
    shown = of_article(named or full, site) or tidy_title(str(data.get("headline") or ""))
    return shown or next(iter(headings), "") or _words(tree.css_first("h2"))


def _longer(named: str, full: str, site: str) -> str:
    """og:title where only the site's name follows it in <title>; else <title> without that."""
    follows = full[len(named) :].lstrip()[:1]
    return named if len(named) >= 2 * _TELLING and follows in "_-|–—" else of_article(full, site)


def _words(node: LexborNode | None) -> str:
    return "" if node is None else tidy_title(node.text(deep=True))


def _related(tree: LexborHTMLParser, url: str | None) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for node in [*tree.css(_RELATED), *_under_headings(tree)]:
        title = tidy_title(node.text(deep=True))
        address = _address(node.attributes.get("href") or "", url)
        if len(title) >= 8 and address and len(found) < _MOST_RELATED:
            found.setdefault(title, Link(title, address))
    return tuple(found.values())


def _under_headings(tree: LexborHTMLParser) -> Iterator[LexborNode]:
    """The links in the part of the page whose heading announces other articles (相关阅读)."""
    for heading in tree.css(_LIST_HEADINGS)[:_MOST_LIST_HEADINGS]:
        words = heading.text(deep=True).strip()
        if 2 <= len(words) <= _LONGEST_HEADING and begins_list(words) and heading.parent is not None:
            yield from heading.parent.css("a[href]")[: 2 * _MOST_RELATED]


def _link(tree: LexborHTMLParser, url: str | None) -> str | None:
    node = tree.css_first("link[rel='canonical']")
    named = (node.attributes.get("href") if node else "") or metadata.first(
        tree, ("meta[property='og:url']",)
    )
    return _address(named, url) or (canonical(url) if url else None)


def _address(named: str, url: str | None) -> str | None:
    return canonical(named, url) if named else None


def _after_title(lines: list[str], title: str, zone: str, now: datetime) -> list[str]:
    """Drop the title and the source line where the body begins with them."""
    kept = list(lines)
    while kept and (
        kept[0] == title or (is_alone(kept[0]) and head(kept[0], zone, now).published is not None)
    ):
        kept.pop(0)
    return kept
