"""Hacker News by its official API: https://github.com/HackerNews/API"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from newsbot.errors import NotReadable
from newsbot.models.sources import Entry, Feed
from newsbot.sources.addresses import canonical
from newsbot.sources.dates import parse_date
from newsbot.sources.decode import decode
from newsbot.sources.lines import one_line
from newsbot.sources.parse import plain

MAX_STORIES = 60
_HOME = "https://news.ycombinator.com/"
_MAX_HTML = 200_000  # characters of a text
_MAX_NAME = 200  # characters


def parse_stories(data: bytes, url: str) -> Feed:
    """The stories that a list of the API names, at most MAX_STORIES, in its order; it tells no titles.

    :param url: of the list, such as https://hacker-news.firebaseio.com/v0/topstories.json
    :raises NotReadable: where it is no list of numbers
    """
    listed = _json(data, url)
    numbers = [one for one in listed if _is_number(one)] if isinstance(listed, list) else []
    if not isinstance(listed, list) or (listed and not numbers):
        raise NotReadable(url, "this is no list of Hacker News: it has no numbers of stories")
    stories = list(dict.fromkeys(numbers))[:MAX_STORIES]
    entries = (
        Entry(title="", guid=_discussion(number), link=canonical(f"item/{number}.json", url))
        for number in stories
    )
    return Feed(title="Hacker News", link=_HOME, language="en", behind=True, entries=tuple(entries))


def parse_item(data: bytes, url: str, now: datetime) -> Entry | None:
    """One story of the API, or None where there is nothing to show: a job, a comment, dead, deleted, none.

    A story without an address of its own has its discussion's; its text is HTML.

    :param url: of the item, for the error
    :param now: aware; no entry is published later
    :raises NotReadable: where it is no item
    """
    item = _json(data, url)
    if item is None:
        return None
    if not isinstance(item, dict) or not _is_number(item.get("id")):
        raise NotReadable(url, "this is no item of Hacker News")
    title = plain(item.get("title"))
    if item.get("type") != "story" or item.get("dead") or item.get("deleted") or not title:
        return None
    place = _discussion(item["id"])
    return Entry(
        title=title,
        link=canonical(_text(item, "url")) or place,
        guid=place,
        author=one_line(_text(item, "by"), _MAX_NAME) or None,
        published=parse_date(str(item.get("time")), "UTC", now),
        summary=_text(item, "text")[:_MAX_HTML],
    )


def _discussion(number: int) -> str:
    return f"{_HOME}item?id={number}"


def _json(data: bytes, url: str) -> Any:
    try:
        return json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        raise NotReadable(url, "this is no JSON") from error


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**15


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""
