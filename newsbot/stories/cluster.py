"""Which story an article belongs to.

Three ways in, tried in this order, each decided exactly on the candidates that the index keys brought:

1. a reprint: 60 % of the shorter text's five-character runs stand in the longer one; nearly all of them where
   texts are short enough to be a form filled in, or titles say that they are two parts of a series
2. the same title, within 72 hours; from the same source it is a column, unless the hour is nearly the same
3. the same event in other words, within 72 hours: the points of `evidence` are enough, see there

Two happenings in one story are worse than one happening in two: the thresholds are set for precision.
Round-ups tell many events and join nothing but their own reprint.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from zlib import crc32

from newsbot.chinese.people import is_person
from newsbot.models.shingles import Shingles
from newsbot.models.stories import Placed, Signature
from newsbot.stories.rarity import rarity, rarity_of_name
from newsbot.stories.signature import HAN_RUN, PART_MARK, SYMBOLS, spaced

WINDOW = timedelta(hours=72)
SAME_HOUR = timedelta(hours=2)
REPRINT = 0.6
FORM = 0.9  # the same where 60 % may be a form that is filled in with other names and figures
MARGIN = 4  # standard deviations of a sample: it is wrong once in thirty thousand times
FEWEST_SHINGLES = 40  # fewer is a teaser, which many articles may share
SHORTEST_TITLE = 6  # characters; 早报 is no headline
SKETCH = 8  # shingles under which a text is looked up
KEYS = 64
PIECES = 32  # names, words, figures of a title that keys are made of
NEWEST = 3  # articles of one key that are looked at: what many share is one story, or says little
MOST = 60  # articles that one is compared with
# Chosen on two labelled days, checked on two others: benchmarks/stories.py
ENOUGH = 1.6  # points of evidence; one step stricter than the best figures on the tuning days
SHARE = 0.1  # of what the two titles tell must be shared
SHARE_WITHOUT_HAN = 0.5  # the same for titles without Chinese, whose words have no counts to weigh them by
ANCHOR = 0.8  # a name this rare, or a figure, must be among what is shared
COMMON = 0.4  # names more common than this, such as ai, are nobody's
SELECTIVE = 0.6  # pieces more common than this tell nothing and find no candidates
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
# The standing title of a column, with nothing but its day or number: 科技早报7月22日, 每日新闻汇总第3期
DAY = r"[\d第年月日号期星周〇一二三四五六七八九十]"
STANDING = re.compile(
    rf"{DAY}*|{DAY}*.{{0,6}}(?:早报|晚报|午报|日报|周报|月报|周刊|月刊|早知道|汇总|速览|要闻|快讯){DAY}*"
)
# That something was said, not what
SAID = frozenset((
    "发布", "宣布", "官宣", "推出", "上线", "回应", "正式", "亮相", "曝光",
    "来了", "刚刚", "首次", "完成", "开启", "公布",
))  # fmt: skip
# What happens to many in the same words, and to one of them each time
FORMS = tuple(map(re.compile, ("融资", "财报|营收|收入|净利|业绩|季报", "降价|涨价|调价|提价|直降")))
LAUNCH = re.compile("发布|推出|开售|亮相|首发|上市")
# Behind a name: it is not the one that gets the money
PAYER = re.compile("[等和与]?(?:资本|创投|领投|跟投|投资|入股)")


def candidates(
    new: Signature, keys: Sequence[str], under: Mapping[str, Sequence[tuple[int, datetime]]]
) -> list[int]:
    """The articles to compare a new one with: those of its window that share most keys with it, at most MOST.

    :param under: the articles that stand under each key, each with when it was published
    """
    shared = Counter(
        article_id for key in keys for article_id, at in under.get(key, ()) if abs(at - new.when) <= WINDOW
    )
    return sorted(shared, key=lambda article_id: (-shared[article_id], article_id))[:MOST]


def choose(new: Signature, candidates: Sequence[Signature]) -> Placed | None:
    """The story that an article joins, or None where it begins one.

    :param candidates: stored articles that share a key with it, in any order
    """
    others = [one for one in candidates if one.article_id != new.article_id and one.story_id is not None]
    if copies := [other for other in others if is_reprint(new, other)]:
        return _copying(new, min(copies, key=lambda other: (-_contained(new, other), *_oldest(other))))
    if named := [other for other in others if has_same_title(new, other)]:
        return _copying(new, min(named, key=_oldest))
    story_id = _same_event(new, others)
    return Placed(story_id) if story_id is not None else None


def place(
    new: Sequence[Signature],
    candidates: Mapping[int, Sequence[Signature]],
    under: Mapping[int, Sequence[str]],
) -> dict[int, Placed]:
    """Which story each of these articles belongs to, one after the other: article -> its place.

    The story that an article begins has no id yet: it is the article's, negative.

    :param candidates: of each article, what was placed before
    :param under: the keys of each article
    """
    placed: dict[int, Placed] = {}
    by_key: dict[str, list[Signature]] = defaultdict(list)
    for one in new:
        mates = {mate.article_id: mate for key in under[one.article_id] for mate in by_key[key]}
        near = [mate for mate in mates.values() if _may_meet(one, mate)]
        chosen = choose(one, [*candidates[one.article_id], *near])
        placed[one.article_id] = chosen or Placed(-one.article_id)
        there = replace(one, story_id=placed[one.article_id].story_id)
        for key in under[one.article_id]:
            by_key[key].append(there)
    return placed


def _may_meet(one: Signature, other: Signature) -> bool:
    """What the index says of articles that are stored: the same window, and both samples or neither."""
    return abs(one.when - other.when) <= WINDOW and one.sample == other.sample


def keys(signature: Signature) -> tuple[str, ...]:
    """What an article is looked up under: its title, a sketch of its text, pairs of what its title names.

    Under one name stand a thousand articles a day. Two headlines of one event share an anchor and something
    more (see `is_same_event`): under both together stand few.
    """
    found = [f"title:{signature.title}"] if _is_headline(signature.title) else []
    found += [f"text:{shingle:08x}" for shingle in signature.shingles.first(SKETCH)]
    if not _tells_no_event(signature):
        # by their hashes: where there are too many, two articles keep the same ones
        found += sorted({f"pair:{crc32(' '.join(pair).encode()):08x}" for pair in _pairs(signature)})
    return tuple(found[:KEYS])


def _pairs(article: Signature) -> Iterator[tuple[str, str]]:
    """An anchor and something more, in either order; a figure tells nothing without a name."""
    names, figures = _some(article.entities), _some(_figures(article))
    words = _some(word for word in article.terms if rarity(word) >= SELECTIVE)
    for anchor in names:
        if rarity_of_name(anchor) >= ANCHOR:
            for more in {*names, *words, *figures}:
                if more not in anchor and not set(anchor.split()) & set(spaced(more).split()):
                    yield min(anchor, more), max(anchor, more)
    for figure in figures:
        for name in names:
            yield min(figure, name), max(figure, name)


def _some(pieces: Iterable[str]) -> list[str]:
    """No more than a headline has that is not made to harm, and of two alike the same."""
    return sorted(pieces, key=lambda piece: crc32(piece.encode()))[:PIECES]


def is_reprint(one: Signature, other: Signature) -> bool:
    """Whether the shorter text stands in the longer one. A round-up contains others without being them."""
    short, long = sorted((one.shingles, other.shingles), key=len)
    if len(short) < FEWEST_SHINGLES or _is_columns_teaser(one, other):
        return False
    whole = long if "roundup" in (one.noise, other.noise) else short
    wanted = REPRINT * len(whole)
    if not _may_share(short, long, wanted):
        return False
    found = short.shared(long)
    return found >= wanted and (found >= FORM * len(whole) or not _may_be_a_form(one, other))


def _is_columns_teaser(one: Signature, other: Signature) -> bool:
    """The few words with which a column announces each of its issues."""
    short = min(len(one.shingles), len(other.shingles)) < LONG_TEXT
    return short and one.title == other.title and _is_next_issue(one, other)


def _may_be_a_form(one: Signature, other: Signature) -> bool:
    """Whether two texts may be alike because only names and figures are filled in: results, rates, notices.

    Short ones whose titles name nothing in common, or other figures; any whose titles count on.
    """
    if _is_series(one, other):
        return True
    if max(len(one.shingles), len(other.shingles)) >= LONG_TEXT or one.title == other.title:
        return False
    return _differ(one.entities, other.entities) or _differ(_figures(one), _figures(other))


def _differ(mine: frozenset[str], yours: frozenset[str]) -> bool:
    """Whether both have some, and none in common."""
    return bool(mine and yours) and not mine & yours


def _may_share(one: Shingles, other: Shingles, wanted: float) -> bool:
    """Whether two texts may share so many shingles: where a sample says no, by a wide margin, they do not."""
    share = wanted / (len(one) + len(other) - wanted)
    found, size = one.likely_shared(other)
    doubt = math.sqrt(share * (1 - share) / max(size, 1))
    return found >= share - MARGIN * doubt


def has_same_title(one: Signature, other: Signature) -> bool:
    """Whether both carry the same headline, and it is not the standing title of a column."""
    if one.title != other.title or not _is_headline(one.title) or _apart(one, other, WINDOW):
        return False
    return (
        not _is_next_issue(one, other)
        and not _are_other_parts(one, other)
        and not _has_other_text(one, other)
    )


def _is_headline(title: str) -> bool:
    """Long enough to tell something, and more than a column's name and day."""
    return len(title) >= SHORTEST_TITLE and not STANDING.fullmatch(title)


def _is_next_issue(one: Signature, other: Signature) -> bool:
    """Of two articles with one title: the same source would not say it again hours later."""
    return one.source_id == other.source_id and _apart(one, other, SAME_HOUR)


def is_same_event(one: Signature, other: Signature) -> bool:
    """Whether two headlines tell the same event in other words."""
    if not _may_be_anchored(one, other) or _speaks_against(one, other):  # most pairs end here, cheaply
        return False
    points = evidence(one, other)
    names = [found for (kind, _), found in points.items() if kind == "name"]
    anchored = max(names, default=0) >= ANCHOR or any(kind == "number" for kind, _ in points)
    if not names or not anchored or sum(points.values()) < ENOUGH:
        return False
    share = SHARE if HAN_RUN.search(one.title) and HAN_RUN.search(other.title) else SHARE_WITHOUT_HAN
    return _shared(one, other) >= share and not _has_other_text(one, other)


def _may_be_anchored(one: Signature, other: Signature) -> bool:
    """Whether both name something, and something rare or a figure is among what they share."""
    shared = one.entities & other.entities
    return bool(shared) and (
        any(rarity_of_name(name) >= ANCHOR for name in shared) or bool(_figures(one) & _figures(other))
    )


def evidence(one: Signature, other: Signature) -> dict[tuple[str, str], float]:
    """What two titles share, as (kind, piece), with its points: each name, number and rare word.

    A name or word gives its rarity, 0 to 1; a number one point. Of two-character runs that overlap the first
    counts, each further one a quarter. Words inside a shared name give nothing again. That something was said
    gives nothing either, unless of a version: that is released once.
    """
    shared = one.entities & other.entities
    names = _once(_widest(shared), one.entities | other.entities)
    words = {word for word in one.terms & other.terms if not any(spaced(word) in name for name in shared)}
    said = frozenset() if any(map(VERSIONED.fullmatch, shared)) else SAID
    points = {("name", name): rarity_of_name(name) for name in names}
    points |= {("number", number): 1.0 for number in _figures(one) & _figures(other)}
    points |= {
        ("word", word): rarity(word) * (0.25 if _follows(word, words) else 1.0)
        for word in words
        if rarity(word) >= SELECTIVE and word not in said
    }
    return points


def _same_event(new: Signature, others: Sequence[Signature]) -> int | None:
    """The story with the most points in sum; the oldest where several have as many."""
    scores: defaultdict[int, float] = defaultdict(float)
    for other in others:
        if other.story_id is not None and is_same_event(new, other):
            scores[other.story_id] += sum(evidence(new, other).values())
    return min(scores, key=lambda story: (-scores[story], _age(story)), default=None)


def _copying(new: Signature, other: Signature) -> Placed:
    """In another one's story; as a copy of it, unless both have a text and these differ."""
    is_copy = other.source_id != new.source_id and (
        min(len(new.shingles), len(other.shingles)) < FEWEST_SHINGLES or is_reprint(new, other)
    )
    return Placed(other.story_id or 0, other.article_id if is_copy else None)


def _contained(one: Signature, other: Signature) -> float:
    """Which part of the shorter text stands in the longer one."""
    return one.shingles.shared(other.shingles) / max(1, min(len(one.shingles), len(other.shingles)))


def _oldest(one: Signature) -> tuple[bool, int, int]:
    return (*_age(one.story_id or 0), one.article_id)


def _age(story_id: int) -> tuple[bool, int]:
    """The oldest first; those that were begun just now, with negative ids (see `place`), are the youngest."""
    return story_id < 0, abs(story_id)


def _speaks_against(one: Signature, other: Signature) -> bool:
    """Whether something shows that two articles tell different events, however much they share."""
    return (
        _apart(one, other, WINDOW)
        or _tells_no_event(one)
        or _tells_no_event(other)
        or _is_series(one, other)
        or _has_other_version(one, other)
        or _has_other_edition(one, other)
        or _happens_to_others(one, other)
    )


def _tells_no_event(article: Signature) -> bool:
    """A round-up tells many, a guide none."""
    return article.noise == "roundup" or bool(GUIDE.search(article.title))


def _is_series(one: Signature, other: Signature) -> bool:
    """Part three is not part four: titles that differ in nothing but their figures, or name other parts."""
    counts_on = one.title != other.title and DIGITS.sub("#", one.title) == DIGITS.sub("#", other.title)
    return counts_on or _are_other_parts(one, other)


def _are_other_parts(one: Signature, other: Signature) -> bool:
    return _differ(_parts(one), _parts(other))


def _parts(article: Signature) -> frozenset[str]:
    return frozenset(number for number in article.numbers if number.startswith(PART_MARK))


def _figures(article: Signature) -> frozenset[str]:
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
        if VERSIONED.fullmatch(name) and _differ(_editions(one.title, name), _editions(other.title, name)):
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
        if form is not LAUNCH and _differ(mine, yours):
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


def _has_other_text(one: Signature, other: Signature) -> bool:
    """Two long texts on one event share names and phrases; these share next to nothing."""
    short, long = sorted((one.shingles, other.shingles), key=len)
    return len(short) >= LONG_TEXT and short.shared(long) < UNRELATED * len(short)


def _shared(one: Signature, other: Signature) -> float:
    """The share of what two titles tell that both of them tell: cosine, weighted by rarity."""
    mine, yours, both = map(_told, (one.terms, other.terms, one.terms & other.terms))
    return float(both / (mine * yours) ** 0.5) if mine and yours else 0.0


def _told(terms: frozenset[str]) -> float:
    return sum(rarity(term) ** 2 for term in sorted(terms))


def _follows(word: str, words: set[str]) -> bool:
    """Whether a run of two characters begins with the end of another one."""
    return len(word) == 2 and any(
        len(other) == 2 and other != word and other[1] == word[0] for other in words
    )


def _widest(names: frozenset[str]) -> set[str]:
    """Names that are not a part of another one: `kimi k3` goes for `kimi` too."""
    return {name for name in names if not any(name != wider and name in wider for wider in names)}


def _once(names: set[str], known: frozenset[str]) -> set[str]:
    """Of the pieces of one name the rarest: `kimi` and `k3` are one product where somebody says `kimi k3`."""
    kept = set(names)
    for whole in sorted(known):
        pieces = sorted(kept & set(whole.split()), key=lambda piece: (-rarity_of_name(piece), piece))
        kept -= set(pieces[1:])
    return kept


def _apart(one: Signature, other: Signature, window: timedelta) -> bool:
    return abs(one.when - other.when) > window
