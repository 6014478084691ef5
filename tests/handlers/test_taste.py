"""What was learned about a reader, shown and changed in the chat."""

from __future__ import annotations

import pytest

from tests.house import House, buttons, words

TITLE = "云雀大模型开源，商用免费"


async def likes(home: House) -> None:
    """A story about two things is opened and supported."""
    story = await home.publishes(TITLE, tags=("大模型", "开源"), source="daily")
    await home.says(f"/start story_{story}")
    await home.presses("👍")


async def page(home: House) -> dict:
    await home.says("/settings")
    return await home.presses("我的口味")


async def test_the_page_says_what_was_learned_and_from_what(home: House):
    """The strongest first, sources by their names."""
    await likes(home)
    told = await page(home)

    assert [
        "1. 👍 大模型 +0.8  打开 1 次、投票 1 次",
        "2. 👍 开源 +0.8  打开 1 次、投票 1 次",
        "3. 👍 领域 人工智能 +0.4  打开 1 次、投票 1 次",
        "4. 👍 来源 daily日报 +0.4  打开 1 次、投票 1 次",
    ] == [line for line in told["text"].splitlines() if line[:1].isdecimal()]
    assert ["✕ 1", "✕ 2", "✕ 3", "✕ 4", "⏸ 停止学习", "🗑 全部清除", "‹ 返回"] == words(told)


async def test_one_thing_is_removed(home: House):
    """The others move up; a press on an old page is answered."""
    await likes(home)
    before = await page(home)
    after = await home.presses("✕ 1")
    first = buttons(before)[0]["callback_data"]
    await home.forges(first, before["message_id"])

    assert ("1. 👍 开源 +0.8" in after["text"], "大模型" in after["text"]) == (True, False)
    assert "这个按钮已失效。" == home.toast


async def test_learning_is_turned_off_and_on(home: House):
    """While it is off nothing is shown, and a card does not offer 少来点这类."""
    await likes(home)
    await page(home)
    off = await home.presses("停止学习")
    story = await home.publishes("青松机器人开始量产", source="weekly")
    card = await home.says(f"/start story_{story}")
    await page(home)
    on = await home.presses("开始学习")

    assert ("现在不学习，也不按口味排序。" in off["text"], ["▶️ 开始学习", "🗑 全部清除", "‹ 返回"]) == (
        True,
        words(off),
    )
    assert "少来点这类" not in words(card)
    assert "1. 👍 大模型" in on["text"]


async def test_all_is_forgotten_after_asking(home: House):
    """‹ back forgets nothing."""
    await likes(home)
    await page(home)
    await home.presses("全部清除")
    kept = await home.presses("返回")
    await home.presses("🗑 全部清除")
    gone = await home.presses("全部清除")

    assert ("大模型" in kept["text"], "还没有学到什么" in gone["text"]) == (True, True)
    assert "已全部清除" == home.toast


async def test_less_of_this_changes_what_comes(home: House):
    """At once, and back; it is no vote."""
    less = await home.publishes(TITLE, tags=("大模型",), source="a", hours=1)
    other = await home.publishes("青松机器人开始量产", tags=("机器人",), source="b", hours=1.5)
    before = (await home.says("/digest"))["text"]
    await home.presses("1")
    card = await home.presses("少来点这类")
    after = (await home.says("/digest"))["text"]

    assert less < other
    assert ("👍 0", "少来点这类 ✓") == (words(card)[0], words(card)[7])
    assert (True, True) == (before.startswith(f"1. {TITLE}"), after.startswith("1. 青松机器人"))
    await home.says(f"/start story_{less}")
    assert "少来点这类" in words(await home.presses("少来点这类 ✓"))
    assert (await home.says("/digest"))["text"].startswith(f"1. {TITLE}")


async def test_why_a_story_is_here(home: House):
    """Its votes, its age, what is followed, what is liked; the vote row stays."""
    await home.says("/follow 大模型")
    await likes(home)
    why = await home.presses("为什么在这里")

    assert "为什么在这里（" in why["text"]
    for part in ("+2.0  你关注的：大模型", "1 小时前", "1 人支持，0 人反对，0 人看到过", "你的口味：大模型"):
        assert part in why["text"]
    assert "👍 1 ✓" == words(why)[0]
    await home.presses("👍")
    assert "为什么在这里（" not in home.last()["text"]


async def test_in_a_group_nobody_changes_what_somebody_likes(home: House):
    """A made-up press is answered."""
    group = home.telegram.add_group("群", [home.id_of()]).id
    await home.publishes(TITLE)
    message = await home.says("/digest", chat=group)
    for data in ("less:v1:1:", "taste:-:-:", "erase:-:-:00", "learn:-:-:off", "forget:-:-:yes"):
        await home.forges(data, message["message_id"], chat=group)
        assert home.toast


@pytest.mark.parametrize("data", ["learn:-:-:x", "erase:-:-:zz", "why:-:99:", "less:-:99:"])
async def test_whatever_is_pressed_is_answered(home: House, data: str):
    """With a sentence."""
    message = await home.says("/settings")
    await home.forges(data, message["message_id"])

    assert home.toast
