"""What the chat and the command line answer to a search."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from newsbot.errors import NotUnderstood
from newsbot.flows import search
from newsbot.models.figures import SEARCHES
from tests.conftest import shared
from tests.house import body

EVENT = "长庚光刻机通过验收"


async def titles(desk, words: str, limit: int = 10) -> list[str]:
    return [one.article.title for one in await search.articles(desk.room, words, limit)]


async def test_the_best_comes_first(desk):
    """A headline before a mention, and of two headlines the younger."""
    await desk.publishes("旧的光刻机新闻", hours=90)
    await desk.publishes("无关的标题", hours=1, text=f"文中提到光刻机。{body('无关')}")
    await desk.publishes("新的光刻机新闻", hours=2)

    assert ["新的光刻机新闻", "旧的光刻机新闻", "无关的标题"] == await titles(desk, "光刻机")
    assert ["新的光刻机新闻"] == await titles(desk, "光刻机", limit=1)


async def test_the_place_that_matches_is_shown(desk):
    """With what matches marked."""
    await desk.publishes("无关的标题", text="开头。" * 50 + "这里提到了光刻机。")
    (found,) = await search.articles(desk.room, "光刻机", 10)

    assert [("光刻机", True)] == [part for part in found.snippet if part[1]]


async def test_nothing_found_is_no_error(desk):
    """What makes no sense is."""
    assert [] == await titles(desk, "没有的词")
    with pytest.raises(NotUnderstood):
        await titles(desk, "-只有排除")


async def told(desk, words: str, newest_first: bool = False) -> list[str]:
    """The headlines of the first page in the chat."""
    _, answer = await search.stories(desk.room, 7, words, newest_first)
    return [story.title for story in answer.stories]


async def test_a_story_is_one_line_in_the_chat(desk):
    """However many of its articles match; the list is kept for the number buttons."""
    first = await desk.publishes(EVENT, "daily", text=body(EVENT))
    await desk.publishes(EVENT, "weekly", text=body(EVENT))
    other = await desk.publishes("北斗云采购光刻机", hours=3)

    view, answer = await search.stories(desk.room, 7, "光刻机")
    assert ([first, other], 2, 2) == ([one.id for one in answer.stories], len(answer.snippets), answer.count)
    assert ("search", (first, other), "光刻机") == (view.kind, view.story_ids, view.words)


async def test_a_kept_list_shows_the_same_again(desk):
    """‹ back finds the list as it was, also when there is news meanwhile."""
    await desk.publishes(EVENT)
    view, answer = await search.stories(desk.room, 7, "  光刻机 ")
    await desk.publishes("又一台光刻机")

    assert answer == await search.page(desk.room, view)


async def test_a_list_has_pages(desk):
    """Seven stories each; whoever asks for a page that is not there gets the nearest."""
    events = [f"{city}光刻机" for city in "甲乙丙丁戊己庚辛壬"]
    for hours, event in enumerate(events):
        await desk.publishes(event, hours=hours, text=body(event))
    view, first = await search.stories(desk.room, 7, "光刻机")
    second = await search.page(desk.room, view, 1)
    by_story = await search.page(desk.room, view, story_id=second.stories[1].id)

    assert (events[:7], events[7:]) == tuple([one.title for one in page.stories] for page in (first, second))
    assert (0, 2, 9, False) == (first.page, first.pages, first.count, first.more)
    assert second == by_story == await search.page(desk.room, view, 99)
    assert first == await search.page(desk.room, view, -5)


async def test_the_order_of_time(desk):
    """The newest first, wherever the words stand."""
    await desk.publishes(EVENT, hours=9)
    await desk.publishes("无关的标题", hours=1, text=f"文中提到光刻机。{body('无关')}")

    assert [EVENT, "无关的标题"] == await told(desk, "光刻机")
    assert ["无关的标题", EVENT] == await told(desk, "光刻机", newest_first=True)


async def test_votes_lift_a_story(desk):
    """Between two that answer alike."""
    liked = await desk.publishes("旧的光刻机新闻", hours=3)
    await desk.publishes("新的光刻机新闻", hours=2)
    async with desk.room.store.begin() as tx:
        for reader in range(1, 9):
            await tx.votes.cast(reader, liked, 1, desk.room.now())

    assert ["旧的光刻机新闻", "新的光刻机新闻"] == await told(desk, "光刻机")


async def test_the_article_that_answers_best_stands_for_its_story(desk):
    """Not the lead, whose headline has other words."""
    await desk.publishes("长庚光刻机通过验收", "daily", text=body(EVENT) * 2)
    await desk.publishes("国产设备长庚光刻机通过验收，良率九成", "weekly", text=body(EVENT))

    (story,) = (await search.stories(desk.room, 7, "良率"))[1].stories
    assert ("weekly", 2) == (story.lead.source_id, len(story.articles))


async def test_samples_do_not_mix_with_real_news(desk):
    """They are found only as long as nothing real is."""
    await desk.publishes("示例光刻机", "newsstand", sample=True)
    before = await told(desk, "光刻机")
    await desk.publishes(EVENT)

    assert (["示例光刻机"], [EVENT]) == (before, await told(desk, "光刻机"))


async def test_an_article_that_waits_for_its_story_is_found_by_the_command_line(desk):
    """In the chat it has no card yet."""
    await desk.stores(EVENT)

    assert [EVENT] == await titles(desk, "光刻机")
    assert [] == await told(desk, "光刻机")


async def test_only_what_the_text_confirms_is_shown(desk):
    """All the pieces of 人工智能 are there, but not it; nor is it excluded by its pieces."""
    await desk.publishes("人工与智能", text="工智。智能")
    await desk.publishes("人工智能")

    assert ["人工智能"] == await titles(desk, "人工智能")
    assert ["人工与智能"] == await titles(desk, "智能 -人工智能")


async def test_nothing_found_offers_the_nearest(desk):
    """Tags that are written alike, and the same words at any time where that helps."""
    await desk.publishes("旧闻", hours=300, tags=("鸿蒙系统",))
    await desk.publishes("新闻", tags=("鸿蒙", "OpenAI"))

    assert ("鸿蒙", "鸿蒙系统") == (await search.instead(desk.room, "鸿蒙系桶")).tags[::-1]
    assert ("OpenAI",) == (await search.instead(desk.room, "opnai")).tags
    assert "旧闻" == (await search.instead(desk.room, "旧闻 7天")).any_time
    assert search.Nothing() == await search.instead(desk.room, "\u2603xyz 24h")


async def test_searches_are_counted_and_not_kept(desk):
    """How many on one day; the words stand only where a button needs them, and go with the next day."""
    await told(desk, "光刻机")
    await told(desk, "光刻机")

    async with desk.room.store.read() as tx:
        (day,) = await tx.figures.days(desk.moment, ["2026-11-24"], "UTC", timedelta(0))

    assert 2 == day.of(SEARCHES)


@pytest.mark.parametrize(
    "typed",
    ["光刻机 \ud800", "\x00光刻机", " " * 300 + "光刻机", "光刻机 " + "很" * 5000, "\udfff光刻机\ud83d"],
)
async def test_whatever_is_typed_can_be_kept(desk, typed):
    """Half characters, NUL, and what is too long are left out of the list's words too."""
    await desk.publishes(EVENT)
    view, answer = await search.stories(desk.room, 7, typed)

    assert answer == await search.page(desk.room, view)


async def test_hostile_words_are_answered(desk):
    """Each of the well-known strings: a list, or a sentence that says why not; and the list again."""
    await desk.publishes(EVENT)
    for naughty in json.loads(shared("hostile/naughty_strings.json").read_text("utf-8"))[::3]:
        try:
            view, answer = await search.stories(desk.room, 7, naughty)
        except NotUnderstood:
            continue
        assert answer == await search.page(desk.room, view)
        if not view.story_ids:
            await search.instead(desk.room, naughty)
