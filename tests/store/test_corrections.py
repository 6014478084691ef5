"""What was corrected, and who was told so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from newsbot.models.deliveries import Delivery, State, Told
from newsbot.models.digests import Correction
from tests.examples import NOON, draft, minutes_ago, source


async def stored(store, *titles: str) -> list[int]:
    """Articles with these headlines; their ids."""
    async with store.begin() as tx:
        await tx.sources.seed([source("daily")], NOON)
        return [
            await tx.articles.add(draft(title, keys=(f"k:{title}",), link=None), "daily", (), NOON)
            for title in titles
        ]


async def test_the_last_corrections_are_known(store):
    """The newest first, each article once, with what it says now."""
    one, two = await stored(store, "甲", "乙")
    async with store.begin() as tx:
        await tx.corrections.note(one, "旧甲", minutes_ago(50))
        await tx.corrections.note(two, "旧乙", minutes_ago(40))
        await tx.corrections.note(one, "又旧甲", minutes_ago(30))

    async with store.read() as tx:
        first = Correction(one, "又旧甲", "甲", None, minutes_ago(30))
        second = Correction(two, "旧乙", "乙", None, minutes_ago(40))
        assert [first, second] == await tx.corrections.since(minutes_ago(60), 10)
        assert [first] == await tx.corrections.since(minutes_ago(60), 1)
        assert [first] == await tx.corrections.since(minutes_ago(35), 10)
        assert [second, first] == await tx.corrections.of([two, 99, one])


async def test_old_ones_are_forgotten(store):
    """With their articles they go anyway."""
    one, two = await stored(store, "甲", "乙")
    async with store.begin() as tx:
        await tx.corrections.note(one, "旧", minutes_ago(50))
        await tx.corrections.note(two, "旧", minutes_ago(10))
        gone = await tx.corrections.remove_before(minutes_ago(30))

    async with store.read() as tx:
        assert (1, [two]) == (
            gone,
            [each.article_id for each in await tx.corrections.since(minutes_ago(99), 9)],
        )


async def test_who_was_told_is_known_once_it_arrived(store):
    """Not while it is on its way, nor by another chat; a group takes it along."""
    one, _ = await stored(store, "甲", "乙")
    made = Delivery(
        id=0,
        chat_id=-7,
        slot="a",
        state=State.SENDING,
        due_at=NOON,
        expires_at=NOON + timedelta(hours=6),
        story_ids=(5,),
        corrected_ids=(one,),
    )
    async with store.begin() as tx:
        number = await tx.deliveries.plan(made)
        await tx.deliveries.show(-7, [Told(3, 1, (one,))], minutes_ago(60))
        before = await tx.deliveries.corrected([-7, 8], [one])
    for state in (State.UNKNOWN, State.SENT):
        await store.settle([replace(made, id=number, state=state)], [], NOON)
        async with store.begin() as tx:
            after = await tx.deliveries.corrected([-7, 8], [one])

        assert ({}, {(-7, one): NOON} if state is State.SENT else {}) == (before, after)
    async with store.begin() as tx:
        await tx.deliveries.move(-7, -1007)

        assert {(-1007, one): NOON} == await tx.deliveries.corrected([-1007], [one])
