"""What a reader says of when and how digests come, on one line, as changes of their plan.

工作日 8:00 和 18:30        weekdays 8am             hours, the days before or after them
8:00 东京时间               7:30 new york            with a zone; or a zone alone, or 时区 东京
免打扰 23:00-7:00           quiet 23-7, quiet off    hours that hold back what falls into them
暂停到12月5日, 暂停 3天     pause 2 weeks, resume
10条                        10 stories
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from newsbot.digests import pause, plan, zones
from newsbot.errors import NotUnderstood
from newsbot.models.readers import WEEK, Reader

LENGTHS = (5, 7, 10, 20)
MOST_WORDS = 12  # of a line that names a zone beside hours
LONGEST_QUIET = 16 * 60  # minutes; `quiet 11-7` means a night, not all but four hours of a day
SOME = r"(?=\s*(?:\d|[到至半一二两三四五六七八九十]))"
WHAT = r"(?:推送|更新|发送|\b(?:digests?|news|notifications|everything)\b)?"
PAUSE = re.compile(
    rf"(?P<today>今天|today)?\s*(?:[先请]|推送|please|\s)*"
    rf"(?:暂停|停更|停发|停{SOME}|休息{SOME}|\bpause\b|\bsnooze\b|\bstop(?=\s+(?:for|until|till)\b))"
    rf"\s*{WHAT}\s*(?P<rest>.*)",
    re.DOTALL,
)
RESUME = re.compile(
    r"(?:恢复|继续|重新开始|(?:取消|结束|解除|不要?再?)暂停|\b(?:resume|unpause|continue)\b)"
    rf"\s*{WHAT}\s*[了吧!。.]?"
)
QUIET = re.compile(
    r"(?P<before>.*?)"
    r"(?:免打扰|[不别]要?打扰|勿扰|静音|安静|\bquiet(?:\s+hours?)?\b|\bdnd\b|\bdo not disturb\b)"
    r"(?:时段|时间|模式)?[\s:]*(?P<rest>.*)",
    re.DOTALL,
)
OFF = (
    "关",
    "关闭",
    "关掉",
    "取消",
    "解除",
    "停用",
    "不要",
    "off",
    "none",
    "no",
    "turn off",
    "disable",
    "cancel",
)
BETWEEN = re.compile(r"\s*(?:[-–—~]+|到|至|\bto\b|\band\b|\buntil\b|\btill\b)\s*")
AROUND = re.compile(r"^(?:从|from\b|between\b)|次日|第二天|之间$|期间$")
BARE = re.compile(r"\d{1,2}")
MARKED = re.compile(r"[ap]\.?m\b|noon|midnight|凌晨|[早晨晚夜]|上午|中午|下午")
HALF = 12 * 60
LENGTH = re.compile(
    r"(?:[每一][次份期]|最多|\s)*(?P<count>\d{1,3}|[一二两三四五六七八九十]{1,3})\s*"
    r"(?:[条篇则](?:新闻)?|(?:stories|story|articles|items)(?:\s+(?:per|a|in each)\s+digest)?)"
)
ZONE = re.compile(r"(?:时区|time\s*zone|zone|tz)[\s:]*(?P<rest>.+)", re.DOTALL)
APART = re.compile(
    r"[,;。]+|\s+(?=免打扰|静音|勿扰|暂停|quiet\b|dnd\b|pause\b|每次|每份|最多|\d+\s*(?:条|stories))"
)
IN_PLACE = re.compile(r"^(?:in|for)\s+")


def wished(reader: Reader, words: str, now: datetime) -> Reader:
    """The reader with the plan that these words ask for, one thing or several.

    :param now: aware
    :raises NotUnderstood: with a key whose sentence gives an example
    """
    text = plan.plain(words)
    try:
        return _wished(reader, text, now)
    except NotUnderstood:
        parts = [part.strip() for part in APART.split(text) if part.strip()]
        if len(parts) < 2:
            raise
    for part in parts:
        reader = _wished(reader, part, now)
    return reader


def _wished(reader: Reader, text: str, now: datetime) -> Reader:
    if RESUME.fullmatch(text):
        return replace(reader, paused_until=None, subscribed=True)
    if found := PAUSE.fullmatch(text):
        return paused(reader, found["rest"] or found["today"] or "", now)
    if found := QUIET.fullmatch(text):
        return replace(reader, quiet=quiet(f"{found['before']} {found['rest']}"))
    if found := LENGTH.fullmatch(text):
        return replace(reader, length=length(plan.digits(found["count"])))
    if found := ZONE.fullmatch(text):
        return replace(reader, zone=zone(found["rest"]))
    return _timed(reader, text)


def paused(reader: Reader, words: str, now: datetime) -> Reader:
    """Nothing comes until a day's beginning, by the reader's clock."""
    local = ZoneInfo(reader.zone)
    day = pause.until(words, now.astimezone(local).date())
    return replace(reader, paused_until=datetime.combine(day, time(), tzinfo=local))


def quiet(words: str) -> tuple[time, time] | None:
    """From when to when; None where there are to be none.

    :raises NotUnderstood: `schedule.no_quiet`
    """
    text = AROUND.sub("", words.strip()).strip()
    if text in OFF:
        return None
    ends = BETWEEN.split(text)
    try:
        first, last = ends if len(ends) > 1 else text.split()
        spans = {
            (until - since) % (2 * HALF): (since, until)
            for since in _clocks(first, last)
            for until in _clocks(last, first)
        }
    except (ValueError, NotUnderstood):
        raise NotUnderstood("schedule.no_quiet") from None
    shortest = min(filter(None, spans), default=0)
    if not 0 < shortest <= LONGEST_QUIET:
        raise NotUnderstood("schedule.no_quiet")
    since, until = spans[shortest]
    return time(since // 60, since % 60), time(until // 60, until % 60)


def _clocks(words: str, other: str) -> list[int]:
    """The minutes of a day that this may be. 23 alone is 23:00 here; 3 of 下午1点到3点 may be 15:00 too."""
    (hour,) = plan.parse(f"{words}:00" if BARE.fullmatch(words) else words)
    if hour.days != WEEK:
        raise NotUnderstood("schedule.no_quiet")
    minutes = hour.at.hour * 60 + hour.at.minute
    is_open = MARKED.search(other) and not MARKED.search(words) and not words.startswith("0")
    return [minutes, (minutes + HALF) % (2 * HALF)] if is_open and 60 <= minutes < 13 * 60 else [minutes]


def length(words: str) -> int:
    """How many stories.

    :raises NotUnderstood: `schedule.length`, where it is none of those that there are
    """
    if not words.isdecimal() or int(words) not in LENGTHS:
        raise NotUnderstood("schedule.length", lengths=" / ".join(map(str, LENGTHS)))
    return int(words)


def zone(words: str) -> str:
    """The zone that somebody most likely means, who was asked for one: the beginning of a name will do.

    :raises NotUnderstood: `schedule.no_zone`
    """
    found = zones.find(words)
    if not found:
        raise NotUnderstood("schedule.no_zone")
    return found[0]


def _timed(reader: Reader, text: str) -> Reader:
    """Hours, a zone, or both in any order."""
    try:
        hours, place = plan.read(text)
    except NotUnderstood:
        return _placed(reader, text)
    if not place:
        return replace(reader, hours=hours or plan.parse(text))
    place = IN_PLACE.sub("", place.strip(" ()[]【】「」"))
    found = zones.find(place, whole=True)
    return replace(reader, hours=hours or reader.hours, zone=found[0]) if found else _placed(reader, text)


def _placed(reader: Reader, text: str) -> Reader:
    """Zones that have digits or full stops of their own: `UTC+8 8:00`, `8am washington, d.c.`.

    :raises NotUnderstood: as the hours alone do
    """
    for hours, place in _split(text):
        is_named = any(map(str.isalpha, place))  # 8:00 -9:00 is a span, and no hour west of London
        if is_named and (found := zones.find(IN_PLACE.sub("", place), whole=True)):
            try:
                return replace(reader, hours=plan.parse(hours) if hours else reader.hours, zone=found[0])
            except NotUnderstood:
                continue
    return replace(reader, hours=plan.parse(text))


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Every way in which a line may be hours and a zone; no hours where all of it is one."""
    yield "", text
    parts = re.sub(r"[()]", " ", text).split()[:MOST_WORDS]
    for at in range(1, len(parts)):
        yield " ".join(parts[:at]), " ".join(parts[at:])
        yield " ".join(parts[at:]), " ".join(parts[:at])
