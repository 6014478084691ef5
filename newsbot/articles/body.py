"""Which part of a page is the article: quick rules first, readability where they are not sure.

Measured on saved Chinese pages: rules alone read 840 pages a second and fail on pages without <p>;
readability reads 35 a second and hardly fails, but for WeChat, whose article has a name of its own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsbot.articles.blocks import text_of
from newsbot.articles.metadata import picture

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NOT_ARTICLE = (
    "script,style,noscript,template,iframe,nav,footer,aside,form,header nav,[class*='comment'],"
    "[class*='recommend'],[id*='recommend'],[class*='related'],[class*='copyright']"
)
_NAMED = (
    "#js_content",
    "[itemprop='articleBody']",
    "#artibody",
    "#article_content",
    ".article-content",
    ".post_body",
)
_LARGEST_NOISE = 0.4  # of the page's text: a larger one is the page itself (`<body class="comments-open">`)
_SURE_LENGTH = 200
_SURE_SHARE = 0.5
_SURE_LINKS = 0.25
_MOST_LINKS = 0.6  # of readability's guess: more is a list of links
_SURE_INSIDE = 0.8  # of the prose of a named part, for a part of it to be the article


@dataclass(frozen=True, slots=True)
class Body:
    """What was found.

    :ivar text: a line per block, not yet cleaned
    :ivar image: the address of its first picture, as it is written there, or empty
    """

    text: str
    image: str = ""


def body(tree: LexborHTMLParser, html: str, selector: str | None = None) -> Body:
    """The article; changes the tree.

    :param selector: where this site's articles stand, if that is known; one that finds nothing, or is none,
        leaves it to the rules
    """
    node = _given(tree, selector)
    if node is None:
        _remove_noise(tree)
        node = _named(tree) or _rules(tree, _SURE_SHARE) or _broken_lines(tree) or _readability(html)
    if node is None:
        return Body("")
    image = picture(node)
    return Body(text_of(node), image)


def _given(tree: LexborHTMLParser, selector: str | None) -> LexborNode | None:
    from selectolax.lexbor import SelectolaxError

    try:
        node = tree.css_first(selector) if selector else None
    except SelectolaxError:
        return None
    return node if node is not None and _length(node) >= _SURE_LENGTH / 4 else None


def _remove_noise(tree: LexborHTMLParser) -> None:
    all_text = _length(tree.body) if tree.body is not None else 0
    for noise in tree.css(_NOT_ARTICLE):
        if noise.tag in ("script", "style") or _length(noise) <= _LARGEST_NOISE * all_text:
            noise.decompose()


def _named(tree: LexborHTMLParser) -> LexborNode | None:
    """The element that sites name like that, or the one in it that holds nearly all of its prose."""
    for selector in _NAMED:
        node = tree.css_first(selector)
        if node is not None and _length(node) >= _SURE_LENGTH / 4:
            inside = _rules(node, _SURE_INSIDE)
            if inside is not None or _linked(node) <= _SURE_LINKS * _length(node):
                return inside or node
    return None


def _length(node: LexborNode) -> int:
    return len(node.text(deep=True).strip())


def _linked(node: LexborNode) -> int:
    return sum(len(link.text(deep=True)) for link in node.css("a"))


def _rules(tree: LexborHTMLParser | LexborNode, share: float) -> LexborNode | None:
    """The element whose own paragraphs hold so large a share of the prose; None where that is not clear."""
    held: dict[int, int] = defaultdict(int)
    parents: dict[int, LexborNode] = {}
    for paragraph in tree.css("p"):
        parent = paragraph.parent
        if parent is not None:
            held[parent.mem_id] += _prose(paragraph)
            parents[parent.mem_id] = parent
    if not held:
        return None
    best = max(held, key=lambda one: held[one])
    return (
        parents[best]
        if held[best] >= share * sum(held.values()) and _sure(parents[best], held[best])
        else None
    )


def _broken_lines(tree: LexborHTMLParser) -> LexborNode | None:
    """The element whose own text, parted by <br>, is most of such text; None where that is not clear."""
    own = {node: len(node.text(deep=False).strip()) for node in tree.css("div,td,article,section")}
    best = max(own, key=lambda node: own[node], default=None)
    if best is None or own[best] < _SURE_SHARE * sum(own.values()):
        return None
    return best if _sure(best, own[best]) else None


def _prose(paragraph: LexborNode) -> int:
    """Characters of running text; a paragraph that is mostly links has none."""
    length = _length(paragraph)
    return 0 if _linked(paragraph) * 2 > length else length


def _sure(node: LexborNode, held: int) -> bool:
    return held >= _SURE_LENGTH and _linked(node) <= _SURE_LINKS * len(node.text(deep=True))


def _readability(html: str) -> LexborNode | None:
    import logging

    from lxml.etree import LxmlError
    from readability import Document
    from selectolax.lexbor import LexborHTMLParser

    logging.getLogger("readability.readability").setLevel(logging.CRITICAL)
    try:
        found = Document(html).summary(html_partial=True)
    except (LxmlError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    node = LexborHTMLParser(found).body
    if node is None or _linked(node) > _MOST_LINKS * max(_length(node), 1):
        return None
    return node
