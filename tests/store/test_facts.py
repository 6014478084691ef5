"""Single values."""

from __future__ import annotations

import asyncio

from newsbot.store import Store


async def test_a_fact_is_what_was_put_last(store):
    """And None before that."""
    async with store.begin() as tx:
        before = await tx.facts.get("polling")
        await tx.facts.put("polling", '{"offset": 1}')
        await tx.facts.put("polling", '{"offset": 2}')
        await tx.facts.put("other", "一")

    async with store.read() as tx:
        assert (None, '{"offset": 2}') == (before, await tx.facts.get("polling"))


async def test_a_fact_is_changed_by_one_of_two(store):
    """Who was slower learns that it was changed meanwhile."""
    other = Store(store.address)

    async def change(door: Store, before: str | None, after: str) -> bool:
        async with door.begin() as tx:
            return await tx.facts.change("grouped", before, after)

    first = await asyncio.gather(change(store, None, "1"), change(other, None, "1"))
    second = await asyncio.gather(change(store, "1", "2"), change(other, "1", "2"))
    late = await change(store, "1", "3")
    await other.close()

    assert ([False, True], [False, True], False) == (sorted(first), sorted(second), late)
