"""What stands around an article and is not the article."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

_SHORT = 60
_PROSE, _SHORT_PROSE = 40, 15  # characters; a headline seldom ends with 。
_LONGEST_LIST = 15  # lines
_FRAME = " 【】[]「」:：•·*-。.!！"
_SENTENCES = re.compile(r"[^。！？!?]*[。！？!?]+[”」』）)]*|[^。！？!?]+$")
_SENTENCE_END = re.compile(r"[。！？!?.…][”」』\"'）)]*$")


def without_boilerplate(lines: Iterable[str]) -> list[str]:
    """The lines that are the article: notices, controls and lists of other articles are left out."""
    return list(article_lines(lines))


def article_lines(lines: Iterable[str]) -> Iterator[str]:
    """The same, one after the other. A list begins at its heading (`猜你喜欢`) and ends where prose goes on."""
    listed = 0
    for line in lines:
        if begins_list(line):
            listed = _LONGEST_LIST
        elif _is_control(line):
            continue
        elif listed and not _is_prose(line):
            listed -= 1
        elif kept := _without_notices(line):
            listed = 0
            yield kept


def trimmed(line: str) -> str:
    """A line without its notices: bracketed ones wherever they stand, and every sentence that is one."""
    return "" if _is_control(line) else _without_notices(line)


def _without_notices(line: str) -> str:
    if not _pattern("hints").search(line):
        return line
    kept = _pattern("tails").sub("", _pattern("inline").sub("", line)).strip()
    if len(kept) <= _SHORT and _is_notice(kept):
        return ""
    sentences = _SENTENCES.findall(kept)
    found = [one for one in sentences if not _is_notice(one.strip())]
    return kept if len(found) == len(sentences) else "".join(found).strip()


def is_notice(line: str) -> bool:
    """Is this line a legal notice, the editors' names, an invitation to follow, or a control of the page?"""
    return line != "" and not trimmed(line)


def begins_list(line: str) -> bool:
    """Is this line the heading of a list of other articles?"""
    return len(line) <= _SHORT and _pattern("lists").fullmatch(line.strip(_FRAME)) is not None


def _is_control(line: str) -> bool:
    return len(line) <= _SHORT and _pattern("controls").fullmatch(line.strip(_FRAME)) is not None


def _is_notice(sentence: str) -> bool:
    if len(sentence) <= _SHORT and _pattern("short_notices").search(sentence):
        return True
    return _pattern("notices").search(sentence) is not None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    # to ignore case costs ten times as much, so the hints name both
    flags = 0 if name == "hints" else re.IGNORECASE
    return re.compile("|".join(f"(?:{one})" for one in _tables()[name]), flags)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "boilerplate.toml").read_text(encoding="utf-8"))


def _is_prose(line: str) -> bool:
    """Ends it as a sentence, and not as many headlines do?"""
    return (
        len(line) >= (_SHORT_PROSE if line.endswith("。") else _PROSE)
        and _SENTENCE_END.search(line) is not None
    )
