"""To follow and to mute, and to change one's mind."""

from __future__ import annotations

import pytest

from newsbot.flows import alert, deliver
from tests.house import House, buttons

EVENT = "长庚光刻机通过验收"


async def theirs(home: House):
    async with home.room.store.read() as tx:
        return await tx.readers.get(home.id_of())


async def test_what_is_followed_is_shown_first_by_what_it_would_have_been(home: House):
    """How much of the last 7 days, with examples; alerts on and off and undo under it."""
    await home.publishes(EVENT)
    await home.publishes("芯片涨价", hours=30)
    said = await home.says("/follow 光刻机 芯片")
    assert (
        f"已关注：光刻机、芯片\n\n光刻机：近 7 天 1 条，平均每天 0.1 条\n· {EVENT}\n\n芯片：近 7 天"
        in said["text"]
    )

    on = await home.presses("⚡ 马上提醒")
    assert (True, {"光刻机", "芯片"}) == ("每天最多 5 条" in on["text"], set((await theirs(home)).alerts))
    await home.presses("🔕 不用提醒")
    assert frozenset() == (await theirs(home)).alerts
    assert "已取消关注：光刻机、芯片" == (await home.presses("↩ 撤销"))["text"]
    assert () == (await theirs(home)).follows


async def test_keywords_are_edited_in_place(home: House):
    """⚡ on and off, ✕; muted ones too; what is gone does not come back by an old button."""
    await home.says("/follow 芯片 鸿蒙")
    await home.says("/mute 券后 来源:某某网")
    page = await home.says("/keywords")
    assert "🔔 芯片\n🔔 鸿蒙\n🔇 券后\n🔇 来源:某某网" in page["text"]

    assert "⚡ 芯片\n🔔 鸿蒙" in (await home.presses("🔔 芯片"))["text"]
    assert "🔔 芯片\n🔔 鸿蒙" in (await home.presses("⚡ 芯片"))["text"]
    drop = buttons(home.last())[1]["callback_data"]
    assert "🔔 芯片" not in (await home.forges(drop, page["message_id"]))["text"]
    await home.forges(drop, page["message_id"])
    assert ("鸿蒙",) == (await theirs(home)).follows
    await home.presses("✕ 券后")
    assert ("来源:某某网",) == (await theirs(home)).mutes


async def test_many_keywords_have_pages(home: House):
    """Eight a page."""
    await home.says("/follow " + " ".join(f"词{number}" for number in range(20)))
    first = await home.says("/keywords")
    last = await home.presses("◀")

    assert ("🔔 词0" in first["text"], "🔔 词16" in last["text"]) == (True, True)
    assert "3/3" in [one["text"] for one in buttons(last)]


async def test_muting_step_by_step(home: House):
    """/mute asks, the next text answers; /unmute takes back."""
    await home.says("/mute")
    assert "已屏蔽：券后" == (await home.says("券后"))["text"]
    assert "已经屏蔽了。" == (await home.says("/mute 券后"))["text"]
    await home.says("/unmute")
    assert "不再屏蔽：券后" == (await home.says("券后"))["text"]
    assert "这些都没有屏蔽。" == (await home.says("/unmute 券后"))["text"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/follow -华为", "只写了排除词，请再写一个要找的词。"),
        ("/follow !!!", "请写上关键词，例如：/follow"),
        ("/follow " + "很" * 101, "一个词最多 100 个字。"),
        ("/mute 芯片 -来源:x", "“-来源:x”不能排除"),
    ],
)
async def test_what_cannot_be_followed_is_said(home: House, typed: str, said: str):
    """And nothing is kept."""
    assert (await home.says(typed))["text"].startswith(said.partition("？")[0])
    assert not (await theirs(home) or []) or () == (await theirs(home)).follows


async def test_a_story_is_followed_and_muted_on_its_card(home: House):
    """Marked there; in /keywords by its headline; pressed again as before."""
    await home.publishes(EVENT)
    await home.says("/digest")
    await home.presses("1")
    assert "🔔 关注后续 ✓" in [one["text"] for one in buttons(await home.presses("🔔 关注后续"))]
    assert "有后续会马上告诉你。" == home.toast
    assert f"⚡ 后续：{EVENT}" in (await home.says("/keywords"))["text"]
    await home.says("/digest")
    await home.presses("1")
    rows = [one["text"] for one in buttons(await home.presses("🔇 别再提"))]
    assert ("🔇 别再提 ✓" in rows, "🔔 关注后续" in rows) == (True, True)  # the one puts an end to the other
    assert f"🔇 {EVENT}" in (await home.says("/keywords"))["text"]
    assert "暂时没有新内容。" == (await home.says("/digest"))["text"]

    await home.says("光刻机")
    await home.presses("1")
    await home.presses("🔇 别再提")
    reader = await theirs(home)
    assert ((), ()) == (reader.follows, reader.mutes)


async def test_an_alert_comes_at_once(home: House):
    """With its headline first, for which word, and the card in its place and back."""
    await home.says("/start")
    await home.says("/follow 光刻机")
    await home.presses("⚡ 马上提醒")
    await home.publishes(EVENT)
    assert (1, 1) == (await alert.alert(home.room), await deliver.deliver(home.room))
    said = home.last()

    assert said["text"].startswith(EVENT)
    assert said["text"].endswith("⚡ 光刻机")
    card = await home.presses("展开")
    assert "👍 0" in [one["text"] for one in buttons(card)]
    assert said["text"] == (await home.presses("‹ 返回"))["text"]
