"""Deliveries: each written down once, handed out once, and what was shown."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from newsbot.models.deliveries import Delivery, Past, State, Told
from newsbot.store import Store
from tests.examples import NOON, minutes_ago

LATER = NOON + timedelta(hours=6)


def delivery(chat_id: int = 7, slot: str = "2026-11-24T12:00", **changes) -> Delivery:
    values = {"state": State.QUEUED, "due_at": NOON, "expires_at": LATER, "story_ids": (3, 1)} | changes
    return Delivery(id=0, chat_id=chat_id, slot=slot, **values)


def told(*articles: int) -> list[Told]:
    """A story that stands first in a list, as these articles tell it."""
    return [Told(50, 1, articles)]


async def plan(store, *planned: Delivery) -> list[int | None]:
    async with store.begin() as tx:
        return [await tx.deliveries.plan(one) for one in planned]


async def claim(store, owner: str = "main", now=NOON, limit: int = 20) -> list[Delivery]:
    async with store.begin() as tx:
        found = await tx.deliveries.claim(owner, now, limit)
        await asyncio.sleep(0.02)  # others who claim meanwhile meet a transaction that is open
        return found


async def save(store, changed: Delivery) -> None:
    async with store.begin() as tx:
        await tx.deliveries.save(changed)


async def test_a_chat_has_one_delivery_a_slot(store):
    """Planning again writes nothing; another chat or slot is another delivery."""
    first, again, other, later = await plan(
        store, delivery(), delivery(story_ids=(9,)), delivery(chat_id=8), delivery(slot="first")
    )

    async with store.read() as tx:
        stored = await tx.deliveries.of(7)
    assert (None, 3) == (again, len({first, other, later}))
    assert [(3, 1), (3, 1)] == [one.story_ids for one in stored]


async def test_planning_by_two_processes_writes_one(store):
    """Whoever comes second finds it there."""
    other = Store(store.address)
    done = await asyncio.gather(plan(store, delivery()), plan(other, delivery()))
    await other.close()

    assert 1 == sum(one != [None] for one in done)


async def test_a_delivery_comes_back_as_it_was_saved(store):
    """Every field survives."""
    (number,) = await plan(store, delivery())
    changed = Delivery(
        id=number,
        chat_id=7,
        slot="2026-11-24T12:00",
        state=State.SENT,
        due_at=minutes_ago(5),
        expires_at=LATER,
        story_ids=(4, 2),
        lost_ids=(2,),
        filtered=3,
        attempts=2,
        next_try_at=minutes_ago(1),
        message_id=99,
        sent_at=NOON,
        reason="因为",
    )
    await save(store, changed)

    async with store.read() as tx:
        assert changed == await tx.deliveries.get(number)
        assert await tx.deliveries.get(number + 1) is None


async def test_what_is_due_is_claimed_the_longest_waiting_first(store):
    """Not what is due later, nor more than was asked for."""
    late, early, _, third = await plan(
        store,
        delivery(1, due_at=minutes_ago(1)),
        delivery(2, due_at=minutes_ago(9)),
        delivery(3, due_at=minutes_ago(-1)),
        delivery(4, due_at=minutes_ago(1)),
    )

    assert [early, late] == [one.id for one in await claim(store, limit=2)]
    assert [third] == [one.id for one in await claim(store)]


async def test_what_was_claimed_is_not_claimed_again(store):
    """Until it is queued again, and then not before its time."""
    await plan(store, delivery())
    (mine,) = await claim(store)
    assert (State.CLAIMED, []) == (mine.state, await claim(store))

    await save(store, replace(mine, state=State.QUEUED, next_try_at=NOON + timedelta(seconds=30)))

    assert [] == await claim(store)
    assert [mine.id] == [one.id for one in await claim(store, now=NOON + timedelta(seconds=30))]


async def test_alerts_are_counted(store):
    """Of one chat and day; those that never left are none."""
    await plan(store, delivery(slot="alert:1"), delivery(slot="alert:2", state=State.SENT), delivery())
    await plan(store, delivery(slot="alert:4", state=State.SKIPPED), delivery(slot="alert:5", due_at=LATER))
    await plan(store, delivery(8, slot="alert:1"), delivery(slot="alert:3", due_at=minutes_ago(1)))

    async with store.read() as tx:
        found = [await tx.deliveries.alerts(7, since, LATER) for since in (NOON, minutes_ago(9))]
    assert [2, 3] == found


async def test_two_who_claim_at_once_get_different_ones(store):
    """Each row is handed out once, within one process and between two."""
    other = Store(store.address)
    planned = await plan(store, *(delivery(chat_id) for chat_id in range(30)))
    doors = (store, other, store, other)
    found = await asyncio.gather(*(claim(door, f"{place}", limit=9) for place, door in enumerate(doors)))
    await other.close()

    assert sorted(planned) == sorted(one.id for part in found for one in part)


async def test_a_start_frees_what_was_claimed_and_gives_up_what_was_on_the_wire(store):
    """Claimed is provably not sent; sending nobody can know; everything else stays."""
    for chat_id, state in enumerate(State):
        (number,) = await plan(store, delivery(chat_id))
        await save(store, replace(delivery(chat_id), id=number, state=state))
    async with store.begin() as tx:
        assert (1, 1) == await tx.deliveries.recover()

    async with store.read() as tx:
        counts = await tx.deliveries.counts()
        (lost,) = await tx.deliveries.of(list(State).index(State.SENDING))
    assert {
        "queued": 2,
        "unknown": 2,
        "sent": 1,
        "gave_up": 1,
        "parked": 1,
        "skipped": 1,
        "withdrawn": 1,
    } == counts
    assert (State.UNKNOWN, True) == (lost.state, bool(lost.reason))


async def test_what_was_freed_is_claimed_again(store):
    """By whoever comes."""
    await plan(store, delivery())
    await claim(store, "killed")
    async with store.begin() as tx:
        await tx.deliveries.recover()

    assert [7] == [one.chat_id for one in await claim(store, "next")]


async def test_a_group_that_moved_is_found_under_its_new_number(store):
    """Its deliveries and its ledger go there, but where the new number has a delivery for the slot."""
    moved, stays, theirs = await plan(
        store, delivery(-5), delivery(-5, "first"), delivery(-1005, "first", story_ids=(9,))
    )
    async with store.begin() as tx:
        await tx.deliveries.show(-5, told(1, 2), NOON)
        await tx.deliveries.show(-1005, told(2), NOON)
        await tx.deliveries.move(-5, -1005)

    async with store.read() as tx:
        assert [stays] == [one.id for one in await tx.deliveries.of(-5)]
        assert [moved, theirs] == [one.id for one in await tx.deliveries.of(-1005)]
        assert {1, 2} == set(await tx.deliveries.shown(-1005, NOON))


async def test_the_ledger_knows_what_a_chat_was_shown(store):
    """Since when one asks; each article once; nobody else's."""
    async with store.begin() as tx:
        await tx.deliveries.show(7, told(1, 2, 2), minutes_ago(60))
        await tx.deliveries.show(7, told(2, 3), NOON)
        await tx.deliveries.show(8, told(4), NOON)

    async with store.read() as tx:
        first = dict.fromkeys((1, 2), minutes_ago(60))
        assert first | {3: NOON} == await tx.deliveries.shown(7, minutes_ago(60))
        assert {3: NOON} == await tx.deliveries.shown(7, minutes_ago(30))


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("late", [False, True])
async def test_what_is_lost_and_what_is_coming_is_known(store, state, late):
    """A digest that is late is overtaken, and is not coming; not of long ago, nor of another chat."""
    (number,) = await plan(store, delivery())
    await save(store, replace(delivery(), id=number, state=state))
    now = NOON + timedelta(minutes=1 if late else -1)

    async with store.read() as tx:
        told = {7: frozenset((1, 3))}
        comes = state in (State.CLAIMED, State.SENDING) or (state is State.QUEUED and not late)
        expected = Past(told if state is State.UNKNOWN else {}, told if comes else {})
        assert expected == await tx.deliveries.past([7, 8], now, minutes_ago(60))
        assert Past({}, {}) == await tx.deliveries.past([7], now, NOON + timedelta(minutes=1))
        assert Past({}, {}) == await tx.deliveries.past([8], now, minutes_ago(60))


async def test_of_several_all_stories_count(store):
    """Also of alerts, however late they are; the week's review is none of it."""
    made = [
        delivery(slot=slot, state=state, due_at=minutes_ago(ago), story_ids=(ago,))
        for slot, ago, state in (
            ("2026-11-24T11:30", 30, State.UNKNOWN),
            ("alert:4", 4, State.UNKNOWN),
            ("alert:6", 6, State.QUEUED),
            ("2026-11-24T11:53", 7, State.QUEUED),
            ("week:2026-11-22", 5, State.QUEUED),
        )
    ]
    await plan(store, *made)

    async with store.read() as tx:
        past = await tx.deliveries.past([7], NOON, minutes_ago(60))
    assert ({7: frozenset((30, 4))}, {7: frozenset((6,))}) == (past.lost, past.coming)


async def test_what_quiet_hours_hold_back_may_go(store):
    """Alerts that were to come later, and what waits for their end; not what was refused."""
    later = NOON + timedelta(hours=5)
    await plan(
        store, delivery(slot="alert:1", due_at=later), delivery(), delivery(8, slot="alert:1", due_at=later)
    )
    (digest,) = await claim(store)
    await save(store, replace(digest, state=State.QUEUED, next_try_at=later))
    async with store.begin() as tx:
        many = await tx.deliveries.let_go(7, NOON)

    assert (2, {7}) == (many, {one.chat_id for one in await claim(store)})


# What is written for every message


async def test_only_what_is_ours_leaves(store):
    """Written down before it leaves; what somebody else claimed, or nobody, does not."""
    await plan(store, *(delivery(chat_id) for chat_id in range(3)))
    (mine,), (theirs,) = await claim(store, limit=1), await claim(store, "another", limit=1)
    async with store.read() as tx:
        free = (await tx.deliveries.of(2))[0]

    assert {mine.id} == await store.depart([mine.id, theirs.id, free.id], "main", NOON)
    assert set() == await store.depart([mine.id], "main", NOON)
    async with store.read() as tx:
        assert {"sending": 1, "claimed": 1, "queued": 1} == await tx.deliveries.counts()


async def test_what_became_of_them_and_what_was_shown_are_written_together(store):
    """An article that was shown before stays as it was."""
    await plan(store, delivery(7), delivery(8))
    first, second = await claim(store)
    await store.depart([first.id, second.id], "main", NOON)
    async with store.begin() as tx:
        await tx.deliveries.show(7, told(1), minutes_ago(60))
    sent = replace(first, state=State.SENT, message_id=5, sent_at=NOON)
    parked = replace(second, state=State.PARKED, reason="empty", text="<b>新闻</b>", attempts=2)
    await store.settle([sent, parked], [(7, told(1, 2))], NOON)
    await store.settle([], [], NOON)

    async with store.read() as tx:
        assert [sent, parked] == [*await tx.deliveries.of(7), *await tx.deliveries.of(8)]
        assert {2: NOON} == await tx.deliveries.shown(7, NOON)
        assert [parked] == await tx.deliveries.parked(3)
        assert {"empty": 1} == await tx.deliveries.reasons(NOON)
        assert {} == await tx.deliveries.reasons(NOON + timedelta(seconds=1))


async def test_what_is_given_back_is_free_again(store):
    """Also what was to leave, for the one who has nothing on the wire; never what others have."""
    await plan(store, *(delivery(chat_id) for chat_id in range(3)))
    first, second = await claim(store, limit=2)
    (third,) = await claim(store, "another")
    await store.depart([first.id], "main", NOON)
    async with store.begin() as tx:
        assert (1, 1) == (
            await tx.deliveries.release("main"),
            await tx.deliveries.release("main", [first.id, third.id]),
        )

    assert [first.id, second.id] == [one.id for one in await claim(store)]


async def test_what_was_written_ahead_is_withdrawn(store):
    """Not what is due already, nor what was tried."""
    soon = NOON + timedelta(minutes=5)
    await plan(store, delivery(slot="due"), delivery(slot="ahead", due_at=soon))
    await plan(store, delivery(slot="tried", due_at=soon, attempts=1), delivery(8, slot="ahead", due_at=soon))
    async with store.begin() as tx:
        assert 1 == await tx.deliveries.withdraw(7, NOON)

    async with store.read() as tx:
        assert ["due", "tried"] == [one.slot for one in await tx.deliveries.of(7)]
        assert 3 == await tx.deliveries.waiting()


async def test_the_next_that_is_due_is_known(store):
    """At its time, or when it may be tried again."""
    later = NOON + timedelta(seconds=30)
    async with store.read() as tx:
        assert await tx.deliveries.next_due(NOON) is None
    (number,) = await plan(store, delivery())
    async with store.read() as tx:
        assert NOON == await tx.deliveries.next_due(NOON)
    await save(store, replace(delivery(), id=number, next_try_at=later))
    async with store.read() as tx:
        assert (None, later) == (await tx.deliveries.next_due(NOON), await tx.deliveries.next_due(later))


async def test_old_ones_are_forgotten_once_they_are_decided(store):
    """With the ledger from before."""
    await plan(store, delivery(slot="open", due_at=minutes_ago(60)), delivery(slot="new"))
    (number,) = await plan(store, delivery(slot="old", due_at=minutes_ago(60)))
    await save(store, replace(delivery(slot="old", due_at=minutes_ago(60)), id=number, state=State.SENT))
    async with store.begin() as tx:
        await tx.deliveries.show(7, told(1), minutes_ago(60))
        await tx.deliveries.show(7, told(2), NOON)
        assert (1, 1) == await tx.deliveries.remove_before(NOON)

    async with store.read() as tx:
        assert ["open", "new"] == [one.slot for one in await tx.deliveries.of(7)]
        assert {2: NOON} == await tx.deliveries.shown(7, minutes_ago(100))


async def test_who_was_shown_a_story_is_counted(store):
    """Each chat as likely as the place of the story in its list is read, whoever sent it."""
    async with store.begin() as tx:
        await tx.deliveries.show(7, [Told(50, 1, (1,)), Told(51, 3, (2,))], NOON)
    numbers = await plan(store, delivery(8), delivery(9))
    settled = [replace(delivery(chat), id=number) for chat, number in zip((8, 9), numbers, strict=True)]
    entries = [(8, [Told(50, 3, (1,))]), (9, [Told(50, 1, (1,)), Told(52, 0, (3,))])]
    await store.settle(settled, entries, NOON)

    assert {50: (3, 2.5), 51: (1, 0.5)} == await counted(store)


async def counted(store) -> dict[int, tuple[int, float]]:
    from newsbot.store.tables import impressions

    async with store._engine.connect() as connection:
        rows = await connection.execute(impressions.select())
        return {row.story_id: (row.times, row.seen) for row in rows}


async def test_what_a_message_told_when_it_was_sent(store):
    """One story, as an alert does; of several nobody knows which is meant."""
    alert = delivery(slot="alert:5", story_ids=(5,))
    for one, message in ((alert, 30), (delivery(), 31)):
        (number,) = await plan(store, one)
        await save(store, replace(one, id=number, state=State.SENT, message_id=message))

    async with store.read() as tx:
        assert [5, None, None, None] == [
            await tx.deliveries.shows(*place) for place in ((7, 30), (7, 31), (7, 32), (8, 30))
        ]
