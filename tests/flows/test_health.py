"""How well a process is, and what it counts."""

from __future__ import annotations

import shutil
from collections import namedtuple
from datetime import timedelta
from time import monotonic

import pytest

from newsbot.errors import StoreError
from newsbot.flows import health
from newsbot.models.deliveries import Blocked, Delivery, Gone, Sent, State, TryLater, Unknown
from newsbot.models.messages import Incoming
from newsbot.store.facts import Facts
from tests.databases import sqlite_only
from tests.examples import NOON, source
from tests.flows.web import item

Usage = namedtuple("Usage", "total used free")


async def red(desk) -> dict[str, str]:
    """What is not well, and why."""
    return {one.check: one.detail for one in await health.checks(desk.room) if not one.ok}


async def test_a_bot_that_does_its_work_is_well(desk):
    """It leads and hears Telegram; what it looked at is named."""
    desk.room.mode, desk.room.heard_at = "leading", monotonic()

    assert {} == await red(desk)
    assert ["database", "telegram", "disk", "inbox", "digests"] == [
        one.check for one in await health.checks(desk.room)
    ][:5]


async def test_who_stands_by_is_well_and_who_is_not_there_yet_is_not(desk):
    """A balancer sends to the one and not to the other."""
    desk.room.mode = "standing by"
    standing_by = await red(desk)
    desk.room.mode = "starting"

    assert ({}, {"telegram": "starting"}) == (standing_by, await red(desk))


async def test_a_worker_is_well_while_it_takes_jobs(desk):
    """A process that only lives is of no use."""
    desk.room.mode = "working"
    idle = await red(desk)
    desk.room.works = True

    assert ({"jobs": "none are taken: see the log"}, {}) == (idle, await red(desk))


async def test_what_quiet_hours_hold_back_is_not_late(desk):
    """It waits for its time, not for us."""
    desk.room.mode, desk.room.heard_at = "leading", monotonic()
    held = Delivery(
        id=0, chat_id=7, slot="a", state=State.QUEUED, due_at=NOON - timedelta(hours=5),
        expires_at=NOON + timedelta(days=1), story_ids=(), next_try_at=NOON + timedelta(hours=1),
    )  # fmt: skip
    async with desk.room.store.begin() as tx:
        await tx.deliveries.plan(held)
    waits = await red(desk)
    desk.later(hours=1, seconds=901)

    assert ({}, ["digests"]) == (waits, list(await red(desk)))


async def test_a_bot_that_hears_nothing_is_ill(desk):
    """Long before it gives up."""
    desk.room.mode, desk.room.heard_at = "leading", monotonic() - 101

    assert {"telegram": "leading, heard 101 s ago"} == await red(desk)


async def test_a_database_that_takes_nothing_is_ill_until_it_does(desk, monkeypatch):
    """As on a full disk: what can still be read does not hide it, and nobody has to look after it."""

    def full(*_: object) -> None:
        raise StoreError("database or disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Facts, "put", full)
        with pytest.raises(StoreError):
            async with desk.room.store.begin() as tx:
                await tx.facts.put("a", "b")
        while_full = await red(desk)

    assert ({"database": "it takes nothing: database or disk is full"}, {}) == (while_full, await red(desk))


async def test_a_database_that_is_away_is_said_in_one_line(desk, monkeypatch):
    """Nothing else is asked of it then."""

    def away(*_: object) -> None:
        raise StoreError("connection refused")

    monkeypatch.setattr(desk.room.store, "read", away)

    assert {"database": "connection refused"} == await red(desk)
    assert b"newsbot_database_up 0.0" in await health.metrics(desk.room)


@sqlite_only("PostgreSQL's disk is not ours")
async def test_a_disk_that_is_nearly_full_is_said_before_it_is(desk, monkeypatch):
    """While there is still time."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - 10**8, 10**8))

    assert {"disk": "0.1 GB free"} == await red(desk)


async def test_people_who_wait_too_long_are_seen(desk):
    """In the inbox, and for their digest."""
    desk.room.mode, desk.room.heard_at = "leading", monotonic()
    async with desk.room.store.begin() as tx:
        await tx.inbox.keep([Incoming(1, 7, "{}")], NOON, desk.room.owner, NOON)
        await tx.inbox.keep([Incoming(2, 8, "{}")], NOON, "another", NOON)
    desk.later(seconds=299)
    in_time = await red(desk)
    desk.later(seconds=2)

    assert ({}, {"inbox": "1 waiting, 301 s"}) == (in_time, await red(desk))


async def test_what_is_done_is_counted(desk):
    """A pull, its articles and how old they are; one line of Prometheus's text each."""
    url = desk.web.publishes("/feed", item("鸿蒙新版发布", "记者今天获悉。"))
    await desk.knows(source("daily", url=url))
    from newsbot.flows.refresh import refresh

    await refresh(desk.room, force=True)
    await refresh(desk.room, force=True)
    desk.room.mode = "leading"
    told = (await health.metrics(desk.room)).decode().splitlines()

    for line in (
        'newsbot_pulls_total{status="new"} 1.0',
        'newsbot_pulls_total{status="unchanged"} 1.0',
        'newsbot_articles_total{status="new"} 1.0',
        "newsbot_pull_seconds_count 2.0",
        "newsbot_leading 1.0",
        "newsbot_database_up 1.0",
        'newsbot_sources{state="on"} 1.0',
        'newsbot_queue_depth{queue="inbox"} 0.0',
    ):
        assert line in told
    assert all(line.startswith(("#", "newsbot_", "process_")) for line in told)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Sent(1), "sent"),
        (Blocked("blocked"), "blocked"),
        (TryLater(3, limited=True), "limited"),
        (TryLater(3), "later"),
        (Gone("gone"), "refused"),
        (Unknown("timeout"), "unknown"),
    ],
)
def test_outcomes_have_few_names(outcome, expected):
    """So that a dashboard can stack them."""
    assert expected == health.outcome(outcome)
