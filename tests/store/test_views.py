"""The lists that stand in chats."""

from __future__ import annotations

from dataclasses import replace

from newsbot.models.views import View
from tests.examples import NOON, minutes_ago

LIST = View(chat_id=7, kind="search", story_ids=(3, 1, 2), lost_ids=(1,), filtered=4, words="鸿蒙 -华为")


async def add(store, view: View = LIST, now=NOON) -> int:
    async with store.begin() as tx:
        return await tx.views.add(view, now)


async def test_a_list_comes_back_as_it_was_kept(store):
    """In the same order; the same list again is another one."""
    first, second = await add(store), await add(store)

    async with store.read() as tx:
        assert replace(LIST, id=first) == await tx.views.get(first, 7)
        assert second != first


async def test_a_list_is_for_its_own_chat(store):
    """Whoever makes up a number sees nobody else's."""
    number = await add(store)

    async with store.read() as tx:
        assert (None, None) == (await tx.views.get(number, 8), await tx.views.get(number + 1, 7))


async def test_old_lists_are_forgotten(store):
    """Those from before the moment, and they are counted."""
    old, new = await add(store, now=minutes_ago(60)), await add(store, now=NOON)
    async with store.begin() as tx:
        assert 1 == await tx.views.remove_before(NOON)

    async with store.read() as tx:
        assert (True, False) == (
            await tx.views.get(old, 7) is None,
            await tx.views.get(new, 7) is None,
        )


async def test_a_list_moves_with_its_group(store):
    """Its buttons work under the new number."""
    number = await add(store)
    async with store.begin() as tx:
        await tx.views.move(7, -100)
        assert (None, number) == (await tx.views.get(number, 7), (await tx.views.get(number, -100)).id)
