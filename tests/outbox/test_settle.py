"""What becomes of a delivery."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsbot.models.deliveries import (
    BadMessage,
    Blocked,
    Delivery,
    Doubtful,
    Gone,
    MovedTo,
    Outcome,
    Sent,
    State,
    TryLater,
    Unknown,
)
from newsbot.outbox.settle import expired, settle
from tests.examples import NOON

HOUR = timedelta(hours=1)
OUTCOMES: dict[Outcome, State] = {
    Sent(5): State.SENT,
    Blocked("kicked"): State.GAVE_UP,
    MovedTo(-100): State.QUEUED,
    TryLater(0, "not reached"): State.QUEUED,
    TryLater(17, "429", limited=True): State.QUEUED,
    BadMessage("too long"): State.PARKED,
    Doubtful("chat not found"): State.GAVE_UP,
    Gone("to edit"): State.GAVE_UP,
    Unknown("reset"): State.UNKNOWN,
}
UNDECIDED = (State.QUEUED, State.CLAIMED, State.SENDING)
DECIDED = (
    *(State.SENT, State.GAVE_UP, State.PARKED, State.UNKNOWN),
    *(State.SKIPPED, State.WITHDRAWN),
)


def delivery(state: State = State.SENDING, **changes: Any) -> Delivery:
    values: dict[str, Any] = {
        "id": 1,
        "chat_id": 7,
        "slot": "2026-11-24T12:00",
        "due_at": NOON,
        "story_ids": (1, 2),
    }
    return Delivery(**(values | {"state": state, "expires_at": NOON + 6 * HOUR} | changes))


def pause(after: Delivery) -> float:
    assert after.next_try_at is not None
    return (after.next_try_at - NOON).total_seconds()


@pytest.mark.parametrize(("outcome", "expected"), list(OUTCOMES.items()))
@pytest.mark.parametrize("state", UNDECIDED)
def test_every_outcome_decides_what_is_on_its_way(state: State, outcome: Outcome, expected: State) -> None:
    """Whatever the sender had noted before the answer came."""
    assert expected == settle(delivery(state), outcome, NOON).state


@pytest.mark.parametrize(
    ("state", "outcome"),
    [pair for pair in product(DECIDED, OUTCOMES) if pair != (State.UNKNOWN, Sent(5))],
)
def test_what_is_decided_stays(state: State, outcome: Outcome) -> None:
    """What was sent, given up, skipped or cannot be known is never queued again."""
    before = delivery(state, message_id=4, reason="so it was")

    assert before == settle(before, outcome, NOON)


def test_what_nobody_could_know_may_turn_out_sent() -> None:
    """An answer that comes after all is the better knowledge."""
    after = settle(delivery(State.UNKNOWN, reason="the bot stopped"), Sent(5), NOON)

    assert (State.SENT, 5, None) == (after.state, after.message_id, after.reason)


def test_a_sent_delivery_knows_its_message_and_time() -> None:
    """And nothing of the troubles before."""
    before = delivery(attempts=3, next_try_at=NOON, reason="not reached")
    after = settle(before, Sent(5), NOON)

    assert (5, NOON, None, None) == (after.message_id, after.sent_at, after.next_try_at, after.reason)


@pytest.mark.parametrize("outcome", [Blocked("kicked"), BadMessage("kicked"), Unknown("kicked")])
def test_an_end_without_success_says_why(outcome: Outcome) -> None:
    """For whoever looks at the row."""
    after = settle(delivery(next_try_at=NOON), outcome, NOON)

    assert ("kicked", None, None) == (after.reason, after.next_try_at, after.sent_at)


def test_what_is_parked_keeps_its_text() -> None:
    """For administrators to look at; of everything else the text is not kept."""
    parked = settle(delivery(), BadMessage("empty"), NOON, "<b>新闻</b>")

    assert ("<b>新闻</b>", None) == (parked.text, settle(delivery(), Sent(5), NOON, "<b>新闻</b>").text)


def test_a_moved_chat_is_written_to_at_once() -> None:
    """Under its new id, and it costs no attempt."""
    after = settle(delivery(attempts=2), MovedTo(-100), NOON)

    assert (-100, 2, 0.0) == (after.chat_id, after.attempts, pause(after))


@pytest.mark.parametrize(
    ("attempts", "expected"), [(0, 5), (1, 10), (2, 20), (6, 320), (7, 600), (50, 600), (5000, 600)]
)
def test_pauses_double_up_to_ten_minutes(attempts: int, expected: int) -> None:
    """A delivery that cannot be handed over is tried less and less often."""
    after = settle(delivery(attempts=attempts), TryLater(0), NOON)

    assert (attempts + 1, expected) == (after.attempts, pause(after))


def test_a_longer_pause_that_is_asked_for_is_kept() -> None:
    """The door knows better than the schedule of pauses."""
    assert 60 == pause(settle(delivery(), TryLater(60), NOON))


@pytest.mark.parametrize("attempts", [0, 4])
def test_too_many_requests_cost_no_attempt(attempts: int) -> None:
    """The pause is exactly what Telegram asked for, however many attempts there were."""
    after = settle(delivery(attempts=attempts), TryLater(17, "429", limited=True), NOON)

    assert (attempts, 17) == (after.attempts, pause(after))


@pytest.mark.parametrize("seconds", [6 * 3600, 10**6, 10**15])
def test_what_would_come_too_late_is_given_up(seconds: int) -> None:
    """Also where Telegram asks for an absurd pause."""
    after = settle(delivery(), TryLater(seconds, "429", limited=True), NOON)

    assert (State.GAVE_UP, "expired: 429", None) == (after.state, after.reason, after.next_try_at)


@pytest.mark.parametrize("state", UNDECIDED[:2])
def test_what_was_not_begun_in_time_is_skipped(state: State) -> None:
    """From the minute at which it expires."""
    waiting = delivery(state, expires_at=NOON)
    after = expired(waiting, NOON)

    assert after is not None
    assert (State.SKIPPED, "too late") == (after.state, after.reason)
    assert expired(waiting, NOON - timedelta(seconds=1)) is None


@pytest.mark.parametrize("state", [State.SENDING, *DECIDED])
def test_what_may_be_on_the_wire_is_not_skipped(state: State) -> None:
    """Nor what is decided."""
    assert expired(delivery(state, expires_at=NOON), NOON + HOUR) is None


outcomes = st.one_of(
    st.builds(Sent, st.integers(1)),
    st.builds(Blocked, st.text(max_size=5)),
    st.builds(MovedTo, st.integers(max_value=-1)),
    st.builds(BadMessage, st.text(max_size=5), st.booleans()),
    st.builds(Doubtful, st.text(max_size=5)),
    st.builds(Unknown, st.text(max_size=5)),
    st.builds(TryLater, st.floats(0, allow_nan=False), st.text(max_size=5), st.booleans()),
)


@given(st.lists(outcomes, max_size=8), st.sampled_from(State))
def test_nothing_is_sent_twice(answers: list[Outcome], state: State) -> None:
    """Whatever comes in whatever order: decided is decided, and what is tried again has time left for it."""
    now, current = NOON, delivery(state)
    for answer in answers:
        before, current = current, settle(current, answer, now)
        decided = before.state in DECIDED and (before.state, type(answer)) != (State.UNKNOWN, Sent)
        assert not decided or before == current
        if current.state is State.QUEUED and current.next_try_at is not None:
            assert now <= current.next_try_at < current.expires_at
            now = current.next_try_at
        else:
            assert current.state in DECIDED
