"""What an article is compared by."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from zlib import crc32

from newsbot.chinese.people import is_person
from newsbot.chinese.tech import kind
from newsbot.chinese.variants import fold
from newsbot.models.articles import Article
from newsbot.models.shingles import Shingles
from newsbot.models.stories import Signature

SHINGLE = 5  # characters; data of reprints and of similar titles part cleanly at this length
TEXT_LOOKED_AT = 4_000  # characters: bounds the work on hostile lengths; reprints show themselves long before
LONGEST_TITLE = 500
SYMBOLS = re.compile(r"[\W_]+")
# What a site puts around a headline: 【快讯】 in front, _IT之家 behind
IN_FRONT = re.compile(r"^\s*[【\[][^】\]]{1,8}[】\]]\s*")
BEHIND = re.compile(r"\s*[_|｜丨][^_|｜丨]{1,12}$")
BARS = re.compile(r"\s*[|｜丨]\s*")  # between a headline and its column: 36氪首发 | …, …｜产业大会
HAN_RUN = re.compile(r"[\u3400-\u9fff]+")
LATIN = r"[a-z][a-z0-9]*(?:[-.+][a-z0-9]+)*"
LATIN_WORD = re.compile(LATIN)
MODEL = re.compile(rf"(?:{LATIN} )?(?:{LATIN})[ -]?\d+(?:\.\d+)*[a-z]*")  # kimi k3, gemini 3.6, gpt-6
QUOTED = re.compile(r"[「『《]([^」』》]{2,12})[」』》]")
# A figure that is no part of a name (gpt-6, ios 27): digits, then 万 or 亿, then % or b, m, k
NUMBER = re.compile(
    r"(?<![a-z0-9.\-])(?<![a-z] )(\d+(?:,\d{3})*(?:\.\d+)?)\s*([百千]?[万亿]|[百千])?\s*(%|[bmk]\b)?"
)
FACTORS = {
    "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "百亿": 10**10,
    "千亿": 10**11, "b": 10**9, "m": 10**6, "k": 10**3,
}  # fmt: skip
# Which part or issue of a series a folded title names: (三), 第123期, 之二, 下篇, part 3, vol. 12, #7
COUNT = "[〇一二三四五六七八九十]{1,4}"
PART = re.compile(
    rf"[(\[【]\s*(\d{{1,3}}|{COUNT}|[上中下])\s*[)\]】]"
    rf"|第\s*(\d{{1,4}}|{COUNT})\s*(?:部分|[期篇章集回弹讲课辑卷节话周次届轮代批季])"
    rf"|(?<!分)之({COUNT})(?![\w])|([上中下])[篇集](?!\w)"
    r"|\b(?:part|vol|volume|no|issue|episode|ep|chapter|week|day)\b[.\s#]*(\d{1,4})\b|(?<!\w)#(\d{1,4})\b"
)
PART_MARK = "#"  # what a part begins with among the numbers
DIGITS = "〇一二三四五六七八九"
PLAIN_YEARS = range(1990, 2100)
SMALLEST_PLAIN = 100  # a bare 3 or 36 tells nothing


def signature(article: Article) -> Signature:
    """Everything about an article that tells its event from another one."""
    title = fold(article.title[:LONGEST_TITLE])
    told = _headline(title)
    return Signature(
        article_id=article.id,
        story_id=article.story_id,
        when=article.when,
        title=plain_title(article.title),
        shingles=shingles(article.text),
        entities=_names(told) | {spaced(name) for name in _tags(article, title, told)},
        numbers=_numbers(told) | _parts(title),
        terms=terms(told),
        source_id=article.source_id,
        noise=article.noise,
        sample=article.sample,
    )


def _headline(title: str) -> str:
    """A folded title without the columns, sites and conferences that bars part from it: the longest piece.

    In bytes: three letters say about as much as one Chinese character.
    """
    return max(BARS.split(title), key=lambda piece: len(piece.encode()))


def _tags(article: Article, title: str, told: str) -> set[str]:
    """Folded tags that are names; those that stand only in the title's column are not what is told."""
    names = {fold(tag) for tag in article.tags if _is_name(tag)}
    return {name for name in names if name in told or name not in title}


def plain_title(title: str) -> str:
    """A folded title without what a site puts around it, punctuation and spaces."""
    whole = title[:LONGEST_TITLE]
    inner = BEHIND.sub("", IN_FRONT.sub("", whole))
    return SYMBOLS.sub("", fold(inner)) or SYMBOLS.sub("", fold(whole))


def shingles(text: str) -> Shingles:
    """Hashes of the runs of five characters, the same in every process and on every machine."""
    plain = SYMBOLS.sub("", fold(text[:TEXT_LOOKED_AT]))
    runs = {plain[at : at + SHINGLE] for at in range(len(plain) - SHINGLE + 1)}
    return Shingles.of(map(crc32, map(str.encode, runs)))


def terms(title: str) -> frozenset[str]:
    """Runs of two Chinese characters, and Latin words, of a folded title."""
    pairs = {run[at : at + 2] for run in HAN_RUN.findall(title) for at in range(len(run) - 1)}
    return frozenset(pairs | _latin(title))


def _latin(title: str) -> set[str]:
    return set(LATIN_WORD.findall(title)) - _small_words()


def _names(title: str) -> frozenset[str]:
    """What looks like a name in a folded title: Latin words, models with a version, what is 「quoted」."""
    words = {word for word in _latin(title) if len(word) > 1}
    models = set(MODEL.findall(title))
    quoted = {SYMBOLS.sub("", found) for found in QUOTED.findall(title)}
    return frozenset(spaced(name) for name in words | models | quoted if name)


def _is_name(tag: str) -> bool:
    """A company, a product, a person or anything Latin; 燃油车 and 涨价 are subjects of many events a day."""
    known = kind(tag)
    if known:
        return known != "term"
    return LATIN_WORD.search(fold(tag)) is not None or is_person(tag)


def spaced(name: str) -> str:
    """`gpt-6` and `gpt 6` are one name."""
    return name.replace("-", " ")


@cache
def _small_words() -> frozenset[str]:
    """Latin words that tell nothing: editions, titles, and the small words of English headlines."""
    lines = files("newsbot.stories").joinpath("small_words.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _numbers(title: str) -> frozenset[str]:
    """Figures of a folded title as plain numbers: 99.9万 and 999,000 are both `999000`; % stays."""
    found = (_number(*match.groups()) for match in NUMBER.finditer(title))
    return frozenset(number for number in found if number)


def _parts(title: str) -> frozenset[str]:
    """Which parts of a series a folded title names: （三）, 第3期 and Part 3 are all `#3`."""
    found = (next(filter(None, match.groups())) for match in PART.finditer(title))
    return frozenset(PART_MARK + _counted(part) for part in found)


def _counted(numeral: str) -> str:
    """A numeral below a hundred in digits; 上, 中 and 下 stay."""
    if numeral.isdecimal():
        return str(int(numeral))
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return "".join(str(DIGITS.index(sign)) if sign in DIGITS else sign for sign in numeral)
    return str(10 * _digit(tens, 1) + _digit(ones, 0))


def _digit(sign: str, nothing: int) -> int:
    return DIGITS.index(sign) if sign and sign in DIGITS else nothing


def _number(digits: str, factor: str | None, unit: str | None) -> str:
    try:
        value = Decimal(digits.replace(",", ""))
    except InvalidOperation:  # digits of other scripts
        return ""
    if unit == "%":
        return f"{value.normalize():f}%"
    scaled = value * FACTORS.get(factor or "", 1) * FACTORS.get(unit or "", 1)
    bare = not factor and not unit
    if bare and (scaled < SMALLEST_PLAIN or scaled in PLAIN_YEARS):
        return ""
    return f"{scaled.normalize():f}"
