"""Telegram's HTML, and what may stand in it.

Every value is escaped by MarkupSafe; text from outside is first freed of what plays tricks with a
line: control and zero-width characters, bidi overrides, floods of combining marks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from html import unescape

from markupsafe import Markup, escape

from newsbot.models.messages import Message

MOST_UNITS = 4096  # of a message after parsing, in UTF-16 units (Bot API, sendMessage)
LONGEST_CAPTION = 1024  # of a picture, after parsing (Bot API, sendPhoto)
MOST_BYTES = 32 * 1024  # of a message before parsing
MOST_ENTITIES = 100  # Telegram shows so many; what comes later loses its bold and its links
LONGEST_LINK = 2048  # as it stands in the message, escaped
# Controls but for white space, soft hyphens, zero-width and bidi characters, tags, noncharacters
INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u061c\u180b-\u180f\u200b\u200c\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
JOINER = re.compile("(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d")
BLANK = re.compile("[\u3164\u2800\u115f\u1160\uffa0]")
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc"
    "\u0ec8-\u0ece\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f]"
)
MARKS = re.compile(f"({_MARK}{{2}}){_MARK}+")
TAG = re.compile(r"<[^>]*>")
# What Telegram makes an entity of by itself: #tag @name /command $CASH a.link, roughly and rather too often
FOUND = re.compile(r"[#@/$]\w|\w\.[a-z]{2}", re.IGNORECASE)
SIGNS = "#@/$."  # without one of these nothing is found
LINKED = re.compile(r"<a [^>]*>[^<]*</a>")
END = re.compile(r"(?:[。！？]|[!?](?![\w/=&]))[”’」』）)\"]*", re.ASCII)  # of a sentence; not in an address
PUBLIC = re.compile(
    r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?::\d{1,5})?(?:[/?#]|$)", re.IGNORECASE
)
# A host has a dot in it and no empty parts: of others Telegram makes no link, and refuses a rich message
_PART = r"""[^\s/@\\?#.:<>"'`{}|^%\[\]]+"""
ADDRESS = re.compile(rf"https?://{_PART}(?:\.{_PART})+(?::[1-9][0-9]{{0,4}})?(?:[/?#]\S*)?", re.IGNORECASE)
PAUSES = "，、,；;：: "


def leaf(words: str) -> str:
    """Text from outside, on one line, without tricks; empty where nothing visible is left."""
    words = INVISIBLE.sub("", words.encode("utf-8", "ignore").decode("utf-8"))
    words = unicodedata.normalize("NFC", BLANK.sub(" ", JOINER.sub("", words)))
    return " ".join(MARKS.sub(r"\1", words).split())


def units(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def plain(html: str) -> str:
    """What is left of a message after parsing; for messages made here, not for pages."""
    return unescape(TAG.sub("", html))


def unformatted(message: Message) -> Message:
    """The same words without their formatting, for a message that Telegram cannot parse."""
    text = cut(plain(message.text), MOST_UNITS)
    return replace(message, text=text, is_html=False, rich="", picture=b"", caption="")


def fits(html: str, most: int = MOST_UNITS) -> bool:
    """Whether Telegram takes this as one message, and shows all of it as it is meant.

    :param most: UTF-16 units; of a caption there are fewer
    """
    tags = html.count("<") - html.count("</")
    if units(html) <= most and tags + sum(map(html.count, SIGNS)) <= MOST_ENTITIES:
        return True  # whatever is markup in it, and whatever is found in it
    words, unlinked = plain(html), plain(LINKED.sub("", html))
    entities = tags + len(FOUND.findall(unlinked))
    return units(words) <= most and len(html.encode()) <= MOST_BYTES and entities <= MOST_ENTITIES


def fit(
    head: Sequence[Markup], blocks: Sequence[Markup], end: Sequence[Markup] = (), most: int = MOST_UNITS
) -> tuple[str, int]:
    """A message of as many of the blocks as it holds, and how many these are; head and end always."""
    for count in range(len(blocks), -1, -1):
        text = "\n\n".join([*head, *blocks[:count], *end])
        if fits(text, most):
            return text, count
    return text, 0


def cut(words: str, most: int) -> str:
    """At most so many UTF-16 units; what is cut ends with an ellipsis, at a pause where there is one."""
    if units(words) <= most:
        return words
    kept, more = (
        words.encode("utf-16-le")[: 2 * size].decode("utf-16-le", "ignore") for size in (most - 1, most)
    )
    pause = max(more.rfind(mark) for mark in PAUSES)
    return kept[: pause if pause > most // 2 else None].rstrip(PAUSES) + "…"


def first_sentences(words: str, most: int) -> str:
    """All of it, or as many whole sentences as fit, or the first one, cut."""
    if units(words) <= most:
        return words
    ends = [found.end() for found in END.finditer(words) if units(words[: found.end()]) <= most]
    return words[: ends[-1]] if ends else cut(words, most)


def is_address(address: str) -> bool:
    """Whether a message links it: only http(s) without user-info."""
    return bool(ADDRESS.fullmatch(address)) and len(escape(address)) <= LONGEST_LINK


def may_open(address: str | None) -> bool:
    """Whether a button may open it: Telegram refuses the whole message where it does not like the host."""
    return bool(address) and is_address(address or "") and bool(PUBLIC.match(address or ""))


def link(address: str | None, words: str) -> Markup:
    """Linked words, where it is an address."""
    if not address or not is_address(address):
        return escape(words)
    return Markup('<a href="{}">{}</a>').format(address, words)


def bold(words: Markup | str) -> Markup:
    return Markup("<b>{}</b>").format(words)
