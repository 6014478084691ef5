"""What a document is, by its content first and its name last: headers and endings lie."""

from __future__ import annotations

import re
from typing import Literal

from newsbot.sources.decode import decode

Kind = Literal["feed", "sitemap", "opml", "page", "text"]

_HEAD = 4000  # characters in which a document shows what it is
_PREAMBLE = re.compile(r"(?is)\s*(?:<\?[^>]{0,500}>|<!--.{0,2000}?-->|<!DOCTYPE[^>\[]{0,300}>)")
_FEED = re.compile(r"\s*<(?:\w{1,20}:)?(?:rss|feed|rdf|channel)[\s>]", re.IGNORECASE)
_SITEMAP = re.compile(r"\s*<(?:\w{1,20}:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_OPML = re.compile(r"\s*<(?:opml|outlineDocument)[\s>]", re.IGNORECASE)
_JSON_FEED = re.compile(r'\s*\{.{0,3000}"https?:\\?/\\?/jsonfeed\.org\\?/version', re.DOTALL)
_PAGE = re.compile(r"\s*<(?:html|head|body)[\s>]|\s*<!DOCTYPE html", re.IGNORECASE)
_MARKUP = re.compile(r"\s*<[a-z!][^<]{0,300}>", re.IGNORECASE)
_NAMES: dict[str, Kind] = {
    ".txt": "text",
    ".md": "text",
    ".html": "page",
    ".htm": "page",
    ".xml": "feed",
    ".rss": "feed",
    ".atom": "feed",
    ".json": "feed",
}
_TYPES: tuple[tuple[str, Kind], ...] = (
    ("html", "page"),
    ("rss", "feed"),
    ("atom", "feed"),
    ("feed+json", "feed"),
    ("xml", "feed"),
    ("markdown", "text"),
    ("text/plain", "text"),
)


def kind(data: bytes, content_type: str = "", name: str = "") -> Kind:
    """Whether these bytes are a feed, a sitemap, a list of subscriptions, a page or plain text.

    :param content_type: the header, or empty
    :param name: a file name or address, or empty; `.gz` at its end does not count
    """
    head = decode(data, content_type)[:_HEAD]
    return _shown(head) or _named(name) or _typed(content_type) or _looked(head)


def _shown(head: str) -> Kind | None:
    """What the content says beyond doubt."""
    if _PAGE.match(head):
        return "page"
    root = _without_preamble(head)
    if _FEED.match(root) or _JSON_FEED.match(root):
        return "feed"
    if _SITEMAP.match(root):
        return "sitemap"
    if _OPML.match(root):
        return "opml"
    return "page" if _PAGE.match(root) else None


def _without_preamble(head: str) -> str:
    while found := _PREAMBLE.match(head):
        head = head[found.end() :]
    return head


def _named(name: str) -> Kind | None:
    path = name.lower().partition("?")[0].removesuffix(".gz")
    return next((kind for ending, kind in _NAMES.items() if path.endswith(ending)), None)


def _typed(content_type: str) -> Kind | None:
    return next((kind for word, kind in _TYPES if word in content_type.lower()), None)


def _looked(head: str) -> Kind:
    return "page" if _MARKUP.match(head) else "text"
