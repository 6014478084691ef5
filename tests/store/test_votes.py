"""Votes, values and saves: one row per reader and story."""

from __future__ import annotations

import asyncio

import pytest

from newsbot.errors import StoreError
from newsbot.models.stories import Tally
from newsbot.models.taste import Deed, Mark
from tests.examples import NOON, minutes_ago


async def cast(store, reader_id: int, story_id: int, vote: int) -> None:
    async with store.begin() as tx:
        await tx.votes.cast(reader_id, story_id, vote, NOON)


async def of(store, reader_id: int, story_id: int) -> tuple[int, int, bool]:
    async with store.read() as tx:
        return await tx.votes.of(reader_id, story_id)


async def test_a_vote_can_be_changed_and_withdrawn(archive):
    """A reader has one vote for a story, whatever they press."""
    story_id = await archive.tells("一")
    seen = []
    for vote in (1, 1, -1, 0, 0):
        await cast(archive.store, 1, story_id, vote)
        tally = (await archive.story(story_id)).tally
        seen.append((tally.up, tally.down))

    assert [(1, 0), (1, 0), (0, 1), (0, 0), (0, 0)] == seen


async def test_a_value_can_be_changed_and_withdrawn(archive):
    """The sum follows."""
    story_id = await archive.tells("一")
    seen = []
    for value in (5, 2, 0):
        async with archive.store.begin() as tx:
            await tx.votes.rate(1, story_id, value, NOON)
        tally = (await archive.story(story_id)).tally
        seen.append((tally.value_sum, tally.value_count))

    assert [(5, 1), (2, 1), (0, 0)] == seen


async def test_what_a_reader_made_of_a_story_is_theirs(archive):
    """Vote, value and save; zeros for everybody else."""
    story_id = await archive.tells("一")
    async with archive.store.begin() as tx:
        await tx.votes.cast(1, story_id, -1, NOON)
        await tx.votes.rate(1, story_id, 4, NOON)
        await tx.votes.save(1, story_id, True, NOON)
        await tx.votes.save(2, story_id, True, NOON)
        await tx.votes.save(2, story_id, False, NOON)

    assert ((-1, 4, True), (0, 0, False)) == (
        await of(archive.store, 1, story_id),
        await of(archive.store, 2, story_id),
    )


async def test_votes_cast_at_once_are_all_counted(archive):
    """Forty readers in the same moment, each twice."""
    story_id = await archive.tells("一")
    await asyncio.gather(
        *(cast(archive.store, reader, story_id, vote) for reader in range(40) for vote in (1, 1))
    )

    assert Tally(up=40) == (await archive.story(story_id)).tally


async def test_a_story_that_is_not_there_takes_no_vote(archive):
    """The database itself refuses."""
    with pytest.raises(StoreError):
        await cast(archive.store, 1, 12345, 1)


async def test_marks_say_what_a_reader_liked(archive):
    """Tags and source of what was shown, since when one asks; nothing of others."""
    story_id = await archive.tells("一", source_id="weekly", tags=("芯片", "开源"))
    async with archive.store.begin() as tx:
        await tx.votes.cast(1, story_id, -1, NOON)
        await tx.votes.rate(1, story_id, 4, minutes_ago(5))
        await tx.votes.save(1, story_id, True, minutes_ago(60))
        await tx.votes.cast(2, story_id, 1, NOON)

    about = {"tags": ("芯片", "开源"), "source_id": "weekly"}
    async with archive.store.read() as tx:
        assert [
            Mark(deed=Deed.DOWN, at=NOON, **about),
            Mark(deed=Deed.VALUE, value=4, at=minutes_ago(5), **about),
        ] == await tx.votes.marks(1, minutes_ago(30))
        assert 3 == len(await tx.votes.marks(1, minutes_ago(60)))
