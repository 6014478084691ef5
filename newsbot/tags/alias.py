"""One name for each thing: `大语言模型` and `LLM` are 大模型, `GPT4o` is GPT-4o."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from newsbot.chinese import vocabulary
from newsbot.chinese.tech import aliases, kind, kinds
from newsbot.chinese.variants import fold

_JOINED = re.compile(r"[\s\-_.·]+")
# A model's letters and its number: gpt4o, gpt 4o and GPT-4o are one.
_VERSION = re.compile(r"([A-Za-z]{2,12})[ -]?([0-9][\w.]*(?: [A-Za-z]+){0,2})")  # iPhone17, RTX5090
_MODEL = re.compile(r"(gpt|glm)[\s\-]?(\d[\w.]*)")


@vocabulary.depending
@lru_cache(maxsize=50_000)
def canonical(tag: str) -> str:
    """The one name of what a tag names; unknown tags keep their writing."""
    tag = " ".join(tag.split())
    folded = fold(tag)
    known = _names().get(folded) or _names().get(_JOINED.sub("", folded))
    if known:
        return known
    model = _MODEL.fullmatch(folded)
    if model:
        return f"{model[1].upper()}-{_size(model[2])}"
    version = _VERSION.fullmatch(tag)
    product = _names().get(version[1].lower()) if version else None
    return (
        f"{product} {version[2]}"
        if version and product and kind(product) == "product" and product.isascii()
        else tag
    )


def spoken(tag: str, language: str) -> str:
    """What a tag is called in a reader's language: 英伟达 is NVIDIA in English, where we know it."""
    return _english().get(tag, tag) if language == "en" else tag


@vocabulary.depending
@cache
def _english() -> Mapping[str, str]:
    """Canonical names in Chinese to their first Latin writing."""
    latin = {
        name: next(filter(str.isascii, others), "")
        for name, others in aliases().items()
        if not name.isascii()
    }
    return {name: other for name, other in latin.items() if other}


def _size(number: str) -> str:
    """130b is written 130B, 4o stays 4o."""
    return number.upper() if number.endswith("b") else number


@vocabulary.depending
@cache
def _names() -> Mapping[str, str]:
    """Folded writing, with and without its hyphens, to the canonical name."""
    names: dict[str, str] = {}
    for word in kinds():
        names.setdefault(fold(word), word)
    for name, others in aliases().items():
        for other in (name, *others):
            names[fold(other)] = name
            names[_JOINED.sub("", fold(other))] = name
    return names
