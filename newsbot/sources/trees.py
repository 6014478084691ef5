"""XML and HTML from outside as trees: read as far as they go, nothing resolved, nothing fetched.

Both readers have their limits, and some documents are made to pass them: call this in the sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html.entities import html5
from typing import TYPE_CHECKING

from newsbot.sources.addresses import canonical

if TYPE_CHECKING:
    from lxml.etree import _Element
    from selectolax.lexbor import LexborHTMLParser

Fault = tuple[int, str]  # the line, from 1, and what was wrong with it

_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_AMPERSAND = re.compile(r"&(#[0-9]{1,7};|#[xX][0-9A-Fa-f]{1,6};|[A-Za-z][A-Za-z0-9]{0,31};)?")
_OWN = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))  # all that XML knows without a DTD
_MARKUP = frozenset("<>&\"'")
_MOST_TEXT = 20_000  # characters of one element that anybody wants
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/<>]{0,40})([^<>]*)")
_VOID = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    )
)
# lexbor needs the square of both: 0.5 s for 20,000 nested elements, 0.7 s for 20,000 attributes of one.
_DEEPEST = 10_000  # open elements; many pages never close a <p>
_MOST_ATTRIBUTES = 5_000
_LONG_TAG = 20_000  # characters; counted only from here on, pictures stand in attributes too


def xml_tree(text: str) -> tuple[_Element | None, tuple[Fault, ...]]:
    """The root of a document, or None, and the first fault of each line, of at most a hundred faults.

    Entities of a DTD stay the text they are; those of HTML, which many feeds use undeclared, become their
    character, and an ampersand that begins none is one.
    """
    from lxml import etree

    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(repaired(text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:  # nothing could be recovered
        root = None
    faults: dict[int, str] = {}
    for fault in parser.error_log.filter_from_fatals():  # an undeclared prefix is none: nothing is lost by it
        faults.setdefault(max(1, fault.line), fault.message.strip())
    return root, tuple(sorted(faults.items()))


def local(element: _Element) -> str:
    """The name of an element in lower case, whatever its prefix, declared or not."""
    return _local(str(element.tag))


@lru_cache(maxsize=256)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def children(element: _Element, name: str) -> Iterator[_Element]:
    """The elements directly inside that have this local name."""
    return (child for child in element if local(child) == name)


def text_of(element: _Element) -> str:
    """The text inside an element, markup off, at most _MOST_TEXT characters."""
    pieces: list[str] = []
    room = _MOST_TEXT
    for piece in element.itertext():
        pieces.append(str(piece)[:room])
        room -= len(pieces[-1])
        if room <= 0:
            break
    return "".join(pieces).strip()


def html_tree(text: str) -> LexborHTMLParser | None:
    """The page, or None where its markup is too deep or too rich to be meant for people."""
    from selectolax.lexbor import LexborHTMLParser

    return None if _too_much(text) else LexborHTMLParser(text)


def base_of(tree: LexborHTMLParser, url: str) -> str:
    """What relative addresses on a page belong to: its `<base href>`, else its own address."""
    node = tree.css_first("base[href]")
    named = node.attributes.get("href") if node is not None else None
    return (canonical(named, url) if named else None) or url


def repaired(text: str) -> str:
    """From the first `<` on, without declaration: the text is UTF-8 now. Lines keep their numbers.

    Outside of CDATA an ampersand that begins nothing becomes `&amp;`, an entity of HTML its character.
    """
    start = max(0, text.find("<"))
    declaration = _DECLARATION.match(text, start)
    start = declaration.end() if declaration else start
    first, *sections = text[start:].split("<![CDATA[")
    return (
        "\n" * text.count("\n", 0, start) + _AMPERSAND.sub(_entity, first) + "".join(map(_section, sections))
    )


def _section(text: str) -> str:
    """What follows the beginning of a CDATA section; inside of it an ampersand is one already."""
    inside, end, outside = text.partition("]]>")
    return f"<![CDATA[{inside}{end}{_AMPERSAND.sub(_entity, outside)}"


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    if name and (name in _OWN or name.startswith("#")):
        return found[0]
    char = html5.get(name, "") if name else ""
    return char if char and not _MARKUP & set(char) else f"&amp;{name or ''}"


def _too_much(text: str) -> bool:
    depth = 0
    for found in _TAG.finditer(text):
        closing, name, rest = found.groups()
        if len(rest) > _LONG_TAG and len(rest.split()) > _MOST_ATTRIBUTES:
            return True
        if name.lower() not in _VOID:
            depth = max(0, depth + (-1 if closing else 1))
        if depth > _DEEPEST:
            return True
    return False
