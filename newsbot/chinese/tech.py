"""The words of the field: companies, products and terms, one a line in tech.txt."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path


@cache
def kinds() -> Mapping[str, str]:
    """Each word of tech.txt with its kind: `company`, `product` or `term`."""
    found: dict[str, str] = {}
    kind = ""
    for line in (Path(__file__).parent / "tech.txt").read_text(encoding="utf-8").splitlines():
        word = line.strip()
        if word.startswith("[") and word.endswith("]"):
            kind = word[1:-1]
        elif word and not word.startswith("# "):
            found[word] = kind
    return found


def kind(word: str) -> str | None:
    """What a word is in this field, or None; Latin words in any case."""
    return kinds().get(word) or _folded().get(word.lower())


@cache
def _folded() -> Mapping[str, str]:
    return {word.lower(): kind for word, kind in kinds().items()}
