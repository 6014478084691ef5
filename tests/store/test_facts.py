"""Single values."""

from __future__ import annotations


async def test_a_fact_is_what_was_put_last(store):
    """And None before that."""
    async with store.begin() as tx:
        before = await tx.facts.get("polling")
        await tx.facts.put("polling", '{"offset": 1}')
        await tx.facts.put("polling", '{"offset": 2}')
        await tx.facts.put("other", "一")

    async with store.read() as tx:
        assert (None, '{"offset": 2}') == (before, await tx.facts.get("polling"))
