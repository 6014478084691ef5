"""Where a site's feeds are: what its page declares, where they usually are, what its robots.txt names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from newsbot.sources.addresses import canonical
from newsbot.sources.decode import decode
from newsbot.sources.robots import MAX_BYTES
from newsbot.sources.trees import base_of, html_tree

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_DECLARED = 10
MAX_GUESSES = 8
MAX_SITEMAPS = 3
_MOST_LINKS = 5000
_MOST_OF_A_LABEL = 20  # nodes
_LONGEST_LABEL = 30  # characters; what is longer speaks about feeds and is none

_TYPE = re.compile(r"rss|atom|rdf|feed\+json", re.IGNORECASE)
_ASIDE = re.compile(
    r"comment|评论|評論|标签|標籤|分类|分類|/(?:tags?|category|categories|author)/", re.IGNORECASE
)
_NAMES = frozenset(("rss", "rss2", "feed", "feeds", "atom", "rdf"))
_ENDINGS = frozenset(("rss", "atom", "rdf"))
_QUERY = re.compile(r"(?:^|&)(?:feed|format|type|output)=(?:rss|rss2|atom|feed)(?:&|$)", re.IGNORECASE)
_LABEL = re.compile(r"\b(?:rss|atom|feed)\b|订阅|訂閱", re.IGNORECASE)
_FEED_HOSTS = frozenset(("feeds.feedburner.com", "feeds2.feedburner.com", "feedpress.me"))
_GENERIC = frozenset(("ac", "co", "com", "edu", "gov", "net", "org"))  # below a country: com.cn, co.jp
_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE)

# Of 1,326 Chinese blogs (timqian/chinese-independent-blogs) 83 % have one of the first six at their root.
_USUAL = ("feed", "atom.xml", "rss.xml", "index.xml", "feed.xml", "rss", "?feed=rss2", "feed.json")
_OF_A_FOLDER = 3  # of them are tried in the folder as well


def declared(data: bytes, content_type: str, url: str) -> tuple[str, ...]:
    """The feeds that a page names, at most MAX_DECLARED: what it declares, then links that look like one.

    Feeds of comments, of a tag or an author come behind the others. A page may declare a feed on any host; a
    link, which a visitor may have written, counts on its own site and on the hosts of feeds only.

    :param content_type: the header, or empty
    :param url: where the page came from
    """
    tree = html_tree(decode(data, content_type))
    if tree is None:
        return ()
    base = base_of(tree, url)
    links = list(_alternates(tree, base))
    main = [address for address, title in links if not _ASIDE.search(f"{address} {title}")]
    anchors = list(_anchors(tree, base, url))
    shown = [address for address, _ in anchors if _looks_like_one(address)]
    named = [address for address, label in anchors if _LABEL.search(label)]
    found = dict.fromkeys((*main, *(address for address, _ in links), *shown, *named))
    return tuple(address for address in found if address != canonical(url))[:MAX_DECLARED]


def guesses(url: str) -> tuple[str, ...]:
    """Where feeds usually are: in the folder of this address, then at the root, at most MAX_GUESSES."""
    page = canonical(url)
    if page is None:
        return ()
    folder, root = urljoin(page, "."), urljoin(page, "/")
    names = [*(folder + name for name in _USUAL[:_OF_A_FOLDER]), *(root + name for name in _USUAL)]
    found = dict.fromkeys(address for name in names if (address := canonical(name)))
    return tuple(found)[:MAX_GUESSES]


def sitemaps(robots: bytes) -> tuple[str, ...]:
    """The sitemaps of news that a robots.txt names, at most MAX_SITEMAPS.

    On news.example.com every address has the word in it: those that have it in their path come first.
    """
    lines = decode(robots[:MAX_BYTES]).splitlines()
    named = (found[1] for line in lines if (found := _SITEMAP.match(line)))
    news = dict.fromkeys(address for one in named if "news" in one.lower() and (address := canonical(one)))
    return tuple(sorted(news, key=lambda address: "news" not in urlsplit(address).path.lower()))[
        :MAX_SITEMAPS
    ]


def _alternates(tree: LexborHTMLParser, base: str) -> Iterator[tuple[str, str]]:
    """Address and title of each feed that the page declares."""
    for node in tree.css("link[rel][href]")[:_MOST_LINKS]:
        rel = (node.attributes.get("rel") or "").lower().split()
        address = _address(node, base)
        if "alternate" in rel and _TYPE.search(node.attributes.get("type") or "") and address:
            yield address, node.attributes.get("title") or ""


def _anchors(tree: LexborHTMLParser, base: str, url: str) -> Iterator[tuple[str, str]]:
    """Address and label of each link that may lead to a feed by either."""
    site = _site(canonical(url) or "")
    for node in tree.css("a[href]")[:_MOST_LINKS]:
        label, address = _label(node), _address(node, base)
        if address is None or not (_LABEL.search(label) or _looks_like_one(address)):
            continue
        if _site(address) == site or urlsplit(address).hostname in _FEED_HOSTS:
            yield address, label


def _label(node: LexborNode) -> str:
    """What a link says, its title before its text; empty where that is more than a label."""
    inside = islice(node.traverse(include_text=True), _MOST_OF_A_LABEL)
    texts = (one.text_content or "" for one in inside if one.tag == "-text")
    words = (node.attributes.get("title") or "".join(texts)).strip()
    return words if len(words) <= _LONGEST_LABEL else ""


def _address(node: LexborNode, base: str) -> str | None:
    named = (node.attributes.get("href") or "").strip()
    return canonical(named, base) if named else None


def _looks_like_one(address: str) -> bool:
    """/feed/, /rss.xml, /news/atom.xml, /index.rss, /?feed=rss2"""
    parts = urlsplit(address)
    last = parts.path.lower().removesuffix("/").split("/")[-2:]
    names = (name.partition(".")[0] for name in last)
    return (
        not _NAMES.isdisjoint(names)
        or last[-1].rpartition(".")[2] in _ENDINGS
        or parts.hostname in _FEED_HOSTS
        or bool(_QUERY.search(parts.query))
    )


def _site(address: str) -> str:
    """The part of a host that one owner has, as a rule: news.sina.com.cn and rss.sina.com.cn are one site."""
    labels = (urlsplit(address).hostname or "").split(".")
    own = 3 if len(labels) > 2 and labels[-2] in _GENERIC and len(labels[-1]) == 2 else 2
    return ".".join(labels[-own:])
