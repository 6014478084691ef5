"""How late the last reader of a slot is served."""

from __future__ import annotations

from datetime import timedelta

from newsbot.outbox.lateness import worst
from tests.examples import NOON

MINUTE = timedelta(minutes=1)


def test_without_slots_nobody_is_late() -> None:
    """Nor is there a worst one."""
    assert (None, timedelta(0)) == worst({}, 25)


def test_the_last_reader_waits_for_all_before() -> None:
    """1,500 at 25 a second take a minute."""
    assert (NOON, MINUTE) == worst({NOON: 1500}, 25)


def test_a_slot_waits_for_the_one_before() -> None:
    """Two slots that are a minute apart, each of which takes two."""
    assert (NOON + MINUTE, 3 * MINUTE) == worst({NOON + MINUTE: 3000, NOON: 3000}, 25)


def test_a_slot_long_after_waits_for_nobody() -> None:
    """What was late before is over by then."""
    assert (NOON, 2 * MINUTE) == worst({NOON: 3000, NOON + 10 * MINUTE: 1500}, 25)
