"""Telegram's HTML, and what may stand in it.

Every value is escaped by MarkupSafe; text from outside is first freed of what plays tricks with a
line: control and zero-width characters, bidi overrides, floods of combining marks.
"""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from markupsafe import Markup, escape

MOST_UNITS = 4096  # of a message after parsing, in UTF-16 units (Bot API, sendMessage)
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]"
)
JOINER = re.compile("(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d")
BLANK = re.compile("[\u3164\u2800\u115f\u1160\uffa0]")
MARKS = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{2})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
TAG = re.compile(r"<[^>]*>")
SENTENCE = re.compile(r"[^。！？!?；;]*[。！？!?；;]")
PAUSES = "，、,；;：: "


def leaf(words: str) -> str:
    """Text from outside, on one line, without tricks; empty where nothing visible is left."""
    words = unicodedata.normalize("NFC", words.encode("utf-8", "ignore").decode("utf-8"))
    words = MARKS.sub(r"\1", JOINER.sub("", BLANK.sub(" ", INVISIBLE.sub("", words))))
    return " ".join(words.split())


def units(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def plain(html: str) -> str:
    """What is left of a message after parsing; for messages made here, not for pages."""
    return unescape(TAG.sub("", html))


def cut(words: str, most: int) -> str:
    """At most so many UTF-16 units; what is cut ends with an ellipsis, at a pause where there is one."""
    if units(words) <= most:
        return words
    kept = words.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore")
    pause = max(kept.rfind(mark) for mark in PAUSES)
    return kept[: pause if pause > most // 2 else None].rstrip(PAUSES) + "…"


def first_sentences(words: str, most: int) -> str:
    """As many whole sentences as fit, or the first one, cut."""
    kept = ""
    for sentence in SENTENCE.findall(words):
        if units(kept + sentence) > most:
            break
        kept += sentence
    return kept.strip() or cut(words, most)


def link(address: str | None, words: str) -> Markup:
    """Linked words; only http(s) without user-info is linked."""
    if not address or not re.match(r"https?://[^\s/@]+(/|$|\?)", address, re.IGNORECASE):
        return escape(words)
    return Markup('<a href="{}">{}</a>').format(address, words)


def bold(words: Markup | str) -> Markup:
    return Markup("<b>{}</b>").format(words)
