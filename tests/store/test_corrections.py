"""What was corrected, and who was told so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from newsbot.models.deliveries import Delivery, State, Told
from tests.examples import NOON, draft, minutes_ago, source


async def stored(store, *titles: str) -> list[int]:
    """Articles with these headlines; their ids."""
    async with store.begin() as tx:
        await tx.sources.seed([source("daily")], NOON)
        return [
            await tx.articles.add(draft(title, keys=(f"k:{title}",), link=None), "daily", (), NOON)
            for title in titles
        ]


async def test_corrections_are_known_in_the_order_of_time(store):
    """With what their articles say now."""
    one, two = await stored(store, "甲", "乙")
    async with store.begin() as tx:
        await tx.corrections.note(one, "旧甲", minutes_ago(50))
        await tx.corrections.note(two, "旧乙", minutes_ago(40))
        await tx.corrections.note(one, "又旧甲", minutes_ago(30))

    async with store.read() as tx:
        found = await tx.corrections.since(minutes_ago(60))
        assert [(one, "旧甲", "甲"), (two, "旧乙", "乙"), (one, "又旧甲", "甲")] == [
            (each.article_id, each.before, each.title) for each in found
        ]
        assert found[2:] == await tx.corrections.since(minutes_ago(35))
        assert [found[2], found[0]] == await tx.corrections.of([found[2].id, 99, found[0].id])


async def test_old_ones_are_forgotten(store):
    """With their articles they go anyway."""
    one, two = await stored(store, "甲", "乙")
    async with store.begin() as tx:
        await tx.corrections.note(one, "旧", minutes_ago(50))
        await tx.corrections.note(two, "旧", minutes_ago(10))
        gone = await tx.corrections.remove_before(minutes_ago(30))

    async with store.read() as tx:
        assert (1, [two]) == (gone, [each.article_id for each in await tx.corrections.since(minutes_ago(99))])


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
    )
    shown = minutes_ago(60)
    async with store.begin() as tx:
        await tx.corrections.note(one, "旧", minutes_ago(50))
        (noted,) = await tx.corrections.since(shown)
        made = replace(made, corrected_ids=(noted.id,))
        number = await tx.deliveries.plan(made)
        await tx.deliveries.show(-7, [Told(3, 1, (one,))], shown)
        before = await tx.deliveries.last_told([-7, 8], [one])
    for state in (State.UNKNOWN, State.SENT):
        await store.settle([replace(made, id=number, state=state)], [], NOON)
        async with store.begin() as tx:
            after = await tx.deliveries.last_told([-7, 8], [one])

        told = NOON if state is State.SENT else shown
        assert ({(-7, one): shown}, {(-7, one): told}) == (before, after)
    async with store.begin() as tx:
        await tx.deliveries.move(-7, -1007)

        assert {(-1007, one): NOON} == await tx.deliveries.last_told([-1007], [one])
