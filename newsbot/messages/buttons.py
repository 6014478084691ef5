"""What a press carries: a verb, where the list stands, and what it is about, in at most 64 bytes.

Callback data is user input, always: whatever does not decode is None, and is answered politely.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

VERBS = frozenset(
    (
        "open",
        "back",
        "vote",
        "ballot",
        "tip",
        "wipe",
        "rate",
        "value",
        "save",
        "related",
        "more",
        "report",
        "words",
        "hour",
        "place",
        "origin",
        "aside",
        "origins",
        "leaf",
        "next",
        "plan",
        "set",
        "language",
        "follow",
        "let",
        "reads",
        "titles",
        "parked",
        "source",
        "sources",
        "switch",
        "weight",
        "check",
        "remove",
        "removed",
        "page",
        "cast",
        "figures",
        "inbox",
        "edit",
        "keep",
        "opml",
        "desk",
        "admin",
        "sort",
        "find",
        "alert",
        "undo",
        "list",
        "ring",
        "drop",
        "pursue",
        "hush",
        "why",
        "less",
        "hot",
        "turn",
        "taste",
        "erase",
        "learn",
        "forget",
        "pin",
        "merge",
        "into",
        "join",
        "cut",
        "split",
        "apart",
    )
)
MOST_BYTES = 64  # Bot API, InlineKeyboardButton; all of it is ASCII
MOST_DIGITS = 18  # of an id: what SQLite and PostgreSQL count with ends at 19
PATTERN = re.compile(r"([a-z]{2,8}):([vd]\d{1,18}|zh|en|-):(\d{1,18}|-):([\w+.-]{0,24})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A press, understood.

    :ivar place: the list that the message shows: `v12` a view, `d12` a delivery, or empty; under a card
        that was sent through the bot its language
    :ivar story: the story's id, or 0
    :ivar value: what else the verb needs
    """

    verb: str
    place: str = ""
    story: int = 0
    value: str = ""

    @property
    def number(self) -> int | None:
        """The value, where it is a whole number that a database takes."""
        return whole(self.value)


def whole(words: str) -> int | None:
    """A whole number that a database takes; None where it is none."""
    is_number = words.isascii() and words.isdecimal() and len(words) <= MOST_DIGITS
    return int(words) if is_number else None


def encode(verb: str, place: str = "", story: int = 0, value: str = "") -> str:
    """The data of a button."""
    data = f"{verb}:{place or '-'}:{story or '-'}:{value}"
    if len(data) > MOST_BYTES or verb not in VERBS or not PATTERN.fullmatch(data):
        raise ValueError(f"not the data of a button: {data}")
    return data


def decode(data: str) -> Press | None:
    """The press behind the data, or None where nobody of ours made it."""
    found = PATTERN.fullmatch(data) if len(data) <= MOST_BYTES else None
    if not found or found[1] not in VERBS:
        return None
    return Press(
        verb=found[1],
        place=found[2].strip("-"),
        story=0 if found[3] == "-" else int(found[3]),
        value=found[4],
    )
