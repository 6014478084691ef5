"""What a reader may choose by pressing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests.choices import chosen
from newsbot.digests.plan import MOST
from newsbot.errors import NotUnderstood
from newsbot.models.readers import WEEKEND, WORKDAYS, Hour, Reader

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
EIGHT, SIX = Hour(time(8)), Hour(time(18), WORKDAYS)
READER = Reader(id=7, hours=(EIGHT, SIX))


def refusal(value: str, reader: Reader = READER) -> str:
    with pytest.raises(NotUnderstood) as refused:
        chosen(reader, value, NOON)
    return refused.value.key


def test_an_hour_is_added_to_its_days() -> None:
    """In the order of the day; one that is there already stays as it is."""
    ten = Hour(time(10), WEEKEND)

    assert (EIGHT, ten, SIX) == chosen(READER, "at.on.1000.e", NOON).hours
    assert (EIGHT, SIX) == chosen(READER, "at.on.0800.d", NOON).hours
    assert (EIGHT,) == chosen(Reader(id=7), "at.on.0800.d", NOON).hours


def test_an_hour_is_taken_away_from_its_days() -> None:
    """The same hour on other days stays; one that is not there is none."""
    assert (EIGHT,) == chosen(READER, "at.off.1800.w", NOON).hours
    assert (EIGHT, SIX) == chosen(READER, "at.off.1800.d", NOON).hours


def test_the_last_hour_stays() -> None:
    """Who wants none wants /stop, or a pause."""
    assert "schedule.last_hour" == refusal("at.off.0800.d", Reader(id=7, hours=(EIGHT,)))
    assert "schedule.last_hour" == refusal("at.off.0800.d", Reader(id=7))


def test_seven_hours_are_too_many() -> None:
    """One that is there already may be pressed again."""
    full = Reader(id=7, hours=tuple(Hour(time(hour)) for hour in range(MOST)))

    assert "schedule.too_many" == refusal("at.on.0800.d", full)
    assert full == chosen(full, "at.on.0000.d", NOON)


@pytest.mark.parametrize(
    ("value", "changes"),
    [
        ("zone.3", {"zone": "Asia/Tokyo"}),
        ("quiet.2300.0700", {"quiet": (time(23), time(7))}),
        ("length.10", {"length": 10}),
        ("least.3", {"least": 3}),
        ("alerts.20", {"most_alerts": 20}),
        ("nothing.on", {"tells_nothing": True}),
        ("reviews.on", {"reviews": True}),
        ("preview.on", {"preview": True}),
        ("rich.on", {"rich": True}),
    ],
)
def test_every_other_button_sets_one_thing(value: str, changes: dict[str, Any]) -> None:
    """And nothing else."""
    assert replace(READER, **changes) == chosen(READER, value, NOON)


def test_what_is_set_can_be_unset() -> None:
    """Quiet hours, a pause, and every switch."""
    paused = chosen(chosen(READER, "quiet.0000.0800", NOON), "pause.7", NOON)

    assert datetime(2026, 11, 30, 16, tzinfo=UTC) == paused.paused_until
    assert READER == chosen(chosen(paused, "quiet.off", NOON), "pause.off", NOON)
    for name in ("nothing", "reviews", "preview", "rich"):
        assert READER == chosen(chosen(READER, f"{name}.on", NOON), f"{name}.off", NOON)


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            ".",
            "at",
            "at.on",
            "at.on.0800",
            "at.on.0800.x",
            "at.on.800.d",
            "at.on.2400.d",
            "at.on.0860.d",
        ),
        *("at.no.0800.d", "at.on.0800.d.d", "at.on.٠٨٠٠.d", "zone.9", "zone.-1", "zone.x", "zone.²", "zone."),
        *("quiet.on", "quiet.0700.0700", "quiet.2300", "quiet.2300.2500", "pause.2", "pause.on", "pause.07"),
        *("length.6", "length.010", "length.", "least.2", "alerts.4", "nothing.yes", "hours.on", "id.5"),
    ],
)
def test_what_no_button_of_ours_carries_is_old(value: str) -> None:
    """Made by hand, or by an older newsbot."""
    assert "press.old" == refusal(value)


parts = st.sampled_from(
    ["at", "on", "off", "0800", "2359", "d", "w", "e", "zone", "quiet", "pause", "7", "²", ""]
)


@given(st.one_of(st.text(max_size=24), st.lists(parts, max_size=5).map(".".join)))
def test_every_press_does_its_work_once(value: str) -> None:
    """Twice is the same as once, whatever is pressed, or both are refused."""
    try:
        once = chosen(READER, value, NOON)
    except NotUnderstood:
        return
    assert once == chosen(once, value, NOON)
