"""Hours as people write them: `8:30`, `08:30 18:00`, `工作日 8:00 周末 10:00`, `早上八点半`, `早八晚八`,
`weekdays at 8`.

Days may be named: `周一三五 8点`, `mon-thu 7:30`. They stand before their hours, or after them throughout
(`8am on weekdays, 10am on weekends`). A part of the day goes on to the hours behind it: 晚上7点和8点,
`7pm and 8:30`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import time
from itertools import groupby

from newsbot.chinese.variants import fold
from newsbot.digests.weekdays import days_of, marked
from newsbot.errors import NotUnderstood
from newsbot.models.readers import WEEK, WEEKEND, WORKDAYS, Hour

MOST = 6
LONGEST = 200  # characters
DAYS = {
    **dict.fromkeys(("工作日", "平日", "上班日"), WORKDAYS),
    **dict.fromkeys(("weekdays", "weekday", "workdays", "work days", "working days"), WORKDAYS),
    **dict.fromkeys(("周末", "双休日", "休息日"), WEEKEND),
    **dict.fromkeys(("weekends", "weekend"), WEEKEND),
    **dict.fromkeys(("每天", "每日", "天天", "everyday", "every day", "each day", "daily"), WEEK),
}
NAMES = sorted(DAYS, key=len, reverse=True)
WORDS = (
    "和",
    "与",
    "及",
    "每",
    "每个",
    "在",
    "请",
    "改成",
    "改到",
    "改为",
    "推送",
    "发",
    "发送",
    "发给我",
    "吧",
)
FILLERS = (*WORDS, "and", "at", "on", "every", "each", "please", *" \t\r\n,;.、。!/&")
LONGER_FIRST = sorted(FILLERS, key=len, reverse=True)
WORD = re.compile(r"[a-z]+|.", re.DOTALL)
DIGITS = "〇一二三四五六七八九"
NUMERAL = re.compile(
    r"""(?: (?<=[早晚晨午夜里]) | (?<=[早晚]上) ) [〇零一二两三四五六七八九十]{1,3}
      | [〇零一二两三四五六七八九十]{1,3} (?=[点时分])""",
    re.VERBOSE,
)
NOON = re.compile(r"(?:\b12\s*)?\bnoon\b|[正中]午(?!\s*\d)")
MIDNIGHT = re.compile(r"(?:\b12(?::00)?\s*)?\bmidnight\b")
CLOCK = re.compile(
    r"""(?P<at>\bat\s+)? (?P<part>凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|夜里|半夜|早|晚)?\s*
        (?P<hour>\d{1,2})\s*
        (?P<sign>
            (?: : \s* | \. (?=\d\d\s*[ap]\.?m)) (?P<minute>\d{2}) (?!\d)
          | o['’]?clock\b
          | [点时] \s* (?: 钟 | 整 | (?P<quarter>半|[一1]刻|[三3]刻)
                         | (?P<past>\d{1,2}) (?!\s*[点时:ap\d]) \s* 分? )?
        )?
        \s* (?P<half>[ap]\.?m\b\.?)?""",
    re.VERBOSE,
)
QUARTERS = {"半": 30, "一刻": 15, "1刻": 15, "三刻": 45, "3刻": 45}
LATE = 5  # the night that began in the evening is over


def parse(words: str) -> tuple[Hour, ...]:
    """The hours that these words say, in order.

    :raises NotUnderstood: `schedule.not_understood`, or `schedule.too_many`
    """
    hours, rest = read(words)
    if rest or not hours:
        raise NotUnderstood("schedule.not_understood")
    return hours


def read(words: str) -> tuple[tuple[Hour, ...], str]:
    """The hours, and the one stretch among these words that is of something else: 每天**北京时间**8点.

    :returns: no hours where none are said; an empty stretch where there is nothing else
    :raises NotUnderstood: `schedule.not_understood`, also where there are several such stretches
    """
    text = _plain(words)
    items: list[frozenset[int] | time] = []
    first, last, before = -1, -1, 0
    for start, end, item in _pieces(text):
        if isinstance(item, str):
            if first >= 0 and len(items) > before:
                raise NotUnderstood("schedule.not_understood")
            first, last, before = start if first < 0 else first, end, len(items)
        elif item is not None:
            items.append(item)
    return _hours(items), text[first:last] if first >= 0 else ""


def _hours(items: list[frozenset[int] | time]) -> tuple[Hour, ...]:
    if items and isinstance(items[0], time) and isinstance(items[-1], frozenset):
        items.reverse()  # the days stand after their hours
    found = {Hour(at, days) for days, at in _paired(items)}
    if len(found) > MOST:
        raise NotUnderstood("schedule.too_many", most=MOST)
    return tuple(sorted(found, key=lambda hour: (hour.at, sorted(hour.days))))


def plain(words: str) -> str:
    """Half width, lower case, simplified, and without what nobody sees.

    :raises NotUnderstood: `schedule.not_understood`: nobody writes so much about hours
    """
    words = words.strip()
    text = unicodedata.normalize("NFKC", words[: LONGEST + 1])
    if max(len(words), len(text)) > LONGEST:
        raise NotUnderstood("schedule.not_understood")
    kinds = [unicodedata.category(sign) for sign in text]
    if "Cs" in kinds:  # half a character: no text at all
        raise NotUnderstood("schedule.not_understood")
    return fold("".join(sign for sign, kind in zip(text, kinds, strict=True) if kind != "Cf")).strip()


def digits(numeral: str) -> str:
    """`二十三` is 23, `零五` is 05; what is no number stays as it is."""
    numeral = numeral.replace("两", "二").replace("零", "〇")
    tens, ten, ones = numeral.rpartition("十")
    known = all(len(part) < 2 and part in DIGITS for part in (tens, ones))
    if ten and known:
        return f"{DIGITS.index(tens) if tens else 1}{DIGITS.index(ones) if ones else 0}"
    return "".join(str(DIGITS.index(sign)) if sign in DIGITS else sign for sign in numeral)


def _plain(words: str) -> str:
    """With a sign for named days, 八点 as 8点, noon as 12:00."""
    text = NUMERAL.sub(lambda found: digits(found.group()), marked(plain(words)))
    return MIDNIGHT.sub("0:00", NOON.sub("12:00", text))


def _pieces(text: str) -> Iterator[tuple[int, int, frozenset[int] | time | str | None]]:
    """From where to where there is what: days, a time, nothing of interest, or a word that we don't know."""
    start, before = 0, None
    while start < len(text):
        name = next((name for name in NAMES if text.startswith(name, start)), text[start])
        days = DAYS.get(name) or days_of(name)
        clock = CLOCK.match(text, start)
        item: frozenset[int] | time | str | None = None
        if days:
            end, item, before = start + len(name), days, None
        elif clock:
            end, before = clock.end(), _time(clock, before)
            item = before[0]
        else:
            end, item = _word(text, start)
        yield start, end, item
        start = end


def _word(text: str, start: int) -> tuple[int, str | None]:
    """Where the word ends that begins here, and the word, if it matters."""
    found = WORD.match(text, start)
    word = found.group() if found else ""
    if not word.isalpha() or not word.isascii():
        filler = next((one for one in LONGER_FIRST if text.startswith(one, start)), "")
        return (start + len(filler), None) if filler else (start + 1, word)
    return start + len(word), None if word in FILLERS else word


def _paired(items: list[frozenset[int] | time]) -> Iterator[tuple[frozenset[int], time]]:
    """Each time with the days named before it, every day where none are; 工作日和周末 are both."""
    days, waiting = WEEK, False
    for is_days, group in groupby(items, key=lambda item: isinstance(item, frozenset)):
        for item in group:
            if isinstance(item, time):
                yield days, item
            else:
                days = days | item if waiting else item
            waiting = is_days
    if waiting:
        raise NotUnderstood("schedule.not_understood")


def _time(clock: re.Match[str], before: tuple[time, str] | None) -> tuple[time, str]:
    """The time of day, and the part of the day that it is in, as it is said.

    :param before: the same of the time that stands before it, of the same days
    """
    hour, minute = int(clock["hour"]), QUARTERS.get(clock["quarter"], 0)
    minute = int(clock["minute"] or clock["past"] or minute)
    part = (clock["half"] or "").replace(".", "") or clock["part"] or ""
    vague = not (clock["sign"] or part or clock["at"])  # a number alone may be anything
    no_half = clock["half"] and not 1 <= hour <= 12
    if vague or minute > 59 or hour > 24 or (hour == 24 and minute) or no_half:
        raise NotUnderstood("schedule.not_understood")
    if part or before is None or hour > 12 or clock["hour"].startswith("0"):
        return time((hour + _shift(hour, part)) % 24, minute), part
    return _carried(hour, minute, *before)


def _carried(hour: int, minute: int, sooner: time, part: str) -> tuple[time, str]:
    """晚上7点和8点: eight in the evening, too. 晚上8点和7点 may mean either."""
    at = time((hour + _shift(hour, part)) % 24, minute)
    over_midnight = part in ("晚上", "晚", "夜里") and at.hour < LATE
    if at > sooner or over_midnight or at == time(hour % 24, minute):
        return at, part
    raise NotUnderstood("schedule.not_understood")


def _shift(hour: int, part: str) -> int:
    """The hours that the part of the day adds: 下午3点 is 15:00, 晚上12点 and 12am are midnight."""
    if part in ("am", "凌晨", "半夜"):
        return 12 if hour == 12 else 0
    if part in ("pm", "下午", "傍晚"):
        return 12 if 1 <= hour < 12 else 0
    if part == "中午":
        return 12 if 1 <= hour < 6 else 0
    if part in ("晚上", "晚", "夜里"):
        return 12 if 5 <= hour <= 12 else 0  # 晚上1点 is after midnight
    return 0
