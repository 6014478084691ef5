"""The search index, filled anew."""

from __future__ import annotations

import asyncio

import pytest

from newsbot.flows import index, search
from newsbot.flows.refresh import refresh
from newsbot.store.search import REST
from newsbot.store.tables import articles
from tests.examples import source
from tests.flows.web import item
from tests.house import body


@pytest.fixture
async def emptied(desk, monkeypatch):
    """An archive of five articles whose index a migration emptied; two are indexed at a time."""
    monkeypatch.setattr(index, "AT_ONCE", 2)
    for number in range(5):
        await desk.publishes(f"第{number}号光刻机", text=body(f"{number}"), hours=number)
    async with desk.room.store.begin() as tx:
        await tx.facts.put(REST, "6")
        old = await index.documents(desk.room, list((await tx.articles.load(range(6))).values()))
        await tx.facts.remove(REST)
        await tx.search.remove(old)
        await tx.facts.put(REST, "6")
    return desk


async def titles(desk, words: str) -> list[str]:
    return [one.article.title for one in await search.articles(desk.room, words, 99)]


async def test_every_article_is_indexed_once(emptied):
    """The newest first; then there is nothing left to do."""
    assert [] == await titles(emptied, "光刻机")
    assert (5, 0) == (await index.index(emptied.room), await index.index(emptied.room))
    assert 5 == len(await titles(emptied, "光刻机"))
    async with emptied.room.store.read() as tx:
        assert await tx.facts.get(REST) is None


async def test_it_goes_on_where_it_was_stopped(emptied, monkeypatch):
    """What was indexed is found meanwhile."""
    taken = emptied.room.sandbox.run

    async def once(*given, **more):
        emptied.room.closing.set()
        return await taken(*given, **more)

    monkeypatch.setattr(emptied.room.sandbox, "run", once)
    await index.index(emptied.room)
    assert 2 == len(await titles(emptied, "光刻机"))

    emptied.room.closing.clear()
    while len(await titles(emptied, "光刻机")) < 5:
        await index.index(emptied.room)
        emptied.room.closing.clear()


async def test_who_is_edited_before_his_turn_is_indexed_by_that(emptied, monkeypatch):
    """Not by his old words, which were worked out before."""
    taken = emptied.room.sandbox.run

    async def meanwhile(*given, **more):
        found = await taken(*given, **more)
        async with emptied.room.store.begin() as tx:
            await tx._connection.execute(articles.update().values(title="改过的标题"))
        return found

    monkeypatch.setattr(emptied.room.sandbox, "run", meanwhile)
    await index.index(emptied.room)

    assert [] == await titles(emptied, "光刻机")


async def test_an_article_that_is_edited_is_found_by_its_new_words(desk):
    """By the old ones no more."""
    url = desk.web.publishes("/daily", item("旧的说法", body("旧的说法"), "https://a.example/1"))
    await desk.knows(source("daily", url=url))
    await refresh(desk.room)
    desk.web.publishes("/daily", item("新的讲法", body("新的讲法"), "https://a.example/1"))
    await refresh(desk.room, force=True)

    assert ([], ["新的讲法"]) == (await titles(desk, "旧的说法"), await titles(desk, "新的讲法"))


async def test_what_is_edited_before_its_turn_waits_for_it(emptied):
    """It is indexed once, by its new words."""
    (first, *_) = sorted(one.id for one in await emptied.articles())
    old, *_ = await index.documents(emptied.room, [await emptied.article(first)])
    async with emptied.room.store.begin() as tx:
        await tx._connection.execute(
            articles.update().where(articles.c.id == first).values(title="改过的标题")
        )
    new, *_ = await index.documents(emptied.room, [await emptied.article(first)])
    async with emptied.room.store.begin() as tx:
        await tx.search.replace(first, old[1], new[1])

    assert [] == await titles(emptied, "改过的标题")
    assert 5 == await index.index(emptied.room)
    assert (["改过的标题"], 4) == (
        await titles(emptied, "改过的标题"),
        len(await titles(emptied, "号光刻机")),
    )


async def test_two_who_fill_it_do_not_collide(emptied):
    """The command line beside the bot."""
    await asyncio.gather(index.index(emptied.room), index.index(emptied.room))

    assert 5 == len(await titles(emptied, "光刻机"))


async def test_what_was_followed_before_an_update_is_looked_up_after_it(emptied):
    """Nobody asked these articles for it when they were stored."""
    reader = await emptied.subscribes(7)
    async with emptied.room.store.begin() as tx:
        await tx.readers.add_words(reader.id, "follow", ["光刻机"], emptied.room.now())
    await index.index(emptied.room)

    async with emptied.room.store.read() as tx:
        assert 5 == len((await tx.hits.of(["光刻机"], emptied.room.now()))["光刻机"])
