"""What stands around an article and is not the article."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

_SHORT = 60
_PROSE = 40
_FRAME = " 【】[]「」:：•·*-。.!！"
_SENTENCES = re.compile(r"[^。！？!?]*[。！？!?]+[”」』）)]*|[^。！？!?]+$")
_SENTENCE_END = re.compile(r"[。！？!?.…][”」』\"'）)]*$")


def without_boilerplate(lines: Iterable[str]) -> list[str]:
    """The lines that are the article: notices, controls and lists of other articles are left out."""
    return list(article_lines(lines))


def article_lines(lines: Iterable[str]) -> Iterator[str]:
    """The same, one after the other. A list begins at its heading (`猜你喜欢`) and ends where prose goes on."""
    in_list = False
    for line in lines:
        if begins_list(line):
            in_list = True
        elif is_notice(line):
            continue
        elif not in_list or _is_prose(line):
            in_list = False
            if kept := trimmed(line):
                yield kept


def trimmed(line: str) -> str:
    """A paragraph without the notices that stand before its first or behind its last sentence."""
    if len(line) <= _SHORT or not _pattern("hints").search(line):
        return line
    kept = _pattern("tails").sub("", line).rstrip()
    sentences = _SENTENCES.findall(kept)
    while len(sentences) > 1 and _is_short_notice(sentences[-1]):
        sentences.pop()
    while len(sentences) > 1 and _is_short_notice(sentences[0]):
        sentences.pop(0)
    return "".join(sentences).strip() or kept


def _is_short_notice(sentence: str) -> bool:
    return len(sentence.strip()) <= _SHORT and is_notice(sentence.strip())


def begins_list(line: str) -> bool:
    """Is this line the heading of a list of other articles?"""
    return len(line) <= _SHORT and _pattern("lists").fullmatch(line.strip(_FRAME)) is not None


def is_notice(line: str) -> bool:
    """Is this line a legal notice, the editors' names, an invitation to follow, or a control of the page?"""
    if len(line) <= _SHORT:
        if _pattern("controls").fullmatch(line.strip(_FRAME)):
            return True
        if _pattern("short_words").search(line) and _pattern("short_notices").search(line):
            return True
    elif _is_report(line):
        return False
    # each pattern needs one of these words: a look for them costs a tenth of a look for the patterns
    if not _pattern("notice_words").search(line):
        return False
    return _pattern("notices").search(_beginning(line)) is not None


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{one})" for one in _tables()[name]), re.IGNORECASE)


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "boilerplate.toml").read_text(encoding="utf-8"))


def _beginning(line: str) -> str:
    """The first sentence of a paragraph, or a short line: what follows in a paragraph is no notice of its own."""
    sentence = _SENTENCES.match(line) if len(line) > _SHORT else None
    return sentence.group() if sentence else line


def _is_report(line: str) -> bool:
    """A long paragraph that only mentions such a thing, such as a sentence on a company's licence."""
    return len(line) > 300


def _is_prose(line: str) -> bool:
    return len(line) >= _PROSE and _SENTENCE_END.search(line) is not None
