"""Articles as they are stored, recognised and found again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from newsbot.errors import StoreError
from newsbot.models.articles import Article, Draft, Link
from newsbot.search.document import document
from tests.examples import NOON, draft, minutes_ago, source
from tests.store.archive import Archive

FULL = Draft(
    keys=("guid:1", "link:https://daily.example/1"),
    title="云雀大模型开源",
    text="第一段。\n第二段。",
    link="https://daily.example/1",
    source="daily 日报",
    author="记者 甲",
    published=minutes_ago(90),
    reads=19536,
    language="zh",
    category="ai",
    noise="deal",
    tags=("大模型", "GPT-4o"),
    summary="第一段，然后是第二段，一共两段。",
    image="https://daily.example/1.png",
    related=(Link("另一篇", "https://daily.example/2"), Link("没有地址的一篇")),
    sample=True,
)


async def put(store, made: Draft, source_id: str = "daily", now: datetime = NOON) -> int:
    async with store.begin() as tx:
        await tx.sources.seed([source(source_id)], NOON)
        return await tx.articles.add(made, source_id, made.tags, now)


async def got(store, article_id: int) -> Article:
    async with store.read() as tx:
        return (await tx.articles.load([article_id]))[article_id]


async def test_an_article_comes_back_as_it_was_stored(store):
    """Every field survives the database, and it knows when it was first seen."""
    article_id = await put(store, FULL)
    fields = {name: getattr(FULL, name) for name in Draft.__slots__} | {"keys": ()}

    assert Article(**fields, id=article_id, source_id="daily", first_seen=NOON) == await got(
        store, article_id
    )


async def test_an_article_is_known_by_each_of_its_keys(store):
    """But only within its own source."""
    article_id = await put(store, FULL)

    async with store.read() as tx:
        assert {"guid:1": article_id} == await tx.articles.known("daily", ["guid:1", "guid:2"])
        assert {} == await tx.articles.known("weekly", FULL.keys)
        assert {} == await tx.articles.known("daily", [])


async def test_a_key_stays_with_the_article_that_had_it_first(store):
    """A second article that claims it gets its other keys."""
    first = await put(store, draft("一", keys=("guid:1",)))
    second = await put(store, draft("二", keys=("guid:1", "link:2", "link:2")))

    async with store.read() as tx:
        assert {"guid:1": first, "link:2": second} == await tx.articles.known("daily", ["guid:1", "link:2"])


async def test_an_edited_article_is_one_article(store):
    """The new text stands in the place of the old; old and new keys lead to it; when it was seen stays."""
    article_id = await put(store, draft("旧题", keys=("guid:1",)), now=minutes_ago(30))
    async with store.begin() as tx:
        await tx.articles.update(article_id, draft("新题", keys=("link:1",), tags=("新",)), "daily", ("新",))

    after = await got(store, article_id)
    async with store.read() as tx:
        known = await tx.articles.known("daily", ["guid:1", "link:1"])
    assert ("新题", ("新",), minutes_ago(30)) == (after.title, after.tags, after.first_seen)
    assert {"guid:1": article_id, "link:1": article_id} == known


async def test_an_edited_article_is_found_by_its_new_tags_alone(archive):
    """The tags that it lost lead to it no more."""
    article_id = await archive.files("标题", tags=("旧词",))
    async with archive.store.begin() as tx:
        await tx.articles.update(article_id, draft("标题", tags=("新词",)), "daily", ("新词",))
        await tx.search.remove([(article_id, document("标题", "", ("旧词",), ()))])
        await tx.search.put_all([(article_id, document("标题", "", ("新词",), ()))])

    assert ([], ["标题"]) == (await archive.finds("标签:旧词"), await archive.finds("标签:新词"))


async def test_an_edit_without_a_time_keeps_its_place(archive):
    """A page that says no longer when it was published does not jump to the top."""
    early = await archive.files("早的", minutes=60)
    late = await archive.files("晚的", minutes=30)
    async with archive.store.begin() as tx:
        await tx.articles.update(early, draft("早的", published=None), "daily", ())

    assert [late, early] == [one.article_id for one in await archive.search("的")]


async def test_the_first_article_of_an_address_is_found_by_it(store):
    """Two sources may carry the same address."""
    first = await put(store, draft("一", link="https://a.example/1"))
    await put(store, draft("二", link="https://a.example/1", keys=("guid:2",)), "weekly")

    async with store.read() as tx:
        found = await tx.articles.by_link("https://a.example/1")
        assert first == (found and found.id)
        assert await tx.articles.by_link("https://a.example/2") is None


async def test_articles_that_are_not_there_are_left_out(store):
    """Also when very many are asked for, more than a database takes in one statement."""
    article_id = await put(store, FULL)

    async with store.read() as tx:
        assert [article_id] == list(await tx.articles.load(range(article_id, article_id + 70_000)))


async def test_the_tags_of_the_day_are_those_that_most_articles_carry(store):
    """Noise does not count, nor does what is older."""
    await put(store, draft("一", tags=("芯片", "GPT-4o")))
    await put(store, draft("二", tags=("芯片",)))
    await put(store, draft("三", tags=("优惠",), noise="deal"))
    await put(store, draft("四", tags=("旧闻",), published=minutes_ago(3000)))

    async with store.read() as tx:
        assert ["芯片", "GPT-4o"] == await tx.articles.top_tags(minutes_ago(1440), 10)
        assert ["芯片"] == await tx.articles.top_tags(minutes_ago(1440), 1)


async def test_a_time_without_a_zone_does_not_get_in(store):
    """Nobody could say later which hour it was."""
    with pytest.raises(StoreError):
        await put(store, draft("一", published=datetime(2026, 11, 24)))  # noqa: DTZ001  on purpose


async def test_an_address_in_chinese_is_no_longer_than_the_index_takes(store):
    """Percent signs make two thousand characters six times as long; PostgreSQL indexes 2,704 bytes."""
    link = "https://daily.example/" + "%E6%96%B0" * 1000
    article_id = await put(store, draft("一", link=link, keys=(f"link:{link}",)))

    async with store.read() as tx:
        found = await tx.articles.by_link(link)
        assert (article_id, {f"link:{link}": article_id}) == (
            found and found.id,
            await tx.articles.known("daily", [f"link:{link}"]),
        )


async def test_old_articles_go_with_all_that_is_known_of_them(store):
    """So many at a time; never a saved one; their stories and the marks on them follow."""
    archive = Archive(store)
    gone, kept, young = [
        await archive.tells(title) for title in ("甲公司发布新芯片", "乙公司降价三成", "丙公司上市")
    ]
    async with store.begin() as tx:
        await tx.votes.cast(7, gone, 1, NOON)
        await tx.votes.rate(7, gone, 5, NOON)
        await tx.votes.save(7, kept, True, NOON)
        await tx.feedback.add(7, gone, "words", "很好", NOON)
        assert [] == await tx.articles.old(NOON, 10)
        old = await tx.articles.old(NOON + timedelta(seconds=1), 1)
        assert [] == await tx.articles.remove(old, NOON)
        removed = await tx.articles.remove(old, NOON + timedelta(seconds=1))
        await tx.search.remove([(one, document("甲公司发布新芯片", "", (), ())) for one in removed])
        assert (1, [], 1) == (len(removed), await tx.stories.without_lead(), await tx.stories.remove_empty())

    async with store.read() as tx:
        assert [kept, young] == [one.id for one in await tx.stories.load([gone, kept, young])]
        assert 1 == await tx.feedback.count(7, NOON)
        assert (0, 0, False, False) == await tx.votes.of(7, gone)
    assert [[], ["乙公司降价三成"]] == [await archive.finds(words) for words in ("芯片", "降价")]
