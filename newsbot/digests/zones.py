"""Time zones by the names that people give them: 北京, `new york time`, `PST`, 东八区, `UTC+5:30`, a country.

`zones.txt` has every zone with its city and country (from CLDR, see make_cities.py); `cities.txt` has cities
that no zone is named after, countries of many zones, and phrases. What is found is a name out of these files,
or an Etc/GMT of ours: what a person typed never becomes the path of a zone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from newsbot.chinese.variants import fold
from newsbot.digests.plan import digits
from newsbot.errors import NotUnderstood

#: offered as buttons, the likeliest first for Chinese readers anywhere and for English ones
COMMON: tuple[str, ...] = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Tokyo",
    "Asia/Singapore",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
)
MOST = 5
LONGEST = 60  # characters; the longest name has 38
WEST, EAST = -12, 14  # hours: Etc/GMT+12 and Etc/GMT-14

HYPHENS = dict.fromkeys(map(ord, "‐‑‒–—−"), "-")
UNHEARD = re.compile(r"['’‘ʻ·]|(?<=\w)\.")  # Xi'an, 迪蒙·迪维尔, D.C.
BREAK = re.compile(r"[\s_,-]+")
CHINESE = re.compile(r"[㐀-䶿一-鿿]")
ENDING = re.compile(
    r"""(?: (?:标准|夏令|冬令|当地)时?间? | 时间 | 时区 | 夏时制 | 市 | 省
          | [ ](?:time|zone|timezone|standard|daylight|summer|local|city) ) $""",
    re.VERBOSE,
)
SHIFT = re.compile(r"(?:utc */ *gmt|utc|gmt)? *([+-]) *([0-9]{1,2})(?::?([0-5][0-9]))?")
UNSIGNED = re.compile(r"(?:utc|gmt) ?([0-9]{1,2})")
POSIX = re.compile(r"etc/gmt([+-])([0-9]{1,2})")
DISTRICT = re.compile(r"([东西])([0-9]{1,2}|十?[一二]|[三四五六七八九十])时?区")


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of zones.txt."""

    zone: str
    zh: str
    en: str
    cities: tuple[str, ...]
    countries: tuple[str, ...]
    links: tuple[str, ...]

    @classmethod
    def read(cls, line: str) -> _Row:
        zone, zh, en, *lists = line.split("\t")
        others, countries, links = (tuple(filter(None, names.split("|"))) for names in lists)
        return cls(zone, zh, en, (zh, en, *others), countries, links)


@dataclass(frozen=True, slots=True)
class _Known:
    """Our files. Names are as `_plain` and `_spaced` leave them; zones are in order, the likeliest first."""

    names: dict[str, tuple[str, ...]]  # of whatever kind
    cities: dict[str, tuple[str, ...]]  # those that may be cut short
    offsets: dict[str, tuple[str, ...]]  # written as `_written` does
    called: dict[str, _Row]  # zone or link -> what it is called


def find(words: str, whole: bool = False) -> list[str]:
    """The IANA zones that a person may mean, the likeliest first, at most `MOST`; none where nobody knows.

    :param whole: a name that is cut short is none: beside other words Mars is not Marseille

    >>> find("臺北時間")
    ['Asia/Taipei']
    """
    if len(words) > LONGEST:
        return []
    plain = _plain(words)
    if not plain.isprintable():
        return []
    forms = list(_forms(fold(plain)))
    found = next(filter(None, map(_exactly, forms)), ())
    if not found and not whole:
        found = next(filter(None, map(_cut_short, forms)), ())
    return list(found[:MOST])


def city(zone: str, language: str) -> str:
    """How a zone is called: 上海, New York, `UTC+8` for Etc/GMT-8; the name itself where it is unknown.

    :param language: `zh`, else English
    """
    if zone in ("UTC", "Etc/UTC", "Etc/GMT"):
        return "UTC"
    if (own := POSIX.fullmatch(zone.lower())) and _whole(shift := -_minutes(own[1], own[2])):
        return _written(shift)
    row = _known().called.get(zone)
    if not row:
        return zone
    return row.zh if language == "zh" else row.en


def offset(zone: str, now: datetime) -> str:
    """`UTC+8`, `UTC−3:30`, `UTC+5:45`: the zone's clock at this moment.

    :param now: aware
    :raises zoneinfo.ZoneInfoNotFoundError: there is no such zone
    """
    shift = now.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
    return _written(round(shift / timedelta(minutes=1)))


def at(latitude: float, longitude: float) -> str:
    """The zone of a place, at sea too. Run it in the sandbox: the map of the world takes 35 MB.

    :param latitude: degrees, south is negative
    :param longitude: degrees, west is negative
    :raises NotUnderstood: `schedule.no_zone`: there is no such place
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # so NaN is refused as well
        raise NotUnderstood("schedule.no_zone")
    from tzfpy import get_tz

    zone = get_tz(longitude, latitude)
    if not zone:
        raise NotUnderstood("schedule.no_zone")
    return zone


# ---- words -----------------------------------------------------------------------------------------------


def _plain(words: str) -> str:
    """Half width, lower case, one kind of hyphen; without accents, apostrophes and the dots of D.C."""
    text = unicodedata.normalize("NFKC", words.strip(" \t\r\n")).lower().translate(HYPHENS)
    if not text.isascii():
        letters = (char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))
        text = unicodedata.normalize("NFC", "".join(letters))
    return UNHEARD.sub("", text)


def _spaced(plain: str) -> str:
    """`new_york`, `new-york` and `new york,` become one."""
    return BREAK.sub(" ", plain).removesuffix(" ")


def _forms(plain: str) -> Iterator[str]:
    """Itself, and what is left without 时间, 市, `standard time`."""
    before = ""
    while plain and plain != before:
        yield plain
        before, plain = plain, ENDING.sub("", plain).rstrip()


def _exactly(form: str) -> tuple[str, ...]:
    return _known().names.get(_spaced(form)) or _shifted(form) or _both(_spaced(form))


def _shifted(form: str) -> tuple[str, ...]:
    """Of `utc+8`, `+05:30`, `etc/gmt-8`, 东八区."""
    if own := POSIX.fullmatch(form):
        return _whole(-_minutes(own[1], own[2]))
    if district := DISTRICT.fullmatch(form):
        return _shift(_minutes("-" if district[1] == "西" else "+", digits(district[2])))
    if unsigned := UNSIGNED.fullmatch(form):
        return _shift(_minutes("+", unsigned[1]))
    if signed := SHIFT.fullmatch(form):
        return _shift(_minutes(signed[1], signed[2], signed[3] or "0"))
    return ()


def _minutes(sign: str, hours: str, minutes: str = "0") -> int:
    return (-1 if sign == "-" else 1) * (int(hours) * 60 + int(minutes))


def _shift(minutes: int) -> tuple[str, ...]:
    return _known().offsets.get(_spaced(_plain(_written(minutes)))) or _whole(minutes)


def _whole(minutes: int) -> tuple[str, ...]:
    """Etc/GMT-8 for UTC+8: POSIX counts westwards."""
    hours, rest = divmod(minutes, 60)
    if rest or not WEST <= hours <= EAST:
        return ()
    return (f"Etc/GMT{-hours:+d}",) if hours else ("UTC",)


def _written(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def _both(spaced: str) -> tuple[str, ...]:
    """Of two names one after the other, what they have in common: 中国上海, `Paris, France`, 美国 东部."""
    cuts = [place for place, sign in enumerate(spaced) if sign == " " or CHINESE.match(sign)]
    for cut in cuts:
        one, other = sorted((_part(spaced[:cut]), _part(spaced[cut:])), key=len)
        if both := tuple(zone for zone in one if zone in other):
            return both
    return ()


def _part(name: str) -> tuple[str, ...]:
    return next(filter(None, (_known().names.get(form) for form in _forms(name.strip()))), ())


def _cut_short(form: str) -> tuple[str, ...]:
    """The zone of the only city, or the only cities, that begin so: 洛杉, `san fran`."""
    start = _spaced(form)
    if len(start) < (2 if CHINESE.match(start) else 4):
        return ()
    found = {zones for name, zones in _known().cities.items() if name.startswith(start)}
    return found.pop() if len(found) == 1 else ()


# ---- our files -------------------------------------------------------------------------------------------


@cache
def _known() -> _Known:
    rows, hand = _rows(), _by_hand()
    zones = _gathered((name, row.zone) for row in rows for name in (row.zone, *row.links))
    cities = _gathered((name, row.zone) for row in rows for name in row.cities)
    countries = _gathered((name, row.zone) for row in rows for name in row.countries)
    both = {name: tuple(dict.fromkeys(cities[name] + countries[name])) for name in cities.keys() & countries}
    return _Known(
        names=zones | countries | cities | both | hand["phrases"] | hand["countries"] | hand["cities"],
        cities=cities | hand["cities"],
        offsets=hand["offsets"],
        called={name: row for row in rows for name in (row.zone, *row.links)},
    )


def _rows() -> list[_Row]:
    return [_Row.read(line) for line in _lines("zones.txt")]


def _by_hand() -> dict[str, dict[str, tuple[str, ...]]]:
    """Section -> name -> zones."""
    sections: dict[str, dict[str, tuple[str, ...]]] = {}
    section: dict[str, tuple[str, ...]] = {}
    for line in _lines("cities.txt"):
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
            continue
        names, _, zones = line.partition(" = ")
        for name in map(_plain, names.split(", ")):
            section[_spaced(name)] = tuple(zones.split(", "))
    return sections


def _gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Name -> its zones."""
    found: dict[str, dict[str, None]] = {}
    for name, zone in pairs:
        found.setdefault(_spaced(_plain(name)), {})[zone] = None
    return {name: tuple(zones) for name, zones in found.items()}


def _lines(name: str) -> list[str]:
    lines = files("newsbot.digests").joinpath(name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
