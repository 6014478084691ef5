"""The pace against a limit that nobody publishes: goodput beside an oracle's, and refusals.

    python benchmarks/pace.py

The limit drifts like a wave between 12 and 30 messages a second; the server of the playground counts and
refuses, and what it asks for doubles with every excess within a minute, up to 30 s. The oracle knows the
limit at every moment. Nothing waits: an hour takes a second.
"""

from __future__ import annotations

import random
import sys
from heapq import heappop, heappush
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from newsbot.models.messages import Urgency
from newsbot.outbox.pace import Pace
from playground.errors import ApiError
from playground.faults import Drift, Faults, Limits

LOW, HIGH = 12.0, 30.0
HOURS = 3
LEAVES, ARRIVES, ANSWERED = range(3)


def simulated(period: float, round_trip: float, jitter: float, seconds: float) -> tuple[float, float, int]:
    """Goodput as a share of the oracle's, refusals in 1,000 messages, the messages that were accepted."""
    drift = Drift(LOW, HIGH, period)
    faults = Faults(limits=Limits(drift=drift, growing=True))
    pace, chance, numbers = Pace(most=30), random.Random(1), count()
    accepted = refused = 0
    events: list[tuple[float, int, int, float, float]] = [(0.0, next(numbers), LEAVES, 0.0, 0.0)]
    while events and events[0][0] < seconds:
        now, _, kind, left_at, asked = heappop(events)
        if kind == LEAVES:
            wait = pace.wait(Urgency.DIGEST, now)
            if wait > 0:
                heappush(events, (now + wait, next(numbers), LEAVES, 0.0, 0.0))
                continue
            leaves = now + pace.reserve(None, Urgency.DIGEST, now)
            arrives = leaves + round_trip / 2 + chance.uniform(0, jitter)
            heappush(events, (arrives, next(numbers), ARRIVES, leaves, 0.0))
            heappush(events, (leaves, next(numbers), LEAVES, 0.0, 0.0))
        elif kind == ARRIVES:
            if pace.held(Urgency.DIGEST, left_at):
                continue  # it was told to wait before it left
            try:
                faults.check_pace("sendmessage", None, now)
                accepted += 1
            except ApiError as error:
                refused += 1
                seconds_asked = float(error.parameters["retry_after"])
                heappush(events, (now + round_trip / 2, next(numbers), ANSWERED, left_at, seconds_asked))
        else:
            pace.refused(None, Urgency.DIGEST, asked, left_at, now)
    oracle = sum(drift.at(second) for second in range(int(seconds)))
    return accepted / oracle, 1000 * refused / max(accepted, 1), accepted


def main() -> None:
    print("drift between 12 and 30/s       of the oracle   refused in 1,000")
    for minutes in (20, 30, 60, 180):
        for round_trip, jitter in ((0.005, 0.002), (0.05, 0.01), (0.1, 0.01)):
            share, refusals, _ = simulated(minutes * 60, round_trip, jitter, HOURS * 3600)
            print(
                f"{minutes:4} min a wave, {round_trip * 1000:3.0f} ms away"
                f"      {share:6.1%}          {refusals:5.2f}"
            )


if __name__ == "__main__":
    main()
