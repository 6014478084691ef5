"""What the chat and the command line answer to a search."""

from __future__ import annotations

import json

import pytest

from newsbot.errors import NotUnderstood
from newsbot.flows import search
from newsbot.models.views import View
from tests.conftest import shared
from tests.house import body

EVENT = "长庚光刻机通过验收"


async def titles(desk, words: str, limit: int = 10) -> list[str]:
    return [one.article.title for one in await search.articles(desk.room, words, limit)]


async def kept(desk, name: str, chat_id: int = 7) -> View:
    async with desk.room.store.read() as tx:
        found = await tx.views.get(int(name.removeprefix("v")), chat_id)
    assert found is not None
    return found


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


async def test_a_story_is_one_line_in_the_chat(desk):
    """However many of its articles match; the list is kept for the number buttons."""
    first = await desk.publishes(EVENT, "daily", text=body(EVENT))
    await desk.publishes(EVENT, "weekly", text=body(EVENT))
    other = await desk.publishes("北斗云采购光刻机", hours=3)

    told, snippets, name = await search.stories(desk.room, 7, "光刻机")
    assert ([first, other], 2) == ([story.id for story in told], len(snippets))
    assert ("search", (first, other), "光刻机") == (
        (view := await kept(desk, name)).kind,
        view.story_ids,
        view.words,
    )


async def test_a_kept_list_shows_the_same_again(desk):
    """‹ back finds the list as it was, also when there is news meanwhile."""
    await desk.publishes(EVENT)
    told, snippets, name = await search.stories(desk.room, 7, "  光刻机 ")
    await desk.publishes("又一台光刻机")

    again = await search.again(desk.room, await kept(desk, name))
    assert ([story.id for story in told], snippets) == ([story.id for story in again[0]], again[1])


async def test_samples_do_not_mix_with_real_news(desk):
    """They are found only as long as nothing real is."""
    await desk.publishes("示例光刻机", "newsstand", sample=True)
    before = [story.title for story in (await search.stories(desk.room, 7, "光刻机"))[0]]
    await desk.publishes(EVENT)

    assert (["示例光刻机"], [EVENT]) == (
        before,
        [story.title for story in (await search.stories(desk.room, 7, "光刻机"))[0]],
    )


async def test_an_article_that_waits_for_its_story_is_found_by_the_command_line(desk):
    """In the chat it has no card yet."""
    await desk.stores(EVENT)

    assert [EVENT] == await titles(desk, "光刻机")
    assert [] == (await search.stories(desk.room, 7, "光刻机"))[0]


@pytest.mark.parametrize(
    "typed",
    ["光刻机 \ud800", "\x00光刻机", " " * 300 + "光刻机", "光刻机 " + "很" * 5000, "\udfff光刻机\ud83d"],
)
async def test_whatever_is_typed_can_be_kept(desk, typed):
    """Half characters, NUL, and what is too long are left out of the list's words too."""
    await desk.publishes(EVENT)
    _, _, name = await search.stories(desk.room, 7, typed)
    told, _ = await search.again(desk.room, await kept(desk, name))

    assert len(told) == len((await kept(desk, name)).story_ids)


async def test_hostile_words_are_answered(desk):
    """Each of the well-known strings: a list, or a sentence that says why not; and the list again."""
    await desk.publishes(EVENT)
    for naughty in json.loads(shared("hostile/naughty_strings.json").read_text("utf-8"))[::3]:
        try:
            _, _, name = await search.stories(desk.room, 7, naughty)
        except NotUnderstood:
            continue
        await search.again(desk.room, await kept(desk, name))
