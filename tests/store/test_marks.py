"""What readers did with stories, and what it was folded into."""

from __future__ import annotations

from dataclasses import replace

import pytest

from newsbot.models.taste import Deed, Mark
from newsbot.taste.fold import fold
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
        await tx.marks.remove(1, 5, Deed.VOTE)
        assert [mark(story=6)] == await tx.marks.of(1)


async def test_the_oldest_marks_are_found(store):
    """Made before then, no more than asked for."""
    made = [mark(story=number, at=minutes_ago(number)) for number in (1, 2, 3)]
    async with store.begin() as tx:
        for one in made:
            await tx.marks.put(one)
        assert [made[2], made[1]] == await tx.marks.before(minutes_ago(1), 5)
        assert [made[2]] == await tx.marks.before(minutes_ago(1), 1)


async def test_what_is_done_to_a_mark_is_done_to_the_taste(store):
    """It is folded in, in the place of the one before, and taken away; readers do not share."""
    two, three = mark(story=6, about={"tag:芯片": 1.0, "tag:汽车": 1.0}), mark(deed=Deed.SAVE, worth=1.5)
    tastes = []
    async with store.begin() as tx:
        for one in (mark(), two, three, mark(worth=-1.0), mark(reader=2)):
            await tx.marks.put(one)
            tastes.append(await tx.marks.tastes(1))
        await tx.marks.remove(1, 6, Deed.VOTE)
        await tx.marks.remove(1, 6, Deed.VOTE)
        tastes.append(await tx.marks.tastes(1))
        assert mark().kept == await tx.marks.tastes(2)

    made = [[mark()], [mark(), two], [mark(), two, three], *[[mark(worth=-1.0), two, three]] * 2]
    expected = [fold(one) for one in (*made, [mark(worth=-1.0), three])]
    assert [pytest.approx(one) for one in expected] == [
        {key: weight for key, weight in one.items() if abs(weight) > 1e-6} for one in tastes
    ]


async def test_a_taste_may_be_put_in_the_place_of_another(store):
    """When it was folded anew."""
    async with store.begin() as tx:
        await tx.marks.put(mark())
        await tx.marks.replace(1, {"c": 3.0})
        assert {"c": 3.0} == await tx.marks.tastes(1)


async def test_marks_on_merged_stories_are_one(store):
    """The later one, folded once; what only one of them has goes over."""
    async with store.begin() as tx:
        for one in (
            mark(at=minutes_ago(5)), mark(story=6, worth=-1.0), mark(story=6, deed=Deed.SAVE),
            mark(reader=2), mark(reader=2, story=6, worth=-1.0, at=minutes_ago(5)),
        ):  # fmt: skip
            await tx.marks.put(one)
        await tx.marks.merge(5, 6)
        made = [mark(worth=-1.0), mark(deed=Deed.SAVE)]
        assert made == sorted(await tx.marks.of(1), key=lambda one: one.deed, reverse=True)
        assert [mark(reader=2)] == await tx.marks.of(2)
        for reader in (1, 2):
            assert pytest.approx(fold(await tx.marks.of(reader)), abs=1e-6) == await tx.marks.tastes(reader)


async def test_what_a_mark_is_about_may_be_found_out_later(store):
    """Of those from before that was kept; the taste is another thing."""
    async with store.begin() as tx:
        await tx.marks.put(mark(about={}))
        await tx.marks.describe(mark(about={"tag:x": 1.0}))
        assert ([mark(about={"tag:x": 1.0})], {}) == (await tx.marks.of(1), await tx.marks.tastes(1))


async def test_all_of_a_reader_is_forgotten(store):
    """Marks and what they were folded into."""
    async with store.begin() as tx:
        await tx.marks.put(mark())
        await tx.marks.put(mark(reader=2))
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
