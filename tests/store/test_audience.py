"""Whom a segment means, counted and written down, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from newsbot.errors import StoreError
from newsbot.models.broadcasts import Broadcast, Content, Kind, Segment, Stage
from newsbot.models.deliveries import State
from newsbot.models.readers import Hour, Reader
from newsbot.store.broadcasts import NOT_DELETED
from tests.examples import NOON

LATER = NOON + timedelta(days=1)
MADE = Broadcast(id=0, by=1, at=NOON, content=Content(kind=Kind.TEXT, text="x"), key="k")


async def people(store) -> None:
    """Eight, of whom five have digests."""
    known = (
        Reader(id=1, language="zh", hours=(Hour(time(8)),)),
        Reader(id=2, language="en", hours=(Hour(time(9)), Hour(time(20)))),
        Reader(id=3, language="zh"),
        Reader(id=-4, language="zh", kind="group", hours=(Hour(time(20)),)),
        Reader(id=-5, language="en", kind="channel"),
        Reader(id=6, subscribed=False),
        Reader(id=7, reachable=False),
        Reader(id=8, paused_until=LATER),
    )
    async with store.begin() as tx:
        for reader in known:
            await tx.readers.save(reader, NOON - timedelta(days=40))
        await tx.readers.active(1, NOON - timedelta(days=2))
        await tx.readers.active(2, NOON - timedelta(days=20))
        await tx.readers.add_words(1, "follow", ["芯片", "来源:ithome"], NOON)
        await tx.readers.add_words(2, "follow", ["芯片"], NOON)
        await tx.readers.add_words(3, "mute", ["芯片"], NOON)


CHOSEN = [
    (Segment(), {1, 2, 3, -4, -5}),
    (Segment(languages=frozenset(("zh",))), {1, 3, -4}),
    (Segment(kinds=frozenset(("group", "channel"))), {-4, -5}),
    (Segment(days=7), {1}),
    (Segment(days=30), {1, 2}),
    (Segment(hours=frozenset((20,))), {2, -4}),
    (Segment(hours=frozenset((8,))), {1, 3, -5}),  # the usual hour
    (Segment(words=frozenset(("芯片",))), {1, 2}),
    (Segment(sources=frozenset(("来源:ithome",))), {1}),
    (Segment(ids=frozenset((2, 6, 99, -5))), {2, -5}),
    (Segment(words=frozenset(("芯片",)), languages=frozenset(("en",)), days=30, hours=frozenset((9,))), {2}),
    (Segment(words=frozenset(("芯片",)), kinds=frozenset(("group",))), set()),
]


@pytest.mark.parametrize(("segment", "expected"), CHOSEN)
async def test_a_segment_is_counted_and_written(store, segment, expected):
    """The same readers by both."""
    await people(store)
    async with store.begin() as tx:
        counted = await tx.audience.count(segment, 8, NOON)
        number = await tx.broadcasts.add(replace(MADE, segment=segment))
        one = await tx.broadcasts.get(number)
        written = await tx.broadcasts.write(one, 8, NOON, LATER, ())
        rows = await tx.deliveries.claim("me", NOON, 100, [number])

    assert segment == one.segment
    assert (len(expected), len(expected), expected) == (counted, written, {row.chat_id for row in rows})


async def test_all_are_written_or_none(store):
    """Whatever goes wrong before the end."""
    await people(store)
    with pytest.raises(StoreError):
        async with store.begin() as tx:
            number = await tx.broadcasts.add(MADE)
            one = await tx.broadcasts.get(number)
            assert 5 == await tx.broadcasts.write(one, 8, NOON, LATER, ())
            await tx.broadcasts.write(one, 8, NOON, LATER, ())  # each chat has one of it already
    async with store.read() as tx:
        assert (None, 0) == (await tx.broadcasts.get(1), (await tx.broadcasts.counts(1)).left)


async def test_who_had_the_same_is_left_out(store):
    """Of another broadcast with the same content."""
    await people(store)
    async with store.begin() as tx:
        first = await tx.broadcasts.add(
            replace(MADE, segment=Segment(days=30), stage=Stage.SENDING, began_at=NOON)
        )
        one = await tx.broadcasts.get(first)
        await tx.broadcasts.write(one, 8, NOON, LATER, ())
        other = replace(MADE, id=await tx.broadcasts.add(MADE))
        alike = await tx.broadcasts.alike(other, NOON - timedelta(days=1))
        counted = await tx.audience.count(Segment(), 8, NOON, alike)
        written = await tx.broadcasts.write(other, 8, NOON, LATER, alike)

    assert ([first], 3, 3) == (alike, counted, written)


async def test_digests_and_broadcasts_do_not_take_each_others(store):
    """Nor stand in each other's numbers."""
    await people(store)
    async with store.begin() as tx:
        number = await tx.broadcasts.add(MADE)
        one = await tx.broadcasts.get(number)
        await tx.broadcasts.write(one, 8, NOON, LATER, ())
        digests = await tx.deliveries.claim("me", NOON, 100)
        waiting, counts = await tx.deliveries.waiting(), await tx.deliveries.counts()
        due = await tx.deliveries.next_due(NOON), await tx.deliveries.next_due(NOON, [number])

    assert ([], 0, {}, (None, NOON)) == (digests, waiting, counts, due)


async def test_what_became_of_them_is_counted(store):
    """By outcome, with the reasons; what failed is tried again, but where the chat is gone."""
    await people(store)
    ends = (
        (State.SENT, None),
        (State.GAVE_UP, "Forbidden: bot was blocked by the user"),
        (State.PARKED, "too odd"),
        (State.UNKNOWN, "no answer in time"),
    )
    async with store.begin() as tx:
        number = await tx.broadcasts.add(MADE)
        await tx.broadcasts.write(await tx.broadcasts.get(number), 8, NOON, LATER, ())
        rows = await tx.deliveries.claim("me", NOON, 100, [number])
        for row, (state, reason) in zip(rows, ends, strict=False):
            await tx.deliveries.save(replace(row, state=state, reason=reason, message_id=5))
        counts, reasons = await tx.broadcasts.counts(number), await tx.broadcasts.reasons(number)
        again = await tx.broadcasts.again(number, NOON, LATER), (await tx.broadcasts.counts(number)).left

    assert (1, 1, 1, 1, 1, 3) == (
        counts.sent, counts.blocked, counts.failed, counts.unknown, counts.left, counts.missed,
    )  # fmt: skip
    assert {"Forbidden: bot was blocked by the user": 1, "no answer in time": 1, "too odd": 1} == reasons
    assert (1, 2) == again


async def test_what_was_sent_is_found_until_it_was_changed(store):
    """And what Telegram does not delete is not tried again."""
    await people(store)
    async with store.begin() as tx:
        number = await tx.broadcasts.add(MADE)
        one = await tx.broadcasts.get(number)
        await tx.broadcasts.write(one, 8, NOON, LATER, ())
        for row in await tx.deliveries.claim("me", NOON, 3, [number]):
            await tx.deliveries.save(replace(row, state=State.SENT, message_id=5))
        revised = replace(one, revision=1)
        before = await tx.broadcasts.to_amend(revised, 10)
        await tx.broadcasts.amended([(before[0].id, State.SENT, 1)])
        after = await tx.broadcasts.to_amend(revised, 10)
        withdrawn = replace(one, withdrawn_at=NOON)
        every = await tx.broadcasts.to_amend(withdrawn, 10)
        await tx.broadcasts.amended(
            [(every[0].id, State.WITHDRAWN, 1), (every[1].id, State.SENT, NOT_DELETED)]
        )
        rest = await tx.broadcasts.to_amend(withdrawn, 10)
        stale = (await tx.broadcasts.counts(number, 1)).stale

    assert (3, 2, 3, 1) == (len(before), len(after), len(every), len(rest))
    assert 2 == stale


async def test_only_one_may_begin_it(store):
    """Whoever is second finds it at another stage."""
    async with store.begin() as tx:
        number = await tx.broadcasts.add(MADE)
        one = await tx.broadcasts.get(number)
        first = await tx.broadcasts.save(replace(one, stage=Stage.SENDING), Stage.DRAFT)
        second = await tx.broadcasts.save(replace(one, stage=Stage.SENDING), Stage.DRAFT)

    assert (True, False) == (first, second)
