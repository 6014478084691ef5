"""When sending stops by itself, and how many messages may be on the wire.

What is on the wire when Telegram falls silent is lost to knowledge: nobody can say whether it arrived. So few
are on it at a time, and after three failures in a row nothing leaves until Telegram answers again: first a
question that costs nothing, then one message alone (a circuit breaker, half open).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from newsbot.models.deliveries import Outcome, TryLater, Unknown

MOST_FAILURES = 3  # in a row
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 30.0  # seconds between two probes
FIRST_ON_WIRE, MOST_ON_WIRE = 4, 256
SMOOTHING = 0.2  # weight of the newest round trip


@dataclass(slots=True)
class Circuit:
    """Closed while messages flow.

    :ivar failures: in a row
    :ivar probes: that failed since it opened
    :ivar trying: one message alone is on its way
    :ivar round_trip: seconds that an answer takes, smoothed; None before the first
    """

    failures: int = 0
    probes: int = 0
    trying: bool = False
    round_trip: float | None = None

    @property
    def is_open(self) -> bool:
        return self.failures >= MOST_FAILURES

    def on_wire(self, rate: float) -> int:
        """How many may be on the wire at a time, at so many a second: twice what a round trip needs."""
        if self.trying:
            return 1
        if self.round_trip is None:
            return FIRST_ON_WIRE
        return min(MOST_ON_WIRE, FIRST_ON_WIRE + math.ceil(2 * rate * self.round_trip))

    def note(self, outcome: Outcome, seconds: float) -> None:
        """What became of a message, and how long its answer took."""
        failed = isinstance(outcome, Unknown) or (isinstance(outcome, TryLater) and not outcome.limited)
        if failed:
            self.failures = MOST_FAILURES if self.trying else self.failures + 1
            return
        self.failures, self.probes, self.trying = 0, 0, False
        before = self.round_trip
        self.round_trip = seconds if before is None else before + SMOOTHING * (seconds - before)

    def pause(self) -> float:
        """Seconds until the next probe."""
        return min(FIRST_PAUSE * 2.0**self.probes, LONGEST_PAUSE)

    def probed(self, answered: bool) -> None:
        """Telegram answered a question, or not; if it did, one message may be tried."""
        self.trying = answered
        self.probes += 1
        if answered:
            self.failures = 0
