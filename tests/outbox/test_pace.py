"""When a message may leave."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.outbox.pace import PER_CHAT, PER_GROUP, Pace

HAIR = 1e-6  # what adding up floats may be off by


def leaving(pace: Pace, *chats: int | None, now: float = 100.0) -> list[float]:
    """When messages to these chats leave, counted from now, all asked for at once."""
    return [round(pace.reserve(chat, now), 6) for chat in chats]


def test_the_first_message_leaves_at_once() -> None:
    """Whatever the clock shows."""
    assert [0.0] == leaving(Pace(10), 1)


def test_messages_are_spaced_evenly() -> None:
    """No bursts, not even at the start."""
    assert [0.0, 0.1, 0.2, 0.3] == leaving(Pace(10), 1, 2, 3, 4)


def test_a_pause_gives_no_credit() -> None:
    """After a quiet minute messages are spaced all the same."""
    pace = Pace(10)
    leaving(pace, 1)

    assert [0.0, 0.1] == leaving(pace, 2, 3, now=160.0)


@pytest.mark.parametrize(("chat", "seconds"), [(7, PER_CHAT), (-7, PER_GROUP)])
def test_a_chat_has_its_own_pace(chat: int, seconds: float) -> None:
    """One a second to a person, twenty a minute to a group."""
    assert [0.0, seconds, 2 * seconds] == leaving(Pace(10), chat, chat, chat)


def test_nobody_waits_behind_a_busy_chat() -> None:
    """Places before the one that a chat waits for go to others."""
    assert [0.0, 1.0, 2.0, 0.1, 0.2] == leaving(Pace(10), 7, 7, 7, 8, 9)


def test_a_busy_chat_takes_a_place_of_its_own() -> None:
    """What waited for its chat leaves in the same line as the others, not beside them."""
    pace = Pace(2)

    assert [0.0, 1.0, 0.5, 1.5, 2.0] == leaving(pace, 7, 7, 8, 9, 7)


def test_an_edit_waits_for_no_chat() -> None:
    """It takes a place, and keeps nobody from writing to the chat."""
    assert [0.0, 0.1, 0.2, 1.0] == leaving(Pace(10), 7, None, None, 7)


def test_nothing_leaves_while_telegram_says_wait() -> None:
    """And what waited leaves evenly after that."""
    pace = Pace(10)
    pace.hold(5, 100.0)

    assert [5.0, 5.1] == leaving(pace, 1, 2)
    assert [2.2] == leaving(pace, 3, now=103.0)
    assert (True, False) == (pace.held(104.9), pace.held(105.0))


def test_a_shorter_wait_does_not_end_a_longer_one() -> None:
    """Two answers 429 may cross each other."""
    pace = Pace(10)
    pace.hold(5, 100.0)
    pace.hold(1, 100.5)

    assert [5.0] == leaving(pace, 1)


def test_who_is_in_no_hurry_is_told_when_a_place_is_free() -> None:
    """Asking takes no place."""
    pace = Pace(10)
    leaving(pace, 1, 2)

    assert [0.2, 0.2, 0.0] == [round(pace.wait(now), 6) for now in (100.0, 100.0, 101.0)]


def test_a_long_run_remembers_only_what_it_needs() -> None:
    """Chats that are free again are forgotten, places that are over too."""
    pace = Pace(1000)
    for number in range(30_000):
        pace.reserve(number + 1, number / 1000)

    assert len(pace.chats) <= 10_001
    assert len(pace.later) <= 1


asked = st.lists(
    st.tuples(
        st.sampled_from((1, 1, 2, 3, 4, -5, -5, None)),
        st.floats(0, 2),
        st.sampled_from((0, 0, 0, 0, 0, 0, 1, 3)),
    ),
    max_size=60,
)


@given(asked, st.sampled_from((0.5, 1, 3, 25, 30, 1000)))
def test_the_limits_hold_whoever_asks_when(calls: list[tuple[int | None, float, int]], rate: float) -> None:
    """Never more than rate + 1 in a second, never two to a chat within one (three for a group)."""
    pace, now, left = Pace(rate), 1000.0, []
    for chat, pause, hold in calls:
        now += pause
        if hold:
            pace.hold(hold, now)
        wait = pace.reserve(chat, now)
        assert wait >= 0
        assert not hold or wait >= hold - HAIR
        left.append((now + wait, chat))
    moments = sorted(moment for moment, _ in left)

    assert all(later - sooner >= 1 / rate - HAIR for sooner, later in pairwise(moments))
    for start, moment in enumerate(moments):
        assert bisect_left(moments, moment + 1) - start <= rate + 1
    for chat in (1, 2, 3, 4, -5):
        mine = sorted(moment for moment, to in left if to == chat)
        space = PER_CHAT if chat > 0 else PER_GROUP
        assert all(later - sooner >= space - HAIR for sooner, later in pairwise(mine))


@given(st.integers(2, 200))
def test_no_place_is_left_unused(count: int) -> None:
    """A line of so many different chats is over in the time that the rate allows."""
    waits = leaving(Pace(25), *range(1, count + 1))

    assert round((count - 1) / 25, 6) == waits[-1]
