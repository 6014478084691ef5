"""Text into the tokens that the index holds.

Each Chinese (or kana) character is a token of its own: with phrase queries this finds every article that
contains the characters, at every length, where words of a segmenter miss a tenth and more. Any other run of
letters and digits is one token, so `ai` is not found in `email`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from newsbot.chinese.variants import fold
from newsbot.models.search import HAN

TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
# Begins only where a run begins: else a run of a hundred thousand digits takes a minute
COMPOUND = re.compile(rf"(?<![^\W_{HAN}])[^\W_{HAN}]+(?:[-._\u2010-\u2013][^\W_{HAN}]+)+")
NOT_A_LETTER = re.compile(r"[\W_]+")


class Place(NamedTuple):
    """A token and where it stands in the original text: text[start:end]."""

    token: str
    start: int
    end: int


def tokens(text: str) -> list[str]:
    """The tokens of a text, folded (half width, simplified, lower case), in order."""
    return TOKEN.findall(fold(text))


def joined(text: str) -> list[str]:
    """Compounds of Latin letters and digits without what joins them: `GPT-4o` gives `gpt4o`."""
    return [NOT_A_LETTER.sub("", compound) for compound in COMPOUND.findall(fold(text))]


def places(text: str) -> list[Place]:
    """The tokens of a text with their places in the text as it was before folding."""
    folded, origins = _fold_with_origins(text)
    return [
        Place(found.group(), origins[found.start()], origins[found.end() - 1] + 1)
        for found in TOKEN.finditer(folded)
    ]


def _fold_with_origins(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the index of the one it came from."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded, list(range(len(text)))
    # Something became longer or shorter (㎏ to kg): fold one character at a time, to know which.
    pieces = [fold(character) for character in text]
    origins = [index for index, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), origins
