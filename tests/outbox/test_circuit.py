"""When sending stops by itself, and how many may be on the wire."""

from __future__ import annotations

import pytest

from newsbot.models.deliveries import BadMessage, Blocked, Doubtful, MovedTo, Outcome, Sent, TryLater, Unknown
from newsbot.outbox.circuit import FIRST_ON_WIRE, FIRST_PAUSE, LONGEST_PAUSE, MOST_ON_WIRE, Circuit

LOST, DOWN = Unknown("reset"), TryLater(0, "not reached")


def after(*outcomes: Outcome) -> Circuit:
    circuit = Circuit()
    for one in outcomes:
        circuit.note(one, 0.1)
    return circuit


@pytest.mark.parametrize("failures", [(LOST, LOST, LOST), (DOWN, DOWN, DOWN), (LOST, DOWN, LOST)])
def test_three_failures_in_a_row_open_it(failures: tuple[Outcome, ...]) -> None:
    """Whatever their kind."""
    assert (False, True) == (after(*failures[:2]).is_open, after(*failures).is_open)


@pytest.mark.parametrize(
    "answer",
    [Sent(1), Blocked("x"), Doubtful("x"), BadMessage("x"), MovedTo(-1), TryLater(9, "429", limited=True)],
)
def test_any_answer_of_telegrams_closes_it(answer: Outcome) -> None:
    """A refusal is an answer too."""
    assert not after(LOST, LOST, answer, LOST, LOST).is_open


def test_after_a_probe_one_message_is_tried_alone() -> None:
    """If it arrives all is as before; if not, the pauses grow."""
    circuit = after(LOST, LOST, LOST)
    pauses = []
    for _ in range(3):
        pauses.append(circuit.pause())
        circuit.probed(True)
        assert (False, 1) == (circuit.is_open, circuit.on_wire(30))
        circuit.note(LOST, 0.1)
        assert circuit.is_open
    circuit.probed(True)
    circuit.note(Sent(1), 0.1)

    assert [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE] == pauses
    assert (False, FIRST_PAUSE) == (circuit.is_open, circuit.pause())
    assert circuit.on_wire(30) > 1


def test_a_probe_without_an_answer_keeps_it_open() -> None:
    """And the pauses have an end."""
    circuit = after(LOST, LOST, LOST)
    for _ in range(20):
        circuit.probed(False)

    assert (True, LONGEST_PAUSE) == (circuit.is_open, circuit.pause())


def test_as_many_are_on_the_wire_as_a_round_trip_needs() -> None:
    """Few, as each of them is lost to knowledge when Telegram falls silent."""
    assert FIRST_ON_WIRE == Circuit().on_wire(1000)
    assert [FIRST_ON_WIRE + 6, FIRST_ON_WIRE + 200, MOST_ON_WIRE] == [
        after(Sent(1)).on_wire(rate) for rate in (30, 1000, 5000)
    ]
