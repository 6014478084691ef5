"""What nobody needs any more is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from newsbot.flows import deliver, plan, read, readers, search, story
from newsbot.flows.refresh import refresh
from newsbot.flows.tidy import DELIVERIES_KEPT, Forgotten, tidy
from newsbot.store.tables import story_keys
from newsbot.taste.fold import fold
from tests.examples import NOON, source
from tests.flows.web import item
from tests.house import body

EVENT = "长庚光刻机通过验收"
READER = 7
YEAR = timedelta(days=365)


async def test_lists_are_kept_for_a_month(desk):
    """After that a button under one says that it is old."""
    old = await readers.remember_word(desk.room, 7, "旧")
    desk.later(days=29)
    new = await readers.remember_word(desk.room, 7, "新")
    before = await tidy(desk.room)
    desk.later(days=1, seconds=1)

    assert (0, 1) == (before.lists, (await tidy(desk.room)).lists)
    assert [None, "新"] == [await readers.remembered_word(desk.room, 7, name) for name in (old, new)]
    assert await story.listed_at(desk.room, 7, old) is None


async def test_searches_are_kept_for_a_day(desk):
    """Longer nobody remembers what was looked for; how often anybody did is counted by the day."""
    await search.stories(desk.room, 7, "光刻机")
    await readers.remember_word(desk.room, 7, "光刻机", "find")
    before = await tidy(desk.room)
    desk.later(days=1, seconds=1)
    after = await tidy(desk.room)

    assert (0, 2) == (before.lists, after.lists)
    async with desk.room.store.read() as tx:
        assert await tx.facts.get("searches:2026-11-24") is None


async def test_deliveries_and_the_ledger_are_kept_for_a_month(desk, playground):
    """What is not decided stays, however old."""
    reader = playground.telegram.person("zh").id
    await desk.subscribes(reader)
    await desk.publishes(EVENT)
    await plan.plan(desk.room)
    waiting = await tidy(desk.room)
    await deliver.deliver(desk.room)
    desk.moment = NOON + DELIVERIES_KEPT
    before = await tidy(desk.room)
    desk.later(seconds=1)
    after = await tidy(desk.room)

    assert [(0, 0), (0, 0), (1, 1)] == [(one.deliveries, one.shown) for one in (waiting, before, after)]
    assert [] == await desk.deliveries(reader)
    async with desk.room.store.read() as tx:
        assert {} == await tx.deliveries.shown(reader, NOON)


async def test_articles_are_kept_for_a_year_and_saved_ones_for_ever(desk):
    """With them go their stories and votes, and what they were found by; feedback stays."""
    gone, kept = await desk.publishes(EVENT), await desk.publishes("北斗云宣布存储降价三成")
    await story.vote(desk.room, await desk.press(READER), gone, 1)
    await story.feedback(desk.room, READER, gone, "clickbait", (await desk.press(READER)).update_id)
    await story.save(desk.room, await desk.press(READER), kept)
    desk.moment = NOON + YEAR
    young = await desk.publishes("蓝鲸手机系统测试版推送")
    before = await tidy(desk.room)
    desk.later(seconds=1)

    assert Forgotten(lists=0, deliveries=0, shown=0, articles=0, stories=0) == before
    assert Forgotten(lists=0, deliveries=0, shown=0, articles=1, stories=1) == await tidy(desk.room)
    assert [None, kept, young] == [
        seen and seen.story.id
        for seen in [await story.look(desk.room, READER, one) for one in (gone, kept, young)]
    ]
    assert [[], [kept]] == [
        [one.article.story_id for one in await search.articles(desk.room, words, 10)]
        for words in ("光刻机", "北斗云")
    ]
    async with desk.room.store.read() as tx:
        assert 1 == await tx.feedback.count(READER, NOON)
        assert {kept} == await tx.votes.marked(READER)


async def test_a_story_that_loses_its_lead_shows_another_article(desk):
    """An old report of an event that somebody reports again much later."""
    told = await desk.publishes(EVENT, hours=1)
    old = (await desk.story(told)).lead.id
    desk.later(hours=5)
    again = await desk.publishes(EVENT, "weekly", text=(await desk.article(old)).text)
    desk.moment = NOON + YEAR + timedelta(hours=1)
    forgotten = await tidy(desk.room)

    assert (told, 1, 0) == (again, forgotten.articles, forgotten.stories)
    assert old != (await desk.story(told)).lead.id
    async with desk.room.store.read() as tx:
        assert [] == await tx.stories.without_lead()


async def test_more_than_go_at_once_all_go(desk, monkeypatch):
    """In several transactions, between which others may write."""
    monkeypatch.setattr("newsbot.flows.tidy.AT_ONCE", 2)
    for number in range(5):
        await desk.publishes(f"第{number}号卫星发射成功")
    desk.moment = NOON + YEAR + timedelta(seconds=1)

    assert (5, []) == ((await tidy(desk.room)).articles, await desk.articles())


async def test_what_was_forgotten_is_not_news_again(desk):
    """While it stays in its feed: neither what has a date, which is too old, nor what has none."""
    desk.room.settings = desk.room.settings.model_copy(update={"keep_days": 7})
    dated = item("云雀大模型今天开源", body("甲"), "https://a.example/1")
    undated = item("长庚光刻机通过验收", body("乙"), "https://a.example/2").replace("pubDate", "x")
    url = desk.web.publishes("/daily", dated, undated)
    await desk.knows(source("daily", url=url))
    await refresh(desk.room)
    desk.later(days=8)
    forgotten = await tidy(desk.room)
    desk.web.publishes("/daily", item("今天的新闻", body("丙"), published=""), dated, undated)
    (again,) = await refresh(desk.room, force=True)

    assert (2, 1, ["今天的新闻"]) == (forgotten.articles, again.new, await desk.titles())


async def test_every_night_it_is_counted_how_much_a_source_publishes(desk):
    """One that fell silent is asked less often from then on."""
    await desk.publishes("云雀大模型今天开源")
    await tidy(desk.room)
    lately = (await desk.health("daily")).per_day
    desk.later(days=8)
    await tidy(desk.room)

    assert (pytest.approx(1 / 7), 0) == (lately, (await desk.health("daily")).per_day)


async def test_what_was_forgotten_can_be_handed_in_again(desk, tmp_path):
    """Somebody wants it: then it is an article like any other."""
    (tmp_path / "a.txt").write_text(f"长庚光刻机通过验收\n{body('一')}", "utf-8")
    ids = []
    for _ in range(2):
        ids += [one.id async for one in read.take(desk.room, [str(tmp_path / "a.txt")])]
        desk.later(days=400)
        await tidy(desk.room)

    assert [True, True] == [one > 0 for one in ids]


async def test_what_has_faded_is_forgotten(desk):
    """Marks of long ago, with their part of the taste; votes stay what they are."""
    old = await desk.publishes(EVENT)
    await story.vote(desk.room, await desk.press(READER), old, 1)
    desk.later(days=299)
    young = await desk.publishes("北斗云宣布存储降价三成")
    await story.save(desk.room, await desk.press(READER), young)
    desk.later(days=2)
    await tidy(desk.room)

    async with desk.room.store.read() as tx:
        assert [young] == [mark.story_id for mark in await tx.marks.of(READER)]
        assert pytest.approx(fold(await tx.marks.of(READER)), abs=1e-3) == {
            key: weight for key, weight in (await tx.marks.tastes(READER)).items() if weight > 1e-3
        }
        assert (1, 0, False, False) == await tx.votes.of(READER, old)


async def test_what_was_withdrawn_leaves_no_trace(desk):
    """After a day."""
    told = await desk.publishes(EVENT)
    for _ in range(2):
        await story.vote(desk.room, await desk.press(READER), told, 1)
    desk.later(days=1, seconds=1)
    await tidy(desk.room)

    async with desk.room.store.read() as tx:
        assert (set(), []) == (await tx.votes.marked(READER), await tx.marks.of(READER))


async def test_what_is_too_old_to_be_told_again_is_no_candidate(desk, monkeypatch):
    """Piece by piece; what is younger stays."""
    monkeypatch.setattr("newsbot.flows.tidy.AT_ONCE", 1)
    for title in (EVENT, "北斗云宣布存储降价三成"):
        await desk.publishes(title)
    desk.later(days=31)
    young = await desk.publishes("蓝鲸手机系统测试版推送")
    await tidy(desk.room)

    async with desk.room.store._engine.connect() as connection:
        kept = set(await connection.scalars(select(story_keys.c.article_id)))
    assert {one.id for one in (await desk.story(young)).articles} == kept
