"""/inbox, as administrators and readers see it."""

from __future__ import annotations

import pytest

from newsbot.flows import mailing, read
from tests.flows.web import Web, item, page
from tests.house import House, body, words

ONE, TWO = "长庚光刻机通过验收", "长庚光刻设备首次出货"


async def reports(home: House, story: int, reason: str, *people: str) -> None:
    """They say that something is wrong with a story."""
    for who in people or ("zh", "en"):
        card = await home.says(f"/start story_{story}", who=who)
        await home.forges(f"report:-:{story}:{reason}", card["message_id"], who=who)


async def told(home: House, who: str = "zh") -> str:
    """What a reader got in answer."""
    await mailing.mail(home.room)
    return home.last(who)["text"]


async def opens(home: House, *presses: str) -> dict:
    await home.says("/inbox", who="admin")
    for one in presses:
        found = await home.presses(one, who="admin")
    return found


async def test_what_readers_say_is_grouped(home: House, admin: str):
    """By reason, by source, and by story, with how many said it."""
    first = await home.publishes(ONE, source="a")
    second = await home.publishes("云雀大模型开源", source="b")
    empty = await home.says("/inbox", who=admin)
    await reports(home, first, "clickbait")
    await reports(home, second, "clickbait", "zh")
    await reports(home, second, "ad", "en")
    await home.says("/feedback 字太小")
    tray = await home.says("/inbox", who=admin)
    by_reason = await home.presses("标题党 3", who=admin)
    await home.presses("返回", who=admin)
    by_source = await home.presses("b日报 2", who=admin)
    await home.presses("返回", who=admin)
    said = await home.presses("留言 1", who=admin)

    assert empty["text"] == "没有待处理的反馈。"
    assert ["标题党 3", "广告 1", "留言 1", "a日报 2", "b日报 2"] == words(tray)
    assert by_reason["text"].startswith(f"标题党\n\n1. {ONE}\na日报 · 标题党 × 2")
    assert "云雀大模型开源\nb日报 · 广告 × 1" in by_source["text"]
    assert "1. 字太小" in said["text"]


async def test_a_headline_is_changed_and_who_said_it_is_told(home: House, admin: str):
    """In their own languages, once; nothing waits any more."""
    story = await home.publishes(ONE)
    await reports(home, story, "clickbait")
    await opens(home, "标题党", "1")
    await home.presses("✏️ 改题", who=admin)
    done = await home.says("光刻机过了验收", who=admin)
    zh, en = await told(home), await told(home, "en")
    card = await home.says(f"/start story_{story}")

    assert f"你反馈的“{ONE}”已改题为“光刻机过了验收”。谢谢！" == zh
    assert f"The headline you reported, “{ONE}”, is now “光刻机过了验收”. Thank you!" == en
    assert (done["text"], card["text"].startswith("光刻机过了验收")) == ("没有待处理的反馈。", True)


async def test_a_duplicate_is_merged_by_one_press(home: House, admin: str):
    """With the story that most likely tells the same."""
    about = {"tags": ("光刻机", "长庚")}
    first = await home.publishes(ONE, source="a", text=body(ONE), hours=3, **about)
    second = await home.publishes(TWO, source="b", text=body(TWO), hours=2, **about)
    await reports(home, second, "duplicate", "zh")
    heap = await opens(home, "重复", "1")
    await home.presses("🔗 合并到这条", who=admin)
    async with home.room.store.read() as tx:
        (now,) = await tx.stories.load([second])

    assert f"可能是同一件事：{ONE}" in heap["text"]
    assert (first, 2) == (now.id, len(now.articles))
    assert (await told(home)).startswith("你反馈的重复已处理，两条合成了“")


async def test_tags_are_changed(home: House, admin: str):
    story = await home.publishes(ONE)
    await reports(home, story, "tags", "zh")
    await opens(home, "标签错", "1")
    await home.presses("🏷 改标签", who=admin)
    await home.says("半导体设备", who=admin)

    assert (await told(home)).startswith(f"你反馈的“{ONE}”，标签已改好。")


async def test_an_article_is_read_again(home: House, admin: str, web: Web):
    """What its page says now is what the card says; where it cannot be read it still waits."""
    address = web.serves("/a", page(ONE, body("短")), content_type="text/html")
    story = await read.link(home.room, address) or 0
    web.fails("/a", 503)
    await reports(home, story, "broken", "zh")
    await opens(home, "打不开", "1")
    await home.presses("🔄 重新读取", who=admin)
    failed = home.toast
    web.serves("/a", page(ONE, body(ONE)), content_type="text/html")
    await home.presses("🔄 重新读取", who=admin)
    async with home.room.store.read() as tx:
        article = (await tx.articles.load([1]))[1]

    assert failed.startswith("读不到这篇文章")
    assert body(ONE).splitlines()[1] in article.text
    assert (await told(home)).startswith(f"你反馈的“{ONE}”已重新读取。")


async def test_a_source_is_lowered(home: House, admin: str):
    """A step."""
    story = await home.publishes(ONE, source="shop")
    await reports(home, story, "ad", "zh")
    await opens(home, "广告", "1")
    await home.presses("➖ 降低来源", who=admin)
    async with home.room.store.read() as tx:
        weights = {one.id: one.weight for one, _ in await tx.sources.all()}

    assert {"shop": 0.5} == weights
    assert (await told(home)).endswith("来源 shop日报 的权重已降低。谢谢！")


async def test_words_are_answered(home: House, admin: str):
    """One reader, and all who said something of a story; or they are only thanked."""
    story = await home.publishes(ONE)
    await home.says("/feedback 字太小 <b>")
    await reports(home, story, "other")
    one = await opens(home, "留言", "1")
    await home.presses("💬 回复", who=admin)
    await home.says("手机里可以调 <大>", who=admin)
    answered = await told(home)
    await opens(home, "其他", "1")
    await home.presses("已阅，不改", who=admin)

    assert "字太小 <b>" in one["text"]
    assert answered == "编辑回复你的反馈“字太小 <b>”：\n手机里可以调 <大>"
    assert (await told(home)) == f"编辑看过你的反馈了：“{ONE}”。谢谢！"
    assert (await told(home, "en")) == f"The editors have seen what you said: “{ONE}”. Thank you!"


async def test_a_suggested_source_is_previewed_and_taken_in(home: House, admin: str, web: Web):
    """Or not; who suggested it hears of it."""
    address = web.publishes("/feed", item("云雀大模型今天开源", "正文。"), title="某某日报")
    for suggested in (f"看看这个 {address}", "没有地址"):
        await home.publishes(ONE)
        await home.says("/sources")
        await home.presses("推荐来源")
        await home.says(suggested)
    nothing = await opens(home, "推荐来源 2", "1")
    await home.presses("不收录", who=admin)
    declined = await told(home)
    await opens(home, "推荐来源 1", "1")
    shown = await home.presses("🔍 预览", who=admin)
    await home.presses("✅ 收录", who=admin)
    async with home.room.store.read() as tx:
        known = {one.url for one, _ in await tx.sources.all()}

    assert declined == "你推荐的来源这次没有收录：“没有地址”。谢谢！"
    assert "🔍 预览" not in words(nothing)
    assert "某某日报\nfeed" in shown["text"]
    assert "· 云雀大模型今天开源" in shown["text"]
    assert (address in known, await told(home)) == (True, "你推荐的来源已收录：某某日报。谢谢！")


async def test_what_was_dealt_with_is_not_answered_twice(home: House, admin: str):
    """By an old button, or by another administrator meanwhile."""
    story = await home.publishes(ONE)
    await reports(home, story, "other", "zh")
    heap = await opens(home, "其他", "1")
    await home.presses("已阅，不改", who=admin)
    await home.forges(f"inbox:-:{story}:seen.other", heap["message_id"], who=admin)
    await mailing.mail(home.room)

    assert home.toast == "这条已经处理过了。"
    assert 1 == sum("编辑看过" in text for text in home.texts("zh"))


@pytest.mark.parametrize(
    "data",
    [
        "inbox:-:1:x",
        "inbox:-:99:heap.other",
        "inbox:-:1:heap.nothing",
        "inbox:-:-:one.999",
        "inbox:-:-:one.x",
        "inbox:-:-:by.x",
        "inbox:-:-:from.x",
        "inbox:-:1:merge.x",
    ],
)
async def test_a_made_up_press_is_answered(home: House, admin: str, data: str):
    await home.publishes(ONE)
    tray = await home.says("/inbox", who=admin)
    await home.forges(data, tray["message_id"], who=admin)

    assert home.toast
