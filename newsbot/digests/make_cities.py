"""Writes `zones.txt`, the zones with their names, from the data of CLDR that comes with Babel.

A file, because to read them from Babel costs a running bot 5.5 MB. Run it again when Babel has new data:
`python -m newsbot.digests.make_cities`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from newsbot.chinese.variants import fold

HEAD = "# by make_cities.py, a tab between: zone, zh, en, other names of the city, its country, links"
CHINESE = ("zh", "zh_Hant", "zh_Hant_HK")  # 悉尼 and 雪梨, 新西兰 and 纽西兰
WORLD = "001"  # CLDR's territory of what belongs to none
NO_AREAS = {"Brazil", "Canada", "Chile", "Etc", "Mexico", "US"}  # US/Central
# last parts that are words or abbreviations, as in Australia/North
NO_CITIES = {
    "North",
    "South",
    "West",
    "Center",
    "Christmas",
    "Easter",
    "Virgin",
    "Wake",
    "ACT",
    "LHI",
    "Knox IN",
}


def table() -> Iterator[str]:
    """A line for each canonical zone."""
    links: dict[str, set[str]] = {}
    for link, zone in get_global("zone_aliases").items():
        links.setdefault(zone, set()).add(link)
    territories = get_global("zone_territories")
    zones_of = Counter(map(territories.get, _canonical()))
    for zone in _canonical():
        names = [zone, *sorted(links.get(zone, ()))]
        territory = territories.get(zone, WORLD)
        zh, en = _city("zh", names), _city("en", names) or _last(zone)
        others = [*(_city(locale, names) for locale in CHINESE), *map(_last, filter(_is_city, names))]
        country = _countries(territory) if zones_of[territory] == 1 and territory != WORLD else ()
        known = [name for name in names[1:] if name in available_timezones()]
        yield "\t".join(
            (zone, zh or en, en, _joined(others, {zh, en}), _joined(country, {zh, en}), "|".join(known))
        )


def _canonical() -> list[str]:
    """Also those that the operating system knows and CLDR not yet."""
    links = get_global("zone_aliases")
    return sorted(zone for zone in available_timezones() - links.keys() if _is_place(zone))


def _city(locale: str, names: Iterable[str]) -> str:
    """CLDR keeps the first name that a zone ever had: Asia/Calcutta for Asia/Kolkata."""
    zones = Locale.parse(locale).time_zones
    found = next((zones[name]["city"] for name in names if "city" in zones.get(name, ())), "")
    return str(found).replace("’", "'")


def _countries(territory: str) -> list[str]:
    found = [Locale.parse(locale).territories.get(territory, "") for locale in (*CHINESE, "en")]
    return [name for name in found if name]


def _is_city(name: str) -> bool:
    return _is_place(name) and _last(name) not in NO_CITIES


def _is_place(name: str) -> bool:
    area, _, rest = name.partition("/")
    return bool(rest) and area not in NO_AREAS


def _last(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _joined(names: Iterable[str], known: set[str]) -> str:
    """Each once; Chinese ones simplified, as they are looked up."""
    found = dict.fromkeys(name if name.isascii() else _simplified(name) for name in names)
    return "|".join(name for name in found if name and name not in known)


def _simplified(name: str) -> str:
    folded = fold(name)
    return name if folded == name.lower() else folded


if __name__ == "__main__":
    lines = "\n".join([HEAD, *table()])
    (Path(__file__).parent / "zones.txt").write_text(lines + "\n", encoding="utf-8")
