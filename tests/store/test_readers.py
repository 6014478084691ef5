"""Readers: their plan and their words."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from sqlalchemy import event

from newsbot.models.readers import WEEKEND, WORKDAYS, Hour, Reader
from tests.examples import NOON, minutes_ago

FULL = Reader(
    id=-1001234567890,
    language="en",
    languages=frozenset(("zh", "en")),
    zone="Europe/Berlin",
    hours=(Hour(time(8, 30), WORKDAYS), Hour(time(22), WEEKEND)),
    subscribed=False,
    reachable=False,
    length=12,
    next_due=minutes_ago(5),
    greeted=minutes_ago(500),
)


async def save(store, *readers: Reader) -> None:
    async with store.begin() as tx:
        for reader in readers:
            await tx.readers.save(reader, NOON)


async def got(store, reader_id: int) -> Reader | None:
    async with store.read() as tx:
        return await tx.readers.get(reader_id)


async def words(store, kind: str, *new: str, now=NOON, reader_id: int = 7) -> None:
    async with store.begin() as tx:
        await tx.readers.add_words(reader_id, kind, new, now)


async def due(store, limit: int = 10) -> list[int]:
    async with store.read() as tx:
        return [reader.id for reader in await tx.readers.due(NOON, limit)]


async def test_a_reader_comes_back_as_saved(store):
    """Every field survives; somebody never seen is None."""
    await save(store, FULL)

    assert (FULL, None) == (await got(store, FULL.id), await got(store, 8))


async def test_saving_again_changes_the_plan_and_keeps_the_words(store):
    """Words have methods of their own."""
    await save(store, Reader(id=7))
    await words(store, "follow", "芯片")
    await save(store, Reader(id=7, length=3))

    assert Reader(id=7, length=3, follows=("芯片",)) == await got(store, 7)


async def test_words_keep_the_order_in_which_they_came(store):
    """A word that comes again stays where it was; followed and muted words are two lists."""
    await save(store, Reader(id=7))
    await words(store, "follow", "鸿蒙", "芯片", "AI", now=minutes_ago(5))
    await words(store, "follow", "光刻机", "芯片")
    await words(store, "mute", "芯片")

    reader = await got(store, 7)
    assert (("鸿蒙", "芯片", "AI", "光刻机"), ("芯片",)) == (reader.follows, reader.mutes)


async def test_words_that_go_are_counted(store):
    """Only those that were there, only of this kind and reader."""
    await save(store, Reader(id=7), Reader(id=8))
    await words(store, "follow", "鸿蒙", "芯片")
    await words(store, "follow", "鸿蒙", reader_id=8)
    async with store.begin() as tx:
        gone = [await tx.readers.remove_words(7, kind, ["鸿蒙", "没有"]) for kind in ("mute", "follow")]

    assert [0, 1] == gone
    assert [("芯片",), ("鸿蒙",)] == [(await got(store, number)).follows for number in (7, 8)]


async def test_the_longest_waiting_is_due_first(store):
    """Only who subscribes and can be reached, and whose time has come."""
    await save(
        store,
        Reader(id=1, next_due=NOON),
        Reader(id=2, next_due=minutes_ago(9)),
        Reader(id=3, next_due=minutes_ago(-1)),
        Reader(id=4, next_due=minutes_ago(9), subscribed=False),
        Reader(id=5, next_due=minutes_ago(9), reachable=False),
        Reader(id=6),
    )

    assert ([2, 1], [2]) == (await due(store), await due(store, limit=1))
    async with store.read() as tx:
        assert minutes_ago(9) == await tx.readers.next_due()


async def test_who_cannot_be_reached_loses_nothing(store):
    """Everything else is kept for the day they come back; until then nothing is due."""
    reader = Reader(id=7, next_due=NOON, length=3)
    await save(store, reader)
    await words(store, "follow", "芯片")
    async with store.begin() as tx:
        await tx.readers.unreachable(7, NOON)

    assert replace(reader, reachable=False, follows=("芯片",), next_due=None) == await got(store, 7)
    assert [] == await due(store)


async def test_a_group_that_moved_keeps_its_plan_and_words(store):
    """Under its new number; the old one is nobody."""
    await save(store, replace(FULL, id=-5))
    await words(store, "follow", "芯片", reader_id=-5)
    async with store.begin() as tx:
        await tx.readers.move(-5, -1005)

    assert (replace(FULL, id=-1005, follows=("芯片",)), None) == (
        await got(store, -1005),
        await got(store, -5),
    )


async def test_who_is_known_under_the_new_number_already_keeps_that_plan(store):
    """The words of both are there."""
    await save(store, Reader(id=-5, length=3), Reader(id=-1005, length=9))
    await words(store, "follow", "芯片", reader_id=-5)
    await words(store, "follow", "鸿蒙", reader_id=-1005)
    async with store.begin() as tx:
        await tx.readers.move(-5, -1005)

    after = await got(store, -1005)
    assert (9, {"芯片", "鸿蒙"}) == (after.length, set(after.follows))


async def test_readers_are_counted(store):
    """Also those who stopped."""
    await save(store, Reader(id=7), Reader(id=8, subscribed=False))

    async with store.read() as tx:
        assert 2 == await tx.readers.count()
        assert [7, 8] == [reader.id for reader in await tx.readers.load([8, 9, 7])]


async def test_a_chat_is_gone_after_two_slots_a_day_apart(store):
    """The same slot twice, or the next hour, says nothing more; what arrives ends the doubt."""
    await save(store, Reader(id=7), Reader(id=8))
    day, seen = timedelta(days=1), []
    for slot in (NOON, NOON, NOON + day / 24, NOON + day):
        async with store.begin() as tx:
            await tx.readers.doubt(7, slot, day)
            await tx.readers.doubt(8, slot, day)
            await tx.readers.trust(8)
        seen.append(((await got(store, 7)).reachable, (await got(store, 8)).reachable))

    assert [(True, True)] * 3 + [(False, True)] == seen
    assert [NOON, None] == [(await got(store, one)).doubted_at for one in (7, 8)]


async def test_slots_and_readers_are_counted(store):
    """Of those who get digests."""
    hour = timedelta(hours=1)
    await save(
        store,
        *(Reader(id=number, next_due=NOON + number % 2 * hour) for number in range(1, 6)),
        Reader(id=6, next_due=NOON, subscribed=False),
        Reader(id=7, next_due=NOON, reachable=False),
    )

    async with store.read() as tx:
        assert {NOON: 2, NOON + hour: 3} == await tx.readers.slots(NOON, NOON + hour)
        assert (2, 5) == (await tx.readers.due_count(NOON), await tx.readers.due_count(NOON + hour))
        assert (5, 1) == await tx.readers.counts()


async def test_who_is_due_is_found_by_when(store):
    """Not by going through all readers who get digests, of whom there may be millions."""
    if store.dialect != "sqlite":
        return
    said: list[str] = []
    event.listen(
        store._engine.sync_engine, "before_cursor_execute", lambda _c, _u, words, *_: said.append(words)
    )
    async with store.read() as tx:
        await tx.readers.due_ids(NOON, 10)
        await tx.readers.due_count(NOON)
        await tx.readers.next_due()
        asked = [words for words in said if words.startswith("SELECT")]
        plans = [
            str(
                (
                    await tx._connection.exec_driver_sql(
                        f"EXPLAIN QUERY PLAN {words}", ("2026",) * words.count("?")
                    )
                ).all()
            )
            for words in asked
        ]

    assert 3 == len(plans)
    assert all("ix_readers_next_due" in plan for plan in plans)
