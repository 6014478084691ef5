"""What administrators decide from a card."""

from __future__ import annotations

import pytest

from tests.house import House, body, buttons, words

ONE, TWO = "长庚光刻机通过验收", "长庚光刻设备首次出货"


@pytest.fixture
def admin(home: House) -> str:
    """The administrator of the settings."""
    home.room.settings = home.room.settings.model_copy(update={"admins": (home.id_of("admin"),)})
    return "admin"


async def two(home: House) -> tuple[int, int]:
    about = {"tags": ("光刻机", "长庚")}
    return (
        await home.publishes(ONE, source="a", text=body(ONE), hours=3, **about),
        await home.publishes(TWO, source="b", text=body(TWO), hours=2, **about),
    )


async def test_two_stories_are_merged(home: House, admin: str):
    """From the card of either; readers' old buttons lead to the one that was kept."""
    one, other = await two(home)
    await home.says(f"/start story_{other}")
    await home.says(f"/start story_{other}", who=admin)
    await home.presses("更多", who=admin)
    offered = await home.presses("合并", who=admin)
    asked = await home.presses("1", who=admin)
    merged, said = await home.presses("确认合并", who=admin), home.toast
    voted = await home.presses("👍")

    assert f"1. {ONE}" in offered["text"]
    assert asked["text"].startswith(f"合并“{TWO}”和“{ONE}”？")
    assert ("同题 2 家：" in merged["text"], said) == (True, "已合并")
    assert ("👍 1 ✓", True) == (words(voted)[0], voted["text"].startswith(ONE))
    assert f"vote:-:{one}:+1" == buttons(voted)[0]["callback_data"]


async def test_a_story_is_split_and_says_what_was_decided(home: House, admin: str):
    """The chosen article is a story of its own."""
    one, _ = await two(home)
    await home.says(f"/start story_{one}", who=admin)
    for step in ("更多", "合并", "1", "确认合并", "拆分"):
        listed = await home.presses(step, who=admin)
    asked = await home.presses("✂ 2", who=admin)
    kept = await home.presses("返回", who=admin)
    for step in ("更多", "拆分", "✂ 2", "确认拆分"):
        left = await home.presses(step, who=admin)
    found = await home.says("首次出货", who=admin)

    assert (True, True) == (
        f"1. {ONE}" in listed["text"],
        f"并入 1 篇 “{TWO}”（管理员 {home.id_of(admin)}）" in listed["text"],
    )
    assert (True, True) == (
        asked["text"].startswith(f"把“{TWO}”从“{ONE}”里拆出去？"),
        "同题 2 家" in kept["text"],
    )
    assert (True, False) == (left["text"].startswith(ONE), "同题" in left["text"])
    assert f"1. {TWO}" in found["text"]


async def test_a_story_is_put_on_top(home: House, admin: str):
    """For everybody, and says so where one asks why."""
    await two(home)
    before = (await home.says("/digest"))["text"]
    await home.says("/digest", who=admin)
    for step in ("2", "更多", "置顶"):
        card = await home.presses(step, who=admin)
    after = (await home.says("/digest"))["text"]
    await home.presses("1")
    why = await home.presses("为什么在这里")

    assert before.splitlines()[0] != after.splitlines()[0]
    assert "📌 置顶 ✓" in words(card)
    assert "+6.0  编辑置顶" in why["text"]


async def test_nobody_else_sees_or_may_do_it(home: House, admin: str):
    """A made-up press is answered like any old one, in groups too."""
    one, other = await two(home)
    card = await home.says(f"/start story_{one}")
    more = await home.presses("更多")
    for data in (
        f"pin:-:{one}:",
        f"merge:-:{one}:",
        f"into:-:{one}:{other}",
        f"split:-:{one}:",
        f"apart:-:{one}:1",
    ):
        await home.forges(data, card["message_id"])
        assert "这个按钮已失效。" == home.toast

    assert not any("合并" in text or "置顶" in text for text in words(more))


@pytest.mark.parametrize("value", ["", "x", "٣", "9" * 19, "999999", "-1"])
async def test_a_made_up_number_is_answered(home: House, admin: str, value: str):
    """An administrator's client may be broken too."""
    one, _ = await two(home)
    card = await home.says(f"/start story_{one}", who=admin)
    for verb in ("into", "join", "apart", "cut"):
        await home.forges(f"{verb}:-:{one}:{value}", card["message_id"], who=admin)
        assert home.toast


async def test_who_came_from_the_desk_goes_back_to_it(home: House, admin: str):
    """After each of them the desk's card is shown, from which its list is one press away."""
    await two(home)
    await home.says("/desk", who=admin)
    await home.presses("1", who=admin)
    for step in ("合并", "1", "确认合并"):
        merged = await home.presses(step, who=admin)
    for step in ("拆分", "✂ 2", "确认拆分"):
        left = await home.presses(step, who=admin)
    pool = await home.presses("返回", who=admin)

    assert ("✏️ 改题" in words(merged), "✏️ 改题" in words(left)) == (True, True)
    assert pool["text"].startswith("选题台")


async def test_the_last_decision_is_undone_by_its_name(home: House, admin: str):
    """Which of on and off it was is said."""
    await two(home)
    await home.says("/desk", who=admin)
    await home.presses("1", who=admin)
    on = await home.presses("📌 置顶", who=admin)
    off = await home.presses("📌 置顶", who=admin)

    assert ("↩ 撤销：置顶" in words(on), "↩ 撤销：取消置顶" in words(off)) == (True, True)
