"""Digests that are written down, many at once: all of them or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from newsbot.errors import StoreError
from newsbot.models.deliveries import Delivery, Planned, State
from newsbot.models.readers import Reader
from tests.examples import NOON, minutes_ago

LATER = NOON + timedelta(hours=24)


def delivery(chat_id: int, slot: str = "2026-11-24T20:00", **changes: object) -> Delivery:
    made = Delivery(
        id=0,
        chat_id=chat_id,
        slot=slot,
        state=State.QUEUED,
        due_at=NOON,
        expires_at=NOON + timedelta(hours=6),
        story_ids=(1, 3),
    )
    return replace(made, **changes)


def planned(
    reader_id: int, made: Delivery | None = None, was_due: datetime = NOON, skipped: int = 0
) -> Planned:
    return Planned(reader_id, was_due, LATER, (made,) if made else (), skipped)


async def subscribe(store, *ids: int, **changes: object) -> None:
    async with store.begin() as tx:
        for one in ids:
            await tx.readers.save(Reader(id=one, **{"next_due": NOON} | changes), NOON)


async def readers(store, *ids: int) -> list[Reader]:
    async with store.read() as tx:
        return await tx.readers.load(ids)


async def slots(store, chat_id: int) -> list[tuple[str, str]]:
    async with store.read() as tx:
        return [(one.slot, one.state) for one in await tx.deliveries.of(chat_id)]


async def test_digests_are_written_down_together(store):
    """With when the next ones are due; their readers are told when they arrive."""
    await subscribe(store, 7, 8, 9)
    many = await store.plan([planned(7, delivery(7)), planned(8, delivery(8)), planned(9)], NOON, "skipped")

    assert 2 == many
    assert [(LATER, None)] * 3 == [(one.next_due, one.told_at) for one in await readers(store, 7, 8, 9)]
    assert [[("2026-11-24T20:00", "queued")]] * 2 + [[]] == [await slots(store, one) for one in (7, 8, 9)]


@pytest.mark.parametrize("state", list(State))
async def test_a_reader_was_told_when_it_arrived(store, state):
    """Until when news were looked at for it; one that arrives late does not turn that back."""
    await subscribe(store, 7)
    await store.plan([planned(7, delivery(7, told_at=NOON))], NOON, "skipped")
    async with store.read() as tx:
        (row,) = await tx.deliveries.of(7)
    async with store.begin() as tx:
        await tx.deliveries.save(replace(row, state=State.SENDING))
    await store.settle([replace(row, state=state)], [], NOON)
    first = (await readers(store, 7))[0].told_at
    await store.settle([replace(row, state=state, told_at=minutes_ago(60))], [], NOON)

    assert (NOON if state is State.SENT else None, first) == (first, (await readers(store, 7))[0].told_at)


async def test_a_message_that_there_is_nothing_tells_no_news(store):
    """What comes next looks back to the digest before it."""
    await subscribe(store, 7)
    await store.plan([planned(7, delivery(7, story_ids=()))], NOON, "skipped")
    async with store.read() as tx:
        (row,) = await tx.deliveries.of(7)
    await store.settle([replace(row, state=State.SENT)], [], NOON)

    assert [None] == [one.told_at for one in await readers(store, 7)]


@pytest.mark.parametrize(
    "change", [{"next_due": minutes_ago(5)}, {"subscribed": False}, {"reachable": False}, {"next_due": None}]
)
async def test_whose_plan_changed_meanwhile_is_left_alone(store, change):
    """Other hours, or none: the next round sees that. The others get theirs."""
    await subscribe(store, 7, **change)
    await subscribe(store, 8)
    many = await store.plan([planned(7, delivery(7), skipped=3), planned(8, delivery(8))], NOON, "skipped")

    (seven,) = await readers(store, 7)
    assert (1, [], None, change.get("next_due", NOON)) == (
        many,
        await slots(store, 7),
        seven.told_at,
        seven.next_due,
    )
    async with store.read() as tx:
        assert await tx.facts.get("skipped") is None


async def test_a_slot_is_written_down_once(store):
    """Also by two who composed it at the same time."""
    await subscribe(store, 7)
    both = [await store.plan([planned(7, delivery(7))], NOON, "skipped") for _ in range(2)]
    async with store.begin() as tx:
        await tx.readers.save(Reader(id=7, next_due=NOON), NOON)
    again = await store.plan([planned(7, delivery(7))], NOON, "skipped")

    assert ([1, 0], 0, 1) == (both, again, len(await slots(store, 7)))


async def test_a_newer_digest_overtakes_what_still_waits(store):
    """Only what is queued and late, only in this chat; an alert and a review tell something else."""
    await subscribe(store, 7, 8)
    waiting = [
        delivery(7, "a", due_at=minutes_ago(60)),
        delivery(7, "alert:3", due_at=minutes_ago(60)),
        delivery(7, "week:2026-11-22", due_at=minutes_ago(60)),
        delivery(7, "b", due_at=minutes_ago(60), state=State.SENT),
        delivery(7, "c", due_at=minutes_ago(60), state=State.CLAIMED),
        delivery(9, "a", due_at=minutes_ago(60)),
    ]
    async with store.begin() as tx:
        for one in waiting:
            await tx.deliveries.plan(one)
    await store.plan([planned(7, delivery(7)), planned(8, delivery(8))], NOON, "skipped")

    assert ["skipped", "queued", "queued", "sent", "claimed", "queued"] == [
        state for _, state in await slots(store, 7)
    ]
    assert [("a", "queued")] == await slots(store, 9)


async def test_what_was_skipped_is_counted(store):
    """Of all readers together, day by day."""
    await subscribe(store, 7, 8)
    await store.plan([planned(7, skipped=2), planned(8, delivery(8), skipped=1)], NOON, "skipped:2026-11-24")
    await subscribe(store, 9)
    await store.plan([planned(9, skipped=4)], NOON, "skipped:2026-11-24")

    async with store.read() as tx:
        assert "7" == await tx.facts.get("skipped:2026-11-24")


async def test_all_or_none(store):
    """A row that the database refuses takes the others back."""
    await subscribe(store, 7, 8)
    broken = delivery(8, slot=None)
    with pytest.raises(StoreError):
        await store.plan([planned(7, delivery(7)), planned(8, broken)], NOON, "skipped")

    assert ([], [NOON, NOON]) == (
        await slots(store, 7),
        [one.next_due for one in await readers(store, 7, 8)],
    )


async def test_nothing_to_plan_is_fine(store):
    """Whoever was due may have left."""
    assert 0 == await store.plan([], NOON, "skipped")


async def test_a_forum_has_a_delivery_a_topic(store):
    """Written down together, once, each for its topic; late ones of before are overtaken by all of them."""
    await subscribe(store, -7)
    late = [
        delivery(-7, "2026-11-23T20:00", due_at=minutes_ago(60)),
        delivery(-7, "2026-11-23T20:00#3", due_at=minutes_ago(60)),
    ]
    async with store.begin() as tx:
        for one in late:
            await tx.deliveries.plan(one)
    sections = (delivery(-7, thread_id=2), delivery(-7, "2026-11-24T20:00#3", thread_id=3))
    assert 2 == await store.plan([Planned(-7, NOON, LATER, sections)], NOON, "skipped")
    assert 0 == await store.plan([Planned(-7, NOON, LATER, sections)], NOON, "skipped")

    async with store.read() as tx:
        told = [(one.slot, one.state.value, one.thread_id) for one in await tx.deliveries.of(-7)]
    assert [
        ("2026-11-23T20:00", "skipped", None),
        ("2026-11-23T20:00#3", "skipped", None),
        ("2026-11-24T20:00", "queued", 2),
        ("2026-11-24T20:00#3", "queued", 3),
    ] == sorted(told)
