"""Whether two articles are the same: in their text, in their headline, or in what they tell.

Two happenings in one story are worse than one happening in two: the thresholds are set for precision.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import timedelta

from newsbot.models.shingles import Shingles
from newsbot.models.stories import Signature
from newsbot.stories.apart import (
    LONG_TEXT,
    VERSIONED,
    WINDOW,
    apart,
    are_other_parts,
    differ,
    figures,
    has_other_text,
    is_series,
    speaks_against,
)
from newsbot.stories.rarity import rarity, rarity_of_name
from newsbot.stories.signature import HAN_RUN, spaced

SAME_HOUR = timedelta(hours=2)
REPRINT = 0.6
FORM = 0.9  # the same where 60 % may be a form that is filled in with other names and figures
MARGIN = 4  # standard deviations of a sample: it is wrong once in thirty thousand times
FEWEST_SHINGLES = 40  # fewer is a teaser, which many articles may share
SHORTEST_TITLE = 6  # characters; 早报 is no headline
# Chosen on two labelled days, checked on two others: benchmarks/stories.py
ENOUGH = 1.6  # points of evidence; one step stricter than the best figures on the tuning days
SHARE = 0.1  # of what the two titles tell must be shared
SHARE_WITHOUT_HAN = 0.5  # the same for titles without Chinese, whose words have no counts to weigh them by
FEWEST_ALIKE = 10  # characters of a headline
ALIKE, REORDERED = 0.65, 0.85  # of what the two titles tell is shared
FEW_CHARACTERS = 2  # that only one of two headlines has
RELATED = 0.1  # of the shorter text in the longer one, where headlines share nothing but names
ANCHOR = 0.8  # a name this rare, or a figure, must be among what is shared
SELECTIVE = 0.6  # pieces more common than this tell nothing and find no candidates
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
    if is_series(one, other):
        return True
    if max(len(one.shingles), len(other.shingles)) >= LONG_TEXT or one.title == other.title:
        return False
    return differ(one.entities, other.entities) or differ(figures(one), figures(other))


def _may_share(one: Shingles, other: Shingles, wanted: float) -> bool:
    """Whether two texts may share so many shingles: where a sample says no, by a wide margin, they do not."""
    share = wanted / (len(one) + len(other) - wanted)
    found, size = one.likely_shared(other)
    doubt = math.sqrt(share * (1 - share) / max(size, 1))
    return found >= share - MARGIN * doubt


def has_same_title(one: Signature, other: Signature) -> bool:
    """Whether both carry the same headline, and it is not the standing title of a column."""
    if one.title != other.title or not is_headline(one.title) or apart(one, other, WINDOW):
        return False
    return (
        not _is_next_issue(one, other) and not are_other_parts(one, other) and not has_other_text(one, other)
    )


def is_headline(title: str) -> bool:
    """Long enough to tell something, and more than a column's name and day."""
    return len(title) >= SHORTEST_TITLE and not STANDING.fullmatch(title)


def _is_next_issue(one: Signature, other: Signature) -> bool:
    """Of two articles with one title: the same source would not say it again hours later."""
    return one.source_id == other.source_id and apart(one, other, SAME_HOUR)


def is_same_event(one: Signature, other: Signature) -> bool:
    """Whether two headlines tell the same event in other words."""
    if _is_alike(one, other):
        return True
    if not _may_be_anchored(one, other) or speaks_against(one, other):  # most pairs end here, cheaply
        return False
    points = evidence(one, other)
    names = [found for (kind, _), found in points.items() if kind == "name"]
    anchored = max(names, default=0) >= ANCHOR or any(kind == "number" for kind, _ in points)
    if not names or not anchored or sum(points.values()) < ENOUGH:
        return False
    in_chinese = bool(HAN_RUN.search(one.title) and HAN_RUN.search(other.title))
    if in_chinese and len(names) == len(points) and not _have_text_in_common(one, other):
        return False  # who it is about, and not what happens; any word of an English headline may be a name
    share = SHARE if in_chinese else SHARE_WITHOUT_HAN
    return _shared(one, other) >= share and not has_other_text(one, other)


def _is_alike(one: Signature, other: Signature) -> bool:
    """Whether two headlines are nearly the same, whoever they name: in another order, or over like texts.

    `A does this` and `B does this` are nearly the same too: without the texts only the order may differ.
    """
    if min(len(one.title), len(other.title)) < FEWEST_ALIKE or not one.terms & other.terms:
        return False
    if not (is_headline(one.title) and is_headline(other.title)):
        return False
    likeness = _shared(one, other)
    if likeness < ALIKE or speaks_against(one, other) or has_other_text(one, other):
        return False
    others = Counter(one.title)
    others.subtract(other.title)
    is_reordered = likeness >= REORDERED and sum(map(abs, others.values())) <= FEW_CHARACTERS
    return is_reordered or _have_text_in_common(one, other)


def _have_text_in_common(one: Signature, other: Signature) -> bool:
    """More than any two texts about one company have."""
    short, long = sorted((one.shingles, other.shingles), key=len)
    return len(short) >= LONG_TEXT and short.shared(long) >= RELATED * len(short)


def _may_be_anchored(one: Signature, other: Signature) -> bool:
    """Whether both name something, and something rare or a figure is among what they share."""
    shared = one.entities & other.entities
    return bool(shared) and (
        any(rarity_of_name(name) >= ANCHOR for name in shared) or bool(figures(one) & figures(other))
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
    points |= {("number", number): 1.0 for number in figures(one) & figures(other)}
    points |= {
        ("word", word): rarity(word) * (0.25 if _follows(word, words) else 1.0)
        for word in words
        if rarity(word) >= SELECTIVE and word not in said
    }
    return points


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
