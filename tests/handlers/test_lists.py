"""/hot, 猜你喜欢, /saved and what is behind their buttons."""

from __future__ import annotations

import pytest

from tests.house import House, body, words

TITLE = "云雀大模型开源，商用免费"
NAMES = ("青松", "蓝鲸", "云雀", "白鹭", "赤狐", "银杏", "雪豹", "红杉")


async def eight(home: House) -> list[int]:
    """Eight stories, the first the youngest."""
    return [
        await home.publishes(f"{name}发布新品", source=name, text=body(name), hours=1 + place)
        for place, name in enumerate(NAMES)
    ]


async def test_hot_today_this_week_and_what_i_may_like(home: House):
    """One message that turns into each of them, page by page."""
    await eight(home)
    hot = await home.says("/hot")
    second = await home.presses("▶")
    week = await home.presses("本周热门")
    guess = await home.presses("猜你喜欢")
    again = await home.presses("今日热门")

    assert 1 == len({one["message_id"] for one in (hot, second, week, guess, again)})
    assert ["今日热门", "今日热门", "本周热门", "猜你喜欢"] == [
        one["text"].partition("\n")[0] for one in (hot, second, week, guess)
    ]
    assert hot["text"] == again["text"]
    assert ["1", "◀", "2/2", "▶", "📅 本周热门", "✨ 猜你喜欢"] == words(second)
    assert "1. 红杉发布新品" in second["text"]
    assert "换换口味" not in guess["text"]  # nothing is known yet: all of it is there to try


async def test_a_card_leads_back_to_its_page(home: House):
    """With the counts of today."""
    await eight(home)
    await home.says("/hot")
    second = await home.presses("▶")
    await home.presses("1")
    await home.presses("👍")
    back = await home.presses("返回")

    assert second["text"] + " · 👍 1" == back["text"]


@pytest.mark.parametrize("said", ["/hot week", "/hot 本周"])
async def test_the_week_may_be_asked_for_at_once(home: House, said: str):
    """In a word."""
    assert "这周还没有热门新闻。" == (await home.says(said))["text"]


async def test_what_is_saved_is_found_again(home: House):
    """With words those that answer; a list of nothing says how to fill it."""
    empty = await home.says("/saved")
    first, second = (await eight(home))[:2]
    for story in (first, second):
        await home.says(f"/start story_{story}")
        await home.presses("收藏")
    all_of_them, one, none = [await home.says(f"/saved {said}".strip()) for said in ("", "蓝鲸", "没有的")]

    assert empty["text"].startswith("还没有收藏。")
    assert all_of_them["text"].startswith("我的收藏 · 2 条\n\n1. 蓝鲸发布新品")
    assert one["text"].startswith("收藏里的“蓝鲸” · 1 条\n\n1. 蓝鲸发布新品")
    assert "收藏里没有“没有的”。" == none["text"]


async def test_a_group_is_not_asked_what_it_likes(home: House):
    """It may ask what is hot; a press that is made up is answered."""
    group = home.telegram.add_group("群", [home.id_of()]).id
    await home.publishes(TITLE)
    hot = await home.says("/hot", chat=group)
    await home.forges("hot:-:-:guess", hot["message_id"], chat=group)

    assert ["1", "📅 本周热门", "🏆 群周榜"] == words(hot)
    assert "这个按钮已失效。" == home.toast


@pytest.mark.parametrize("data", ["hot:-:-:x", "hot:-:-:", "turn:v99:-:1", "turn:-:-:1", "turn:d1:-:x"])
async def test_whatever_is_pressed_is_answered(home: House, data: str):
    """Old and made-up ones."""
    message = await home.says("/hot")
    await home.forges(data, message["message_id"])

    assert "这个按钮已失效。" == home.toast


async def test_the_same_in_english(home: House):
    """For who reads English."""
    await home.publishes("Lark opens its model today", language="en")
    hot = await home.says("/hot", who="en")

    assert hot["text"].startswith("Hot today\n\n1. Lark opens its model")
    assert ["1", "📅 This week", "✨ For you"] == words(hot)
