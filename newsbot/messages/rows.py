"""Rows of buttons that several messages have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

from newsbot.messages.buttons import encode
from newsbot.models.messages import Button
from newsbot.models.stories import Story

ROW = 7  # number buttons, at most
BALLOTS = 4  # buttons: two stories a row


def numbers(stories: Iterable[Story], place: str, first: int = 1) -> tuple[tuple[Button, ...], ...]:
    """A button per story: pressed, the same message becomes that story's card."""
    made = [
        Button(str(number), encode("open", place, story.id)) for number, story in enumerate(stories, first)
    ]
    rows = max(1, ceil(len(made) / ROW))
    return in_rows(made, max(1, ceil(len(made) / rows)))  # ten are two rows of five


def ballots(stories: Sequence[Story], place: str, first: int = 1) -> tuple[tuple[Button, ...], ...]:
    """👍 and 👎 of each story with their counts, for a message that many look at and that stays as it is."""
    made = []
    for number, story in enumerate(stories, first):
        name = f"{number} " if len(stories) > 1 else ""
        for sign, count, wish in (("👍", story.tally.up, "+1"), ("👎", story.tally.down, "-1")):
            made.append(Button(f"{name}{sign} {count}", encode("ballot", place, story.id, wish)))
    return in_rows(made, BALLOTS)


def in_rows(made: Sequence[Button], size: int) -> tuple[tuple[Button, ...], ...]:
    """Buttons in rows of so many."""
    return tuple(tuple(made[start : start + size]) for start in range(0, len(made), size))


def switch(words: str, is_on: bool, data: str) -> Button:
    """✓ or ○ before what is on or off."""
    return Button(("✓ " if is_on else "○ ") + words, data)


def turns(verb: str, place: str, page: int, pages: int, before: str = "") -> tuple[Button, ...]:
    """◀ 1/3 ▶, round and round.

    :param before: what the value of a button begins with, before the page's number
    """
    to = (("◀", (page - 1) % pages), (f"{page + 1}/{pages}", page), ("▶", (page + 1) % pages))
    return tuple(Button(words, encode(verb, place, value=f"{before}{number}")) for words, number in to)
