"""Messages that are the card of one story."""

from __future__ import annotations

from tests.examples import NOON, minutes_ago


async def test_a_message_is_the_card_of_one_story(store):
    """Of another one after the next press, then of none."""
    seen = []
    async with store.begin() as tx:
        for story, place in ((5, "v1"), (6, "d2")):
            await tx.posts.put(-7, 30, story, place, NOON)
            seen.append(await tx.posts.get(-7, 30))
        await tx.posts.remove(-7, 30)
        seen += [await tx.posts.get(-7, 30), await tx.posts.get(7, 30)]

    assert [(5, "v1"), (6, "d2"), None, None] == seen


async def test_old_messages_and_those_of_a_group_that_moved_are_forgotten(store):
    """Its new messages have other numbers."""
    async with store.begin() as tx:
        await tx.posts.put(-7, 1, 5, "", minutes_ago(60))
        await tx.posts.put(-7, 2, 5, "", NOON)
        assert 1 == await tx.posts.remove_before(NOON)
        await tx.posts.move(-7, -1007)
        assert [None, None] == [await tx.posts.get(chat, 2) for chat in (-7, -1007)]


async def test_what_showed_a_story_that_went_shows_the_one_that_was_kept(store):
    """Merged by an administrator."""
    async with store.begin() as tx:
        await tx.posts.put(-7, 1, 6, "v3", NOON)
        await tx.posts.merge(5, 6)
        assert (5, "v3") == await tx.posts.get(-7, 1)
