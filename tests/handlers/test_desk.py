"""/desk, as an editor and the readers see it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsbot.flows import deliver, nudge, plan
from newsbot.models.readers import Reader
from tests.house import House, body, buttons, words

ONE, TWO, THREE = "长庚光刻机通过验收", "云雀大模型开源", "硅岸发布新手机"


@pytest.fixture
async def admin(home: House) -> str:
    """The administrator of the settings."""
    home.room.settings = home.room.settings.model_copy(update={"admins": (home.id_of("admin"),)})
    return "admin"


async def news(home: House) -> tuple[int, int]:
    return (
        await home.publishes(ONE, source="a", hours=2),
        await home.publishes(TWO, source="b", hours=1),
    )


async def opens(home: House, title: str) -> dict:
    """An editor opens the desk and a story in it."""
    pool = await home.says("/desk", who="admin")
    line = next(line for line in pool["text"].splitlines() if title in line)
    return await home.presses(line.partition(".")[0], who="admin")


async def digest(home: House, who: str = "zh") -> str:
    return (await home.says("/digest", who=who))["text"]


async def test_the_pool_is_ranked_and_opens_stories(home: House, admin: str):
    """And leads back to the same page."""
    await news(home)
    pool = await home.says("/desk", who=admin)
    card = await home.presses("1", who=admin)
    back = await home.presses("返回", who=admin)

    assert pool["text"].startswith("选题台 · 2 条\n\n1. ")
    assert ["1", "2", "🔄 刷新", "📏 规则", "✍️ 主编语", "🗑 删文章"] == words(pool)
    assert ["📌 置顶", "🚫 撤下", "⏸ 暂缓", "✏️ 改题", "🏷 标签"] == words(card)[:5]
    assert pool["text"] == back["text"]


@pytest.mark.parametrize(("button", "sign"), [("🚫 撤下", "🚫"), ("⏸ 暂缓", "⏸")])
async def test_what_is_dropped_or_held_is_in_no_digest(home: House, admin: str, button: str, sign: str):
    """Nor in /hot; search and its card still have it, and it is undone by one press."""
    await news(home)
    await opens(home, ONE)
    card = await home.presses(button, who=admin)
    pool = await home.presses("返回", who=admin)
    gone = await digest(home), (await home.says("/hot"))["text"]
    found = (await home.says("光刻机"))["text"]
    await opens(home, ONE)
    undone = await home.presses("↩ 撤销", who=admin)

    assert (f"{button} ✓" in words(card), f"{sign} {ONE}" in pool["text"]) == (True, True)
    assert (False, False, True) == (ONE in gone[0], ONE in gone[1], ONE in found)
    assert ONE in await digest(home)
    assert "<s>" not in undone["text"]
    assert ["strikethrough"] == [one["type"] for one in undone["entities"] if one["type"] == "strikethrough"]


async def test_what_is_held_comes_by_itself_a_day_later(home: House, admin: str):
    """Nobody has to remember it."""
    story, _ = await news(home)
    await opens(home, ONE)
    await home.presses("⏸ 暂缓", who=admin)
    home.later(hours=23, minutes=59)
    await nudge.nudge(home.room)
    async with home.room.store.read() as tx:
        (held,) = await tx.stories.load([story])
    home.later(minutes=1)
    await nudge.nudge(home.room)
    async with home.room.store.read() as tx:
        (free,) = await tx.stories.load([story])

    assert (False, True) == (held.is_offered, free.is_offered)


async def test_a_headline_is_changed_and_the_original_shown(home: House, admin: str):
    """In digests, cards and search, by the old words and the new ones; undone, it is as it was."""
    await news(home)
    await opens(home, ONE)
    await home.presses("✏️ 改题", who=admin)
    card = await home.says("国产光刻机过了验收", who=admin)
    told = await digest(home)
    old, new = (await home.says("长庚"))["text"], (await home.says("过了验收"))["text"]
    await home.presses("1")
    reader = await home.presses("为什么在这里")
    await home.forges(buttons(card)[-1]["callback_data"], card["message_id"], who=admin)
    after = await home.says("过了验收")

    assert ("国产光刻机过了验收", f"原题：{ONE}") == tuple(
        card["text"].splitlines()[n].removeprefix("✏️ ") for n in (0, 1)
    )
    assert "国产光刻机过了验收" in told
    assert ["国产光刻机过了验收" in one for one in (old, new)] == [True, True]
    assert (f"原题：{ONE}" in reader["text"], "✏️ 编辑改题" in reader["text"]) == (True, True)
    assert (ONE in await digest(home), after["text"].startswith("没有找到")) == (True, True)


async def test_the_publishers_headline_comes_back_when_asked_for(home: House, admin: str):
    await news(home)
    await opens(home, ONE)
    await home.presses("✏️ 改题", who=admin)
    await home.says("别的", who=admin)
    await home.presses("✏️ 改题", who=admin)
    card = await home.says("原题", who=admin)

    assert card["text"].startswith(ONE)


async def test_tags_are_changed(home: House, admin: str):
    """What is found by tag follows."""
    await news(home)
    await opens(home, ONE)
    await home.presses("🏷 标签", who=admin)
    card = await home.says("#半导体设备 验收、长庚", who=admin)
    found = await home.says("标签:半导体设备")

    assert "#半导体设备 #验收 #长庚" in card["text"]
    assert ONE in found["text"]


async def test_another_article_leads(home: House, admin: str):
    """And stays the lead when more join."""
    await home.publishes(ONE, source="a", text=body("x"), hours=3)
    story = await home.publishes("光刻机验收通过了", source="b", text=body("x"), hours=2)
    await opens(home, ONE)
    await home.presses("🥇 头条", who=admin)
    card = await home.presses("2", who=admin)
    await home.publishes("长庚的光刻机通过验收", source="c", text=body("x"), hours=1)
    async with home.room.store.read() as tx:
        (told,) = await tx.stories.load([story])

    assert card["text"].startswith("光刻机验收通过了")
    assert (3, "光刻机验收通过了") == (len(told.articles), told.title)


async def test_a_correction_is_told_to_who_was_shown_it(home: House, admin: str):
    """Its card says so at once; the next digest carries it, once."""
    await home.says("/schedule 12:00")
    await news(home)
    story = await _shown(home, ONE)
    await home.presses("更正", who=admin)
    await home.says("长庚光刻机未通过验收\n编辑部核实后改正", who=admin)
    card = await home.says(f"/start story_{story}")
    await home.publishes(THREE, source="c", hours=0)
    first = await _next_digest(home)
    await home.publishes("灵犀芯片量产", source="d", hours=0)
    second = await _next_digest(home)

    assert "✏️ 编辑更正于" in card["text"]
    assert "编辑部核实后改正" in card["text"]
    assert f"✏️ 更正：长庚光刻机未通过验收（原题：{ONE}）\n编辑部核实后改正" in first
    assert "更正" not in second


async def test_a_retraction_is_told_and_nothing_finds_it(home: House, admin: str):
    """Its card says why; undone, it is found again and nobody is told."""
    await home.says("/schedule 12:00")
    await news(home)
    story = await _shown(home, ONE)
    await home.presses("撤回", who=admin)
    desk = await home.says("消息不实", who=admin)
    found = await home.says("光刻机")
    card = await home.says(f"/start story_{story}")
    await home.publishes(THREE, source="c", hours=0)
    told = await _next_digest(home)
    await home.forges(buttons(desk)[-1]["callback_data"], desk["message_id"], who=admin)
    again = await home.says("光刻机")

    assert found["text"].startswith("没有找到")
    assert "↩️ 编辑已撤回这条新闻\n消息不实" in card["text"]
    assert f"↩️ 撤回：{ONE}\n消息不实" in told
    assert ONE in again["text"]


async def _shown(home: House, title: str) -> int:
    """A digest with this story arrives, and an editor opens it from its card."""
    async with home.room.store.read() as tx:
        told = await tx.stories.load(await _sent(home, days=1))
    (story,) = [one.id for one in told if one.title == title]
    home.later(minutes=1)
    await home.says(f"/start story_{story}", who="admin")
    await home.presses("更多", who="admin")
    await home.presses("🗞 编辑", who="admin")
    return story


async def _sent(home: House, days: int = 0) -> list[int]:
    """The digest of noon arrives; its stories."""
    home.later(days=days)
    await plan.plan(home.room)
    home.later(minutes=5)
    await deliver.deliver(home.room)
    async with home.room.store.read() as tx:
        last = (await tx.deliveries.of(home.id_of("zh")))[-1]
    return list(last.story_ids)


async def _next_digest(home: House) -> str:
    await _sent(home, days=1)
    return home.last()["text"]


async def test_rules_drop_by_themselves(home: House, admin: str):
    """What is there and what comes; removed, what it dropped is offered; an editor has the last word."""
    await home.publishes("开学促销手机", source="shop", hours=2)
    await home.says("/desk", who=admin)
    await home.presses("📏 规则", who=admin)
    await home.presses("＋ 规则", who=admin)
    rules = await home.says("促销 来源:shop", who=admin)
    await home.publishes("双十一促销电脑", source="shop", hours=1)
    await home.publishes("电脑促销背后的芯片", source="paper", hours=1)
    told = await digest(home)
    card = await opens(home, "双十一促销电脑")
    spared = await home.presses("🚫 撤下 ✓", who=admin)
    after = await digest(home)
    await home.forges(
        next(one["callback_data"] for one in buttons(rules) if one["text"] == "✕ 1"),
        rules["message_id"],
        who=admin,
    )

    assert "1. 促销 来源:shop" in rules["text"]
    assert (False, False, True) == (
        "开学促销手机" in told,
        "双十一促销电脑" in told,
        "电脑促销背后的芯片" in told,
    )
    assert "🚫 按规则撤下：促销 来源:shop" in card["text"]
    assert ("按规则" in spared["text"], "双十一促销电脑" in after) == (False, True)
    assert "开学促销手机" in await digest(home)


async def test_a_line_of_the_editor_stands_on_top(home: House, admin: str):
    """Of digests of a day, for who reads its language."""
    await news(home)
    await home.publishes("A chip is out", source="e", language="en")
    await home.says("/desk", who=admin)
    await home.presses("✍️ 主编语", who=admin)
    await home.presses("写一句", who=admin)
    noted = await home.says("今天芯片很热闹", who=admin)
    zh, en = await digest(home), await digest(home, "en")
    home.later(hours=24)
    await home.publishes(THREE, source="c", hours=0)
    later = await digest(home)

    assert "✍️ 主编语（zh）：今天芯片很热闹" in noted["text"]
    assert zh.startswith("✍️ 主编语：今天芯片很热闹\n\n1. ")
    assert (False, True) == ("今天芯片" in en, later.startswith("1. "))


async def test_a_nudge_before_a_busy_slot(home: House, admin: str):
    """A quarter of an hour before, once; who does not want it is left alone."""
    await news(home)
    await home.says("/start", who=admin)
    slot = home.moment + timedelta(minutes=20)
    async with home.room.store.begin() as tx:
        for number in range(1, 6):
            await tx.readers.save(Reader(id=number, next_due=slot), home.moment)
    told_after = [home.later(minutes=1) or await nudge.nudge(home.room) for _ in range(7)]
    first = sum(told_after)
    told = home.last(admin)
    again = await nudge.nudge(home.room)
    await home.presses("不再提醒", who=admin)
    home.later(days=1)
    async with home.room.store.begin() as tx:
        for number in range(1, 6):
            await tx.readers.save(Reader(id=number, next_due=slot + timedelta(days=1)), home.moment)
    last = await nudge.nudge(home.room)

    assert [0, 0, 0, 0, 1, 0, 0] == told_after  # at 12:05, a quarter of an hour before 12:20
    assert (1, 0, 0) == (first, again, last)
    assert told["text"].startswith("⏰ 12:20 有 5 人收简报。现在排在前面的：\n\n1. ")


async def test_an_article_is_removed_by_its_address(home: House, admin: str):
    """From text, index and card; neither its source nor a pasted link brings it back."""
    story, _ = await news(home)
    async with home.room.store.read() as tx:
        address = (await tx.articles.load([1]))[1].link
    await home.says("/desk", who=admin)
    await home.presses("🗑 删文章", who=admin)
    none = await home.says("https://a.example/other", who=admin)
    await home.says("/desk", who=admin)
    await home.presses("🗑 删文章", who=admin)
    asked = await home.says(address, who=admin)
    await home.presses("确认删除", who=admin)
    found, card = await home.says("光刻机"), await home.says(f"/start story_{story}")
    with pytest.raises(KeyError):  # there is no such article any more
        await home.publishes(ONE, source="a", hours=2)
    async with home.room.store.read() as tx:
        left = await tx.articles.load([1, 3])

    assert none["text"] == "没有这个地址的文章。"
    assert ONE in asked["text"]
    assert (found["text"].startswith("没有找到"), card["text"]) == (True, "这条新闻已经不在了。")
    assert {} == left


@pytest.mark.parametrize(
    ("button", "typed", "said"),
    [
        ("✏️ 改题", "长" * 201, "写一个标题，最多 200 字。"),
        ("🏷 标签", "a b c d e f g h i", "写 1 到 8 个标签，每个最多 40 字。"),
        ("🏷 标签", "# #", "写 1 到 8 个标签，每个最多 40 字。"),
        ("撤回", "长" * 301, "写点内容，最多 300 字。"),
    ],
)
async def test_what_cannot_be_is_said(home: House, admin: str, button: str, typed: str, said: str):
    await news(home)
    await opens(home, ONE)
    await home.presses(button, who=admin)

    assert said == (await home.says(typed, who=admin))["text"]


@pytest.mark.parametrize(
    "data",
    [
        "desk:-:999:card",
        "desk:-:1:lead.99",
        "desk:-:1:undo.9",
        "desk:-:-:norule.9",
        "desk:-:-:gone.99",
        "desk:-:-:x",
        "desk:v9:-:page.99999999999999999999",
    ],
)
async def test_a_made_up_press_is_answered(home: House, admin: str, data: str):
    await news(home)
    pool = await home.says("/desk", who=admin)
    await home.forges(data, pool["message_id"], who=admin)

    assert list(home.telegram.toasts.values())[-1] is not None


async def test_what_was_held_over_a_digest_is_in_the_next_one(home: House, admin: str):
    """It is news from when it was offered again."""
    await home.says("/schedule 12:00 18:00")
    home.later(days=1)
    await home.publishes(ONE, source="a", hours=0)
    await home.publishes(TWO, source="b", hours=0)
    await opens(home, ONE)
    await home.presses("⏸ 暂缓", who=admin)
    noon = await _sent(home)
    home.later(hours=1)
    await home.presses("⏸ 暂缓 ✓", who=admin)
    home.later(hours=5)
    evening = await _sent(home)

    assert ([2], [1]) == (noon, evening)
