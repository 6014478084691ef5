"""The catalogue of sources: a TOML file of `[[source]]` tables, every line of it checked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files
from typing import Any
from zoneinfo import available_timezones

from newsbot.errors import CatalogError
from newsbot.models.articles import NOISES
from newsbot.models.sources import Source
from newsbot.sources.addresses import canonical

_KINDS = ("feed", "sitemap", "list", "hackernews", "page")
_REMARKS = ("found", "seen")  # where an address was found, and the month in which it was seen to work
_ID = re.compile(r"[A-Za-z0-9_-]{1,60}")  # fits into a deep link: src_<id>
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?")
_HEADER = re.compile(r"\s*\[\[\s*source\s*\]\]")
_AT_LINE = re.compile(r"at line (\d+)")


def load(text: str, file: str) -> list[Source]:
    """The sources of a catalogue, in its order.

    :param text: the catalogue
    :param file: its path, for the errors
    :raises CatalogError: at the first wrong line
    """
    tables = _tables(text, file)
    sources: list[Source] = []
    for number, table in enumerate(tables):
        source = _source(table, partial(_line, text, number), file)
        if any(source.id == other.id for other in sources):
            raise CatalogError(file, _line(text, number, "id"), f'there is a source "{source.id}" already')
        sources.append(source)
    return sources


@cache
def _builtin() -> tuple[Source, ...]:
    catalog = files(__package__).joinpath("catalog.toml")
    return tuple(load(catalog.read_text("utf-8"), "catalog.toml"))


def builtin() -> list[Source]:
    """The catalogue that comes with newsbot."""
    return list(_builtin())


def _tables(text: str, file: str) -> list[dict[str, Any]]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        # Before Python 3.14 the line stands in the sentence only.
        found = _AT_LINE.search(str(error))
        line = int(found[1]) if found else max(1, len(text.splitlines()))
        raise CatalogError(file, line, str(error).partition(" (at ")[0]) from error
    for key in data:
        if key != "source":
            raise CatalogError(file, _line(text, None, key), f'"{key}" is not known here; only [[source]] is')
    tables = data.get("source", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise CatalogError(file, _line(text, None, "source"), "a source is written as [[source]]")
    return tables


def _source(table: dict[str, Any], line: Callable[[str], int], file: str) -> Source:
    """One table as a source, or the error at its wrong line."""
    for key, value in table.items():
        wrong = problem(key, value)
        if wrong:
            raise CatalogError(file, line(key), wrong)
    for key in ("id", "url"):
        if key not in table:
            raise CatalogError(file, line(""), f"the source has no {key}")
    if table.get("kind") == "list" and "selector" not in table:
        raise CatalogError(file, line("kind"), "a list needs a selector that says where its articles are")
    values = {"name": table["id"]} | {key: value for key, value in table.items() if key not in _REMARKS}
    return Source(**{**values, "fallback": tuple(table.get("fallback", ()))})


def problem(key: str, value: object) -> str | None:
    """What is wrong with a value, in words; None where nothing is."""
    if key not in _RULES:
        return f'"{key}" is not known; known are {" ".join(_RULES)}'
    fits, wanted = _RULES[key]
    return None if fits(value) else f"{key} has to be {wanted}, not {value!r:.100}"


def _words(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 200 and value.isprintable()


def _address(value: object) -> bool:
    return isinstance(value, str) and canonical(value) is not None


def _like(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


_route = _like(re.compile(r"/[^/\s]\S{0,300}"))


def _fallback(value: object) -> bool:
    """Addresses, or routes of an RSSHub such as /36kr/newsflashes."""
    return isinstance(value, list) and all(_address(one) or _route(one) for one in value)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31_536_000


def _weight(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0.25 <= value <= 4


def _truth(value: object) -> bool:
    return isinstance(value, bool)


@cache
def _zones() -> frozenset[str]:
    """Asked once: each time the system looks through all the files of its zones, which takes 10 ms."""
    return frozenset(available_timezones())


_RULES: dict[str, tuple[Callable[[object], bool], str]] = {
    "id": (_like(_ID), "1 to 60 of A-Z a-z 0-9 _ -"),
    "name": (_words, "words"),
    "url": (_address, "an http or https address"),
    "kind": (lambda value: value in _KINDS, f"one of {' '.join(_KINDS)}"),
    "language": (_like(_LANGUAGE), "a language such as zh or en"),
    "zone": (lambda value: value in _zones(), "a zone such as Asia/Shanghai"),
    "category": (_words, "words"),
    "on": (_truth, "true or false"),
    "interval": (_whole, "whole seconds, 1 or more"),
    "selector": (_words, "a CSS selector"),
    "body": (_words, "a CSS selector"),
    "noise": (lambda value: value in NOISES, f"one of {' '.join(NOISES)}"),
    "weight": (_weight, "a number from 0.25 to 4"),
    "fallback": (_fallback, "a list of http or https addresses and routes of an RSSHub, such as /36kr/news"),
    "sample": (_truth, "true or false"),
    "found": (_words, "words"),
    "seen": (_like(re.compile(r"20\d\d-(?:0[1-9]|1[0-2])")), "a month such as 2026-11"),
}


def _line(text: str, number: int | None, key: str) -> int:
    """The line, from 1, where source `number` sets `key`; its header where it does not.

    :param number: from 0; None for keys outside of all sources
    """
    at, seen = 1, -1
    sets = re.compile(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    for index, line in enumerate(text.splitlines(), start=1):
        if _HEADER.match(line):
            seen += 1
            at = index if seen == number else at
        if key and number in (None, seen) and sets.match(line):
            return index
    return at
