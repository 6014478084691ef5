"""Zones by the names that people give them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tzfpy import timezonenames

from newsbot.chinese.variants import fold
from newsbot.digests import zones
from newsbot.digests.zones import COMMON, MOST, at, city, find, offset
from newsbot.errors import NotUnderstood
from newsbot.sandbox import Sandbox
from tests.sources.hostile import quickly

SUMMER, WINTER = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def named() -> set[str]:
    """Every zone that our files may lead to."""
    known = zones._known()
    return {zone for table in (known.names, known.offsets) for found in table.values() for zone in found}


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Shanghai", "北京 上海 深圳 广州 杭州 成都 武汉 南京 西安 重庆 天津 苏州"),
        ("Asia/Taipei", "台北 臺北 高雄 新竹 Taipei"),
        ("Asia/Hong_Kong", "香港 HK Hong_Kong"),
        ("Asia/Macau", "澳门 澳門 Macau Macao"),
        ("Asia/Tokyo", "东京 東京 大阪 Osaka 京都 tokyo"),
        ("Asia/Seoul", "首尔 首爾 釜山 Busan"),
        ("Asia/Bangkok", "曼谷 Bangkok"),
        ("Asia/Kuala_Lumpur", "吉隆坡"),
        ("Asia/Kolkata", "孟买 Mumbai 班加罗尔 新德里"),
        ("Asia/Jerusalem", "特拉维夫"),
        ("America/Los_Angeles", "旧金山 舊金山 三藩市 硅谷 矽谷 西雅图 Seattle SF LA"),
        ("America/New_York", "纽约 紐約 波士顿 Boston 亚特兰大 NYC DC D.C."),
        ("America/Chicago", "休斯顿 达拉斯 Austin"),
        ("America/Toronto", "蒙特利尔 Montréal 多伦多"),
        ("America/Sao_Paulo", "里约 圣保罗"),
        ("Europe/Berlin", "慕尼黑 Munich MÜNCHEN 法兰克福"),
        ("Europe/Zurich", "日内瓦 苏黎世 Zürich"),
        ("Australia/Melbourne", "墨尔本"),
        ("Australia/Sydney", "悉尼 雪梨"),
        ("Pacific/Auckland", "奥克兰"),
    ],
)
def test_a_city_is_found_by_its_name(zone: str, words: str) -> None:
    """In Chinese of either writing and in English, also where no zone is named after it."""
    assert {word: [zone] for word in words.split()} == {word: find(word) for word in words.split()}


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Los_Angeles", "San Francisco"),
        ("America/Los_Angeles", "  bay   AREA "),
        ("America/Los_Angeles", "silicon-valley"),
        ("America/New_York", "Washington, DC"),
        ("America/New_York", "washington d.c."),
        ("America/New_York", "new york time"),
        ("America/New_York", "ＮＥＷ　ＹＯＲＫ"),
        ("America/St_Johns", "St. John’s"),
        ("Asia/Shanghai", "Xi'an"),
        ("America/Mexico_City", "Mexico City"),
        ("Asia/Ho_Chi_Minh", "胡志明市"),
    ],
)
def test_names_of_several_words_may_be_written_in_any_way(zone: str, words: str) -> None:
    """Case, width, spaces, hyphens, dots and apostrophes do not matter."""
    assert [zone] == find(words)


@pytest.mark.parametrize(
    "words",
    ["北京", "北京市", "北京时间", "北京時間", "北京标准时间", "中国时间", "Beijing time", "上海 时区"],
)
def test_what_stands_behind_a_name_does_not_matter(words: str) -> None:
    """市, 时间, 时区 and their like."""
    assert ["Asia/Shanghai"] == find(words)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Tokyo", "东京时间 JST"),
        ("Asia/Seoul", "KST 首尔时间"),
        ("Asia/Singapore", "SGT"),
        ("Asia/Hong_Kong", "HKT"),
        ("America/New_York", "美东 美東時間 美国东部时间 东部时间 EST EDT ET"),
        ("America/Los_Angeles", "美西 美西时间 太平洋时间 PST pdt PT"),
        ("Europe/Berlin", "CET CEST"),
        ("Europe/London", "BST 英国夏令时"),
        ("UTC", "UTC Etc/UTC 世界协调时间 零时区 UTC+0 UTC±0 +00:00"),
    ],
)
def test_abbreviations_and_phrases(zone: str, words: str) -> None:
    """Abbreviations of either season mean the place, which changes its clock by itself."""
    assert {word: [zone] for word in words.split()} == {word: find(word) for word in words.split()}


def test_who_says_cst_means_china_first() -> None:
    """As Chinese sources do; Americans are asked."""
    assert ["Asia/Shanghai", "America/Chicago"] == find("CST")
    assert ["UTC", "Europe/London"] == find("GMT")


def test_in_urumqi_both_clocks_are_offered() -> None:
    """Most people there live by Beijing time."""
    assert ["Asia/Urumqi", "Asia/Shanghai"] == find("乌鲁木齐")
    assert ["Asia/Shanghai", "Asia/Urumqi"] == find("新疆")


@pytest.mark.parametrize(
    "words", ["UTC+8", "utc +08:00", "GMT+8", "+08:00", "+0800", "東八區", "东8时区", "ＵＴＣ＋８"]
)
def test_eight_hours_east_is_china_first(words: str) -> None:
    """However it is written."""
    assert ["Asia/Shanghai", "Etc/GMT-8"] == find(words)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Etc/GMT-9", "UTC+9"),
        ("Etc/GMT-14", "+14"),
        ("Etc/GMT-12", "东十二区"),
        ("Etc/GMT+5", "西五区时间"),
        ("Etc/GMT+8", "GMT−8"),
        ("Etc/GMT+12", "UTC-12:00"),
        ("Asia/Kathmandu", "UTC+5:45"),
        ("America/St_Johns", "UTC−3:30"),
        ("Etc/GMT-9", "etc/gmt-9"),
    ],
)
def test_an_offset_has_a_zone(zone: str, words: str) -> None:
    """The signs of Etc/… are those of POSIX: westwards counts."""
    assert [zone] == find(words)


@pytest.mark.parametrize(
    "words", ["UTC+15", "UTC-13", "+99:99", "UTC+7:60", "UTC+5:17", "东三十区", "8", "0800", "+", "UTC+"]
)
def test_an_offset_that_nobody_lives_by_has_none(words: str) -> None:
    """And a number alone says nothing."""
    assert [] == find(words)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Tokyo", "日本 Japan"),
        ("Asia/Seoul", "韩国 南韓 Korea"),
        ("Asia/Singapore", "新加坡 Singapore 狮城"),
        ("Europe/London", "英国 英國 UK England"),
        ("Europe/Berlin", "德国 Germany"),
        ("Europe/Paris", "法国 France"),
        ("Europe/Rome", "意大利 義大利 Italy"),
        ("Pacific/Auckland", "新西兰 紐西蘭"),
        ("Asia/Shanghai", "中国 China"),
    ],
)
def test_a_country_of_one_zone_is_as_good_as_a_city(zone: str, words: str) -> None:
    """Of several where nearly everybody lives in one."""
    assert {word: [zone] for word in words.split()} == {word: find(word) for word in words.split()}


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("America/New_York", "美国"),
        ("America/Toronto", "加拿大"),
        ("Australia/Sydney", "澳洲"),
        ("Europe/Moscow", "Russia"),
        ("America/Sao_Paulo", "巴西"),
    ],
)
def test_a_country_of_many_zones_gives_the_most_populous(zone: str, country: str) -> None:
    """Where most people live first, at most five."""
    found = find(country)

    assert (zone, MOST) == (found[0], len(found))


@pytest.mark.parametrize(
    ("zones_", "words"),
    [
        (["America/Vancouver"], "加拿大温哥华"),
        (["Europe/Paris"], "Paris, France"),
        (["America/Los_Angeles"], "圣地亚哥 加州"),
        (["Asia/Shanghai"], "中国上海市"),
        ([], "Paris, Texas"),
        ([], "东京纽约"),
    ],
)
def test_a_city_and_its_country_are_what_they_have_in_common(zones_: list[str], words: str) -> None:
    """Of two that do not fit nothing is guessed."""
    assert zones_ == find(words)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (["America/Los_Angeles"], "洛杉"),
        (["America/Los_Angeles"], "san fran"),
        (["Europe/Amsterdam"], "Amst"),
        ([], "San"),
        ([], "sant"),
        ([], "圣"),
        ([], "amstel"),
    ],
)
def test_a_beginning_is_enough_where_only_one_city_begins_so(found: list[str], words: str) -> None:
    """Two characters or four letters at least."""
    assert found == find(words)


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Asia/Shanghai", "asia/shanghai"),
        ("America/New_York", "AMERICA/New York"),
        ("America/Port-au-Prince", "america/port au prince"),
        ("America/Los_Angeles", "US/Pacific"),
        ("Asia/Kolkata", "Asia/Calcutta"),
        ("Asia/Shanghai", "PRC"),
    ],
)
def test_a_zone_is_found_by_its_own_name(zone: str, words: str) -> None:
    """A link leads to the zone that it stands for."""
    assert [zone] == find(words)


def test_every_zone_of_the_system_is_understood_and_called() -> None:
    """Old names too."""
    every = [zone for zone in available_timezones() if "/" in zone]

    assert [] == [zone for zone in every if not find(zone)]
    assert [] == [
        zone for zone in (find(name)[0] for name in every) if "/" in city(zone, "zh") + city(zone, "en")
    ]


def test_all_that_can_be_found_is_a_zone() -> None:
    """`ZoneInfo` opens each."""
    assert set() == named() - available_timezones()
    assert [] == [zone for zone in named() if ZoneInfo(zone).utcoffset(SUMMER) is None]


def test_the_files_are_written_as_they_are_looked_up() -> None:
    """A traditional character in them would never be found."""
    assert [] == [name for name in zones._known().names if fold(name) != name]


NONSENSE = [
    *("", " ", "。", "时间", "time", "市", "time zone", "-", "...", "/", "_"),
    *("hello", "今天天气不错", "nice", "fast", "asdfgh", "早上八点", "8:30", "stop", "/start", "中国人"),
    *(
        "../etc/passwd",
        "../../Asia/Shanghai",
        "Asia/../Asia/Tokyo",
        "/usr/share/zoneinfo/UTC",
        "Asia",
        "posix/UTC",
    ),
    *("Asia/Shanghai\0", "\0", "To\x1bkyo", "北京\n上海", "\u202eTokyo", "\ud800", "localtime", "Factory"),
    *("🗼", "🇯🇵", "东京🗼", "<b>Tokyo</b>", "*东京*", "`Tokyo`", "[东京](http://a.b)", "Tokyo'; DROP TABLE"),
    *("北" * 1000, "a " * 500, "+" * 1000, "时间" * 500, "北京 " * 19, "́" * 60, "﷽" * 60),
]


@pytest.mark.parametrize("words", NONSENSE, ids=lambda words: ascii(words[:20]))
def test_nonsense_is_no_zone(words: str) -> None:
    """Nothing is guessed, and it takes no time."""
    find("北京")  # the files are read once

    with quickly(1):
        assert [] == find(words)


@given(st.text(max_size=70) | st.text("北京东八区时间市utcgmt+-−:0189 /._'", max_size=20))
def test_whatever_is_typed_gives_zones_or_none(words: str) -> None:
    """Never an error, never a name of the typist's own."""
    assert set(find(words)) <= available_timezones()
    assert len(find(words)) <= MOST


@pytest.mark.parametrize(
    ("zh", "en", "zone"),
    [
        ("上海", "Shanghai", "Asia/Shanghai"),
        ("东京", "Tokyo", "Asia/Tokyo"),
        ("纽约", "New York", "America/New_York"),
        ("加尔各答", "Kolkata", "Asia/Kolkata"),
        ("加尔各答", "Kolkata", "Asia/Calcutta"),
        ("布宜诺斯艾利斯", "Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("UTC+8", "UTC+8", "Etc/GMT-8"),
        ("UTC−3", "UTC−3", "Etc/GMT+3"),
        ("UTC", "UTC", "UTC"),
        ("Mars/Olympus", "Mars/Olympus", "Mars/Olympus"),
        ("Etc/GMT-99", "Etc/GMT-99", "Etc/GMT-99"),
    ],
)
def test_how_a_zone_is_called(zh: str, en: str, zone: str) -> None:
    """By its city, by its offset, by itself where it is unknown."""
    assert (zh, en) == (city(zone, "zh"), city(zone, "en"))


@pytest.mark.parametrize(
    ("summer", "winter", "zone"),
    [
        ("UTC+8", "UTC+8", "Asia/Shanghai"),
        ("UTC+1", "UTC+0", "Europe/London"),
        ("UTC−4", "UTC−5", "America/New_York"),
        ("UTC−2:30", "UTC−3:30", "America/St_Johns"),
        ("UTC+5:45", "UTC+5:45", "Asia/Kathmandu"),
        ("UTC+10:30", "UTC+11", "Australia/Lord_Howe"),
        ("UTC+8", "UTC+8", "Etc/GMT-8"),
        ("UTC+0", "UTC+0", "UTC"),
    ],
)
def test_the_offset_is_that_of_the_moment(summer: str, winter: str, zone: str) -> None:
    """In summer another than in winter."""
    assert (summer, winter) == (offset(zone, SUMMER), offset(zone, WINTER))


def test_a_zone_that_there_is_not_has_no_offset() -> None:
    """Zones are checked when they are chosen."""
    with pytest.raises(ZoneInfoNotFoundError):
        offset("Mars/Olympus", SUMMER)


def test_the_common_ones_are_known_by_every_name_of_theirs() -> None:
    """Nine, each found by what its button says."""
    assert 9 == len(set(COMMON))
    assert [[zone, zone] for zone in COMMON] == [
        [find(city(zone, language))[0] for language in ("zh", "en")] for zone in COMMON
    ]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    room = Sandbox(workers=1)
    yield room
    await room.close()


async def test_a_place_has_a_zone(sandbox: Sandbox) -> None:
    """On land and at sea; asked in the sandbox, where the map may live."""
    places = [(39.9, 116.4), (37.77, -122.42), (-33.87, 151.21), (10, -30), (90, 0), (-90, -180)]
    found = [await sandbox.run(at, *place) for place in places]

    assert ["Asia/Shanghai", "America/Los_Angeles", "Australia/Sydney", "Etc/GMT+2"] == found[:4]
    assert set(found) <= available_timezones()
    with pytest.raises(NotUnderstood) as refused:
        await sandbox.run(at, 91.0, 0.0)
    assert "schedule.no_zone" == refused.value.key


@pytest.mark.parametrize(
    "place", [(91, 0), (0, 181), (float("nan"), 0), (0, float("nan")), (float("inf"), 0)]
)
def test_what_is_not_on_the_globe_has_no_zone(place: tuple[float, float]) -> None:
    """Not even where somebody sends not a number."""
    with pytest.raises(NotUnderstood):
        at(*place)


def test_a_place_without_a_zone_is_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    """The map answers nothing in its gaps."""
    monkeypatch.setattr("tzfpy.get_tz", lambda _longitude, _latitude: "")

    with pytest.raises(NotUnderstood):
        at(0, 0)


def test_every_zone_of_the_map_is_one_of_ours() -> None:
    """So that a shared location can be called and kept."""
    assert set() == set(timezonenames()) - available_timezones()
    assert [] == [zone for zone in timezonenames() if city(zone, "zh") == zone]
