"""When a message may leave."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.models.messages import Urgency
from newsbot.outbox.pace import (
    AHEAD,
    BACK,
    BELOW,
    FIRST_RATE,
    PER_CHAT,
    PER_GROUP,
    STEEP_DROP,
    UNHURRIED,
    Pace,
)

HAIR = 1e-6  # what adding up floats may be off by
ANSWER, DIGEST, BROADCAST = Urgency


def steady(rate: float) -> Pace:
    """A pace that has reached its ceiling."""
    return Pace(most=rate / 0.96 if rate <= 24 else rate + 1, rate=rate)


def leaving(pace: Pace, *chats: int | None, now: float = 100.0) -> list[float]:
    """When messages to these chats leave, counted from now, all asked for at once."""
    return [round(pace.reserve(chat, DIGEST, now), 6) for chat in chats]


def test_the_first_message_leaves_at_once() -> None:
    """Whatever the clock shows."""
    assert [0.0] == leaving(steady(10), 1)


def test_messages_are_spaced_evenly() -> None:
    """No bursts, not even at the start."""
    assert [0.0, 0.1, 0.2, 0.3] == leaving(steady(10), 1, 2, 3, 4)


def test_a_pause_gives_no_credit() -> None:
    """After a quiet minute messages are spaced all the same."""
    pace = steady(10)
    leaving(pace, 1)

    assert [0.0, 0.1] == leaving(pace, 2, 3, now=160.0)


@pytest.mark.parametrize(("chat", "seconds"), [(7, PER_CHAT), (-7, PER_GROUP)])
def test_a_chat_has_its_own_pace(chat: int, seconds: float) -> None:
    """One a second to a person, twenty a minute to a group."""
    assert [0.0, seconds, 2 * seconds] == leaving(steady(10), chat, chat, chat)


def test_nobody_waits_behind_a_busy_chat() -> None:
    """Places before the one that a chat waits for go to others."""
    assert [0.0, PER_CHAT, 2 * PER_CHAT, 0.1, 0.2] == leaving(steady(10), 7, 7, 7, 8, 9)


def test_a_busy_chat_takes_a_place_of_its_own() -> None:
    """What waited for its chat leaves in the same line as the others, not beside them."""
    pace = steady(2)

    assert [0.0, PER_CHAT, 0.5, PER_CHAT + 0.5, 2 * PER_CHAT] == leaving(pace, 7, 7, 8, 9, 7)


def test_an_edit_waits_for_no_chat() -> None:
    """It takes a place, and keeps nobody from writing to the chat."""
    assert [0.0, 0.1, 0.2, PER_CHAT] == leaving(steady(10), 7, None, None, 7)


def test_an_edit_that_nobody_waits_for_waits_for_its_chat() -> None:
    """For whatever left to it before, an edit too; one that somebody waits for goes at once."""
    pace = steady(10)
    leaving(pace, 7)
    edits = [round(pace.reserve_edit(7, waits, 100.0), 6) for waits in (True, True, False)]

    assert [UNHURRIED, 2 * UNHURRIED, 0.1] == edits
    assert [UNHURRIED, 0.0] == [round(pace.until_edit(chat, 100.1), 6) for chat in (7, 8)]
    assert [PER_CHAT, 0.2] == leaving(pace, 7, 8)  # a message waits for messages alone


def test_nothing_leaves_while_telegram_says_wait() -> None:
    """And what waited leaves evenly after that."""
    pace = steady(10)
    pace.hold(DIGEST, 5, 100.0)

    assert [5.0, 5.1] == leaving(pace, 1, 2)
    assert [2.2] == leaving(pace, 3, now=103.0)
    assert (0.1, 0.0) == (round(pace.held(DIGEST, 104.9), 6), pace.held(DIGEST, 105.0))


def test_a_shorter_wait_does_not_end_a_longer_one() -> None:
    """Two answers 429 may cross each other."""
    pace = steady(10)
    pace.hold(DIGEST, 5, 100.0)
    pace.hold(DIGEST, 1, 100.5)

    assert [5.0] == leaving(pace, 1)


def test_who_is_in_no_hurry_is_told_when_a_place_is_free() -> None:
    """Asking takes no place."""
    pace = steady(10)
    leaving(pace, 1, 2)

    assert [round(0.2 - AHEAD, 6)] * 2 + [0.0] == [
        round(pace.wait(DIGEST, now), 6) for now in (100.0, 100.0, 101.0)
    ]


def test_a_long_run_remembers_only_what_it_needs() -> None:
    """Chats that are free again are forgotten, places that are over too."""
    pace = steady(1000)
    for number in range(30_000):
        pace.reserve(number + 1, DIGEST, number / 1000)

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
    pace, now, left = steady(rate), 1000.0, []
    for chat, pause, hold in calls:
        now += pause
        if hold:
            pace.hold(DIGEST, hold, now)
        wait = pace.reserve(chat, DIGEST, now)
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
    waits = leaving(steady(25), *range(1, count + 1))

    assert round((count - 1) / 25, 6) == waits[-1]


# Classes


def test_a_digest_that_is_refused_holds_digests_and_broadcasts() -> None:
    """Answers go on: who presses a button is not made to wait for a bulk that was too fast."""
    pace = steady(10)
    pace.refused(7, DIGEST, 30, 100.0, 100.1)

    assert [0.0, 30.0, 30.0] == [round(pace.held(one, 100.1), 6) for one in Urgency]


def test_an_answer_that_is_refused_holds_its_chat_first() -> None:
    """A busy group has a limit of its own; a second chat that is refused too shows that it is ours."""
    pace = steady(10)
    pace.refused(-7, ANSWER, 30, 100.0, 100.1)
    alone = [pace.held(one, 100.1) for one in Urgency]
    waits = pace.reserve(-7, ANSWER, 100.1)
    pace.refused(-8, ANSWER, 20, 101.0, 101.1)

    assert ([0, 0, 0], 30.0) == (alone, round(waits, 6))
    assert [20.0, 20.0, 20.0] == [round(pace.held(one, 101.1), 6) for one in Urgency]


def test_an_answer_that_followed_another_closely_is_refused_for_its_chat() -> None:
    """Many who press twice in a second slow nobody down."""
    pace = steady(10)
    for chat in range(1, 20):
        now = 100.0 + chat
        for _ in range(2):
            left = now + pace.reserve_edit(chat, False, now)
        pace.refused(chat, ANSWER, 30, left, left + 0.1)

    assert ([0, 0, 0], 10.0) == ([pace.held(one, 119.2) for one in Urgency], round(pace.rate, 6))
    waits = pace.reserve(19, ANSWER, 119.2)
    assert 29 < waits < 31


def test_two_chats_that_are_refused_long_after_each_other_hold_nobody() -> None:
    """Each for its own sake."""
    pace = steady(10)
    pace.refused(-7, ANSWER, 5, 100.0, 100.1)
    pace.refused(-8, ANSWER, 5, 300.0, 300.1)

    assert 0 == pace.held(ANSWER, 300.1)


# A limit that nobody publishes


def line(pace: Pace, count: int, now: float) -> float:
    """So many messages leave one after the other; when the last does."""
    for chat in range(1, count + 1):
        now += pace.wait(DIGEST, now)
        now += pace.reserve(chat, DIGEST, now)
    return now


def test_the_rate_begins_below_the_most_and_grows_to_one_less() -> None:
    """A second of theirs is not quite a second of ours."""
    pace = Pace(most=30)
    first = pace.rate
    line(pace, 50, 100.0)

    assert (FIRST_RATE, 29.0) == (first, pace.rate)
    assert 10 > Pace(most=10).rate


def test_messages_now_and_then_prove_nothing() -> None:
    """Only what leaves in a line shows what is accepted."""
    pace = Pace(most=1000)
    for minute in range(200):
        pace.reserve(7, DIGEST, 100 + 60.0 * minute)

    assert FIRST_RATE == pace.rate


def test_after_a_refusal_it_goes_a_little_slower_and_comes_back() -> None:
    """To just below what was refused, stays there for a while, and feels its way beyond."""
    pace = Pace(most=1000)
    now = line(pace, 30, 100.0)
    refused = pace.rate
    pace.refused(7, DIGEST, 1, now, now)
    after = pace.rate
    now = line(pace, BACK, now)
    flat = pace.rate
    line(pace, 2 * BACK, now)

    assert after < flat < refused < pace.rate
    assert round(refused * BELOW, 6) == round(flat, 6)


def test_what_was_on_the_wire_together_is_one_refusal() -> None:
    """Three answers 429 to messages that left within one round trip slow it down once."""
    pace = Pace(most=1000)
    now = line(pace, 30, 100.0)
    pace.refused(7, DIGEST, 1, now, now + 0.1)
    once = pace.rate
    pace.refused(8, DIGEST, 2, now + 0.03, now + 0.13)

    assert (once, 2.0) == (pace.rate, round(pace.held(DIGEST, now + 0.13), 6))


def test_a_limit_that_falls_is_followed_faster() -> None:
    """A refusal before the rate was back where it had been refused."""
    pace = Pace(most=1000)
    now = line(pace, 30, 100.0)
    pace.refused(7, DIGEST, 1, now, now)
    first = pace.rate
    now = line(pace, 100, now + 1)
    pace.refused(7, DIGEST, 1, now, now)

    assert pace.rate < first * (1 - STEEP_DROP)


def test_what_was_learned_is_kept() -> None:
    """After a restart it begins at what was accepted, never above the most."""
    pace, other = Pace(most=30), Pace(most=10)
    pace.learned(14.0)
    other.learned(14.0)

    assert (14.0, 9.6) == (pace.rate, other.rate)
