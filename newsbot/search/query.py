"""What a person typed, as a Query.

Grammar: words are ANDed · `-华为` `NOT 华为` excludes · `"完整短语"` · `A OR B` `A | B` · `来源:x` `source:x`
· `标签:x` `tag:x` · `7天` `24h` `7d`. Signs may be full width and quotes curly or 「」. Whatever makes no
sense is taken as a word, a quote left open ends with the line: a search box is no place for syntax errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from itertools import accumulate

from newsbot.chinese.variants import fold, fold_each
from newsbot.chinese.width import half_width
from newsbot.errors import NotUnderstood
from newsbot.models.search import LONGEST_GRAM, Phrase, Query
from newsbot.search.tokens import COMPOUND, NOT_A_LETTER, runs, tokens
from newsbot.tags.alias import canonical

MOST_CHARACTERS = 200  # what is typed beyond is not considered
MOST_TERMS = 20
LONGEST = timedelta(days=3650)

FIELDS = {
    **dict.fromkeys(("来源", "來源", "source"), "source"),
    **dict.fromkeys(("标签", "標籤", "tag"), "tag"),
}
UNITS = {"h": 1, "小时": 1, "小時": 1, "d": 24, "天": 24, "日": 24, "周": 168, "週": 168}  # hours
# Full-width signs and curly quotes to what they stand for; 、，； between words to spaces.
SIGNS = str.maketrans(
    {
        **dict.fromkeys("“”„‟＂「」『』", '"'),
        **dict.fromkeys("－−–—", "-"),
        **dict.fromkeys("\u3000，、；;", " "),
        **dict.fromkeys("|｜", " OR "),
        "：": ":",
    }
)
ITEM = re.compile(
    rf"""(?P<minus>-*)
         (?:(?P<field>{"|".join(FIELDS)})\s*:\s*)?
         (?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))""",
    re.VERBOSE | re.IGNORECASE,
)
EMPTY_FIELD = re.compile(rf"(?:{'|'.join(FIELDS)}):+", re.IGNORECASE)
OPERATORS = ("OR", "AND", "NOT")  # words are ANDed anyway
COMMA = re.compile(r"(?<!\d),|,(?!\d)")  # not in 1,000
WITHIN = re.compile(rf"(\d{{1,4}})({'|'.join(UNITS)}|H)")


@dataclass(slots=True)
class _Draft:
    """A query while it is being read."""

    groups: list[list[Phrase]] = field(default_factory=list)
    excluded: list[Phrase] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    windows: list[tuple[str, timedelta]] = field(default_factory=list)
    after_or: bool = False
    after_not: bool = False

    @property
    def terms(self) -> int:
        return sum(map(len, self.groups)) + len(self.excluded) + len(self.sources) + len(self.tags)

    @property
    def finds(self) -> bool:
        return bool(self.groups or self.sources or self.tags)


def parse(words: str) -> Query:
    """The query that somebody typed.

    :raises NotUnderstood: `search.nothing` where nothing could be looked for, `search.only_excluded` where
        everything is excluded; with a `word`: `search.cannot_exclude` for `-来源:` and `-标签:`,
        `search.empty_field` for `来源:` alone, `search.or_field` for `OR 来源:x`
    """
    # Half a surrogate pair, which JSON can carry, is no text: neither the folding nor a database takes it
    all_of_it = words.encode("utf-8", "replace").decode().replace("\0", " ").strip()
    typed = all_of_it[:MOST_CHARACTERS].strip()
    draft, is_cut = _Draft(), len(all_of_it) > MOST_CHARACTERS
    for item in _items(typed):
        if draft.terms >= MOST_TERMS:
            is_cut = True
            break
        _take(draft, item)
    _window_as_word(draft)
    if not draft.finds:
        raise NotUnderstood("search.only_excluded" if draft.excluded else "search.nothing")
    return Query(
        words=typed,
        groups=tuple(map(tuple, draft.groups)),
        excluded=tuple(draft.excluded),
        sources=tuple(map(_name, dict.fromkeys(draft.sources))),
        tags=tuple(map(_name, dict.fromkeys(fold(canonical(tag)) for tag in draft.tags))),
        within=min((window for _, window in draft.windows), default=None),
        cut=is_cut,
    )


@lru_cache(maxsize=20_000)  # what is followed is asked of every story
def parsed(words: str) -> Query | None:
    """The query, or None where the words are none."""
    try:
        return parse(words)
    except NotUnderstood:
        return None


def searches(words: str, fields_apart: bool = False) -> list[str]:
    """What lines of words ask for, each on its own, see `_of_a_line`."""
    found = (one for line in words.splitlines() for one in _of_a_line(line, fields_apart))
    return list(dict.fromkeys(found))


def _of_a_line(words: str, fields_apart: bool) -> list[str]:
    """What a line asks for: each word or quoted phrase is a search, or all of it is one.

    It is one where it says more than words: what is excluded, alternatives, sources, tags, times.

    :param fields_apart: each source or tag is a search of its own, too
    """
    items = list(_items(words))
    is_more = any(item["minus"] or item.group() in OPERATORS or _window(item.group()) for item in items)
    if is_more or (not fields_apart and any(item["field"] for item in items)):
        return [" ".join(words.split())]
    return list(dict.fromkeys(_quoted(item) for item in items if tokens(item.group())))


def _items(words: str) -> Iterator[re.Match[str]]:
    return ITEM.finditer(COMMA.sub(" ", words.translate(SIGNS)))


def _quoted(item: re.Match[str]) -> str:
    """The word; what is several words stays together."""
    said = " ".join((item["quoted"] or item["plain"]).split())
    said = f'"{said}"' if item["quoted"] and not said.isalnum() else said.lstrip("#")
    return f"{item['field']}:{said}" if item["field"] else said


def at_any_time(words: str) -> str:
    """What was typed without how old it may be."""
    items = [item.group() for item in _items(words)]
    rest = [item for item in items if not _window(item)]
    return " ".join(rest) if rest and len(rest) < len(items) else words


def phrase(words: str) -> Phrase | None:
    """These words as one phrase, or None where there is no letter or digit in them."""
    found = runs(words)
    if not found:
        return None
    all_of_it = tuple(token for run in found for token in run)
    folded = fold_each(words).strip()
    is_word = len(all_of_it) == 1 and len(all_of_it[0]) > 1 and all_of_it[0].isascii()
    is_compound = COMPOUND.fullmatch(folded) or is_word
    breaks = tuple(accumulate(map(len, found[:-1])))
    return Phrase(
        words.strip(), all_of_it, NOT_A_LETTER.sub("", folded)[:LONGEST_GRAM] if is_compound else "", breaks
    )


def _name(folded: str) -> Phrase:
    """All of a name; there are letters in it."""
    return Phrase(folded, tuple(tokens(folded)))


def _take(draft: _Draft, item: re.Match[str]) -> None:
    """Put one item of what was typed where it belongs."""
    is_quoted = item["quoted"] is not None
    words = item["quoted"] if is_quoted else item["plain"]
    bare = not (is_quoted or item["minus"] or item["field"])
    operator = half_width(words) if bare else ""
    if operator in OPERATORS:
        draft.after_or = operator == "OR" and bool(draft.groups)
        draft.after_not = operator == "NOT"
        return
    follows_or, draft.after_or = draft.after_or, False
    excluded, draft.after_not = bool(item["minus"]) or draft.after_not, False
    if bare and EMPTY_FIELD.fullmatch(words):
        raise NotUnderstood("search.empty_field", word=words)
    if item["field"] and follows_or:
        raise NotUnderstood("search.or_field", word=item.group())
    if item["field"]:
        _take_field(draft, item, words)
    elif bare and (window := _window(words)):
        draft.windows.append((words, window))
    elif found := phrase(words):
        _take_phrase(draft, found, excluded=excluded, alternative=follows_or)


def _take_field(draft: _Draft, item: re.Match[str], words: str) -> None:
    """来源:x or 标签:x."""
    if item["minus"]:
        raise NotUnderstood("search.cannot_exclude", word=item.group())
    value = fold(words).strip()
    if not tokens(value):
        return
    kind = FIELDS[item["field"].lower()]
    (draft.sources if kind == "source" else draft.tags).append(value)


def _take_phrase(draft: _Draft, found: Phrase, *, excluded: bool, alternative: bool) -> None:
    """A word to find, one more choice for the last word, or one that must not be there."""
    if excluded:
        draft.excluded.append(found)
    elif alternative:
        draft.groups[-1].append(found)
    else:
        draft.groups.append([found])


def _window(words: str) -> timedelta | None:
    """7天, 24h, 7d as a length of time. `3D` in capitals is a word, not three days."""
    found = WITHIN.fullmatch(words)
    if not found or int(found[1]) == 0:
        return None
    return min(timedelta(hours=int(found[1]) * UNITS[found[2].lower()]), LONGEST)


def _window_as_word(draft: _Draft) -> None:
    """`7天` alone is the hotel chain, not everything of a week."""
    if draft.finds or draft.excluded:
        return
    for words, _ in draft.windows[:1]:
        if found := phrase(words):
            draft.groups.append([found])
    draft.windows.clear()
