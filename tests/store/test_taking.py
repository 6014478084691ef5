"""What a pull brought, stored in one go."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

import pytest

from newsbot.errors import StoreError
from newsbot.models.reading import Understood
from newsbot.store import Store
from tests.examples import NOON, draft, source
from tests.flows.desk import understood


def article(number: int, *keys: str) -> Understood:
    title = f"第{number}颗卫星入轨"
    return understood(replace(draft(title), keys=keys or (f"guid:{number}",)))


async def knows(store: Store, *ids: str) -> None:
    async with store.begin() as tx:
        await tx.sources.seed([source(one) for one in ids], NOON)


async def test_new_articles_get_ids_in_their_order(store):
    """With all by which they are found and compared."""
    await knows(store, "daily")
    taken = await store.take("daily", [article(1), article(2)], NOON)
    async with store.read() as tx:
        found = await tx.articles.load([article_id for article_id, _ in taken])
        waiting = await tx.stories.waiting(10)

    assert [True, True] == [is_new for _, is_new in taken]
    assert ["第1颗卫星入轨", "第2颗卫星入轨"] == [found[article_id].title for article_id, _ in taken]
    assert {article_id for article_id, _ in taken} == {one.article_id for one in waiting}


async def test_what_is_known_by_any_of_its_keys_is_not_new(store):
    """Nor what comes twice in one answer; the same key of another source is another article."""
    await knows(store, "daily", "weekly")
    ((first, _),) = await store.take("daily", [article(1, "guid:1", "link:1")], NOON)
    again = await store.take("daily", [article(2, "guid:2", "link:1"), article(3), article(3)], NOON)
    other = await store.take("weekly", [article(1, "guid:1", "link:1")], NOON)

    assert (first, False) == again[0]
    assert ((again[1][0], False), True) == (again[2], again[1][1])
    assert [True] == [is_new for _, is_new in other]


async def test_two_who_pull_the_same_source_store_it_once(address):
    """The bot and the command line beside it."""
    both = [Store(address), Store(address)]
    await knows(both[0], "daily")
    articles = [article(number) for number in range(40)]
    taken = await asyncio.gather(*(one.take("daily", articles, NOON) for one in both for _ in range(3)))
    for one in both:
        await one.close()

    assert 40 == sum(is_new for part in taken for _, is_new in part)
    assert 1 == len({tuple(article_id for article_id, _ in part) for part in taken})


async def test_nothing_is_stored_where_something_is_wrong(store):
    """All or nothing: the next pull tries again."""
    await knows(store, "daily")
    good, bad = article(1), article(2)
    no_zone = datetime(2026, 11, 24)  # noqa: DTZ001
    broken = replace(bad, draft=replace(bad.draft, published=no_zone))
    with pytest.raises(StoreError):
        await store.take("daily", [good, broken], NOON)
    async with store.read() as tx:
        assert {} == await tx.articles.known("daily", ["guid:1", "guid:2"])
