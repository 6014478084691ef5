"""What the segmenter took apart and belongs together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from newsbot.chinese import vocabulary
from newsbot.chinese.chars import is_han
from newsbot.chinese.people import is_surname
from newsbot.chinese.segment import known
from newsbot.chinese.tech import kind
from newsbot.tags.words import table, word_list

_LONGEST = 6  # characters of a phrase
_OFTEN = 3  # times that two words stand side by side, to be one phrase
_TOGETHER = 0.8  # of their occurrences
# 《书名》 is a name whatever stands in it, and so is who did something in 「」.
_TITLED = re.compile(r"《([^《》]{2,12})》")
_QUOTED = re.compile(
    r"[「『“]([^「」『』“”，。！？；：、\s]{2,8})[」』”](?=完成|获|宣布|推出|发布|融资|拿下|上市|递表)"
)


def joined(found: Sequence[str]) -> list[str]:
    """Join a word and the ending of a company's name (`某某` `科技`)."""
    if _list("suffixes").isdisjoint(found):
        return list(found)
    done: list[str] = []
    for word in found:
        if word in _list("suffixes") and done and _may_begin_company(done[-1]):
            done[-1] += word
        else:
            done.append(word)
    return done


def _may_begin_company(word: str) -> bool:
    return (
        len(word) == 2
        and all(map(is_han, word))
        and kind(word) in (None, "company")
        and word not in word_list("stopwords_zh")
    )


def is_address(word: str) -> bool:
    """Is it how one speaks of somebody, such as 陈校长 or 李女士? Which of them, nobody knows tomorrow."""
    return len(word) in (3, 4) and word[1:] in _list("roles") and is_surname(word[0])


def is_counted(word: str) -> bool:
    """Is it a guess that begins with a numeral, such as 三县 or 两条线?"""
    return word[0] in _list("numerals") and not known(word) and kind(word) is None


def titled(text: str) -> list[str]:
    """What stands in quotation marks as a name: works in 《》, and companies in 「」 that do something."""
    return _TITLED.findall(text) + _QUOTED.findall(text)


def misleading(text: str) -> frozenset[str]:
    """Words that mean something else in this text than they usually do: 字节 beside a number, MIT as a licence."""
    return frozenset(word for word, pattern in _ambiguous().items() if word in text and pattern.search(text))


@cache
def _ambiguous() -> dict[str, re.Pattern[str]]:
    return {word: re.compile(pattern) for word, pattern in table("phrases")["ambiguous"].items()}


def repeated(found: Sequence[str], text: str) -> frozenset[tuple[str, str]]:
    """Neighbours that hardly ever stand apart in this text: new words, names, terms.

    One of them is hardly a word by itself: a single character, or a guess of the segmenter's.
    """
    single = Counter(found)
    odd = {word for word, times in single.items() if times >= _OFTEN and _is_odd(word)}
    if not odd:
        return frozenset()
    pairs: Counter[tuple[str, str]] = Counter()
    for place, word in enumerate(found):
        if word in odd:
            pairs.update(((found[place - 1], word),) if place else ())
            pairs.update(((word, found[place + 1]),) if place + 1 < len(found) else ())
    return frozenset(
        pair
        for pair, times in pairs.items()
        if times >= max(_OFTEN, _TOGETHER * min(single[pair[0]], single[pair[1]]))
        and _may_be_phrase(*pair)
        and "".join(pair) in text
    )


def paired(found: Sequence[str], pairs: frozenset[tuple[str, str]]) -> list[str]:
    """The same words, with these neighbours in one."""
    if not pairs:
        return list(found)
    done: list[str] = []
    before = ""
    for word in found:
        if (before, word) in pairs:
            done[-1] += word
        else:
            done.append(word)
        before = word
    return done


@vocabulary.depending
@lru_cache(maxsize=50_000)
def _is_odd(word: str) -> bool:
    return (
        is_han(word[0])
        and word.isalpha()
        and word not in _list("particles")
        and (len(word) == 1 or not known(word))
    )


def _may_be_phrase(first: str, second: str) -> bool:
    if not 3 <= len(first) + len(second) <= _LONGEST or first == second:
        return False
    if first in _list("endings") or is_address(first + second) or is_counted(first) or is_counted(second):
        return False
    return not any(
        word in _list("particles") or not word.isalpha() or not is_han(word[0])
        or (len(word) > 1 and word in word_list("stopwords_zh"))
        for word in (first, second)
    )  # fmt: skip


@cache
def _list(name: str) -> frozenset[str]:
    return frozenset(table("phrases")[name].split())
