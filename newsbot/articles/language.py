"""In which language a text is written, by its letters."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from newsbot.chinese.chars import is_han

_SAMPLE = 4000
# A Chinese character says as much as two or three Latin letters, and names stay Latin in Chinese headlines.
_HAN_WEIGHT = 5
_LATIN_WORDS = {
    "en": frozenset(
        [
            "the",
            "of",
            "and",
            "to",
            "in",
            "is",
            "for",
            "on",
            "with",
            "that",
            "it",
            "as",
            "are",
            "this",
            "from",
            "by",
        ]
    ),
    "de": frozenset(
        ["der", "die", "das", "und", "ist", "nicht", "mit", "für", "von", "ein", "eine", "auf", "den", "zu"]
    ),
    "fr": frozenset(
        ["le", "la", "les", "des", "et", "est", "une", "dans", "pour", "que", "qui", "sur", "du", "au"]
    ),
    "es": frozenset(
        ["el", "los", "las", "una", "que", "por", "para", "con", "del", "se", "en", "y", "es", "como"]
    ),
}
_SCRIPTS = (
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7a3"),
    ("ru", "\u0400", "\u04ff"),
    ("ar", "\u0600", "\u06ff"),
)


def language(text: str) -> str:
    """The ISO 639-1 code; `zh` for Chinese with Latin names in it, `en` where nothing tells."""
    counts: Counter[str] = Counter()
    for ch, times in Counter(text[:_SAMPLE]).items():
        counts[_script(ch)] += times
    han = counts["han"]
    # Japanese is written with Chinese characters too; its own letters are always among them.
    if counts["ja"] * 5 > han and counts["ja"] * _HAN_WEIGHT > counts["latin"]:
        return "ja"
    counts["zh"] = han * _HAN_WEIGHT
    best = max(("zh", "ko", "ru", "ar", "latin"), key=lambda name: counts[name])
    return _latin(text[:_SAMPLE]) if best == "latin" or not counts[best] else best


@lru_cache(maxsize=10_000)
def _script(ch: str) -> str:
    if ch.isascii():
        return "latin" if ch.isalpha() else ""
    if is_han(ch):
        return "han"
    return next((name for name, first, last in _SCRIPTS if first <= ch <= last), "")


def _latin(text: str) -> str:
    words = Counter(re.findall(r"[a-zà-ÿ]+", text.lower()))
    return max(_LATIN_WORDS, key=lambda code: sum(words[word] for word in _LATIN_WORDS[code]))
