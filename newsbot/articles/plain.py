"""A plain-text article: title, source line, body, related titles, footer."""

from __future__ import annotations

import re
from datetime import datetime

from newsbot.articles.boilerplate import begins_list, is_notice, without_boilerplate
from newsbot.articles.clean import clean, is_rubbish
from newsbot.articles.head import Head, head, is_alone
from newsbot.articles.titles import tidy_title
from newsbot.errors import NotReadable
from newsbot.models.articles import Link, Page

_HEAD_LINES = 5
_BULLET = re.compile(r"^(?:[•·*●▪◆■-]|\d{1,2}[.、])\s*")
_MOST_RELATED = 20


def read_text(text: str, zone: str, now: datetime) -> Page:
    """Read an article saved as plain text.

    :param zone: IANA zone of times that carry none
    :raises NotReadable: where there is no title or no body
    """
    if is_rubbish(text):
        raise NotReadable("text", "this is no text")
    lines = clean(text).split("\n")
    title = tidy_title(lines[0])
    about, body = _split_head(lines[1:], zone, now)
    kept = without_boilerplate(body)
    if not title or not kept:
        raise NotReadable("text", "there is no title with a text below")
    return Page(
        title=title, text="\n".join(kept), source=about.source, author=about.author, published=about.published,
        reads=about.reads, related=tuple(related(body)),
    )  # fmt: skip


def related(lines: list[str]) -> list[Link]:
    """The titles below 相关资讯 or its like, up to the first control of the page."""
    found: list[Link] = []
    start = next((place for place, line in enumerate(lines) if begins_list(line)), len(lines))
    for line in lines[start + 1 :]:
        words = _BULLET.sub("", line).strip()
        if is_notice(words) or begins_list(words) or len(found) == _MOST_RELATED:
            break
        if len(words) >= 4:
            found.append(Link(words))
    return found


def _split_head(lines: list[str], zone: str, now: datetime) -> tuple[Head, list[str]]:
    """What the first lines say that are heads, and the lines after or between them."""
    about, kept = Head(), list(lines)
    for line in lines[:_HEAD_LINES]:
        found = head(line, zone, now)
        if not found.empty and is_alone(line):
            about = about.with_more(found)
            kept.remove(line)
    return about, kept
