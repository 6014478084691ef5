"""The words that say best what an article is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from newsbot.chinese import vocabulary
from newsbot.chinese.chars import is_han
from newsbot.chinese.parts import is_noun
from newsbot.chinese.people import is_person
from newsbot.chinese.rarity import is_heard, rarity
from newsbot.chinese.segment import known, words
from newsbot.chinese.tech import kind
from newsbot.chinese.variants import fold, plain
from newsbot.tags.alias import canonical
from newsbot.tags.phrases import is_address, is_counted, joined, misleading, paired, repeated, titled
from newsbot.tags.words import word_list

FEWEST, MOST = 3, 8
_REMEMBERED = 50_000  # words; an article has some hundred different ones, most of them the next one has too
_READ = 4000  # characters; what comes later changes no tag
_LEAD = 400
_TITLE_COUNT, _LEAD_COUNT = 2.0, 1.0  # a word in the title counts as so many more; in the lead as one more
_BOOST = {"company": 1.6, "product": 1.7, "person": 1.7, "term": 1.5}
_NAME_BOOST = 1.5
_PERSON_BOOST = 1.6
_NO_NOUN = 0.3
_LONG = 400  # words
_NO_SLIP = 4.0  # a guess that stands in the title and once more is none
_LEAST_RARITY = 4.5  # 工作, 发展: what every third article says
# Rarer than this is rather a slip or an oddity than the subject; Latin words are all rare in a Chinese table.
_MOST_RARITY, _LATIN_RARITY = 10.0, 9.0
_NO_ENGLISH_NOUN = re.compile(r"^[a-z]+(?:ed|ly|ing|est|ful|ous|ive|able)$")
_DAY = re.compile(r"[上本下这每]{0,2}(?:周|星期|礼拜)[一二三四五六日天末]|[上本下]个?[周月年]")
_QUANTITY = re.compile(
    r"[\d.,%:/\-]+[A-Za-z%]{0,3}|[\d.]+[A-Za-z]{0,8}(?:flops|hz|bps|mah|nm|mm|gb|tb|pb|mb|kw|kwh|wh|fps)",
    re.IGNORECASE,
)


def pick(title: str, text: str) -> tuple[str, ...]:
    """Three to eight tags, best first, in their canonical writing; fewer where the words give no more."""
    in_title, weighted = _words(plain(title), plain(text[:_READ]))
    counts = _counts(weighted)
    names = frozenset(map(canonical, in_title))
    points = {tag: _points(tag, count, tag in names) for tag, count in counts.items()}
    ranked = sorted((tag for tag in points if points[tag] > 0), key=lambda tag: (-points[tag], tag))
    return _chosen(ranked, counts)


def _words(title: str, text: str) -> tuple[list[str], list[tuple[list[str], float]]]:
    """The words of the title, and all words with what one of them counts where it stands."""
    places = [words(title), words(text[:_LEAD]), words(text[_LEAD:])]
    whole = f"{title}\n{text}"
    if others := misleading(whole):
        places = [[word for word in found if word not in others] for found in places]
    pairs = repeated([word for found in places for word in found], whole)
    in_title, lead, rest = (joined(paired(found, pairs)) for found in places)
    in_title += 2 * titled(title)  # twice, as no guess would be
    weighted = [
        (in_title, 1 + _TITLE_COUNT), (lead, 1 + _LEAD_COUNT), (_told(rest + titled(text)), 1.0),
    ]  # fmt: skip
    return in_title, weighted


def _chosen(ranked: list[str], counts: Counter[str]) -> tuple[str, ...]:
    """The best of those that are sure; a word that may be a slip, or names nothing, is better than no tag."""
    sure: list[str] = []
    doubtful: list[str] = []
    for tag in _without_parts(ranked):
        (sure if _is_sure(tag, counts[tag]) else doubtful).append(tag)
        if len(sure) == MOST:
            break
    return tuple(sure + doubtful[: max(0, FEWEST - len(sure))])


def candidates(title: str, text: str) -> frozenset[str]:
    """All words of an article that might be its tags: what the archive is asked about."""
    found = {_tag(word) for word in words(plain(f"{title}\n{text[:_READ]}"))}
    return frozenset(tag for tag in found if tag is not None)


def _told(found: list[str]) -> list[str]:
    """Without what a long text says once: its subject it says again."""
    if len(found) < _LONG:
        return found
    once = {word for word, times in Counter(found).items() if times == 1}
    return [word for word in found if word not in once]


def _counts(weighted: Iterable[tuple[Iterable[str], float]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for found, weight in weighted:
        for word, times in Counter(found).items():
            tag = _tag(word)
            if tag is not None:
                counts[tag] += weight * times  # type: ignore[assignment]
    return counts


# Words come again and again: what one of them is worth is found out once.
@vocabulary.depending
@lru_cache(maxsize=_REMEMBERED)
def _tag(word: str) -> str | None:
    """What this word is called as a tag, or None where it may not be one."""
    if not _may_be_tag(word):
        return None
    name = canonical(word)
    ignored = _ignored()
    return None if ignored and {fold(word), fold(name)} & ignored else name


@vocabulary.depending
@cache
def _ignored() -> frozenset[str]:
    return frozenset(map(fold, vocabulary.used().ignored))


class _Worth(NamedTuple):
    """What a tag is worth each time it stands there.

    :ivar guessed: nobody knows the word: the segmenter guessed it
    :ivar stranger: a person, of whom one mention in passing is no subject
    :ivar names: it names something
    """

    points: float
    guessed: bool
    stranger: bool
    names: bool


def _points(tag: str, count: float, titled: bool) -> float:
    """Term frequency times rarity, times what the word is; 0 for a word that may not be a tag."""
    worth = _worth(tag)
    if worth.stranger and not titled and count < 2:
        return 0.0
    # guessed and seen once: more often a slip than a word
    return count * worth.points * (0.5 if worth.guessed and count < _NO_SLIP else 1.0)


def _is_sure(tag: str, count: float) -> bool:
    worth = _worth(tag)
    return worth.names and not (worth.guessed and count < _NO_SLIP)


@vocabulary.depending
@lru_cache(maxsize=_REMEMBERED)
def _worth(tag: str) -> _Worth:
    known_kind, boost, guessed, names = kind(tag), 1.0, False, True
    person = is_person(tag)
    if known_kind:
        boost = _BOOST[known_kind]
    elif _is_name(tag):
        boost = _NAME_BOOST
    elif person:
        boost = _PERSON_BOOST
    elif tag.isascii():
        names = tag[0].isupper()  # what English writes small is a word like any other
    elif is_han(tag[0]) and not known(tag):
        guessed = True
    elif not is_noun(tag):
        boost, names = _NO_NOUN, False
    elif not is_heard(tag):
        names = False
    return _Worth(_rarity(tag) * boost, guessed, person and known_kind is None, names)


def _rarity(tag: str) -> float:
    return min(rarity(tag), _MOST_RARITY if is_han(tag[0]) else _LATIN_RARITY)


def _may_be_tag(word: str) -> bool:
    if not 2 <= len(word) <= 30 or _QUANTITY.fullmatch(word) or _DAY.fullmatch(word):
        return False
    if kind(word) is not None:
        return True
    folded = word.lower()
    if folded in word_list("stopwords_zh") or folded in word_list("stopwords_en"):
        return False
    if word.isascii():
        return _is_name(word) or (len(word) > 3 and not _NO_ENGLISH_NOUN.search(word))
    if is_counted(word) or is_address(word):
        return False
    return not any(map(str.isdigit, word)) and rarity(word) >= _LEAST_RARITY


def _is_name(word: str) -> bool:
    """A Latin word with a capital after its first letter, a digit or a hyphen: a name, not prose."""
    return word.isascii() and any(ch.isupper() or ch.isdigit() or ch in "-.+#" for ch in word[1:])


def _without_parts(ranked: list[str]) -> Iterator[str]:
    """Leave out a general word that is only a part of a better one."""
    better: list[str] = []
    for tag in ranked:
        if kind(tag) is not None or not any(tag in one for one in better):
            better.append(tag)
            yield tag
