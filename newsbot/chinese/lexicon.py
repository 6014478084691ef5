"""The files that come with jieba, found without importing it: they are read by what needs a part of them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def file(*names: str) -> Path:
    """Where a file of jieba's stands, such as `dict.txt`.

    :raises FileNotFoundError: jieba is not installed
    """
    found = find_spec("jieba")
    if found is None or found.origin is None:
        raise FileNotFoundError("jieba is not installed")
    return Path(found.origin).parent.joinpath(*names)
