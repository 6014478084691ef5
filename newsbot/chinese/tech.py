"""The words of the field: companies, products, people and terms, in tech.toml, aliases.toml and what was added."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from newsbot.chinese import vocabulary


@vocabulary.depending
@cache
def kinds() -> Mapping[str, str]:
    """Each word of the field with its kind: `company`, `product`, `person` or `term`."""
    found = {word: kind for kind, listed in _file("tech")["words"].items() for word in listed}
    found |= vocabulary.used().words
    for name, others in aliases().items():
        for other in others:  # another writing of a word of the field is one too
            found.setdefault(other, found.get(name, "term"))
    return found


@vocabulary.depending
@cache
def aliases() -> Mapping[str, Sequence[str]]:
    """Canonical name -> its other writings."""
    found: dict[str, Sequence[str]] = _file("aliases")
    for name, others in vocabulary.used().aliases.items():
        found[name] = (*found.get(name, ()), *others)
    return found


def kind(word: str) -> str | None:
    """What a word is in this field, or None; Latin words in any case."""
    return kinds().get(word) or _folded().get(word.lower())


def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text(encoding="utf-8"))


@vocabulary.depending
@cache
def _folded() -> Mapping[str, str]:
    return {word.lower(): kind for word, kind in kinds().items()}
