"""Lists of subscriptions, OPML, in and out: http://opml.org/spec2.opml

What other readers write is read as far as it goes, and every line that cannot be used is named. What we write
keeps all of a source in attributes of our own, so that it comes back as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from newsbot.errors import NotReadable
from newsbot.models.opml import Opml, Outline, Problem
from newsbot.models.sources import Source
from newsbot.sources import catalog
from newsbot.sources.addresses import canonical
from newsbot.sources.decode import decode
from newsbot.sources.lines import one_line
from newsbot.sources.trees import children, local, text_of, xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

MAX_OUTLINES = 20_000
MAX_DEPTH = 50
MAX_NAME = 200  # characters of names and categories
MAX_PROBLEMS = 1000
_MAX_CATEGORIES = 50
_LONGEST = 2048  # characters of an address and of our own values
_ROOTS = ("opml", "outlinedocument")  # the second before OPML 1.0
_OURS = "urn:newsbot:source"
_KEYS = ("id", "kind", "zone", "on", "interval", "selector", "body", "noise", "weight", "fallback", "sample")
_TRUTHS = {"true": True, "false": False}


def parse_opml(data: bytes, file: str) -> Opml:
    """The subscriptions in a file, at most MAX_OUTLINES, with all that is wrong in it, at most MAX_PROBLEMS.

    :param file: its name, for the error
    :raises NotReadable: where it is no OPML; the sentence begins with the line
    """
    root, faults = xml_tree(decode(data))
    if root is None:
        line, words = faults[0] if faults else (1, "it is empty")
        raise NotReadable(file, f"line {line}: this is no XML: {_sentence(words)}")
    body = _body(root, file)
    outlines: list[Outline] = []
    problems = [Problem(line, f"this is broken XML: {_sentence(words)}") for line, words in faults]
    for number, found in enumerate(_walk(body, (), 1)):
        if number == MAX_OUTLINES:
            problems.append(Problem(found.line, f"from here on nothing is read: {MAX_OUTLINES} are enough"))
            break
        if isinstance(found, Problem):
            problems.append(found)
        else:
            outlines.append(found)
    problems.sort(key=lambda one: one.line)
    return Opml(title=_title(root), outlines=tuple(outlines), problems=_at_most(problems))


def to_source(outline: Outline, new_id: str) -> Source:
    """The source that an outline describes.

    :param new_id: its id where the outline has none
    """
    said = {key: value for key in _KEYS if (value := getattr(outline, key)) is not None}
    if outline.language:
        said["language"] = outline.language
    category = outline.categories[0] if outline.categories else None
    said.setdefault("id", new_id)
    return Source(**said, name=outline.name or said["id"], url=outline.url, category=category)


def write_opml(
    sources: Sequence[Source],
    title: str,
    others: Mapping[str, Sequence[tuple[str, str | None]]] | None = None,
) -> str:
    """A file of these sources, by category; those without an address, of articles handed to us, stay out.

    :param others: folder -> what else stands in it: words, and a link where it has one
    """
    root = ET.Element("opml", {"version": "2.0", "xmlns:newsbot": _OURS})
    ET.SubElement(ET.SubElement(root, "head"), "title").text = one_line(title, MAX_NAME)
    body = ET.SubElement(root, "body")
    folders: dict[str, ET.Element] = {"": body}
    for one in sources:
        if canonical(one.url):
            folder = _folder(one_line(one.category or "", MAX_NAME), folders)
            ET.SubElement(folder, "outline", _attributes(one))
    for name, told in (others or {}).items():
        folder = _folder(name, folders) if told else body
        for words, address in told:
            at = {"type": "link", "url": address} if address and canonical(address) else {}
            ET.SubElement(folder, "outline", {"text": one_line(words, MAX_NAME)} | at)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _body(root: _Element, file: str) -> _Element:
    line = _line(root)
    if local(root) not in _ROOTS:
        raise NotReadable(file, f"line {line}: this is <{one_line(local(root), 40)}>, not <opml>")
    for body in children(root, "body"):
        return body
    raise NotReadable(file, f"line {line}: there is no <body> in this <{local(root)}>")


def _title(root: _Element) -> str:
    titles = (title for head in children(root, "head") for title in children(head, "title"))
    return next((one_line(text_of(title), MAX_NAME) for title in titles), "")


def _walk(parent: _Element, categories: tuple[str, ...], depth: int) -> Iterator[Outline | Problem]:
    """What the outlines of an element are, at any depth, in the order of the file."""
    for element in children(parent, "outline"):
        values = _values(element)
        is_folder = len(element) > 0 and not _address(values)
        if not is_folder:
            yield from _outline(element, values, categories)
        if len(element) and depth == MAX_DEPTH:
            yield Problem(
                _line(element), f"outlines are nested more than {MAX_DEPTH} deep: these are left out"
            )
        elif len(element):
            name = _name(values) if is_folder else ""
            yield from _walk(element, (*categories, name) if name else categories, depth + 1)


def _outline(
    element: _Element, values: Mapping[str, str], categories: tuple[str, ...]
) -> Iterator[Outline | Problem]:
    """The subscription that an outline is, and what is wrong with it."""
    line, name, url = _line(element), _name(values), _address(values)
    wrong = _wrong_address(name, url)
    if wrong:
        yield Problem(line, wrong)
        return
    own: dict[str, Any] = {}
    for key, value in _own(element):
        problem = catalog.problem(key, list(value) if isinstance(value, tuple) else value)
        if problem:
            yield Problem(line, f'in "{name or url}" {problem}'[:_LONGEST])
        else:
            own[key] = value
    language = values.get("language", "").strip()
    yield Outline(
        line=line,
        name=name,
        url=url if url.isprintable() and " " not in url else canonical(url) or "",
        site=canonical(values.get("htmlurl", "")),
        categories=_categories(categories, values.get("category", "")),
        language=None if catalog.problem("language", language) else language,
        **own,
    )


def _wrong_address(name: str, url: str) -> str | None:
    named = f'"{name}"' if name else "this outline"
    if not url:
        return f"{named} has no address of a feed (xmlUrl)"
    if canonical(url) is None:
        return f"{named} has an address that is not one of the web (http, https): {one_line(url, 100)}"
    return None


def _values(element: _Element) -> dict[str, str]:
    """The attributes without a prefix, their names in lower case: xmlUrl is also written xmlurl."""
    return {str(key).lower(): str(value) for key, value in element.attrib.items() if ":" not in str(key)}


def _address(values: Mapping[str, str]) -> str:
    """xmlUrl, or `url` of one that calls itself rss: elsewhere that is a page. Whatever it is, stripped."""
    is_rss = values.get("type", "").strip().lower() == "rss"
    return values.get("xmlurl", "").strip() or (values.get("url", "").strip() if is_rss else "")


def _name(values: Mapping[str, str]) -> str:
    texts = (one_line(values.get(key, ""), MAX_NAME) for key in ("text", "title"))
    return next((text for text in texts if text), "")


def _categories(around: tuple[str, ...], named: str) -> tuple[str, ...]:
    own = (one_line(name, MAX_NAME).strip("/ ") for name in named[:_LONGEST].split(","))
    return tuple(dict.fromkeys((*around, *(name for name in own if name))))[:_MAX_CATEGORIES]


def _own(element: _Element) -> Iterator[tuple[str, object]]:
    """Our own attributes, as what they mean; what means nothing stays the text that it is."""
    for key in _KEYS:
        text = element.get(f"{{{_OURS}}}{key}") or element.get(f"newsbot:{key}")
        if text is not None:
            yield key, _meaning(key, text[:_LONGEST].strip())


def _meaning(key: str, text: str) -> object:
    if key in ("on", "sample"):
        return _TRUTHS.get(text, text)
    if key == "interval":
        return int(text) if text.isdecimal() and len(text) < 10 else text
    if key == "weight":
        return float(text) if re.fullmatch(r"[0-9]{1,2}(\.[0-9]{1,4})?", text) else text
    return tuple(text.split()) if key == "fallback" else text


def _sentence(words: str) -> str:
    return one_line(words, MAX_NAME)


def _at_most(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    last = Problem(problems[MAX_PROBLEMS - 1].line, "and so on: no more problems are listed")
    return (*problems[: MAX_PROBLEMS - 1], last)


def _line(element: _Element) -> int:
    line = element.sourceline
    return line if isinstance(line, int) else 1


def _folder(name: str, folders: dict[str, ET.Element]) -> ET.Element:
    """The outline around the sources of a category; the body for those that have none."""
    if name not in folders:
        attributes = {"text": name, "title": name}
        folders[name] = ET.SubElement(folders[""], "outline", attributes)
    return folders[name]


def _attributes(source: Source) -> dict[str, str]:
    name = one_line(source.name, MAX_NAME)
    standard = {"text": name, "title": name, "type": "rss", "xmlUrl": source.url, "language": source.language}
    own: dict[str, object] = {
        "id": source.id,
        "kind": source.kind,
        "zone": source.zone,
        "on": source.on,
        "interval": source.interval,
        "selector": source.selector,
        "body": source.body,
        "noise": source.noise,
        "weight": source.weight if source.weight != 1 else None,
        "fallback": " ".join(source.fallback) or None,
        "sample": source.sample or None,
    }
    ours = {f"newsbot:{key}": _written(value) for key, value in own.items() if value is not None}
    return {key: one_line(value, _LONGEST) for key, value in (standard | ours).items()}


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
