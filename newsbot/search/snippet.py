"""The piece of a text around what was found, for showing."""

from __future__ import annotations

from collections.abc import Iterator

from newsbot.models.search import Query
from newsbot.search.tokens import COMPOUND_OR_WORD, NOT_A_LETTER, folded_with_origins, pattern

MORE = "…"
LOOKED_AT = 20_000  # characters of a text in which a match is looked for


def snippet(text: str, query: Query, length: int = 80) -> list[tuple[str, bool]]:
    """The piece of the text around the first match, in parts: (words, whether they match).

    The words are the text's own, with line breaks as spaces, and … where it was cut.
    Without a match the piece is the text's beginning.

    :param length: characters of the text, without the …
    """
    text = " ".join(text[:LOOKED_AT].split())
    spans = _spans(text, query)
    start = _start(text, spans, length)
    end = min(len(text), start + length)
    parts = list(_cut(text, spans, start, end))
    if start:
        parts.insert(0, (MORE, False))
    if end < len(text):
        parts.append((MORE, False))
    return parts


def _start(text: str, spans: list[tuple[int, int]], length: int) -> int:
    """Where the piece begins: a quarter of its length before the first match, never leaving room unused."""
    if not spans or spans[0][1] <= length:
        return 0
    return max(0, min(spans[0][0] - length // 4, len(text) - length))


def _cut(text: str, spans: list[tuple[int, int]], start: int, end: int) -> Iterator[tuple[str, bool]]:
    """text[start:end] in parts."""
    at = start
    for span in spans:
        first, last = max(span[0], at), min(span[1], end)
        if first >= last:
            continue
        if at < first:
            yield text[at:first], False
        yield text[first:last], True
        at = last
    if at < end:
        yield text[at:end], False


def _spans(text: str, query: Query) -> list[tuple[int, int]]:
    """Where the query's phrases stand, in order, overlapping ones as one."""
    folded, origins = folded_with_origins(text)
    spans = [
        (origins[found.start()], origins[found.end() - 1] + 1)
        for phrase in query.phrases
        for found in pattern(phrase).finditer(folded)
    ]
    spans += _of_compounds(text, {phrase.joined for phrase in query.phrases if phrase.joined})
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged


def _of_compounds(text: str, wanted: set[str]) -> list[tuple[int, int]]:
    """GPT-4o where gpt4o was asked for, and the other way round; all plain Latin, folded by lower()."""
    return [
        found.span()
        for found in (COMPOUND_OR_WORD.finditer(text) if wanted else ())
        if NOT_A_LETTER.sub("", found.group()).lower() in wanted
    ]
