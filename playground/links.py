"""Addresses and what Telegram finds in plain text by itself: links, @names, #tags, /commands."""

from __future__ import annotations

import functools
import re
from typing import Any
from urllib.parse import urlsplit

# One pass over the text; the first alternative that fits a place wins.
FOUND = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"'「」《》，。！？；]+)"
    r"|(?P<email>\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)"
    r"|(?<![\w/@])(?P<mention>@[A-Za-z]\w{3,31})\b"
    r"|(?<![\w#])(?P<hashtag>\#\w*[^\W\d]\w*)"
    r"|(?<![\w/<>])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?)(?![\w/])"
)
HINT = re.compile("[@#/]")
TAIL = ".,:;!?…)]}"
SHUT = ("code", "pre", "text_link")


@functools.lru_cache(maxsize=4096)  # the same stories go to many readers
def checked_link(url: str) -> str | None:
    """The address as Telegram keeps it, or None for one it refuses: http(s), tg or ton, with a real host."""
    url = url.strip()
    if not url or any(character.isspace() for character in url):
        return None
    full = url if "://" in url or url.startswith(("tg:", "ton:")) else f"http://{url}"
    try:
        parts = urlsplit(full)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme in ("tg", "ton"):
        return full
    host = parts.hostname or ""
    good = parts.scheme in ("http", "https") and _is_host(host) and port != 0
    return _with_path(full, parts.netloc) if good else None


def _is_host(host: str) -> bool:
    labels = host.split(".")
    return ":" in host or (len(labels) > 1 and all(labels) and not set(host) & set("<>\"'`{}|\\^%"))


def _with_path(full: str, netloc: str) -> str:
    """Telegram writes http://host as http://host/."""
    return f"{full}/" if full.endswith(f"//{netloc}") else full


def detect(text: str, taken: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entities Telegram adds by itself, outside of code and of links; offsets in UTF-16 units."""
    if not HINT.search(text):
        return []
    shut = [(one["offset"], one["offset"] + one["length"]) for one in taken if one["type"] in SHUT]
    found = []
    units = at = 0
    for match in FOUND.finditer(text):
        shown = match.group().rstrip(TAIL) if match.lastgroup == "url" else match.group()
        units += _units(text[at : match.start()])
        at = match.start()
        end = units + _units(shown)
        if not any(units < right and left < end for left, right in shut):
            found.append({"type": match.lastgroup, "offset": units, "length": end - units})
    return found


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)
