"""The week's rising words as bars of text, a line a word.

Bars stand first, on a track that fills them up to one width: full and low blocks come from one font, so that
the words stand under each other also where letters are not of one width.
"""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from markupsafe import Markup, escape

from newsbot.messages.markup import cut, leaf
from newsbot.messages.wording import label
from newsbot.models.review import Rising
from newsbot.tags.alias import spoken

BLOCKS = 6  # of the longest bar
FULL, LOW = "▇", "▁"
COLUMNS = 34  # half a Chinese character each: a bubble on a phone of 390 px
WIDE = "WFA"  # of two columns; of ambiguous width are the blocks, which phones draw wide
SLIGHT = 1.05  # a ratio that would be shown as 1.0×


def bars(found: Sequence[Rising], language: str) -> Markup:
    """`▇▇▇▇▁▁ 芯片 12 ↑3.1×`, or `… 6 新` for a word that is new; empty where nothing rose."""
    top = max((one.count for one in found), default=1)
    return Markup("\n").join(_line(one, top, language) for one in found)


def bar(full: int, of_them: int) -> str:
    """So many high blocks, and low ones behind."""
    return FULL * full + LOW * (of_them - full)


def growth(one: Rising, new: str) -> str:
    """`↑3.1×`, `↑48×`; `new` where there was none before; empty where nothing is known or it is slight."""
    if one.before is None:
        return ""
    if not one.before:
        return new
    ratio = one.count / one.before
    if ratio < SLIGHT:
        return ""
    return f"↑{ratio:.1f}×" if ratio < 9.95 else f"↑{ratio:.0f}×"


def _line(one: Rising, top: int, language: str) -> Markup:
    full = max(1, round(BLOCKS * one.count / max(1, top)))
    blocks = bar(full, BLOCKS)
    told = f"{one.count} {growth(one, label('review.new', language))}".rstrip()
    room = max(2, COLUMNS - columns(f"{blocks}  {told}"))
    return escape(f"{blocks} {_fitted(spoken(one.word, language), room)} {told}")


def _fitted(word: str, room: int) -> str:
    """As much of a word as so many columns (2 or more) hold; a dash where nothing of it can be seen."""
    word = leaf(word) or "—"
    return next(short for most in range(room, 0, -1) if columns(short := cut(word, most)) <= room)


def columns(words: str) -> int:
    """How wide words are on a phone, in halves of a Chinese character."""
    return sum(2 if east_asian_width(char) in WIDE else 1 for char in words)
