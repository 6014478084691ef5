"""A feed as bytes to entries: RSS, RDF, Atom, JSON Feed.

    decode | dates to ISO | fastfeedparser, or feedparser where that finds nothing | entries within bounds

The quick reader needs 0.7 ms a feed, feedparser 29 ms; only what the quick one refuses goes to the slow one.
Both may hang or swell on hostile input: call this in the sandbox.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from newsbot.errors import NotReadable
from newsbot.models.sources import Entry, Feed
from newsbot.sources.addresses import canonical
from newsbot.sources.dates import parse_date
from newsbot.sources.decode import decode
from newsbot.sources.trees import repaired

MAX_ENTRIES = 500
MAX_TITLE = 500  # characters
_MAX_HTML = 200_000  # characters of a summary or content; the longest articles have a quarter of it
_MAX_NAME = 200  # characters of an author, a source, a guid that is no address
_MAX_GUID = 1000
_MAX_CATEGORIES = 20
_HEAD = 5000  # characters in which a feed speaks of itself
_MAX_TTL = 604_800  # seconds, a week

_PUBDATE = re.compile(r"(</?)pubdate(?=[\s>])")  # as some write it; the readers know one writing only
_HALF = r"&#(?:[xX][dD][89a-fA-F][0-9a-fA-F]{2}|5(?:5[3-9]|6[0-9]|7[0-3])[0-9]{2});"  # U+D800 to U+DFFF
_SURROGATES = re.compile(rf"(?:{_HALF}){{1,100}}")
_CODE = re.compile(r"[xX][0-9a-fA-F]{4}|\b[0-9]{5}")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_DATE = re.compile(
    r"(<(?:pubDate|published|updated|modified|issued|created|dc:date|dcterms:\w{1,20})(?:\s[^<>]{0,100})?>)"
    r"\s*(?:<!\[CDATA\[)?([^<\]]{0,200})(?:\]\]>)?\s*(?=</)",
    re.IGNORECASE,
)
# The quick reader takes a guid such as 1-7 for a date where an item has none: a word before it prevents that.
_GUID = re.compile(r"(<guid(?:\s[^<>]{0,100})?>\s*(?:<!\[CDATA\[)?\s*)(?!\s*https?:)", re.IGNORECASE)
_NO_DATE = "guid:"
_ITEM = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
_LANGUAGE = re.compile(r"<(?:dc:)?language>\s*([A-Za-z-]{2,20})\s*</", re.IGNORECASE)
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>")
# Only tags that people put into titles: "vector<int>" is a title, not markup.
_TAG = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|div|em|font|h[1-6]|i|img|ins|kbd|mark|p|q|s|script|small|span|strong"
    r"|style|sub|sup|tt|u)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]+")


def parse_feed(data: bytes, content_type: str, url: str, zone: str, now: datetime) -> Feed:
    """The feed that these bytes are, at most MAX_ENTRIES entries of it, in the order published.

    :param content_type: the header, or empty
    :param url: where it came from: relative links belong to it
    :param zone: IANA zone of dates that carry none
    :param now: aware; no entry is published later
    :raises NotReadable: where it is no feed
    """
    text = decode(data, content_type)
    if text.lstrip()[:1] == "{":
        return _json_feed(text, url, zone, now)
    # Both readers take CST for America and a time without a zone for London: we read dates ourselves.
    text = _PUBDATE.sub(r"\1pubDate", text)
    text = _DATE.sub(lambda found: found[1] + _iso(found[2], zone, now), repaired(text))
    text = _GUID.sub(lambda found: found[1] + _NO_DATE, text)
    text = _SURROGATES.sub(_joined_halves, text)
    parsed = _parsed(text)
    if parsed is None:
        raise NotReadable(url, "there is no feed here")
    head = _mapping(parsed.get("feed"))
    entries = [_entry(_mapping(item), url, now) for item in _newest(parsed["entries"], now)]
    return Feed(
        title=plain(head.get("title")),
        link=_link(head.get("link"), url),
        language=_language(head, text),
        ttl=_ttl(text),
        entries=tuple(entry for entry in entries if entry.title or entry.link),
    )


def plain(value: object) -> str:
    """A title as plain text: markup off, entities read, one line, at most MAX_TITLE characters."""
    text = html.unescape(_TAG.sub("", _text(value)[: 20 * MAX_TITLE]))
    return " ".join(_CONTROL.sub(" ", text).split())[:MAX_TITLE]


def _iso(text: str, zone: str, now: datetime) -> str:
    moment = parse_date(html.unescape(text), zone, now)
    return moment.isoformat() if moment else ""


def _parsed(text: str) -> dict[str, Any] | None:
    """What the quick reader finds, or the thorough one where that finds more: a broken item ends it early."""
    quick = _quick(text)
    if quick is not None and len(quick["entries"]) >= min(len(_ITEM.findall(text)), MAX_ENTRIES):
        return quick
    thorough = _thorough(text)
    return max((quick, thorough), key=lambda found: len(found["entries"]) if found else -1)


def _newest(items: list[Any], now: datetime) -> list[Any]:
    """As many as we read, in the order published; of more the newest, where dates say which these are."""
    if len(items) <= MAX_ENTRIES:
        return items
    dated = [(_moment(_mapping(item), now) or _LONG_AGO, -number) for number, item in enumerate(items)]
    best = sorted(range(len(items)), key=lambda number: dated[number], reverse=True)[:MAX_ENTRIES]
    return [items[number] for number in sorted(best)]


def _joined_halves(found: re.Match[str]) -> str:
    """`&#xD83D;&#xDE00;` is an emoji in two halves, as JavaScript counts; half a one is nothing."""
    numbers = (int(code[1:], 16) if code[:1] in "xX" else int(code) for code in _CODE.findall(found[0]))
    return "".join(map(chr, numbers)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def _quick(text: str) -> dict[str, Any] | None:
    """What the quick reader finds; None where it finds no entries though there are some."""
    import fastfeedparser

    try:  # bytes, never str: it would fetch a str that looks like an address
        parsed: dict[str, Any] = fastfeedparser.parse(text.encode("utf-8", "replace"))
    except Exception:  # it raises whatever its XML reader does; the other reader decides
        return None
    return parsed if parsed.get("entries") else None


def _thorough(text: str) -> dict[str, Any] | None:
    """What feedparser finds, also nothing in a feed that is empty; None where this is no feed."""
    import feedparser

    try:
        parsed: dict[str, Any] = feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),  # never str: it would open what looks like a file
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception:  # it stumbles over odd input too
        return None
    is_empty = bool(parsed.get("version")) and not parsed.get("bozo")
    return parsed if parsed.get("entries") or is_empty else None


def _entry(item: dict[str, Any], url: str, now: datetime) -> Entry:
    source = _mapping(item.get("source"))
    return Entry(
        title=plain(item.get("title")),
        link=_link(item.get("link"), url),
        guid=_guid(item.get("id")),
        author=plain(item.get("author"))[:_MAX_NAME] or None,
        published=_moment(item, now),
        summary=_text(item.get("summary") or item.get("description"))[:_MAX_HTML],
        content=_content(item)[:_MAX_HTML],
        image=_image(item, url),
        categories=_names(_mapping(tag).get("term") for tag in _list(item.get("tags"))),
        source=plain(source.get("title"))[:_MAX_NAME] or None,
    )


def _moment(item: dict[str, Any], now: datetime) -> datetime | None:
    dates = (item.get(key) for key in ("published", "updated"))
    return next((moment for date in dates if (moment := parse_date(_text(date), "UTC", now))), None)


def _content(item: dict[str, Any]) -> str:
    """The longest of the bodies: some feeds carry a plain and a full one."""
    bodies = (_text(_mapping(part).get("value")) for part in _list(item.get("content")))
    return max(bodies, key=len, default="")


def _image(item: dict[str, Any], url: str) -> str | None:
    for key in ("media_content", "media_thumbnail", "enclosures"):
        for medium in map(_mapping, _list(item.get(key))[:10]):
            if key == "media_thumbnail" or "image" in f"{medium.get('type')} {medium.get('medium')}":
                return _link(medium.get("url") or medium.get("href"), url)
    return None


def _json_feed(text: str, url: str, zone: str, now: datetime) -> Feed:
    try:
        feed = _mapping(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise NotReadable(url, "neither a feed nor JSON") from error
    if "jsonfeed.org/version" not in _text(feed.get("version")):
        raise NotReadable(url, "JSON, but no feed")
    entries = [_json_entry(_mapping(item), url, zone, now) for item in _list(feed.get("items"))[:MAX_ENTRIES]]
    return Feed(
        title=plain(feed.get("title")),
        link=_link(feed.get("home_page_url"), url),
        language=_text(feed.get("language"))[:20] or None,
        entries=tuple(entry for entry in entries if entry.title or entry.link),
    )


def _json_entry(item: dict[str, Any], url: str, zone: str, now: datetime) -> Entry:
    authors = [_mapping(author) for author in (*_list(item.get("authors")), item.get("author"))]
    date = _text(item.get("date_published")) or _text(item.get("date_modified"))
    return Entry(
        title=plain(item.get("title")),
        link=_link(item.get("url") or item.get("external_url"), url),
        guid=_guid(item.get("id")),
        author=next((name for author in authors if (name := plain(author.get("name"))[:_MAX_NAME])), None),
        published=parse_date(date, zone, now),
        summary=html.escape(_text(item.get("summary")), quote=False)[:_MAX_HTML],
        content=_json_content(item)[:_MAX_HTML],
        image=_link(item.get("image") or item.get("banner_image"), url),
        categories=_names(_list(item.get("tags"))),
    )


def _json_content(item: dict[str, Any]) -> str:
    return _text(item.get("content_html")) or html.escape(_text(item.get("content_text")), quote=False)


def _language(head: dict[str, Any], text: str) -> str | None:
    """The quick reader looks at xml:lang only, RSS has an element for it."""
    found = _LANGUAGE.search(text, 0, _HEAD)
    return _text(head.get("language"))[:20] or (found[1] if found else None)


def _ttl(text: str) -> int | None:
    """Seconds; the element says minutes."""
    found = _TTL.search(text, 0, _HEAD)
    return min(int(found[1]) * 60, _MAX_TTL) if found else None


def _names(values: Iterable[object]) -> tuple[str, ...]:
    names = dict.fromkeys(plain(value)[:_MAX_NAME] for value in values)
    return tuple(name for name in names if name)[:_MAX_CATEGORIES]


def _guid(value: object) -> str | None:
    """The publisher's own identity; one that is too long to keep is none, cut it might be another's."""
    guid = str(value).strip().removeprefix(_NO_DATE) if isinstance(value, str | int) else ""
    return guid if 0 < len(guid) <= _MAX_GUID else None


def _link(value: object, url: str) -> str | None:
    return canonical(_text(value), url) if value else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
