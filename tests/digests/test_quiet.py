"""Hours in which a reader wants to hear nothing."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests.quiet import heard
from newsbot.models.readers import Reader

ZONES = (
    *("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Europe/Dublin", "Africa/Casablanca", "UTC"),
    *(
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
        "America/St_Johns",
        "Asia/Kolkata",
        "Pacific/Apia",
        "Asia/Gaza",
    ),
)


def sleeper(since: str, until: str, zone: str = "Asia/Shanghai") -> Reader:
    return Reader(id=7, zone=zone, quiet=(time.fromisoformat(since), time.fromisoformat(until)))


def comes(reader: Reader, local: str, fold: int = 0) -> str:
    """When that comes which would have come at this moment of the reader's clock, by that clock."""
    zone = ZoneInfo(reader.zone)
    moment = datetime.fromisoformat(local).replace(tzinfo=zone, fold=fold).astimezone(UTC)
    return f"{heard(reader, moment).astimezone(zone):%d %H:%M %z}"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-24T22:59", "24 22:59 +0800"),
        ("2026-11-24T23:00", "25 07:00 +0800"),
        ("2026-11-25T00:00", "25 07:00 +0800"),
        ("2026-11-25T06:59", "25 07:00 +0800"),
        ("2026-11-25T07:00", "25 07:00 +0800"),
        ("2026-12-31T23:30", "01 07:00 +0800"),
    ],
)
def test_a_night_is_over_in_the_morning(at: str, expected: str) -> None:
    """From its first minute on; its last moment is heard."""
    assert expected == comes(sleeper("23:00", "07:00"), at)


@pytest.mark.parametrize(
    ("at", "expected"),
    [("11:59", "11:59"), ("12:00", "14:00"), ("13:59", "14:00"), ("14:00", "14:00"), ("00:00", "00:00")],
)
def test_quiet_hours_may_be_within_a_day(at: str, expected: str) -> None:
    """A nap."""
    assert f"24 {expected} +0800" == comes(sleeper("12:00", "14:00"), f"2026-11-24T{at}")


def test_who_has_none_hears_at_once() -> None:
    """And quiet hours until midnight are over at midnight."""
    assert "24 03:00 +0800" == comes(Reader(id=7), "2026-11-24T03:00")
    assert "25 00:00 +0800" == comes(sleeper("22:00", "00:00"), "2026-11-24T23:59")
    assert "24 08:00 +0800" == comes(sleeper("00:00", "08:00"), "2026-11-24T00:00")


def test_a_night_of_another_length_is_over_at_the_same_hour() -> None:
    """The clocks of Berlin and New York change in it."""
    berlin, york = (sleeper("23:00", "07:00", zone) for zone in ("Europe/Berlin", "America/New_York"))

    assert ["29 07:00 +0200", "25 07:00 +0100"] == [
        comes(berlin, "2026-03-28T23:30"),
        comes(berlin, "2026-10-24T23:30"),
    ]
    assert ["08 07:00 -0400", "01 07:00 -0500"] == [
        comes(york, "2026-03-07T23:30"),
        comes(york, "2026-10-31T23:30"),
    ]


def test_an_end_that_the_clock_skips_is_after_the_gap() -> None:
    """02:30 does not exist in Berlin on 29 March 2026: 03:30, as a digest of that hour."""
    reader = sleeper("23:00", "02:30", "Europe/Berlin")

    assert ["29 03:30 +0200", "29 03:30 +0200", "29 03:00 +0200"] == [
        comes(reader, at) for at in ("2026-03-28T23:30", "2026-03-29T01:59", "2026-03-29T03:00")
    ]


def test_an_end_that_comes_twice_is_the_second() -> None:
    """Between the first 02:30 and the second the clock says 02:10 again."""
    reader = sleeper("23:00", "02:30", "Europe/Berlin")

    assert ["25 02:30 +0100"] * 3 == [
        comes(reader, "2026-10-24T23:30"),
        comes(reader, "2026-10-25T02:10"),
        comes(reader, "2026-10-25T02:10", fold=1),
    ]


def test_a_night_before_a_day_that_a_zone_leaves_out_is_a_night() -> None:
    """Samoa had no 30 December 2011."""
    assert "31 07:00 +1400" == comes(sleeper("23:00", "07:00", "Pacific/Apia"), "2011-12-29T23:30")


clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
changes = st.sampled_from(
    [
        *(datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)),
        *(datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)),
        *(datetime(2026, 4, 4, 15, tzinfo=UTC), datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        datetime(2011, 12, 30, 10, tzinfo=UTC),
    ]
)
moments = st.one_of(
    st.integers(946_684_800, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    st.builds(lambda change, minutes: change + timedelta(minutes=minutes), changes, st.integers(-2000, 2000)),
)


@given(st.tuples(clocks, clocks), moments, st.sampled_from(ZONES))
def test_what_is_held_back_comes_within_a_day(quiet: tuple[time, time], moment: datetime, zone: str) -> None:
    """Never earlier, once, and not within quiet hours by the clock: over every change of every clock."""
    reader = Reader(id=7, zone=zone, quiet=quiet)
    found = heard(reader, moment)

    assert moment <= found < moment + timedelta(hours=25)
    assert found == heard(reader, found)
    assert UTC == found.tzinfo
