"""Which articles answer what is followed."""

from __future__ import annotations

from datetime import timedelta

from newsbot.models.readers import Reader
from newsbot.store.hits import Hit
from tests.examples import NOON


async def follows(store, reader: int, *words: str, alerts: bool = False) -> None:
    async with store.begin() as tx:
        await tx.readers.save(Reader(id=reader), NOON)
        await tx.readers.add_words(reader, "follow", words, NOON)
        if alerts:
            await tx.readers.alert(reader, words, True)


async def test_hits_are_kept_by_their_keys(archive):
    """Each once; since a moment; they go with their article, and with time."""
    first, second = await archive.files("甲"), await archive.files("乙")
    async with archive.store.begin() as tx:
        await tx.hits.add([("芯片", first), ("芯片", second), ("鸿蒙", first), ("芯片", first)], NOON)
        await tx.hits.add([("芯片", first)], NOON + timedelta(days=1))

    async with archive.store.read() as tx:
        assert {"芯片": {first, second}} == await tx.hits.of(["芯片", "没有"], NOON)
        assert {} == await tx.hits.of(["芯片"], NOON + timedelta(seconds=1))
    async with archive.store.begin() as tx:
        await tx.articles.remove([first], NOON + timedelta(days=1))
        assert {"芯片": {second}} == await tx.hits.of(["芯片", "鸿蒙"], NOON)
        assert (0, 1) == (
            await tx.hits.remove_before(NOON),
            await tx.hits.remove_before(NOON + timedelta(seconds=1)),
        )


async def test_what_an_edited_article_answers_takes_the_place_of_the_old(archive):
    """Who wants to know at once is told of what is new in it."""
    await follows(archive.store, 7, "鸿蒙", alerts=True)
    story = await archive.tells("甲")
    async with archive.store.begin() as tx:
        (article,) = [one.id for one in (await tx.stories.load([story]))[0].articles]
        await tx.hits.add([("芯片", article), ("旧", article)], NOON)
        await tx.hits.replace(article, ["鸿蒙", "芯片"], NOON)
        assert {"鸿蒙": {article}, "芯片": {article}} == await tx.hits.of(["芯片", "鸿蒙", "旧"], NOON)
        assert ["鸿蒙"] == [one.key for one in await tx.hits.waiting(9)]
        await tx.hits.told(await tx.hits.waiting(9))
        await tx.hits.replace(article, ["鸿蒙", "芯片"], NOON)
        assert [] == await tx.hits.waiting(9)


async def test_only_what_somebody_wants_at_once_waits(archive):
    """Until they were told, and once the article has its story."""
    await follows(archive.store, 7, "芯片", "鸿蒙")
    await follows(archive.store, 8, "芯片", alerts=True)
    story = await archive.tells("甲")
    alone = await archive.files("乙")
    (article,) = [one.id for one in (await archive.story(story)).articles]
    async with archive.store.begin() as tx:
        await tx.hits.add([("芯片", article), ("鸿蒙", article), ("芯片", alone)], NOON, waits=True)
        waiting = await tx.hits.waiting(9)
        assert [Hit("芯片", article, story)] == waiting
        assert {"芯片": [8]} == await tx.readers.alerted(["芯片", "鸿蒙"])
        await tx.hits.told(waiting)
        assert [] == await tx.hits.waiting(9)


async def test_all_that_is_followed_is_known_once(store):
    """Whoever follows it and however they write it."""
    await follows(store, 7, "鸿蒙", "AI")
    await follows(store, 8, "鴻蒙", "ai", "story:5")
    async with store.begin() as tx:
        await tx.readers.add_words(8, "mute", ["券后"], NOON)
        assert {"鸿蒙", "ai", "story:5"} == set(await tx.readers.followed())
        assert 0 == await tx.readers.forget_stories("follow", NOON)
        assert 1 == await tx.readers.forget_stories("follow", NOON + timedelta(minutes=1))
        assert {"鸿蒙", "ai"} == set(await tx.readers.followed())
