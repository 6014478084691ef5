"""What nobody needs any more is forgotten."""

from __future__ import annotations

from newsbot.flows import readers, story
from newsbot.flows.tidy import tidy


async def test_lists_are_kept_for_a_month(desk):
    """After that a button under one says that it is old."""
    old = await readers.remember_word(desk.room, 7, "旧")
    desk.later(days=29)
    new = await readers.remember_word(desk.room, 7, "新")
    before = await tidy(desk.room)
    desk.later(days=1, seconds=1)

    assert (0, 1) == (before, await tidy(desk.room))
    assert [None, "新"] == [await readers.remembered_word(desk.room, 7, name) for name in (old, new)]
    assert await story.place(desk.room, 7, old) is None
