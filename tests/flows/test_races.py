"""What happens at the same time, on both databases: on SQLite writers wait, on PostgreSQL they meet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest_asyncio

from newsbot import settings
from newsbot.fetcher import Fetcher
from newsbot.flows import group, plan, readers, rulings, story
from newsbot.flows.edition import Edition
from newsbot.newsroom import Newsroom
from newsbot.store import Store
from newsbot.store.rulings import Rulings
from newsbot.store.votes import Votes
from playground.server import TOKEN
from tests.examples import NOON
from tests.flows.desk import Desk
from tests.house import body
from tests.store.conftest import address  # noqa: F401  a fixture

ADMIN, READER = 99, 7
EVENT, OTHER = "长庚光刻机通过验收", "国产光刻设备迎来里程碑"


@pytest_asyncio.fixture
async def desk(address, tmp_path, web, sandbox) -> AsyncIterator[Desk]:  # noqa: F811  the fixture above
    """A newsroom with an administrator, on either database."""
    given = settings.read({}, token=TOKEN, data=tmp_path)
    room = Newsroom(
        settings=given.model_copy(update={"admins": (ADMIN,)}),
        store=Store(address),
        fetcher=Fetcher(allow_hosts=("127.0.0.1",)),
        sandbox=sandbox,
    )
    made = Desk(room, web)
    room.now = lambda: made.moment
    yield made
    await room.fetcher.close()
    await room.store.close()


def pauses_after(
    done: Callable[..., Any], reached: asyncio.Event, other: asyncio.Event
) -> Callable[..., Any]:
    """Somebody else has a second to begin, and to finish if nothing keeps them waiting."""

    async def slow(self: Any, *given: Any) -> None:
        await done(self, *given)
        reached.set()
        await asyncio.wait([asyncio.create_task(other.wait())], timeout=1)

    return slow


async def test_a_vote_while_stories_are_merged_is_counted(desk, monkeypatch):
    """It waits for the merge, and is one on the story that was kept."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly", text=body(OTHER))
    reached, voted = asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(Votes, "merge", pauses_after(Votes.merge, reached, voted))
    admin, reader = await desk.press(ADMIN), await desk.press(READER)

    async def votes() -> None:
        await reached.wait()
        await story.vote(desk.room, reader, two, 1)
        voted.set()

    await asyncio.gather(rulings.merge(desk.room, admin, one, two), votes())
    assert 1 == (await desk.story(one)).tally.up


async def test_articles_that_are_placed_while_stories_are_merged_are_in_what_was_kept(desk, monkeypatch):
    """Grouping waits, sees that something was ruled, and decides again."""
    one, two = await desk.publishes(EVENT, hours=2), await desk.publishes(OTHER, "weekly", text=body(OTHER))
    reached, placed = asyncio.Event(), asyncio.Event()
    monkeypatch.setattr(Rulings, "merge", pauses_after(Rulings.merge, reached, placed))
    await desk.stores("转载", "copies", text=body(OTHER))
    admin = await desk.press(ADMIN)

    async def places() -> None:
        await reached.wait()
        await group.group(desk.room)
        placed.set()

    await asyncio.gather(rulings.merge(desk.room, admin, one, two), places())
    assert {one} == {article.story_id for article in await desk.articles()}


async def test_two_merges_at_once_are_one_after_the_other(desk):
    """However they meet, all three are one story, and every number leads there."""
    first = await desk.publishes("甲事发生了很大的变化", hours=2)
    second, third = await desk.publishes(OTHER, "weekly"), await desk.publishes("丙公司今日开张大吉", "m")
    who, other = await desk.press(ADMIN), await desk.press(ADMIN)
    await asyncio.gather(
        rulings.merge(desk.room, who, first, second), rulings.merge(desk.room, other, second, third)
    )

    async with desk.room.store.read() as tx:
        assert [first] == [told.id for told in await tx.stories.load([third, second, first])]
    assert 3 == len((await desk.story(first)).articles)


async def test_two_who_plan_a_slot_at_once_write_it_once(desk, address):  # noqa: F811  the fixture above
    """Each reader has one digest, and the next slot; also where the two are processes of their own."""
    await desk.publishes(EVENT)
    for reader in range(1, 41):
        await desk.subscribes(reader)
    other = Newsroom(
        settings=desk.room.settings,
        store=Store(address),
        fetcher=desk.room.fetcher,
        sandbox=desk.room.sandbox,
        now=desk.room.now,
    )
    many = await asyncio.gather(*(plan.plan(room) for room in (desk.room, other, desk.room, other)))
    await other.store.close()

    assert 40 == sum(many)
    assert [1] * 40 == [len(await desk.deliveries(reader)) for reader in range(1, 41)]
    assert {NOON + timedelta(days=1)} == {(await desk.reader(reader)).next_due for reader in range(1, 41)}


async def test_who_chooses_another_hour_while_digests_are_composed_gets_it_then(desk, monkeypatch):
    """What was composed for the old one is not written down, and the others' are."""
    await desk.publishes(EVENT)
    for reader in (1, 2):
        await desk.subscribes(reader)
    composed = Edition.digests

    async def slowly(self: Any, due: Any) -> Any:
        found = await composed(self, due)
        await readers.schedule(desk.room, await desk.reader(1), "18:00")
        return found

    monkeypatch.setattr(Edition, "digests", slowly)
    await plan.plan(desk.room)

    assert ([], 1) == (await desk.deliveries(1), len(await desk.deliveries(2)))
    assert NOON + timedelta(hours=6) == (await desk.reader(1)).next_due
