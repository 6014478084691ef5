"""When a reader's next digest is due."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.digests.due import SPREAD, Slot, hours, next_review, next_slot
from newsbot.models.readers import WEEKEND, WORKDAYS, Hour, Reader

USUAL = time(8)
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)  # a Tuesday, noon in Shanghai
ZONES = ("Asia/Shanghai", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
# what a skipped hour or day may move a digest by; Lord Howe's summer time is half an hour
MOVED = (timedelta(0), timedelta(minutes=30), timedelta(hours=1), timedelta(days=1))


def reader(*at: str | Hour, zone: str = "Asia/Shanghai") -> Reader:
    plan = tuple(hour if isinstance(hour, Hour) else Hour(time.fromisoformat(hour)) for hour in at)
    return Reader(id=7, zone=zone, hours=plan)


def slots(who: Reader, after: datetime, count: int) -> list[Slot]:
    """The next so many, one after the other."""
    found: list[Slot] = []
    for _ in range(count):
        found.append(next_slot(who, found[-1].due_at if found else after, USUAL))
    return found


def shown(found: list[Slot]) -> list[str]:
    """`key due (UTC)` of each."""
    return [f"{slot.key} {slot.due_at:%d %H:%M}" for slot in found]


def test_the_next_hour_of_today_or_tomorrow() -> None:
    """Hours are in the reader's zone, the moment in UTC."""
    assert ["2026-11-24T18:00 24 10:00", "2026-11-25T08:30 25 00:30"] == shown(
        slots(reader("18:00", "08:30"), NOON, 2)
    )


def test_the_hour_itself_is_over() -> None:
    """A slot is later than `after`, never equal."""
    assert "2026-11-25T12:00" == next_slot(reader("12:00"), NOON, USUAL).key
    assert "2026-11-24T12:00" == next_slot(reader("12:00"), NOON - timedelta(seconds=1), USUAL).key


def test_workdays_and_weekends_have_their_own_hours() -> None:
    """工作日 8:00 周末 10:00, from Thursday on."""
    who = reader(Hour(time(8), WORKDAYS), Hour(time(10), WEEKEND))
    thursday = datetime(2026, 11, 26, 4, tzinfo=UTC)

    assert ["2026-11-27T08:00", "2026-11-28T10:00", "2026-11-29T10:00", "2026-11-30T08:00"] == [
        slot.key for slot in slots(who, thursday, 4)
    ]


def test_the_day_of_the_week_is_the_readers() -> None:
    """Friday evening in UTC is Saturday morning in Shanghai."""
    friday = datetime(2026, 11, 27, 20, tzinfo=UTC)

    assert ["2026-11-28T10:00 28 02:00"] == shown([next_slot(reader(Hour(time(10), WEEKEND)), friday, USUAL)])


def test_one_day_of_the_week_comes_once_a_week() -> None:
    """Also where today's hour is over."""
    tuesdays = reader(Hour(time(12), frozenset((1,))))

    assert ["2026-12-01T12:00", "2026-12-08T12:00"] == [slot.key for slot in slots(tuesdays, NOON, 2)]


def test_an_hour_that_the_clock_skips_comes_after_the_gap() -> None:
    """02:30 does not exist in New York on 8 March 2026: that digest comes at 03:30, the others on time."""
    start = datetime(2026, 3, 7, 12, tzinfo=UTC)

    assert ["2026-03-08T02:30 08 07:30", "2026-03-09T02:30 09 06:30"] == shown(
        slots(reader("02:30", zone="America/New_York"), start, 2)
    )


def test_two_hours_that_fall_together_are_one_digest() -> None:
    """The skipped 02:30 and 03:30 are the same moment."""
    start = datetime(2026, 3, 8, 5, tzinfo=UTC)
    who = reader("02:30", "03:30", zone="America/New_York")

    assert ["2026-03-08T02:30 08 07:30", "2026-03-09T02:30 09 06:30"] == shown(slots(who, start, 2))


def test_an_hour_that_comes_twice_is_one_digest() -> None:
    """01:30 comes twice in New York on 1 November 2026: the first counts, seen from before and between."""
    before, between = datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)
    who = reader("01:30", zone="America/New_York")

    assert ["2026-11-01T01:30 01 05:30", "2026-11-02T01:30 02 06:30"] == shown(slots(who, before, 2))
    assert ["2026-11-02T01:30 02 06:30"] == shown(slots(who, between, 1))


def test_a_day_that_a_zone_leaves_out_has_no_digest_of_its_own() -> None:
    """Samoa had no 30 December 2011; the digests around it come once each."""
    start = datetime(2011, 12, 29, 19, tzinfo=UTC)
    due = [slot.due_at for slot in slots(reader("08:00", zone="Pacific/Apia"), start, 3)]

    assert [18, 18, 18] == [moment.hour for moment in due]
    assert [timedelta(days=1)] * 2 == [later - sooner for sooner, later in pairwise(due)]


def test_a_clock_that_jumps_a_day_skips_what_is_over() -> None:
    """The next slot is in the future however long nobody asked."""
    who = reader("08:00", "18:00")
    first = next_slot(who, NOON, USUAL)
    later = next_slot(who, NOON + timedelta(hours=24), USUAL)

    assert ("2026-11-24T18:00", "2026-11-25T18:00") == (first.key, later.key)


def test_a_clock_that_jumps_back_gives_the_same_key_again() -> None:
    """So that the row which is there already keeps the digest from coming twice."""
    once = next_slot(reader("08:00"), NOON, USUAL)
    again = next_slot(reader("08:00"), NOON - timedelta(hours=3), USUAL)

    assert once == again


def test_moving_to_another_zone_keeps_the_key() -> None:
    """Who had today's 08:00 in Shanghai gets no second one when New York has its 08:00."""
    flown = next_slot(reader("08:00", zone="America/New_York"), NOON, USUAL)

    assert ("2026-11-24T08:00", 13) == (flown.key, flown.due_at.hour)


def test_who_never_chose_is_spread_around_the_usual_hour() -> None:
    """Within 30 minutes on either side, evenly, and always at the same minute."""
    minutes = Counter(
        hour.at.hour * 60 + hour.at.minute - 8 * 60
        for number in range(6100)
        for hour in hours(Reader(id=number), USUAL)
    )

    assert set(range(-SPREAD, SPREAD + 1)) == set(minutes)
    assert max(minutes.values()) < 2 * min(minutes.values())
    assert hours(Reader(id=5), USUAL) == hours(Reader(id=5), USUAL)


@pytest.mark.parametrize("usual", [time(0, 0), time(23, 59), time(0, 29)])
def test_spreading_over_midnight_stays_within_the_day(usual: time) -> None:
    """Still one digest a day, at any usual hour."""
    for number in range(-50, 50):
        who = Reader(id=number, zone="UTC")
        first, second = (slot.due_at for slot in slots_at(who, usual))

        assert timedelta(days=1) == second - first


def slots_at(who: Reader, usual: time) -> tuple[Slot, Slot]:
    first = next_slot(who, NOON, usual)
    return first, next_slot(who, first.due_at, usual)


def test_who_chose_is_not_spread() -> None:
    """The minute that was chosen is the minute."""
    assert (Hour(time(8, 0)),) == hours(reader("08:00"), USUAL)


def test_an_hour_within_quiet_hours_comes_when_they_are_over() -> None:
    """Under its own key: whoever had it then has had it."""
    who = replace(reader("06:30", "12:30"), quiet=(time(23), time(7)))

    assert ["2026-11-24T12:30 24 04:30", "2026-11-25T06:30 24 23:00", "2026-11-25T12:30 25 04:30"] == shown(
        slots(who, NOON, 3)
    )


def test_an_evening_that_is_put_off_into_the_morning_comes_before_it() -> None:
    """23:30 comes at 7:00 of the next day, and with 6:30 it is one digest."""
    who = replace(reader("23:30", "08:00"), quiet=(time(23), time(7)))
    early = replace(reader("23:30", "06:30"), quiet=(time(23), time(7)))

    assert ["2026-11-24T23:30 24 23:00", "2026-11-25T08:00 25 00:00"] == shown(slots(who, NOON, 2))
    assert ["2026-11-24T23:30 24 23:00", "2026-11-25T23:30 25 23:00"] == shown(slots(early, NOON, 2))


def test_an_evening_of_one_day_of_the_week_may_come_on_the_next() -> None:
    """Also seen from between: it is due still."""
    who = replace(reader(Hour(time(23, 30), frozenset((1,)))), quiet=(time(23), time(7)))
    between = datetime(2026, 11, 24, 18, tzinfo=UTC)

    assert ["2026-11-24T23:30 24 23:00", "2026-12-01T23:30 01 23:00"] == shown(slots(who, NOON, 2))
    assert "2026-11-24T23:30" == next_slot(who, between, USUAL).key


def test_nothing_is_due_during_a_pause() -> None:
    """What falls on its last moment is; a pause that is over is none."""
    until = datetime(2026, 12, 1, tzinfo=UTC)
    paused = replace(reader("08:00", "18:00"), paused_until=until)

    assert ["2026-12-01T08:00 01 00:00", "2026-12-01T18:00 01 10:00"] == shown(slots(paused, NOON, 2))
    assert "2026-11-24T18:00" == next_slot(replace(paused, paused_until=NOON), NOON, USUAL).key


def test_a_pause_may_be_longer_than_the_days_that_are_looked_at() -> None:
    """From its end on."""
    paused = replace(reader(Hour(time(8), frozenset((1,)))), paused_until=datetime(2027, 11, 24, tzinfo=UTC))

    assert "2027-11-30T08:00" == next_slot(paused, NOON, USUAL).key


def reviews(who: Reader, after: datetime, count: int) -> list[Slot]:
    found: list[Slot] = []
    for _ in range(count):
        found.append(next_review(who, found[-1].due_at if found else after))
    return found


def test_the_review_comes_on_sunday_evening() -> None:
    """By the reader's clock, every week, and not on Sunday at eight itself again."""
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)

    assert ["week:2026-11-29 29 12:00", "week:2026-12-06 06 12:00"] == shown(reviews(reader(), NOON, 2))
    assert "week:2026-11-29" == next_review(reader(), sunday - timedelta(seconds=1)).key
    assert "week:2026-12-06" == next_review(reader(), sunday).key
    assert ["week:2026-11-29 30 01:00"] == shown(reviews(reader(zone="America/New_York"), NOON, 1))


def test_the_review_waits_for_quiet_hours_and_pauses() -> None:
    """On Monday morning it is still that Sunday's; the Sundays of a pause have none."""
    early = replace(reader(), quiet=(time(19), time(7)))
    night = datetime(2026, 11, 29, 18, tzinfo=UTC)
    paused = replace(reader(), paused_until=datetime(2026, 12, 1, tzinfo=UTC))

    assert ["week:2026-11-29 29 23:00", "week:2026-12-06 06 23:00"] == shown(reviews(early, NOON, 2))
    assert "week:2026-11-29" == next_review(early, night).key
    assert "week:2026-12-06" == next_review(paused, NOON).key


plans = st.lists(
    st.builds(
        Hour,
        st.times().map(lambda at: at.replace(second=0, microsecond=0)),
        st.frozensets(st.integers(0, 6), min_size=1),
    ),
    max_size=4,
).map(tuple)
moments = st.integers(946_684_800, 2_208_988_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(plans, moments, st.sampled_from(ZONES))
def test_slots_follow_each_other_with_keys_of_their_own(
    plan: tuple[Hour, ...], after: datetime, zone: str
) -> None:
    """In every zone, over every change of the clock: later and later, each key once, at its hour."""
    found = slots(Reader(id=7, zone=zone, hours=plan), after, 6)

    assert all(sooner < later for sooner, later in pairwise([after, *(slot.due_at for slot in found)]))
    assert 6 == len({slot.key for slot in found})
    for slot in found:
        local = slot.due_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert abs(local - datetime.fromisoformat(slot.key)) in MOVED


clocks = st.times().map(lambda at: at.replace(second=0, microsecond=0))
quiets = st.none() | st.tuples(clocks, clocks).filter(lambda ends: ends[0] != ends[1])


def is_quiet(who: Reader, at: datetime) -> bool:
    """By the reader's clock."""
    clock = at.astimezone(ZoneInfo(who.zone)).time()
    since, until = who.quiet or (time(), time())
    return since <= clock < until if since < until else bool(who.quiet) and not until <= clock < since


@given(plans, quiets, moments, st.sampled_from(ZONES))
def test_no_slot_is_due_within_quiet_hours(
    plan: tuple[Hour, ...], quiet: tuple[time, time] | None, after: datetime, zone: str
) -> None:
    """They follow each other all the same, each later than the one before, with a key of its own."""
    who = Reader(id=7, zone=zone, hours=plan, quiet=quiet)
    found = slots(who, after, 6)

    assert all(sooner < later for sooner, later in pairwise([after, *(slot.due_at for slot in found)]))
    assert 6 == len({slot.key for slot in found})
    assert [] == [slot for slot in found if is_quiet(who, slot.due_at)]


@given(quiets, moments, st.sampled_from(ZONES))
def test_there_is_a_review_a_week(quiet: tuple[time, time] | None, after: datetime, zone: str) -> None:
    """In every zone: its Sunday, or early on Monday."""
    found = reviews(Reader(id=7, zone=zone, quiet=quiet), after, 3)
    sundays = [datetime.fromisoformat(slot.key.removeprefix("week:")) for slot in found]

    assert all(sooner < later for sooner, later in pairwise([after, *(slot.due_at for slot in found)]))
    assert [timedelta(days=7)] * 2 == [later - sooner for sooner, later in pairwise(sundays)]
    assert {6} == {sunday.weekday() for sunday in sundays}
