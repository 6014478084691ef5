"""What happens at the same time, on both databases: on SQLite writers wait, on PostgreSQL they meet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio

from newsbot import settings
from newsbot.fetcher import Fetcher
from newsbot.flows import group, rulings, story
from newsbot.newsroom import Newsroom
from newsbot.store import Store
from newsbot.store.rulings import Rulings
from newsbot.store.votes import Votes
from playground.server import TOKEN
from tests.flows.desk import Desk
from tests.house import body
from tests.store.conftest import address, postgres, postgres_pattern, sqlite_pattern  # noqa: F401  fixtures

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
