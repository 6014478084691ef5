"""What shows that two articles tell different events, however much they share.

Parts of a series, issues of a column, other versions and editions of a product, the same kind of thing that
happens to others, guides and round-ups, and texts that have nothing in common.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import TypeVar

from newsbot.chinese.people import is_person
from newsbot.models.stories import Signature
from newsbot.stories.rarity import rarity_of_name
from newsbot.stories.signature import HAN_RUN, PART_MARK, SYMBOLS

T = TypeVar("T")
WINDOW = timedelta(hours=72)
COMMON = 0.4  # names more common than this, such as ai, are nobody's
UNRELATED = 0.03  # of the shorter text in the longer one: what any two texts share
LONG_TEXT = 200  # shingles from which a text can speak against, and is no form
DIGITS = re.compile(r"\d+|[一二三四五六七八九十]+")
VERSIONED = re.compile(r"([a-z][a-z0-9 .+-]*?)[ -]?(\d+(?:\.\d+)*)[a-z]*")  # gpt-6, kimi k3, gemini 3.5
EDITIONS = "pro|max|ultra|plus|mini|air|lite|turbo|flash|se"
EDITION = re.compile(rf"((?:{EDITIONS})*)(?![a-z])(系列|全系)?")
# Titles of guides, reviews and lists resemble each other and tell no event
GUIDE = re.compile(
    "如何|怎样|教程|指南|入门|新手|基础|最佳|最好|安装|修复|使用|技巧|详解|系列|推荐|评测|测评|横评|体验|新功能|十大|盘点|发行版"
    "|拆解|开箱|^.{0,4}实测|^.{0,4}上手|试驾|攻略|^(?:了解|认识|学习|掌握|理解)|^在[a-z].{0,24}(?:上|中|里|之间)"
    "|^howto|tutorial|handson|teardown|unboxing"
)
# What happens to many in the same words, and to one of them each time
FORMS = tuple(map(re.compile, ("融资", "财报|营收|收入|净利|业绩|季报", "降价|涨价|调价|提价|直降")))
# Of each of these something happens in one way or in another, at one stage or at another
STAGES = tuple(
    tuple(map(re.compile, stages))
    for stages in (
        ("受理", "过会|获批|注册生效", "终止|撤回|被否"),
        ("成功", "失败|爆炸|坠毁|失利"),
        ("涨", "跌"),
        ("首日", "次日"),
        ("量产|开售|交付", "延期|推迟|跳票|停产"),
        ("恢复", "暂停|叫停|禁止|约谈"),
        ("获批|入华", "事故|召回"),
        ("上线", "下线|下架|宕机"),
    )
)
LAUNCH = re.compile("发布|推出|开售|亮相|首发|上市")
# Behind a name: it is not the one that gets the money
PAYER = re.compile("[等和与]?(?:资本|创投|领投|跟投|投资|入股)")


def differ(mine: frozenset[T], yours: frozenset[T]) -> bool:
    """Whether both have some, and none in common."""
    return bool(mine and yours) and not mine & yours


def speaks_against(one: Signature, other: Signature) -> bool:
    """Whether something shows that two articles tell different events, however much they share."""
    return (
        apart(one, other, WINDOW)
        or tells_no_event(one)
        or tells_no_event(other)
        or is_series(one, other)
        or _has_other_version(one, other)
        or _has_other_edition(one, other)
        or _happens_to_others(one, other)
        or _is_another_stage(one, other)
    )


def tells_no_event(article: Signature) -> bool:
    """A round-up tells many, a guide none."""
    return article.noise == "roundup" or bool(GUIDE.search(article.title))


def is_series(one: Signature, other: Signature) -> bool:
    """Part three is not part four: titles that differ in nothing but their figures, or name other parts."""
    counts_on = one.title != other.title and DIGITS.sub("#", one.title) == DIGITS.sub("#", other.title)
    return counts_on or are_other_parts(one, other)


def are_other_parts(one: Signature, other: Signature) -> bool:
    return differ(_parts(one), _parts(other))


def _parts(article: Signature) -> frozenset[str]:
    return frozenset(number for number in article.numbers if number.startswith(PART_MARK))


def figures(article: Signature) -> frozenset[str]:
    """The numbers that tell something: not which part of a series it is."""
    return article.numbers - _parts(article)


def _has_other_version(one: Signature, other: Signature) -> bool:
    """GPT-6 is not GPT-5.6: a product named on both sides, never with the same version."""
    mine, yours = _versions(one.entities), _versions(other.entities)
    return any(not mine[product] & yours[product] for product in mine.keys() & yours.keys())


@lru_cache(maxsize=1_000)
def _versions(entities: frozenset[str]) -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in entities:
        if version := VERSIONED.fullmatch(name):
            found[version[1]].add(version[2])
    return found


def _has_other_edition(one: Signature, other: Signature) -> bool:
    """iPhone 17 is not iPhone 17 Pro, where both titles say which."""
    if not HAN_RUN.search(one.title) or not HAN_RUN.search(other.title):
        return False  # without spaces an edition would be seen in any English word
    for name in one.entities & other.entities:
        if VERSIONED.fullmatch(name) and differ(_editions(one.title, name), _editions(other.title, name)):
            return True
    return False


def _editions(title: str, name: str) -> frozenset[str]:
    """In which editions a title names a product; none where it names the whole series."""
    plain = SYMBOLS.sub("", name)
    ends = [at + len(plain) for at in range(len(title)) if title.startswith(plain, at)]
    found = [match for end in ends if (match := EDITION.match(title, end))]
    return frozenset() if any(match[2] for match in found) else frozenset(match[1] for match in found)


def _happens_to_others(one: Signature, other: Signature) -> bool:
    """Two who raise money, report or cut prices on one day, or launch with the same chip.

    Whom it happens to stands before the word for it. Of a launch either the maker or the product may stand
    there: it is another one where each title names there what the other does not name at all.
    """
    for form in (*FORMS, LAUNCH):
        mine, yours = _before(form, one), _before(form, other)
        if mine - other.entities and yours - one.entities:
            return True
        if form is not LAUNCH and differ(mine, yours):
            return True
    return False


def _is_another_stage(one: Signature, other: Signature) -> bool:
    """What succeeded did not fail, what was accepted is not decided yet: news of another day."""
    for stages in STAGES:
        mine, yours = (
            frozenset(at for at, stage in enumerate(stages) if stage.search(article.title))
            for article in (one, other)
        )
        if differ(mine, yours):
            return True
    return False


def _before(form: re.Pattern[str], article: Signature) -> frozenset[str]:
    """The names in a title before the word of a form; none where it has no such word."""
    word = form.search(article.title)
    if not word:
        return frozenset()
    places = {name: article.title.find(SYMBOLS.sub("", name), 0, word.start()) for name in article.entities}
    return frozenset(
        name
        for name, at in places.items()
        if at >= 0
        and rarity_of_name(name) >= COMMON
        and not is_person(name)
        and not PAYER.match(article.title, at + len(SYMBOLS.sub("", name)))
    )


def has_other_text(one: Signature, other: Signature) -> bool:
    """Two long texts on one event share names and phrases; these share next to nothing."""
    short, long = sorted((one.shingles, other.shingles), key=len)
    return len(short) >= LONG_TEXT and short.shared(long) < UNRELATED * len(short)


def apart(one: Signature, other: Signature, window: timedelta) -> bool:
    return abs(one.when - other.when) > window
