"""The words of the field: companies, products, people and terms, in tech.toml and what was added to it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from newsbot.chinese import vocabulary


@vocabulary.depending
@cache
def kinds() -> Mapping[str, str]:
    """Each word of the field with its kind: `company`, `product`, `person` or `term`."""
    text = (Path(__file__).parent / "tech.toml").read_text(encoding="utf-8")
    ours = {word: kind for kind, listed in tomllib.loads(text)["words"].items() for word in listed}
    return ours | dict(vocabulary.used().words)


def kind(word: str) -> str | None:
    """What a word is in this field, or None; Latin words in any case."""
    return kinds().get(word) or _folded().get(word.lower())


@vocabulary.depending
@cache
def _folded() -> Mapping[str, str]:
    return {word.lower(): kind for word, kind in kinds().items()}
