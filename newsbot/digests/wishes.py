"""What a reader says of when and how digests come, on one line, as changes of their plan.

工作日 8:00 和 18:30        weekdays 8am             hours, the days before or after them
8:00 东京时间               7:30 new york            with a zone; or a zone alone, or 时区 东京
免打扰 23:00-7:00           quiet 23-7, quiet off    hours that hold back what falls into them
暂停到12月5日, 暂停 3天     pause 2 weeks, resume
10条                        10 stories
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

from newsbot.digests import pause, plan, zones
from newsbot.errors import NotUnderstood
from newsbot.models.readers import Reader

LENGTHS = (5, 7, 10, 20)
MOST_WORDS = 12  # of a line that names a zone beside hours
PAUSE = re.compile(r"(?:暂停|暫停|停更|pause|snooze)(?:推送|更新|发送)?\s*(?P<rest>.*)", re.DOTALL)
RESUME = re.compile(r"(?:恢复|恢復|继续|繼續|取消暂停|取消暫停|resume|unpause)(?:推送|更新|发送)?\s*")
QUIET = re.compile(
    r"(?:免打扰|免打擾|勿扰|勿擾|静音|靜音|安静|quiet(?:\s+hours?)?|dnd|do not disturb)"
    r"(?:时段|时间|模式)?[\s:]*(?P<rest>.*)",
    re.DOTALL,
)
OFF = ("关", "关闭", "關", "關閉", "取消", "off", "none", "no", "不要")
BETWEEN = re.compile(r"\s*(?:-|–|—|~|到|至|\bto\b|\buntil\b|\btill\b)\s*")
BARE = re.compile(r"\d{1,2}")
LENGTH = re.compile(r"(?:每次|每份|每期)?\s*(\d{1,3})\s*(?:条|篇|則|则|stories|story|items)")
ZONE = re.compile(r"(?:时区|時區|time\s*zone|zone|tz)[\s:]*(?P<rest>.+)", re.DOTALL)


def wished(reader: Reader, words: str, now: datetime) -> Reader:
    """The reader with the plan that these words ask for.

    :param now: aware
    :raises NotUnderstood: with a key whose sentence gives an example
    """
    text = unicodedata.normalize("NFKC", words[:200]).lower().strip()
    if RESUME.fullmatch(text):
        return replace(reader, paused_until=None)
    if found := PAUSE.fullmatch(text):
        return paused(reader, found["rest"], now)
    if found := QUIET.fullmatch(text):
        return replace(reader, quiet=quiet(found["rest"]))
    if found := LENGTH.fullmatch(text):
        return replace(reader, length=length(found[1]))
    if found := ZONE.fullmatch(text):
        return replace(reader, zone=zone(found["rest"]))
    return _timed(reader, words)


def paused(reader: Reader, words: str, now: datetime) -> Reader:
    """Nothing comes until a day's beginning, by the reader's clock."""
    local = ZoneInfo(reader.zone)
    day = pause.until(words, now.astimezone(local).date())
    return replace(reader, paused_until=datetime.combine(day, time(), tzinfo=local))


def quiet(words: str) -> tuple[time, time] | None:
    """From when to when; None where there are to be none.

    :raises NotUnderstood: `schedule.no_quiet`
    """
    if words.strip() in OFF:
        return None
    ends = BETWEEN.split(words.strip())
    try:
        since, until = (_clock(end) for end in ends)
    except (ValueError, NotUnderstood):
        raise NotUnderstood("schedule.no_quiet") from None
    if since == until:
        raise NotUnderstood("schedule.no_quiet")
    return since, until


def length(words: str) -> int:
    """How many stories.

    :raises NotUnderstood: `schedule.length`, where it is none of those that there are
    """
    if not words.isdecimal() or int(words) not in LENGTHS:
        raise NotUnderstood("schedule.length", lengths=" / ".join(map(str, LENGTHS)))
    return int(words)


def zone(words: str) -> str:
    """The zone that somebody most likely means.

    :raises NotUnderstood: `schedule.no_zone`
    """
    found = zones.find(words)
    if not found:
        raise NotUnderstood("schedule.no_zone")
    return found[0]


def _timed(reader: Reader, words: str) -> Reader:
    """Hours, a zone, or both in either order."""
    try:
        return replace(reader, hours=plan.parse(words))
    except NotUnderstood as error:
        for hours, place in _split(words):
            if found := zones.find(place):
                try:
                    theirs = plan.parse(hours) if hours else reader.hours
                except NotUnderstood:
                    continue
                return replace(reader, hours=theirs, zone=found[0])
        raise error from None


def _split(words: str) -> Iterator[tuple[str, str]]:
    """Every way in which a line may be hours and a zone; no hours where all of it is one."""
    yield "", words
    parts = words.replace("(", " ").replace(")", " ").split()[:MOST_WORDS]
    for at in range(1, len(parts)):
        yield " ".join(parts[:at]), " ".join(parts[at:])
        yield " ".join(parts[at:]), " ".join(parts[:at])


def _clock(words: str) -> time:
    """One time of day; 23 alone is 23:00 here."""
    (hour,) = plan.parse(f"{words}:00" if BARE.fullmatch(words) else words)
    return hour.at
