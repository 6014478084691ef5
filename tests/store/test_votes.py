"""Votes, values and saves: one row per reader and story."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from newsbot.errors import StoreError
from newsbot.models.deliveries import Told
from newsbot.models.readers import Reader
from newsbot.models.stories import Tally
from tests.examples import NOON, minutes_ago


async def cast(store, reader_id: int, story_id: int, vote: int) -> None:
    async with store.begin() as tx:
        await tx.votes.cast(reader_id, story_id, vote, NOON)


async def of(store, reader_id: int, story_id: int) -> tuple[int, int, bool, bool]:
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

    assert ((-1, 4, True, False), (0, 0, False, False)) == (
        await of(archive.store, 1, story_id),
        await of(archive.store, 2, story_id),
    )


async def test_votes_cast_at_once_are_all_counted(archive):
    """Forty readers in the same moment, each twice."""
    story_id = await archive.tells("一")
    await asyncio.gather(
        *(cast(archive.store, reader, story_id, vote) for reader in range(40) for vote in (1, 1))
    )

    assert Tally(up=40, sure_up=40) == (await archive.story(story_id)).tally


async def test_a_story_that_is_not_there_takes_no_vote(archive):
    """The database itself refuses."""
    with pytest.raises(StoreError):
        await cast(archive.store, 1, 12345, 1)


async def test_the_later_of_two_votes_counts_whenever_it_is_dealt_with(archive):
    """By the number of their updates; unless Telegram has begun to count anew since."""
    story_id = await archive.tells("一")
    done = []
    for vote, update_id in ((1, 900), (-1, 899), (0, 901), (1, 900), (-1, 902), (1, 5_000_000), (-1, 7)):
        async with archive.store.begin() as tx:
            counts = await tx.votes.cast(1, story_id, vote, NOON, update_id)
        done.append((counts, (await of(archive.store, 1, story_id))[0]))

    assert [(True, 1), (False, 1), (True, 0), (False, 0), (True, -1), (True, 1), (True, -1)] == done


async def test_a_vote_is_sure_of_who_was_here_before_and_was_shown_it(archive):
    """In their own chat or in that where they vote; of nobody else."""
    story_id = await archive.tells("一")
    (only,) = (await archive.story(story_id)).articles
    old, new, stranger, group = 1, 2, 3, -5
    async with archive.store.begin() as tx:
        await tx.readers.save(Reader(id=old), minutes_ago(60))
        await tx.readers.save(Reader(id=new), NOON)
        asked = [await tx.votes.is_sure(old, story_id, old, minutes_ago(30))]
        for chat in (old, new, stranger, group):
            await tx.deliveries.show(chat, [Told(story_id, 1, (only.id,))], NOON)
        asked += [
            await tx.votes.is_sure(who, story_id, chat, minutes_ago(30))
            for who, chat in ((old, old), (new, new), (stranger, stranger), (old, group), (new, group))
        ]
        other = await tx.stories.begin(only.id, NOON)
        await tx.deliveries.show(9, [Told(other, 0, (only.id,))], NOON)
        await tx.readers.save(Reader(id=9), minutes_ago(60))
        asked.append(
            await tx.votes.is_sure(9, other, 9, minutes_ago(30))
        )  # an alert comes to who asked for it

    assert [False, True, False, False, True, False, False] == asked


async def test_doubtful_votes_are_counted_apart(archive):
    """Everybody sees all of them; the ranking weighs them."""
    story_id = await archive.tells("一")
    async with archive.store.begin() as tx:
        for reader in range(1, 6):
            await tx.votes.cast(reader, story_id, 1 if reader % 2 else -1, NOON, sure=reader < 3)
            await tx.votes.rate(reader, story_id, reader, NOON, sure=reader < 3)

    assert (
        Tally(
            up=3,
            down=2,
            sure_up=1,
            sure_down=1,
            value_sum=15,
            value_count=5,
            sure_value_sum=3,
            sure_value_count=2,
        )
        == (await archive.story(story_id)).tally
    )


async def test_what_was_saved_comes_in_the_order_of_saving(archive):
    """The last first; nobody else's."""
    first, second = await archive.tells("一"), await archive.tells("二")
    async with archive.store.begin() as tx:
        await tx.votes.save(1, second, True, minutes_ago(5))
        await tx.votes.save(1, first, True, NOON)
        await tx.votes.cast(1, first, -1, NOON)
        await tx.votes.save(2, second, True, NOON)

    async with archive.store.read() as tx:
        assert ([first, second], {first, second}) == (await tx.votes.saved(1), await tx.votes.marked(1))


async def test_what_was_withdrawn_leaves_no_trace_after_a_while(archive):
    """It is kept as long as an earlier press may still be on its way."""
    story_id = await archive.tells("一")
    for reader, vote in ((1, 0), (2, 1)):
        await cast(archive.store, reader, story_id, vote)
    async with archive.store.begin() as tx:
        assert 0 == await tx.votes.forget_withdrawn(NOON)
        assert 1 == await tx.votes.forget_withdrawn(minutes_ago(-1))
        assert 0 == await tx.votes.forget_withdrawn(minutes_ago(-1))


async def test_the_votes_of_a_chat_are_those_that_were_cast_there(archive, store):
    """By people who may vote elsewhere too: what counts is where their vote of now was cast."""
    first, second = [await archive.tells(title) for title in "一二"]
    hour = timedelta(hours=1)
    async with store.begin() as tx:
        await tx.votes.cast(1, first, 1, NOON, chat_id=-7)
        await tx.votes.cast(2, first, -1, NOON, chat_id=-7)
        await tx.votes.cast(3, first, 1, NOON)
        await tx.votes.cast(4, second, 1, NOON, chat_id=-8)
        await tx.votes.cast(1, second, 1, NOON - 3 * hour, chat_id=-7)
        await tx.votes.cast(5, first, 0, NOON, chat_id=-7)
    async with store.read() as tx:
        assert {first: (1, 1)} == await tx.votes.in_chat(-7, NOON - hour, NOON)
        assert {first: (1, 1), second: (1, 0)} == await tx.votes.in_chat(-7, NOON - 4 * hour, NOON)
        assert 2 == await tx.votes.voters_in(-7, NOON - 4 * hour, NOON)
    async with store.begin() as tx:
        await tx.votes.move(-7, -70)
        assert {first: (1, 1)} == await tx.votes.in_chat(-70, NOON - hour, NOON)
        await tx.votes.cast(1, first, -1, NOON, update_id=9)  # in private: it stays a vote of the group
        assert {first: (0, 2)} == await tx.votes.in_chat(-70, NOON - hour, NOON)
