"""The clock that starts flows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from apscheduler.triggers.interval import IntervalTrigger

from newsbot import settings
from newsbot.cli import logs
from newsbot.errors import StoreError
from newsbot.newsroom import Newsroom
from newsbot.scheduler import Clock, Round, rounds

ROOM: Any = "the newsroom"  # the clock only passes it on
OFTEN, SELDOM = IntervalTrigger(seconds=0.05), IntervalTrigger(seconds=3600)


@dataclass
class Work:
    """A flow that takes so long, fails with so much, and knows how often it began and finished."""

    seconds: float = 0.0
    failure: BaseException | None = None
    began: int = 0
    finished: int = 0
    unwound: int = 0
    rooms: list[Newsroom] = field(default_factory=list)

    async def flow(self, room: Newsroom) -> None:
        self.began += 1
        self.rooms.append(room)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.unwound += 1
        if self.failure:
            raise self.failure
        self.finished += 1

    async def begins(self, times: int) -> None:
        """Wait until it began so often."""
        async with asyncio.timeout(10):
            while self.began < times:  # noqa: ASYNC110  the clock is another's
                await asyncio.sleep(0.005)


@pytest_asyncio.fixture
async def clocks() -> AsyncIterator[list[Clock]]:
    """Clocks to be stopped after the test."""
    made: list[Clock] = []
    yield made
    for clock in made:
        await clock.stop(0)


def started(clocks: list[Clock], *works: Work, when: IntervalTrigger = OFTEN, at_once: bool = True) -> Clock:
    """A running clock with these flows, every 50 ms unless told otherwise."""
    flows = []
    for number, work in enumerate(works):

        async def flow(room: Newsroom, work: Work = work) -> None:
            await work.flow(room)

        flow.__name__ = f"flow{number}"
        flows.append(Round(flow, when, at_once))
    clock = Clock(ROOM, flows)
    clock.start()
    clocks.append(clock)
    return clock


async def test_a_flow_runs_again_and_again(clocks: list[Clock]) -> None:
    """Each time with the newsroom."""
    work = Work()
    started(clocks, work)
    await work.begins(3)

    assert {ROOM} == set(work.rooms)


async def test_a_flow_may_begin_at_once(clocks: list[Clock]) -> None:
    """The first pull does not wait for its round; others do."""
    hasty, patient = Work(), Work()
    started(clocks, patient, when=SELDOM, at_once=False)
    started(clocks, hasty, when=SELDOM)
    await hasty.begins(1)

    assert (1, 0) == (hasty.began, patient.began)


@pytest.mark.parametrize("failure", [StoreError("disk I/O error"), ValueError("a bug")])
async def test_a_flow_that_fails_does_not_stop_the_clock(clocks: list[Clock], failure: Exception) -> None:
    """It comes again at its next round, and the others at theirs."""
    broken, whole = Work(failure=failure), Work()
    started(clocks, broken, whole)
    await broken.begins(2)
    await whole.begins(2)

    assert 0 == broken.finished
    assert whole.finished


@pytest.mark.usefixtures("logs_as_before")
async def test_a_flow_never_runs_twice_at_a_time(
    clocks: list[Clock], capsys: pytest.CaptureFixture[str]
) -> None:
    """A round that is not over drops the next, and nobody makes a line in the log of it."""
    logs.configure(settings.read({}), logging.DEBUG)
    work = Work(seconds=60)
    started(clocks, work)
    await work.begins(1)
    await asyncio.sleep(0.2)

    assert (1, 0) == (work.began, work.finished)
    assert "" == capsys.readouterr().err


async def test_stopping_waits_for_what_runs(clocks: list[Clock]) -> None:
    """A digest on the wire arrives, and is written down."""
    work = Work(seconds=0.2)
    clock = started(clocks, work)
    await work.begins(1)
    await clock.stop(2)

    assert (1, 1) == (work.began, work.finished)


async def test_nothing_new_starts_after_stopping(clocks: list[Clock]) -> None:
    """Neither while it waits nor later, nor by starting the clock again."""
    slow, quick = Work(seconds=0.15), Work()
    clock = started(clocks, slow, quick)
    await slow.begins(1)
    stopping = asyncio.create_task(clock.stop(2))
    await asyncio.sleep(0)
    before = quick.began
    await stopping
    clock.start()
    await asyncio.sleep(0.12)

    assert (before, 1) == (quick.began, slow.began)


@pytest.mark.usefixtures("logs_as_before")
async def test_what_is_late_is_cut_short(clocks: list[Clock], capsys: pytest.CaptureFixture[str]) -> None:
    """It has put back what it held when stop() returns; the log has a line, not a traceback."""
    logs.configure(settings.read({}))
    work = Work(seconds=60)
    clock = started(clocks, work)
    await work.begins(1)
    await clock.stop(0.05)
    lines = capsys.readouterr().err.splitlines()

    assert (0, 1) == (work.finished, work.unwound)
    assert [True] == ["flow cut short" in line for line in lines]


async def test_a_clock_may_be_stopped_at_any_time(clocks: list[Clock]) -> None:
    """Before it was started, in the moment it starts, and twice."""
    early = Clock(ROOM, [])
    await early.stop(1)
    hasty = Work()
    clock = started(clocks, hasty)
    await clock.stop(1)
    await clock.stop(1)

    assert hasty.began == hasty.finished


@pytest.mark.parametrize(
    ("given", "expected"), [({}, 5), ({"refresh_seconds": 2}, 2), ({"refresh_seconds": 900}, 5)]
)
def test_the_rounds_of_a_bot(given: dict[str, Any], expected: float) -> None:
    """Plan every 5 s, deliver every second, look for due sources every minute or as often as was set, tidy at night."""
    plan = rounds(settings.read({}, **given))

    assert [
        "plan",
        "plan_reviews",
        "deliver",
        "mail",
        "progress",
        "begin_due",
        "amend",
        "refresh_due",
        "revive",
        "alert",
        "alarm",
        "nudge",
        "retell",
        "scrub",
        "index",
        "catch_up",
        "learn",
        "tidy",
        "tidy_jobs",
    ] == [one.flow.__name__ for one in plan]
    seconds = {one.flow.__name__: one.when.interval.total_seconds() for one in plan[:12]}
    assert [5, 60, 1, expected] == [
        seconds[name] for name in ("plan", "plan_reviews", "deliver", "refresh_due")
    ]
    assert ["plan", "refresh_due", "scrub", "index", "catch_up"] == [
        one.flow.__name__ for one in plan if one.at_once
    ]
