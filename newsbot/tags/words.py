"""The word lists of this part, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@cache
def word_list(name: str) -> frozenset[str]:
    """The words of `name`.txt in lower case; lines with # are remarks."""
    lines = (_HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word.lower() for line in lines if not line.startswith("#") for word in line.split())


@cache
def table(name: str) -> dict[str, Any]:
    """The content of `name`.toml."""
    return tomllib.loads((_HERE / f"{name}.toml").read_text(encoding="utf-8"))
