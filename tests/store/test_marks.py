"""What readers did with stories, and what it was folded into."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsbot.models.taste import Deed, Mark
from tests.examples import NOON, minutes_ago


def mark(reader: int = 1, story: int = 5, deed: Deed = Deed.VOTE, **changes) -> Mark:
    made = Mark(reader_id=reader, story_id=story, deed=deed, worth=1.0, at=NOON, about={"tag:芯片": 0.5})
    return replace(made, **changes)


async def test_a_mark_takes_the_place_of_the_one_before(store):
    """One of a deed, reader and story."""
    async with store.begin() as tx:
        for one in (mark(), mark(worth=-1.0), mark(deed=Deed.SAVE), mark(reader=2)):
            await tx.marks.put(one)

    async with store.read() as tx:
        assert mark(worth=-1.0) == await tx.marks.get(1, 5, Deed.VOTE)
        assert (2, 3) == (len(await tx.marks.of(1)), len(await tx.marks.about(5)))
        assert await tx.marks.get(1, 6, Deed.VOTE) is None


async def test_a_mark_is_taken_away(store):
    """And no other one."""
    async with store.begin() as tx:
        await tx.marks.put(mark())
        await tx.marks.put(mark(story=6))
        await tx.marks.remove(mark())
        assert [mark(story=6)] == await tx.marks.of(1)


async def test_the_oldest_marks_are_found(store):
    """Made before then, no more than asked for."""
    made = [mark(story=number, at=minutes_ago(number)) for number in (1, 2, 3)]
    async with store.begin() as tx:
        for one in made:
            await tx.marks.put(one)
        assert [made[2], made[1]] == await tx.marks.before(minutes_ago(1), 5)
        assert [made[2]] == await tx.marks.before(minutes_ago(1), 1)


async def test_weights_are_added_up(store):
    """What is not there begins with nothing; readers do not share."""
    async with store.begin() as tx:
        await tx.marks.add(1, {"a": 1.5, "b": -2.0})
        await tx.marks.add(1, {"a": 0.25})
        await tx.marks.add(2, {"a": 1.0})
        await tx.marks.add(1, {})
        assert {"a": 1.75, "b": -2.0} == await tx.marks.tastes(1)
        await tx.marks.replace(1, {"c": 3.0})
        assert ({"c": 3.0}, {"a": 1.0}) == (await tx.marks.tastes(1), await tx.marks.tastes(2))


async def test_all_of_a_reader_is_forgotten(store):
    """Marks and what they were folded into."""
    async with store.begin() as tx:
        await tx.marks.put(mark())
        await tx.marks.put(mark(reader=2))
        await tx.marks.add(1, {"a": 1.0})
        await tx.marks.forget(1)
        assert ([], {}, [2]) == (
            await tx.marks.of(1), await tx.marks.tastes(1), await tx.marks.readers(0, 9)
        )  # fmt: skip


@pytest.mark.parametrize(("after", "limit", "expected"), [(0, 9, [1, 2, 7]), (1, 1, [2]), (7, 9, [])])
async def test_readers_come_in_order(store, after: int, limit: int, expected: list[int]):
    """Each once, from behind the one before."""
    async with store.begin() as tx:
        for reader in (7, 2, 1):
            await tx.marks.put(mark(reader=reader))
            await tx.marks.put(mark(reader=reader, story=6))
        assert expected == await tx.marks.readers(after, limit)
