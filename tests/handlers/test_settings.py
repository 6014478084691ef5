"""/settings: what comes into digests."""

from __future__ import annotations

import pytest

from newsbot.flows import turnstile
from newsbot.models.articles import Retelling
from tests.house import House, words


async def test_the_page_says_what_is_set(home: House):
    """In the reader's language, with a button for what is yes or no."""
    await home.says("/start")
    page = await home.says("/settings")

    assert page["text"].startswith("设置\n推送：")
    ways = [
        "🕗 推送计划",
        "🔔 关键词",
        "🧹 内容筛选",
        "📰 新闻来源",
        "🎨 简报样式",
        "⭐ 收藏",
        "🔥 今日热门",
        "✉️ 反馈",
        "✨ 猜你喜欢",
        "❤️ 我的口味",
        "🔒 隐私",
    ]
    assert [*ways, "🌐 English", "⏹ 停止推送"] == words(page)
    kinds = ["○ 优惠", "○ 软文", "○ 融资快讯", "○ 要闻汇总", "○ 非科技"]
    assert [*kinds, "✓ 中文文章", "○ 英文文章", "‹ 返回"] == words(await home.presses("内容筛选"))
    await home.says("/settings", who="en")
    english = await home.presses("Filters", who="en")
    assert ["○ Deals", "✓ English articles"] == [words(english)[0], words(english)[-2]]
    assert "已停止" in (await home.says("/stop"), await home.says("/settings"))[1]["text"]


async def test_a_kind_of_noise_is_let_in_and_kept_out_again(home: House):
    """The digest tells how many were left out; search finds them anyway."""
    await home.publishes("长庚光刻机通过验收", source="a")
    await home.publishes("云雀耳机到手价 199 元", source="b", noise="deal", noise_why="到手价 199 元")
    assert "云雀耳机" in (await home.says("云雀耳机"))["text"]
    before = (await home.says("/digest"))["text"]
    await home.says("/settings")
    await home.presses("内容筛选")
    page = await home.presses("优惠")
    within = (await home.says("/digest"))["text"]
    await home.presses("✓ 优惠")

    assert ("✓ 优惠" in words(page), "已滤 1 条" in before, "云雀耳机" in before) == (True, True, False)
    assert ("云雀耳机" in within, "已滤" in within) == (True, False)
    assert before == (await home.says("/digest"))["text"]


async def test_a_card_says_why_it_is_noise(home: House):
    """The words that say so, or its source."""
    for number, (why, said) in enumerate(
        (("到手价 <199> 元", "归为优惠，因为：到手价 <199> 元"), ("source", "归为优惠：该来源都归此类"))
    ):
        story_id = await home.publishes(
            f"云雀耳机第{number}次降价", source=f"s{number}", noise="deal", noise_why=why
        )
        assert said in (await home.says(f"/start story_{story_id}"))["text"]


async def test_languages_of_articles_are_chosen(home: House):
    """One at least."""
    await home.says("/settings")
    await home.presses("内容筛选")
    both = await home.presses("英文文章")
    one = await home.presses("中文文章")
    await home.presses("英文文章")

    assert (["✓ 中文文章", "✓ 英文文章"], ["○ 中文文章", "✓ 英文文章"]) == (
        words(both)[-3:-1],
        words(one)[-3:-1],
    )
    assert "至少要留一种语言的文章。" in (home.toast, home.last()["text"])


async def test_titles_are_translated_for_who_wants_it(home: House, monkeypatch: pytest.MonkeyPatch):
    """Offered where there is a model, to readers of Chinese; the original title stands on the card."""
    await home.says("/settings")
    assert [] == [text for text in words(await home.presses("简报样式")) if "译成" in text]
    home.room.settings = home.room.settings.model_copy(update={"summary_url": "http://127.0.0.1:9/v1"})
    story_id = await home.publishes(
        "Lark opens its model", text="Lark has opened its model today. " * 20, language="en"
    )
    async with home.room.store.read() as tx:
        lead = (await tx.stories.load([story_id]))[0].lead
    async with home.room.store.begin() as tx:
        await tx.articles.retold(
            lead.id,
            Retelling(summary="Lark has opened its model to all.", title="云雀开放模型"),
            home.room.now(),
        )
    await home.says("/settings")
    await home.presses("内容筛选")
    await home.presses("英文文章")
    await home.presses("返回")
    await home.presses("简报样式")
    await home.presses("英文标题译成中文")
    card = (await home.says(f"/start story_{story_id}"))["text"]

    assert card.startswith("云雀开放模型\n")
    assert "原题：Lark opens its model" in card
    assert "AI 摘要 · Lark has opened its model to all." in card
    assert "云雀开放模型" in (await home.says("/digest"))["text"]
    await home.says("/settings", who="en")
    assert [] == [text for text in words(await home.presses("Layout", who="en")) if "Chinese" in text]


@pytest.mark.parametrize("data", ["let:-:-:spam", "let:-:-:", "reads:-:-:fr", "reads:-:-:"])
async def test_a_forged_press_changes_nothing(home: House, data: str):
    """It is answered."""
    page = await home.says("/settings")
    after = await home.forges(data, page["message_id"])
    assert (words(page), "这个按钮已经失效" in home.toast or bool(home.toast)) == (words(after), True)


async def test_lists_on_the_page_are_counted_as_those_that_are_asked_for(home: House):
    """Twenty a minute, whichever way a person takes to them."""
    await home.says("/start")
    await home.says("/settings")
    for _ in range(turnstile.MOST):
        await home.presses("今日热门")
        await home.presses("返回")
    await home.presses("今日热门")

    assert "一分钟最多搜 20 次" in home.toast
