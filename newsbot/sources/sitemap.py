"""A sitemap as bytes to entries: those of news, which are about the last two days, and plain ones.

They only name articles: https://www.sitemaps.org/protocol.html and Google's news and image extensions of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from newsbot.errors import NotReadable
from newsbot.models.sources import Entry, Feed
from newsbot.sources.addresses import canonical
from newsbot.sources.dates import parse_date
from newsbot.sources.decode import decode
from newsbot.sources.lines import one_line
from newsbot.sources.parse import MAX_ENTRIES, plain
from newsbot.sources.trees import local, text_of, xml_tree

if TYPE_CHECKING:
    from lxml.etree import _Element

_MOST = 50_000  # places; the protocol allows no more
_COMMA = re.compile(r"[,，、;；]")
_MAX_NAME = 200  # characters of a category
_MAX_CATEGORIES = 20
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def parse_sitemap(data: bytes, content_type: str, url: str, zone: str, now: datetime) -> Feed:
    """What this sitemap names, the newest first, at most MAX_ENTRIES; a plain one knows no titles.

    :param content_type: the header, or empty
    :param url: where it came from: relative links belong to it
    :param zone: IANA zone of dates that carry none
    :param now: aware; no entry is published later
    :raises NotReadable: where it is no sitemap, or an index of sitemaps
    """
    root, _ = xml_tree(decode(data, content_type))
    kind = local(root) if root is not None else ""
    if root is not None and kind == "sitemapindex":
        raise NotReadable(url, _one_of(_newest_first(root, "sitemap", zone, now), url))
    if root is None or kind != "urlset":
        raise NotReadable(url, "there is no sitemap here")
    return Feed(behind=True, entries=tuple(_entries(_newest_first(root, "url", zone, now), url)))


def _one_of(sitemaps: Iterable[_Place], url: str) -> str:
    """The sentence about an index, with its newest sitemap where dates tell; of equals one of news."""
    named = [(one.published or _LONG_AGO, link) for one in sitemaps if (link := _link(one.parts, url))]
    if not named:
        return "an index of sitemaps that names none"
    _, newest = max(named, key=lambda one: (one[0], "news" in urlsplit(one[1]).path.lower()))
    return f"an index of sitemaps: name one of them, such as {newest}"


class _Place(NamedTuple):
    """One place of a sitemap: its date, and what is inside by local name, the first of each."""

    published: datetime | None
    parts: dict[str, _Element]


def _newest_first(root: _Element, name: str, zone: str, now: datetime) -> list[_Place]:
    """The places of a sitemap; those without a date keep their order behind the others."""
    # At any depth: where an end tag is missing, the next place lies inside.
    elements = islice((element for element in root.iter() if local(element) == name), _MOST)
    places = [_place(_parts(element), zone, now) for element in elements]
    return sorted(places, key=lambda one: one.published or _LONG_AGO, reverse=True)


def _place(parts: dict[str, _Element], zone: str, now: datetime) -> _Place:
    texts = (_text(_news(parts), "publication_date"), _text(parts, "lastmod"))
    moments = (parse_date(text, zone, now) for text in texts if text)
    return _Place(next((moment for moment in moments if moment), None), parts)


def _parts(element: _Element) -> dict[str, _Element]:
    found: dict[str, _Element] = {}
    for child in element:
        found.setdefault(local(child), child)
    return found


def _news(parts: dict[str, _Element]) -> dict[str, _Element]:
    return _parts(parts["news"]) if "news" in parts else {}


def _entries(places: Iterable[_Place], url: str) -> list[Entry]:
    found: dict[str, Entry] = {}
    for place in places:
        link = _link(place.parts, url)
        if link and link not in found:
            found[link] = _entry(place, link, url)
        if len(found) == MAX_ENTRIES:
            break
    return list(found.values())


def _entry(place: _Place, link: str, url: str) -> Entry:
    news = _news(place.parts)
    picture = place.parts.get("image")
    return Entry(
        title=plain(_text(news, "title")),
        link=link,
        published=place.published,
        image=_link(_parts(picture), url) if picture is not None else None,
        categories=_categories(_text(news, "keywords")),
    )


def _categories(words: str) -> tuple[str, ...]:
    names = dict.fromkeys(one_line(word, _MAX_NAME) for word in _COMMA.split(words))
    return tuple(name for name in names if name)[:_MAX_CATEGORIES]


def _link(parts: dict[str, _Element], url: str) -> str | None:
    named = _text(parts, "loc")
    return canonical(named, url) if named else None


def _text(parts: dict[str, _Element], name: str) -> str:
    return text_of(parts[name]) if name in parts else ""
