"""Text into the tokens that the index holds.

Each Chinese (or kana) character is a token of its own: with phrase queries this finds every article that
contains the characters, at every length, where words of a segmenter miss a tenth and more. Any other run of
letters and digits is one token, so `ai` is not found in `email`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from newsbot.chinese.variants import fold
from newsbot.models.search import HAN, Phrase, is_chinese

TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
# Begins only where a run begins: else a run of a hundred thousand digits takes a minute
COMPOUND = re.compile(rf"(?<![^\W_{HAN}])[^\W_{HAN}]+(?:[-._\u2010-\u2013][^\W_{HAN}]+)+")
COMPOUND_OR_WORD = re.compile(COMPOUND.pattern.replace("+)+", "+)*"))
# What may stand between Chinese characters of a phrase; any other sign, and the end of a line, parts them
BETWEEN = r" \t\u00a0\u2000-\u2015_.·•・'’/&+\-"
BREAK = re.compile(rf"[^\w{BETWEEN}]+")
NOT_A_LETTER = re.compile(r"[\W_]+")


def tokens(text: str) -> list[str]:
    """The tokens of a text, folded (half width, simplified, lower case), in order."""
    return TOKEN.findall(fold(text))


def joined(text: str) -> list[str]:
    """Compounds of Latin letters and digits without what joins them: `GPT-4o` gives `gpt4o`."""
    return [NOT_A_LETTER.sub("", compound) for compound in COMPOUND.findall(fold(text))]


def runs(text: str) -> list[list[str]]:
    """The same, parted where there is punctuation, but for punctuation between words that are not Chinese."""
    found: list[list[str]] = []
    for piece in filter(None, map(TOKEN.findall, BREAK.split(fold(text)))):
        if found and not is_chinese(found[-1][-1]) and not is_chinese(piece[0]):
            found[-1] += piece
        else:
            found.append(piece)
    return found


@lru_cache(maxsize=8192)  # what is followed is looked for in every story
def pattern(phrase: Phrase) -> re.Pattern[str]:
    """Where a phrase stands in a folded text; where it was typed with punctuation, any will do."""
    made = ""
    for place, token in enumerate(phrase.tokens):
        before = phrase.tokens[place - 1] if place else ""
        parted = place in phrase.breaks or not (is_chinese(before) or is_chinese(token))
        gap = r"[\W_]*" if parted else f"[{BETWEEN}]*"
        made += (gap if place else "") + _token(token)
    return re.compile(made)


def _token(token: str) -> str:
    return token if is_chinese(token) else rf"(?<![^\W_{HAN}]){re.escape(token)}(?![^\W_{HAN}])"


def folded_with_origins(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the index of the one it came from."""
    folded = fold(text)
    if len(folded) == len(text):
        return folded, list(range(len(text)))
    # Something became longer or shorter (㎏ to kg): fold one character at a time, to know which.
    pieces = [fold(character) for character in text]
    origins = [index for index, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), origins
