"""A page that lists articles, and a CSS selector that says where, to entries."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from newsbot.errors import NotReadable
from newsbot.models.sources import Entry, Feed
from newsbot.sources.addresses import canonical
from newsbot.sources.dates import parse_date
from newsbot.sources.decode import decode
from newsbot.sources.lines import one_line
from newsbot.sources.parse import MAX_TITLE
from newsbot.sources.trees import base_of, html_tree

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_LINKS = 100
_MOST_NODES = 1000  # of one block; an article on a list has some dozens
_MOST_IN_ALL = 20_000  # nodes of all blocks: blocks may lie in each other
_MOST_OF_A_LINE = 100  # nodes
_LONGEST_DATE = 40  # characters; what is longer is a sentence with a date in it
_NEAR = 3  # parents
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PICTURES = ("data-src", "data-original", "src")  # what is loaded late has a placeholder in src

_INLINE = frozenset(("a", "b", "code", "em", "font", "i", "mark", "small", "strong", "sub", "sup", "u"))
_UNSEEN = frozenset(("script", "style", "template"))

# A short text may be a sentence too: "新机9月10日开售" is no date of publication. So it counts where the page
# calls it a time, or where it is nothing else, or where it begins or ends as only stamps do.
_CALLED_TIME = re.compile(r"time|date", re.IGNORECASE)
_STAMP = re.compile(r"^\d{4}[-/.]\d|(?:\d[:：]\d{2}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|前)$")
_PARTS = re.compile(r"发布于|发表于|更新于|发布|发表|更新|时间|日期|[\d\s年月日号今昨前天()（）:：·|/.,，-]")


def parse_list(data: bytes, content_type: str, url: str, selector: str, zone: str, now: datetime) -> Feed:
    """The articles that a page lists, at most MAX_LINKS, in its order.

    :param content_type: the header, or empty
    :param url: where it came from
    :param selector: CSS, of links or of blocks with a link in each
    :param zone: IANA zone of dates that carry none
    :param now: aware; no entry is published later
    :raises NotReadable: where the selector is none, or finds no links
    """
    tree = html_tree(decode(data, content_type))
    if tree is None:
        raise NotReadable(url, "its markup is nested too deeply")
    page = _Page(url, base_of(tree, url), zone, now)
    found: dict[str, Entry] = {}
    looked_at = 0
    for block in _selected(tree, selector, url):
        nodes = list(islice(block.traverse(include_text=True), _MOST_NODES))
        looked_at += len(nodes)
        entry = page.entry(nodes)
        if entry is not None and entry.link:
            found.setdefault(entry.link, entry)
        if len(found) == MAX_LINKS or looked_at > _MOST_IN_ALL:
            break
    if not found:
        raise NotReadable(url, "the selector finds no links", "selector")
    named = tree.css_first("title")
    title = _line(named) if named is not None else ""
    return Feed(title=title, link=canonical(url), behind=True, entries=tuple(found.values()))


def _selected(tree: LexborHTMLParser, selector: str, url: str) -> list[LexborNode]:
    from selectolax.lexbor import SelectolaxError

    try:
        return tree.css(selector)
    except (SelectolaxError, ValueError) as error:
        raise NotReadable(url, f"its selector is not one: {one_line(selector, 100)}", "selector") from error


class _Page:
    """What all entries of one page share."""

    def __init__(self, url: str, base: str, zone: str, now: datetime) -> None:
        self._here = {canonical(url), canonical(base)}
        self._base = base
        self._zone = zone
        self._now = now

    def entry(self, nodes: Sequence[LexborNode]) -> Entry | None:
        """The article that a block of these nodes is about, or None where no link in it leads to one."""
        links = [(node, link) for node in nodes if node.tag == "a" and (link := self._link(node))]
        if not links:
            return None
        # The first of the longest: picture, author and "read on" are links as well.
        node, link = max(links, key=lambda one: len(_line(one[0])))
        stamps = {text.mem_id: moment for text in nodes if (moment := self._stamp(text))}
        headed = next((head for one, same in links if same == link and (head := _heading_around(one))), "")
        title = _heading_in(node) or headed or _line(node, stamps) or _line(node) or _heading_of(nodes)
        return Entry(
            title=title,
            link=link,
            published=self._published(nodes, stamps, title),
            image=self._image(nodes),
        )

    def _link(self, node: LexborNode) -> str | None:
        """Where a link leads, or None where that is nowhere or on this page."""
        named = (node.attributes.get("href") or "").strip()
        link = canonical(named, self._base) if named else None
        return None if link in self._here else link

    def _stamp(self, node: LexborNode) -> datetime | None:
        """The moment that a text node names, if it is one that says when something was published."""
        text = _short_text(node)
        sure = text and (_called_time(node) or _STAMP.search(text) or not _PARTS.sub("", text))
        return parse_date(text, self._zone, self._now) if sure else None

    def _published(
        self, nodes: Iterable[LexborNode], stamps: dict[int, datetime], title: str
    ) -> datetime | None:
        times = (node.attributes.get("datetime") or "" for node in nodes if node.tag == "time")
        told = next((moment for time in times if (moment := parse_date(time, self._zone, self._now))), None)
        shown = (
            stamps[node.mem_id] for node in nodes if node.mem_id in stamps and _short_text(node) not in title
        )
        return told or next(shown, None)

    def _image(self, nodes: Iterable[LexborNode]) -> str | None:
        named = (node.attributes.get(name) for node in nodes if node.tag == "img" for name in _PICTURES)
        return next((image for one in named if one and (image := canonical(one, self._base))), None)


def _heading_in(link: LexborNode) -> str:
    """The heading of a link that is a whole card; else empty."""
    return _heading_of(islice(link.traverse(), _MOST_OF_A_LINE))


def _heading_around(link: LexborNode) -> str:
    """The heading that a link stands in, where another one leads to the same place from its teaser."""
    node = link.parent
    for _ in range(_NEAR):
        if node is not None and node.tag in _HEADINGS:
            return _line(node)
        node = node.parent if node is not None else None
    return ""


def _heading_of(nodes: Iterable[LexborNode]) -> str:
    return next((words for node in nodes if node.tag in _HEADINGS and (words := _line(node))), "")


def _short_text(node: LexborNode) -> str:
    """A text node's text, or empty where it is too long for a stamp, or a number: reads look like epochs."""
    text = " ".join((node.text_content or "")[: 20 * _LONGEST_DATE].split()) if node.tag == "-text" else ""
    return text if len(text) <= _LONGEST_DATE and not text.isdecimal() else ""


def _called_time(node: LexborNode) -> bool:
    parent = node.parent
    return parent is not None and (
        parent.tag == "time" or bool(_CALLED_TIME.search((parent.attributes.get("class") or "")[:200]))
    )


def _line(node: LexborNode, without: Container[int] = ()) -> str:
    """The text of a node as one line; only what stands in elements of their own is kept apart.

    :param without: text nodes to leave out
    """
    pieces: list[str] = []
    for text in islice(node.traverse(include_text=True), _MOST_OF_A_LINE):
        parent = text.parent
        if text.tag != "-text" or parent is None or parent.tag in _UNSEEN or text.mem_id in without:
            continue
        words = (text.text_content or "")[: 2 * MAX_TITLE]
        pieces.append(words if parent.tag in _INLINE or parent.tag in _HEADINGS else f" {words} ")
    return one_line("".join(pieces), MAX_TITLE)
