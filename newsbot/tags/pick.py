"""The words that say best what an article is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from newsbot.chinese.chars import is_han
from newsbot.chinese.parts import is_noun
from newsbot.chinese.people import is_person
from newsbot.chinese.rarity import rarity
from newsbot.chinese.segment import known, words
from newsbot.chinese.tech import kind
from newsbot.tags.alias import canonical
from newsbot.tags.words import word_list

MOST = 8
_REMEMBERED = 50_000  # words; an article has some hundred different ones, most of them the next one has too
_READ = 6000  # characters; what comes later changes no tag
_LEAD = 400
_TITLE_COUNT, _LEAD_COUNT = 2.0, 1.0  # a word in the title counts as so many more; in the lead as one more
_BOOST = {"company": 1.6, "product": 1.7, "term": 1.5}
_NAME_BOOST = 1.5
_PERSON_BOOST = 1.2
_NO_NOUN = 0.3
_HINT_COUNT = 3.0
# Rarer than this is rather a slip or an oddity than the subject; Latin words are all rare in a Chinese table.
_MOST_RARITY, _LATIN_RARITY = 10.0, 9.0
_SUFFIXES = frozenset(
    (
        "科技",
        "汽车",
        "智能",
        "电子",
        "半导体",
        "集团",
        "资本",
        "股份",
        "能源",
        "机器人",
        "微电子",
        "通信",
        "网络",
        "生物",
        "航天",
    )
)
_QUANTITY = re.compile(
    r"[\d.,%:/\-]+[A-Za-z%]{0,3}|[\d.]+[A-Za-z]{0,8}(?:flops|hz|bps|mah|nm|mm|gb|tb|pb|mb|kw|kwh|wh|fps)",
    re.IGNORECASE,
)


def pick(title: str, text: str, hints: tuple[str, ...] = ()) -> tuple[str, ...]:
    """At most eight tags, best first, in their canonical writing.

    :param hints: categories or keywords that the publisher gave
    """
    in_title = _phrases(words(title))
    counts = _counts(in_title, _phrases(words(text[:_LEAD])), _phrases(words(text[_LEAD:_READ])), hints)
    titled = frozenset(map(canonical, in_title))
    scores = {tag: _score(tag, count, tag in titled) for tag, count in counts.items()}
    ranked = sorted((tag for tag in scores if scores[tag] > 0), key=lambda tag: (-scores[tag], tag))
    return tuple(islice(_without_parts(ranked), MOST))


def _counts(title: list[str], lead: list[str], rest: list[str], hints: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for found, weight in (
        (title, 1 + _TITLE_COUNT),
        (lead, 1 + _LEAD_COUNT),
        (rest, 1.0),
        (hints, _HINT_COUNT),
    ):
        for word, times in Counter(found).items():
            tag = _tag(word)
            if tag is not None:
                counts[tag] += weight * times  # type: ignore[assignment]
    return counts


# Words come again and again: what one of them is worth is found out once.
@lru_cache(maxsize=_REMEMBERED)
def _tag(word: str) -> str | None:
    """What this word is called as a tag, or None where it may not be one."""
    return canonical(word) if _may_be_tag(word) else None


class _Worth(NamedTuple):
    """What a tag is worth each time it stands there.

    :ivar guessed: nobody knows the word: the segmenter guessed it
    :ivar stranger: a person, of whom one mention in passing is no subject
    """

    points: float
    guessed: bool
    stranger: bool


def _score(tag: str, count: float, titled: bool) -> float:
    """Term frequency times rarity, times what the word is; 0 for a word that may not be a tag."""
    worth = _worth(tag)
    if worth.stranger and not titled and count < 2:
        return 0.0
    # guessed and seen once: more often a slip than a word
    return count * worth.points * (0.5 if worth.guessed and count < 3 else 1.0)


@lru_cache(maxsize=_REMEMBERED)
def _worth(tag: str) -> _Worth:
    known_kind, boost, guessed = kind(tag), 1.0, False
    person = is_person(tag)
    if known_kind:
        boost = _BOOST[known_kind]
    elif _is_name(tag):
        boost = _NAME_BOOST
    elif person:
        boost = _PERSON_BOOST
    elif is_han(tag[0]) and not known(tag):
        guessed = True
    elif not is_noun(tag):
        boost = _NO_NOUN
    return _Worth(_rarity(tag) * boost, guessed, person and known_kind is None)


def _rarity(tag: str) -> float:
    return min(rarity(tag), _MOST_RARITY if is_han(tag[0]) else _LATIN_RARITY)


def _may_be_tag(word: str) -> bool:
    if not 2 <= len(word) <= 30 or _QUANTITY.fullmatch(word):
        return False
    if kind(word) is not None:
        return True
    folded = word.lower()
    if folded in word_list("stopwords_zh") or folded in word_list("stopwords_en"):
        return False
    if word.isascii():
        return _is_name(word) or len(word) > 3
    return not any(map(str.isdigit, word)) and not (rarity(word) < 4.5)


def _is_name(word: str) -> bool:
    """A Latin word with a capital after its first letter, a digit or a hyphen: a name, not prose."""
    return word.isascii() and any(ch.isupper() or ch.isdigit() or ch in "-.+#" for ch in word[1:])


def _phrases(found: list[str]) -> list[str]:
    """Join what the segmenter took apart: a word and the ending of a company's name (`某某` `科技`)."""
    joined: list[str] = []
    for word in found:
        before = joined[-1] if joined else ""
        if word in _SUFFIXES and _may_begin_company(before):
            joined[-1] = before + word
        else:
            joined.append(word)
    return joined


def _may_begin_company(word: str) -> bool:
    return (
        len(word) == 2
        and all(map(is_han, word))
        and kind(word) is None
        and word not in word_list("stopwords_zh")
    )


def _without_parts(ranked: list[str]) -> Iterator[str]:
    """Leave out a general word that is only a part of a better one."""
    better: list[str] = []
    for tag in ranked:
        if kind(tag) is not None or not any(tag in one for one in better):
            better.append(tag)
            yield tag
