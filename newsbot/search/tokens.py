"""Text into the tokens that the index holds.

Each Chinese (or kana) character is a token of its own: with phrase queries this finds every article that
contains the characters, at every length, where words of a segmenter miss a tenth and more. Any other run of
letters and digits is one token, so `ai` is not found in `email`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsbot.chinese.variants import fold_each
from newsbot.models.search import HAN, LONGEST_GRAM, Phrase, is_chinese

TOKEN = re.compile(rf"[{HAN}]|[^\W_{HAN}]+")
# Begins only where a run begins: else a run of a hundred thousand digits takes a minute
COMPOUND = re.compile(rf"(?<![^\W_{HAN}])[^\W_{HAN}]+(?:[-._\u2010-\u2013][^\W_{HAN}]+)+")
# A name and its number, a number and its unit, with a space between: iphone 16, 28 nm
NUMBERED = re.compile(
    rf"(?<![^\W_{HAN}])(?:[a-z]{{2,12}} \d[a-z0-9]{{0,5}}|\d{{1,6}} [a-z]{{1,3}})(?![^\W_{HAN}])"
)
COMPOUND_OR_WORD = re.compile(COMPOUND.pattern.replace("+)+", "+)*"))
# What may stand between Chinese characters of a phrase; any other sign, and the end of a line, parts them
BETWEEN = r" \t\u00a0\u2000-\u2015_.·•・'’/&+\-"
BREAK = re.compile(rf"[^\w{HAN}{BETWEEN}]+")
NOT_A_LETTER = re.compile(r"[\W_]+")


def tokens(text: str) -> list[str]:
    """The tokens of a text, folded (half width, simplified, lower case), in order."""
    return TOKEN.findall(fold_each(text))


def joined(text: str) -> list[str]:
    """Latin compounds without what joins them: `gpt4o` of GPT-4o, `iphone16` of iPhone 16."""
    return [NOT_A_LETTER.sub("", compound)[:LONGEST_GRAM] for compound in _compounds(fold_each(text))]


def _compounds(folded: str) -> Iterator[str]:
    yield from COMPOUND.findall(folded)
    yield from (found.group() for found in NUMBERED.finditer(folded))


def runs(text: str) -> list[list[str]]:
    """The same, parted where there is punctuation, but for punctuation between words that are not Chinese."""
    found: list[list[str]] = []
    for piece in filter(None, map(TOKEN.findall, BREAK.split(fold_each(text)))):
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
    folded = fold_each(text)
    if len(folded) == len(text):
        return folded, list(range(len(text)))
    # Something became longer or shorter (㎏ to kg): fold one character at a time, to know which.
    pieces = [fold_each(character) for character in text]
    origins = [index for index, piece in enumerate(pieces) for _ in piece]
    return "".join(pieces), origins
