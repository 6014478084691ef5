"""Which event does each new article tell?"""

from __future__ import annotations

import asyncio

from newsbot.flows import group
from newsbot.flows.group import AT_ONCE
from newsbot.newsroom import Newsroom
from newsbot.store import Store
from newsbot.store.tables import story_keys
from tests.house import body

EVENT = "长庚光刻机通过验收，套刻精度达到四纳米"


async def test_a_reprint_joins_the_story(desk):
    """The same text from another publisher is an article of its own in the same story."""
    for source_id, title in (("daily", EVENT), ("weekly", "国产光刻机传来消息"), ("daily", "北斗云存储降价")):
        await desk.stores(title, source_id, text=body(EVENT) if source_id == "weekly" else "")

    assert 3 == await group.group(desk.room)
    assert [{"北斗云存储降价"}, {EVENT, "国产光刻机传来消息"}] == await desk.stories()


async def test_what_has_a_story_is_not_grouped_again(desk):
    """A second round finds nothing to do."""
    await desk.publishes(EVENT)

    assert 0 == await group.group(desk.room)


async def test_a_reprint_that_comes_later_joins_too(desk):
    """And votes that the story has by then stay with it."""
    story_id = await desk.publishes(EVENT)
    async with desk.room.store.begin() as tx:
        await tx.votes.cast(1, story_id, 1, desk.moment)
    desk.later(hours=5)

    assert story_id == await desk.publishes("国产光刻机", "weekly", text=body(EVENT))
    story = await desk.story(story_id)
    assert (1, 2) == (story.tally.up, len(story.articles))


async def test_the_earliest_full_text_is_shown(desk):
    """Whichever of the articles was read first."""
    await desk.publishes(EVENT, "teaser", hours=3, text="短讯。")
    await desk.publishes(EVENT, "late", hours=1, text=body(EVENT))
    story_id = await desk.publishes(EVENT, "early", hours=2, text=body(EVENT))

    story = await desk.story(story_id)
    assert ["early", "teaser", "late"] == [one.source_id for one in story.articles]


async def test_samples_stay_among_themselves(desk):
    """Never in one story with real news, however alike they are."""
    real = await desk.publishes(EVENT)

    assert real != await desk.publishes(EVENT, "newsstand", sample=True)


async def test_many_that_wait_are_all_grouped(desk):
    """More than are taken at once, in the order in which they were published."""
    for number in range(AT_ONCE + 5):
        await desk.stores(f"第{number}件事：{body(str(number))[10:20]}", hours=1 + number / 100)

    assert AT_ONCE + 5 == await group.group(desk.room)
    assert AT_ONCE + 5 == len(await desk.stories())


async def test_two_who_group_at_once_make_one_story(desk):
    """Two reprints that were read in the same moment."""
    for source_id in ("daily", "weekly", "monthly"):
        await desk.stores(EVENT, source_id, text=body(EVENT))
    done = await asyncio.gather(group.group(desk.room), group.group(desk.room))

    assert (3, 1) == (sum(done), len(await desk.stories()))


async def test_two_processes_that_group_at_once_make_one_story(desk, monkeypatch):
    """Each decides for itself; the slower one sees that articles were placed meanwhile, and decides again."""
    other = Newsroom(
        settings=desk.room.settings,
        store=Store(desk.room.settings.database),
        fetcher=desk.room.fetcher,
        sandbox=desk.room.sandbox,
        now=desk.room.now,
    )
    for source_id in ("daily", "weekly"):
        await desk.stores(EVENT, source_id, text=body(EVENT))
    decided = group.place
    calls = []

    def place(*given):
        calls.append(len(calls))
        return decided(*given)

    monkeypatch.setattr(group, "place", place)
    done = await asyncio.gather(group.group(desk.room), group.group(other))
    await other.store.close()

    assert (2, [{EVENT}]) == (sum(done), await desk.stories())
    assert len(calls) >= 1


async def test_articles_of_before_an_update_are_found_under_the_new_keys(desk):
    """Those of the window, once; others are too old to tell the same."""
    text = body("同一段文字")
    old = await desk.publishes("某厂发布新手机", "a", text=text, hours=20)
    async with desk.room.store._engine.begin() as connection:
        await connection.execute(story_keys.delete())
    apart = await desk.publishes("别的标题一", "b", text=text)
    async with desk.room.store.begin() as tx:
        await tx.facts.put(group.REST, "1")
    await desk.stores("别的标题二", "c", text=text + "又一句。")
    await group.group(desk.room)

    assert old != apart
    assert old == (await desk.article(3)).story_id
    async with desk.room.store.read() as tx:
        assert await tx.facts.get(group.REST) is None
