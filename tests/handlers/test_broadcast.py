"""/broadcast, as an administrator and the readers see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from newsbot.flows import broadcast as casts
from newsbot.flows import mailing
from newsbot.messages.wording import label
from newsbot.models.broadcasts import Broadcast
from newsbot.models.deliveries import State
from playground import media
from tests.house import House, buttons, words
from tests.playground.pictures import png as picture


def mine(home: House) -> list[dict]:
    return home.telegram.messages(home.id_of("admin"))


async def goes_out(home: House) -> None:
    """What the clock does, until all of it is over."""
    await casts.begin_due(home.room)
    await mailing.mail(home.room)
    await mailing.amend(home.room)
    home.later(seconds=5)
    await mailing.progress(home.room)


async def got(home: House, who: str) -> dict:
    return home.telegram.messages(home.id_of(who))[-1]


async def test_words_are_previewed_sent_and_reported(home: House, admin: str):
    """As typed, to all readers; the report says how many were reached."""
    said = "今晚 2 点维护 <b> & 5*3*2\n第二行"
    panel = await home.says(f"/broadcast {said}", who=admin)
    preview = mine(home)[-2]
    begun = await home.presses("发送", who=admin)
    await goes_out(home)

    assert (said, "文字“今晚 2 点维护 <b> & 5*3*2 第二行”") == (
        preview["text"],
        panel["text"].split("内容：")[1].split("\n")[0],
    )
    assert "受众：全部读者，2 人" in panel["text"]
    assert ["发送", "取消", "受众", "定时", "改内容", "给自己发一条"] == words(panel)
    assert "发送中" in begun["text"]
    assert [said, said] == [(await got(home, who))["text"] for who in ("zh", "en")]
    assert ("已发完" in mine(home)[-1]["text"], "送达 2 / 2 人" in mine(home)[-1]["text"]) == (True, True)


async def test_formatting_that_was_typed_is_kept(home: House, admin: str):
    """Telegram's own entities, behind the command."""
    home.telegram.says(home.id_of(admin), "/broadcast 很**重要**的事", None)
    await home.is_quiet(0)
    assert "按 Markdown 排版" in words(mine(home)[-1])
    panel = await home.presses("按 Markdown 排版", who=admin)

    preview = mine(home)[-2]
    assert "很重要的事" == preview["text"]
    assert ["bold"] == [one["type"] for one in preview["entities"]]
    assert panel
    assert "按原样发" in words(mine(home)[-1])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("第一行\n坏的 **没有配对", "Markdown 第 2 行有问题：“**”没有配对，在“坏的 **没有配对”。"),
        ("看 [这里](http://x", "Markdown 第 1 行有问题：“](”没有配对，在“看 [这里](http://x”。"),
    ],
)
async def test_broken_markdown_shows_where(home: House, admin: str, typed: str, said: str):
    """At the button that asked for it; what was typed stays a draft."""
    await home.says(f"/broadcast {typed}", who=admin)
    await home.presses("按 Markdown 排版", who=admin)

    assert said == home.toast


async def test_too_long_shows_where(home: House, admin: str):
    """A picture's words are fewer; both say from where on."""
    await home.says("/broadcast", who=admin)
    media.photo(home.telegram, home.id_of(admin), picture(), "字" * 1020 + "末尾在这里啊啊")
    await home.is_quiet(0)

    assert "太长：最多 1024 字，多出 3 字，从“…" in home.last(admin)["text"]


async def test_a_picture_with_words(home: House, admin: str):
    """The same picture, its words with their formatting; as its caption the command works too."""
    media.photo(home.telegram, home.id_of(admin), picture(), "/broadcast 看图 <x>")
    await home.is_quiet(0)
    preview = mine(home)[-2]
    await home.presses("发送", who=admin)
    await goes_out(home)

    got_it = await got(home, "zh")
    assert ("看图 <x>", "看图 <x>") == (preview["caption"], got_it["caption"])
    assert got_it["photo"] == preview["photo"]


async def test_a_forwarded_message(home: House, admin: str):
    """With its origin; asked for by /broadcast."""
    await home.says("来自读者的话", who="en")
    theirs = home.telegram.messages(home.id_of("en"))
    written = next(one for one in theirs if one.get("text") == "来自读者的话")
    await home.says("/broadcast", who=admin)
    media.forward(home.telegram, home.id_of(admin), written)
    await home.is_quiet(0)
    await home.presses("发送", who=admin)
    await goes_out(home)

    assert ("来自读者的话", True) == (
        (await got(home, "zh"))["text"],
        "forward_origin" in await got(home, "zh"),
    )


async def test_a_story_has_votes_and_a_report_of_them(home: House, admin: str):
    """From its card; readers vote on it and open it."""
    story = await home.publishes("长庚光刻机通过验收")
    await home.says(f"/start story_{story}", who=admin)
    await home.presses("更多", who=admin)
    await home.presses("📣 广播", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)
    await home.presses(label("button.card", "zh"))
    back = await home.presses("返回")
    await home.presses("👍")
    report = await home.presses("刷新", who=admin)

    assert back["text"].startswith("长庚光刻机通过验收")
    assert "👍 1 · 👎 0 · 打开卡片 1" in report["text"]


async def test_a_link_becomes_its_story_or_says_why_not(home: House, admin: str):
    """The same address that was pulled is not read again."""
    await home.publishes("长庚光刻机通过验收")
    async with home.room.store.read() as tx:
        (article,) = (await tx.articles.load([1])).values()
    await home.says(f"/broadcast {article.link}", who=admin)
    known = mine(home)[-2]["text"]
    bad = await home.says("/broadcast http://127.0.0.1:9/nothing", who=admin)

    assert known.startswith("长庚光刻机通过验收")
    assert bad["text"].startswith("这个链接读不了：")


async def test_an_audience_is_chosen(home: House, admin: str):
    """Part by part, with its live count."""
    await home.says("/follow 光刻机", who="zh")
    await home.says("/broadcast 你好", who=admin)
    chosen = await home.presses("受众", who=admin)
    only_en = await home.presses("○ English", who=admin)
    await home.presses("✓ English", who=admin)
    await home.presses("关注的词", who=admin)
    follows = await home.says("光刻机", who=admin)
    both = await home.presses("○ English", who=admin)
    await home.presses("关注的词 ✓", who=admin)
    await home.presses("指定 ID", who=admin)
    one = await home.says(f"{home.id_of('en')} 5", who=admin)
    await home.presses("返回", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)

    assert "全部读者，2 人" in chosen["text"]
    assert "English，1 人" in only_en["text"]
    assert "关注 光刻机，1 人" in follows["text"]
    assert "English · 关注 光刻机，0 人" in both["text"]
    assert "English · 指定的 2 个，1 人" in one["text"]
    assert ("你好", False) == ((await got(home, "en"))["text"], (await got(home, "zh"))["text"] == "你好")


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        ("关注的词", "没有人要的词", "没有人关注“没有人要的词”。"),
        ("关注的来源", "没有的来源", "没有人关注“没有的来源”。"),
        ("简报时刻", "二十五", "没看懂。写 0 到 23 点，例如 8 或 7-9。"),
        ("指定 ID", "abc", "这些不是 ID。用空格分开，最多 1000 个。"),
    ],
)
async def test_an_audience_that_there_is_not(home: House, admin: str, part: str, typed: str, said: str):
    await home.says("/broadcast 你好", who=admin)
    await home.presses("受众", who=admin)
    await home.presses(part, who=admin)

    assert said == (await home.says(typed, who=admin))["text"]


async def test_it_begins_at_its_time(home: House, admin: str):
    """And not before."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("定时", who=admin)
    wrong = await home.says("昨天", who=admin)
    await home.presses("定时", who=admin)
    planned = await home.says("30分钟后", who=admin)
    await goes_out(home)
    before = (await got(home, "zh"))["text"]
    home.later(minutes=30)
    await goes_out(home)

    assert wrong["text"].startswith("没看懂时间。")
    assert "定时：" in planned["text"]
    assert ("你好" == before, "你好" == (await got(home, "zh"))["text"]) == (False, True)


async def test_it_pauses_goes_on_and_is_cancelled(home: House, admin: str):
    """Nothing leaves while it pauses; what is cancelled never does."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    paused = await home.presses("暂停", who=admin)
    await goes_out(home)
    before = (await got(home, "zh"))["text"]
    going = await home.presses("继续", who=admin)
    over = await home.presses("取消", who=admin)
    await goes_out(home)

    assert ["继续", "取消", "改内容"] == words(paused)
    assert ("你好" == before, "发送中" in going["text"]) == (False, True)
    assert ("已取消" in over["text"], "未发 2" in over["text"]) == (True, True)
    assert "你好" != (await got(home, "zh"))["text"]


async def test_a_draft_is_dropped(home: House, admin: str):
    """And cannot be sent afterwards."""
    panel = await home.says("/broadcast 你好", who=admin)
    dropped = await home.presses("取消", who=admin)
    await home.forges("cast:-:-:send.1", panel["message_id"], who=admin)

    assert "📣 广播草稿 #1 已取消。\n“你好”" == dropped["text"]
    assert home.toast.startswith("这条广播")


async def test_what_was_sent_is_edited_and_deleted(home: House, admin: str):
    """Everywhere, in its place; who blocked the bot is counted, not asked again."""
    home.playground.faults.forbid(method="sendMessage", chat=home.id_of("en"))
    await home.says("/broadcast 你号", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)
    first = mine(home)[-1]
    await home.presses("改内容", who=admin)
    await home.says("你好", who=admin)
    await goes_out(home)
    edited, report = await got(home, "zh"), mine(home)[-1]
    await home.presses("撤回", who=admin)
    await home.presses("确认撤回", who=admin)
    await goes_out(home)

    assert "未送达 1：失败 0 · 已停用机器人 1" in first["text"]
    assert ("你好", True) == (edited["text"], "已改 1 / 1" in report["text"])
    assert "你好" not in home.texts("zh")
    assert "已撤回 1 / 1" in mine(home)[-1]["text"]


async def test_nothing_is_deleted_after_two_days(home: House, admin: str):
    """Telegram would not."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)
    message = mine(home)[-1]
    home.later(hours=48)
    await home.forges("cast:-:-:gone.1", message["message_id"], who=admin)
    said = home.toast
    shown = await home.presses("刷新", who=admin)

    assert "发出超过 48 小时，Telegram 不让删了。" == said
    assert "撤回" not in words(shown)


async def test_what_failed_is_tried_again(home: House, admin: str):
    """What Telegram refused for its words; never what is unknown."""
    await home.says("/broadcast 你好", who=admin)
    home.playground.faults.refuse("chat_id_wrong", method="sendMessage", chat=home.id_of("zh"))
    await home.presses("发送", who=admin)
    await goes_out(home)
    failed = mine(home)[-1]
    await home.presses("重试失败的 1 条", who=admin)
    await goes_out(home)

    assert "失败 1" in failed["text"]
    assert "送达 2 / 2 人" in mine(home)[-1]["text"]


async def test_the_same_is_not_sent_twice(home: House, admin: str):
    """Neither by two presses nor by two administrators with the same words."""
    home.room.settings = home.room.settings.model_copy(
        update={"admins": (home.id_of("admin"), home.id_of("zh"))}
    )
    panel = await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await home.forges("cast:-:-:send.1", panel["message_id"], who=admin)
    twice = home.toast
    other = await home.says("/broadcast 你好", who="zh")
    await home.presses("发送", who="zh")
    said = home.toast
    await goes_out(home)

    assert "这条广播已经开始或已经结束。" == twice
    assert ("0 人" in other["text"], said) == (True, "这些读者在 24 小时内都收到过同样的内容。")
    assert ["你好"] == [text for text in home.texts("en") if text == "你好"]


async def test_more_than_a_thousand_are_asked_for_once_more(home: House, admin: str):
    """And nothing is written before."""
    from newsbot.models.readers import Reader

    async with home.room.store.begin() as tx:
        for number in range(1, 1000):
            await tx.readers.save(Reader(id=number), home.moment)
    await home.says("/broadcast 你好", who=admin)
    asked = await home.presses("发送", who=admin)
    async with home.room.store.read() as tx:
        before = (await tx.broadcasts.counts(1)).left
    back = await home.presses("返回", who=admin)
    await home.presses("发送", who=admin)
    await home.presses("确认发送", who=admin)
    async with home.room.store.read() as tx:
        after = (await tx.broadcasts.counts(1)).left

    assert "要发给 1,001 人" in asked["text"]
    assert ("受众：全部读者，1,001 人" in back["text"], before, after) == (True, 0, 1001)


async def test_a_second_look_at_the_last_ones(home: House, admin: str):
    """/broadcast alone lists them; a number opens the report."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)
    await home.says("/broadcast", who=admin)
    listed = mine(home)[-2]
    opened = await home.forges(buttons(listed)[0]["callback_data"], listed["message_id"], who=admin)

    assert "1. #1 你好 · 已发完" in listed["text"]
    assert "送达 2 / 2 人" in opened["text"]


async def test_progress_is_edited_at_most_every_three_seconds(home: House, admin: str):
    """In one message."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    edits = []
    for _ in range(7):
        before = len(home.telegram.calls)
        home.later(seconds=1)
        await mailing.progress(home.room)
        edits.append(sum(call.method == "editMessageText" for call in list(home.telegram.calls)[before:]))

    assert [0, 0, 1, 0, 0, 1, 0] == edits
    assert timedelta(seconds=3) == mailing.EVERY


@pytest.mark.parametrize(
    "data",
    [
        "cast:-:-:send.999",
        "cast:-:-:nothing.1",
        "cast:-:-:",
        "cast:-:-:send.x",
        "cast:-:-:lang.1.xx",
        "cast:-:-:ask.1.all",
        "cast:-:-:days.1.12",
    ],
)
async def test_a_made_up_press_is_answered(home: House, admin: str, data: str):
    panel = await home.says("/broadcast 你好", who=admin)
    await home.forges(data, panel["message_id"], who=admin)

    assert "这个按钮已失效。" == home.toast


async def test_a_reader_who_stops_meanwhile_gets_nothing(home: House, admin: str):
    """And counts as not sent."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await home.says("/stop", who="en")
    await goes_out(home)
    async with home.room.store.read() as tx:
        (last,) = [one for one in await tx.deliveries.of(home.id_of("en")) if one.broadcast_id]

    assert (State.SKIPPED, True) == (last.state, "未发 1" in mine(home)[-1]["text"])


async def test_more_than_a_thousand_at_a_time_are_asked_for_once_more(home: House, admin: str):
    """As for at once; the time is kept in the button."""
    from newsbot.models.readers import Reader

    async with home.room.store.begin() as tx:
        for number in range(1, 1000):
            await tx.readers.save(Reader(id=number), home.moment)
    await home.says("/broadcast 你好", who=admin)
    await home.presses("定时", who=admin)
    asked = await home.says("30分钟后", who=admin)
    async with home.room.store.read() as tx:
        before = await tx.broadcasts.get(1)
    planned = await home.presses("确认定时", who=admin)

    assert "要在 11-24 12:30 发给 1,001 人" in asked["text"]
    assert ("draft", True) == (before.stage if before else "", "定时：11-24 12:30" in planned["text"])


async def test_what_was_planned_is_planned_again_when_it_changes(home: House, admin: str):
    """Other readers or other words than were sure."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("定时", who=admin)
    await home.says("30分钟后", who=admin)
    await home.presses("受众", who=admin)
    await home.presses("○ English", who=admin)
    panel = await home.presses("返回", who=admin)
    home.later(minutes=31)
    await goes_out(home)

    assert "定时：" not in panel["text"]
    assert "你好" not in home.texts("en")


async def test_a_long_pause_loses_nothing(home: House, admin: str):
    """What waited for two days leaves when it goes on."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await home.presses("暂停", who=admin)
    home.later(days=2)
    await home.presses("继续", who=admin)
    await goes_out(home)

    assert ["你好", "你好"] == [(await got(home, who))["text"] for who in ("zh", "en")]


async def test_who_was_reached_before_it_was_cancelled_is_not_reached_again(home: House, admin: str):
    """By the same words."""
    home.playground.faults.refuse("chat_id_wrong", method="sendMessage", chat=home.id_of("en"))
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await mailing.mail(home.room)
    await home.presses("取消", who=admin)
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)

    assert [1, 1] == [home.texts(who).count("你好") for who in ("zh", "en")]


async def test_a_draft_of_yesterday_is_the_same_today(home: House, admin: str):
    """What counts is when it began."""
    await home.says("/broadcast 你好", who=admin)
    home.later(hours=25)
    await home.presses("发送", who=admin)
    await goes_out(home)
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)

    assert home.toast == "这些读者在 24 小时内都收到过同样的内容。"


async def test_a_story_by_another_headline_is_the_same(home: House, admin: str):
    story = await home.publishes("长庚光刻机通过验收")
    for title in ("", "另一个标题"):
        if title:
            await home.says(f"/start story_{story}", who=admin)
            for step in ("更多", "🗞 编辑", "✏️ 改题"):
                await home.presses(step, who=admin)
            await home.says(title, who=admin)
        await home.says(f"/start story_{story}", who=admin)
        await home.presses("更多", who=admin)
        await home.presses("📣 广播", who=admin)
        await home.presses("发送", who=admin)
        await goes_out(home)

    assert home.toast == "这些读者在 24 小时内都收到过同样的内容。"


async def test_no_answer_is_no_refusal(home: House, admin: str):
    """What nobody knows to be deleted, or edited, is tried again: it does no harm."""
    await home.says("/broadcast 你号", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)
    await home.presses("改内容", who=admin)
    home.playground.faults.server_error(method="editMessageText", chat=home.id_of("zh"))
    await home.says("你好", who=admin)
    await mailing.amend(home.room)
    half = await casts.report(home.room, await _first(home))
    await goes_out(home)
    whole = await casts.report(home.room, await _first(home))
    home.playground.faults.server_error(method="deleteMessage", chat=home.id_of("en"))
    await home.presses("撤回", who=admin)
    await home.presses("确认撤回", who=admin)
    await mailing.amend(home.room)
    left = "你好" in home.texts("en")
    await goes_out(home)

    assert ((1, 0), True) == ((half.counts.stale, whole.counts.stale), left)
    assert [False, False] == ["你好" in home.texts(who) for who in ("zh", "en")]


async def _first(home: House) -> Broadcast:
    async with home.room.store.read() as tx:
        one = await tx.broadcasts.get(1)
    assert one is not None
    return one


async def test_what_was_deleted_is_not_sent_again(home: House, admin: str):
    """By the button of an older report."""
    home.playground.faults.refuse("chat_id_wrong", method="sendMessage", chat=home.id_of("zh"))
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)
    report = mine(home)[-1]
    await home.presses("撤回", who=admin)
    await home.presses("确认撤回", who=admin)
    await home.forges("cast:-:-:retry.1", report["message_id"], who=admin)
    said = home.toast
    await goes_out(home)

    assert ("没有可以重试的。", False) == (said, "你好" in home.texts("zh"))


async def test_what_comes_back_after_a_cancel_does_not_wait_for_ever(home: House, admin: str):
    """It was on the wire, and refused for a while."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await home.presses("取消", who=admin)
    async with home.room.store.begin() as tx:
        (row,) = [one for one in await tx.deliveries.of(home.id_of("zh")) if one.broadcast_id]
        await tx.deliveries.save(replace(row, state=State.QUEUED, reason=None))
    await mailing.progress(home.room)
    told = await casts.report(home.room, await _first(home))

    assert (0, 2) == (told.counts.left, told.counts.skipped)


async def test_the_words_of_a_picture_are_changed_by_words(home: House, admin: str):
    """In a draft, and where it was sent; the picture stays."""
    media.photo(home.telegram, home.id_of(admin), picture(), "/broadcast 看土")
    await home.is_quiet(0)
    await home.presses("改内容", who=admin)
    await home.says("看图", who=admin)
    draft = mine(home)[-2]
    await home.presses("发送", who=admin)
    await goes_out(home)
    await home.presses("改内容", who=admin)
    await home.says("看这张图", who=admin)
    await goes_out(home)

    assert ("看图", True) == (draft["caption"], "photo" in draft)
    assert "看这张图" == (await got(home, "zh"))["caption"]


async def test_a_text_that_a_client_cut_in_two_is_not_sent(home: House, admin: str):
    """What comes next belongs to it, and shows where it is too long."""
    whole = await home.says("/broadcast " + "字" * 4085, who=admin)
    full = home.telegram.says(home.id_of(admin), "字" * 4092 + "句子断在")
    await home.is_quiet(0)
    await home.says("/broadcast", who=admin)
    home.telegram.says(home.id_of(admin), full["text"])
    await home.is_quiet(0)
    panel = home.last(admin)
    rest = await home.says("这里，还有几个字", who=admin)

    assert "上面那条就是" in whole["text"]
    assert "正好 4096 字" in panel["text"]
    assert rest["text"] == f"太长：最多 4096 字，多出 8 字，从“…{'字' * 20}句子断在”之后开始。"
    assert "cancelled" == (await _last(home)).stage


async def _last(home: House) -> Broadcast:
    async with home.room.store.read() as tx:
        found = [one for number in range(1, 10) if (one := await tx.broadcasts.get(number)) is not None]
    return found[-1]


async def test_what_is_planned_is_sent_now_or_a_draft_again(home: House, admin: str):
    """Both are asked for by name; at once is asked for once more."""
    await home.says("/broadcast 你好", who=admin)
    await home.presses("定时", who=admin)
    await home.says("昨天", who=admin)
    planned = await home.says("30分钟后", who=admin)
    draft = await home.presses("取消定时", who=admin)
    home.later(minutes=31)
    await goes_out(home)
    early = (await got(home, "zh"))["text"]
    await home.presses("定时", who=admin)
    await home.says("30分钟后", who=admin)
    asked = await home.presses("立即发送", who=admin)
    await home.presses("确认发送", who=admin)
    await goes_out(home)

    assert planned["text"].startswith("📣 广播 #1 · 已定时")
    assert ["立即发送", "取消定时"] == words(planned)[:2]
    assert (draft["text"].startswith("📣 广播草稿 #1"), "定时：" in draft["text"]) == (True, False)
    assert ("你好" == early, "要发给 2 人" in asked["text"]) == (False, True)
    assert "你好" == (await got(home, "zh"))["text"]


async def test_a_story_that_was_taken_back_is_not_sent(home: House, admin: str):
    """Neither by its button, nor at the time that was planned."""
    story = await home.publishes("长庚光刻机通过验收")
    await home.says(f"/start story_{story}", who=admin)
    await home.presses("更多", who=admin)
    await home.presses("📣 广播", who=admin)
    await home.presses("定时", who=admin)
    await home.says("30分钟后", who=admin)
    await home.says("/desk", who=admin)
    await home.presses("1", who=admin)
    await home.presses("撤回", who=admin)
    await home.says("误报", who=admin)
    await home.presses("立即发送", who=admin)
    await home.presses("确认发送", who=admin)
    refused = home.toast
    home.later(minutes=31)
    await goes_out(home)
    async with home.room.store.read() as tx:
        one = await tx.broadcasts.get(1)

    assert label("desk.is_retracted", "zh") == refused
    assert ("cancelled", 0) == ((one.stage, one.audience) if one else ())


async def test_markdown_stays_markdown(home: House, admin: str):
    """When what was sent is edited; what was deleted is not edited any more."""
    await home.says("/broadcast 很**重要**", who=admin)
    await home.presses("按 Markdown 排版", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)
    await home.presses("改内容", who=admin)
    await home.says("很**要紧**", who=admin)
    await goes_out(home)
    edited = await got(home, "zh")
    report = mine(home)[-1]
    await home.presses("撤回", who=admin)
    await home.presses("确认撤回", who=admin)
    await goes_out(home)
    gone = mine(home)[-1]["text"]
    await home.forges("cast:-:-:edit.1", report["message_id"], who=admin)
    late = (await home.says("还有", who=admin))["text"]

    assert ("很要紧", ["bold"]) == (edited["text"], [one["type"] for one in edited["entities"]])
    assert "📣 广播 #1 · 已撤回" in gone
    assert "很要紧" not in home.texts("zh")
    assert not late.startswith("📣")


async def test_quiet_hours_are_told_apart(home: House, admin: str):
    """Nothing hangs: those come afterwards."""
    async with home.room.store.begin() as tx:
        reader = await tx.readers.get(home.id_of("en"))
        assert reader is not None
        await tx.readers.save(replace(reader, quiet=(time(0), time(23, 59))), home.moment)
    await home.says("/broadcast 你好", who=admin)
    await home.presses("发送", who=admin)
    await goes_out(home)
    report = mine(home)[-1]["text"]

    assert ("剩余 1" in report, "1 人在免打扰时段，结束后送达" in report) == (True, True)
    assert "还要" not in report
