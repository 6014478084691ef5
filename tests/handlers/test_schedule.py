"""/schedule: when and how digests come, by words and by buttons, on a page that is edited in place."""

from __future__ import annotations

import pytest

from newsbot.models.readers import WEEK, WORKDAYS, Hour, Reader
from tests.house import House, words


async def reader(home: House) -> Reader:
    async with home.room.store.read() as tx:
        found = await tx.readers.get(home.id_of())
    assert found is not None
    return found


async def test_the_page_says_what_is_set(home: House):
    """And when the next digest comes."""
    await home.says("/start")
    await home.says("/schedule 8:30")
    page = await home.says("/schedule")

    assert page["text"].startswith(
        "推送计划\n🕗 08:30\n🌏 上海 UTC+8\n下一份：明天 08:30\n📏 每份最多 7 条\n"
    )
    assert ["🕗 时间", "🌏 时区", "📏 条数", "🌙 免打扰"] == words(page)[:4]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("工作日 8:00 和 18:30", "好的，推送时间：工作日 08:00 18:30（上海 UTC+8）"),
        ("weekdays 8am", "好的，推送时间：工作日 08:00（上海 UTC+8）"),
        ("8:00 东京时间", "好的，推送时间：08:00（东京 UTC+9）"),
        ("免打扰 23:00-7:00", "🌙 免打扰 23:00–07:00"),
        ("暂停到12月5日", "⏸ 暂停到 12月5日周六"),
        ("10条", "📏 每份最多 10 条"),
        ("纽约", "（纽约 UTC−5）"),
    ],
)
async def test_it_is_understood_as_people_say_it(home: House, said: str, answer: str):
    """On one line, or after the page was asked for."""
    await home.says("/start")
    one = await home.says(f"/schedule {said}")
    await home.says("/schedule")
    other = await home.says(said)

    assert answer in one["text"]
    assert answer in other["text"] or other["text"].startswith("好的，已更新。\n🕗 ")


@pytest.mark.parametrize(
    "said", ["亚特兰蒂斯", "25:00", "quiet maybe", "暂停到昨天", "8条", "x" * 1000, "\u200b"]
)
async def test_what_is_not_understood_is_answered_with_an_example(home: House, said: str):
    """And the plan stays as it was."""
    await home.says("/schedule 8:30")
    before = await reader(home)
    answer = await home.says(f"/schedule {said}")

    assert before == await reader(home)
    assert any(
        example in answer["text"] for example in ("8:30", "23:00-7:00", "12月5日", "5 / 7", "推送计划")
    )


async def test_hours_are_switched_one_by_one(home: House):
    """Of every day, of workdays and of weekends; one has to stay."""
    await home.says("/start")
    await home.says("/schedule 8:00")
    await home.says("/schedule")
    await home.presses("🕗 时间")
    await home.presses("18:00")
    await home.presses("工作日")
    page = await home.presses("07:00")
    both = (await reader(home)).hours
    await home.presses("✓ 07:00")
    await home.presses("每天")
    await home.presses("✓ 18:00")
    await home.presses("✓ 08:00")

    assert {Hour.at.strftime("%H:%M") for Hour in both} == {"07:00", "08:00", "18:00"}
    assert ("✓ 07:00" in words(page), {WEEK, WORKDAYS}) == (True, {hour.days for hour in both})
    assert [Hour(both[1].at)] == list((await reader(home)).hours)
    assert "至少留一个时间" in home.toast


async def test_hours_of_other_days_are_taken_away_too(home: House):
    """They were typed; their days stand on the button."""
    await home.says("/start")
    await home.says("/schedule 周一三五 7:40 周日 9:00")
    await home.says("/schedule")
    page = await home.presses("🕗 时间")
    await home.presses("✓ 周一、周三、周五 07:40")

    assert ["✓ 周一、周三、周五 07:40", "✓ 周日 09:00"] == [one for one in words(page) if one.startswith("✓")]
    assert [{6}] == [set(hour.days) for hour in (await reader(home)).hours]


async def test_a_search_is_a_search_after_all_that_was_asked(home: House):
    """After the three taps, and after the page of /schedule: a question that a button answered is closed."""
    await home.publishes("长庚光刻机通过验收")
    await home.says("/start")
    await home.presses("都要")
    await home.presses("08:00")
    await home.presses("东京")
    first = await home.says("光刻机")
    await home.says("/schedule")
    second = await home.says("光刻机")
    await home.says("/schedule")
    await home.presses("🕗 时间")
    await home.presses("18:00")
    third = await home.says("光刻机")

    assert [True] * 3 == [one["text"].startswith("光刻机：1 条") for one in (first, second, third)]


async def test_several_things_may_be_said_at_once(home: House):
    """With a comma, or where a new thing begins."""
    await home.says("/start")
    said = await home.says("/schedule 每天8点 免打扰23点到7点，10条")
    theirs = await reader(home)

    assert "好的，推送时间：08:00" in said["text"]
    assert ((23, 7), 10) == (tuple(at.hour for at in theirs.quiet or ()), theirs.length)


@pytest.mark.parametrize(
    ("part", "said", "answer"),
    [
        ("🌙 免打扰", "22:00-6:00", "🌙 免打扰 22:00–06:00"),
        ("🌙 免打扰", "关", "好的，已更新。"),
        ("📏 条数", "20", "📏 每份最多 20 条"),
        ("⏸ 暂停", "5天", "⏸ 暂停到 11月29日周日"),
        ("⏸ 暂停", "下周一", "⏸ 暂停到 11月30日周一"),
        ("🕗 时间", "9", "好的，推送时间：09:00"),
        ("🌏 时区", "东京", "（东京 UTC+9）"),
        ("🌏 时区", "UTC+5", "（UTC+5）"),
    ],
)
async def test_a_part_takes_its_own_answer(home: House, part: str, said: str, answer: str):
    """Without its name; refused, it may be said again; and what comes after is an answer to the page."""
    await home.says("/start")
    await home.says("/schedule")
    await home.presses(part)
    refused = await home.says("25:99")
    done = await home.says(said)
    after = await home.says("工作日 6:40")

    assert "可以写" in refused["text"] or "条数可以是" in refused["text"]
    assert (True, True) == (answer in done["text"], "工作日 06:40" in after["text"])


async def test_a_link_is_a_link_whatever_was_asked(home: House):
    """Nobody plans with one."""
    await home.says("/start")
    await home.says("/schedule")
    said = await home.says("https://nowhere.example/news")

    assert "没看懂" not in said["text"]


async def test_every_list_leads_back_to_the_settings(home: House):
    """And a slip on the language is undone there."""
    await home.says("/start")
    for button in ("关键词", "新闻来源", "收藏", "今日热门", "猜你喜欢", "我的口味"):
        await home.says("/settings")
        await home.presses(button)
        back = await home.presses("‹ 返回")

        assert back["text"].startswith("设置\n")
    english = await home.presses("🌐 English")
    chinese = await home.presses("🌐 中文")

    assert (True, True) == (english["text"].startswith("Settings\n"), chinese["text"].startswith("设置\n"))


async def test_a_pause_stands_in_the_settings_and_who_stopped_begins_there(home: House):
    """What keeps digests away is seen where everything is seen."""
    await home.says("/start")
    await home.says("/schedule 暂停 3天")
    paused = await home.says("/settings")
    await home.presses("⏹ 停止推送")
    await home.presses("停止推送")
    await home.presses("‹ 返回")
    await home.presses("▶ 恢复推送")

    assert "⏸ 暂停到 11月27日周五" in paused["text"]
    assert (await reader(home)).subscribed


async def test_every_day_at_eight_is_so_on_workdays_too(home: House):
    """Nobody has the same hour twice; the page opens where there are hours."""
    await home.says("/start")
    await home.says("/schedule 工作日 8:00 周末 9:00")
    await home.says("/schedule")
    opened = await home.presses("🕗 时间")
    await home.presses("每天")
    await home.presses("08:00")
    workdays = await home.presses("工作日")

    assert ("✓ 08:00" in words(opened), "08:00" in " ".join(words(workdays))) == (True, False)
    assert ["08:00", "09:00"] == sorted(f"{hour.at:%H:%M}" for hour in (await reader(home)).hours)


async def test_who_starts_again_hears_when_the_next_comes(home: House):
    """Not that there is no news yet."""
    await home.publishes("长庚光刻机通过验收")
    await home.says("/start")
    again = await home.says("/start")

    assert again["text"].startswith("你已经订阅，眼下没有新的。下一份：")


async def test_a_place_that_moves_is_answered_once(home: House):
    """A live location is edited as long as it lives."""
    before = len(home.telegram.calls)
    home.telegram.sends_location(home.id_of(), 35.68, 139.69)
    await home.is_quiet(before)
    many = len(home.texts())
    sent = home.telegram.messages(home.id_of())[-2]
    edited = {**sent, "edit_date": sent["date"], "location": {"latitude": 1.35, "longitude": 103.8}}
    chat = home.telegram.chats[home.id_of()]
    home.telegram._deliver("edited_message", chat, edited)
    await home.is_quiet(before)

    assert (many, "Asia/Tokyo") == (len(home.texts()), (await reader(home)).zone)


async def test_every_part_leads_back_to_the_page(home: House):
    """In the place of the same message."""
    await home.says("/start")
    page = await home.says("/schedule")
    for part, choice, said in (
        ("🌏 时区", "东京", "🌏 东京 UTC+9"),
        ("📏 条数", "20", "📏 每份最多 20 条"),
        ("🌙 免打扰", "23:00–07:00", "🌙 免打扰 23:00–07:00"),
        ("攒够再送", "3", "攒够 3 条才送"),
        ("⏸ 暂停", "1 周", "⏸ 暂停到 12月1日周二"),
    ):
        await home.presses(part)
        after = await home.presses(choice)

        assert (page["message_id"], True) == (after["message_id"], said in after["text"])
    resumed = await home.presses("▶ 恢复推送")
    await home.presses("周报（周日 20:00）")
    await home.presses("没新闻也说一声")
    await home.presses("⚡ 提醒上限")
    await home.presses("10")
    theirs = await reader(home)

    assert "暂停" not in resumed["text"].partition("也可以")[0]
    assert (True, True, 10, None) == (
        theirs.reviews, theirs.tells_nothing, theirs.most_alerts, theirs.paused_until
    )  # fmt: skip
    assert theirs.review_due is not None


async def test_a_city_may_be_typed_or_a_place_shared(home: House):
    """The place itself is written down nowhere."""
    await home.says("/start")
    await home.says("/schedule")
    await home.presses("🌏 时区")
    typed = await home.says("奥克兰")
    before = len(home.telegram.calls)
    home.telegram.sends_location(home.id_of(), 35.68, 139.69)
    await home.is_quiet(before)

    assert "奥克兰 UTC+13" in typed["text"]
    assert ("东京 UTC+9" in home.last()["text"], "Asia/Tokyo") == (True, (await reader(home)).zone)


async def test_a_place_at_sea_has_a_zone_too(home: House):
    """Of the hours there; what is no place is answered."""
    before = len(home.telegram.calls)
    home.telegram.sends_location(home.id_of(), 0.0, -140.0)
    await home.is_quiet(before)

    assert home.last()["text"]


@pytest.mark.parametrize(
    "data",
    ["at.on.9900.d", "at.on.0800.x", "zone.99", "zone.-1", "quiet.2500.0700", "pause.9", "length.8", "rich.yes", "x",
     "page.nowhere", "page.", "at.on.08００.d", "length.", ".", "at.on.0800.128", "at.off.0800.0"],
)  # fmt: skip
async def test_a_forged_press_changes_nothing(home: House, data: str):
    """It is answered."""
    await home.says("/start")
    await home.says("/schedule 8:00")
    page, before = await home.says("/schedule"), await reader(home)
    await home.forges(f"plan:-:-:{data}", page["message_id"])

    assert (before, True) == (await reader(home), bool(home.toast) or data in ("page.", "."))


async def test_settings_lead_to_everything(home: House):
    """Every button of the page answers in its place, and ‹ leads back."""
    await home.says("/start")
    page = await home.says("/settings")
    for button, said in (
        ("推送计划", "推送计划"),
        ("关键词", "还没有关注任何词"),
        ("内容筛选", "优惠"),
        ("简报样式", "简报样式"),
        ("收藏", "还没有收藏"),
        ("停止推送", "确定停止推送吗"),
    ):
        await home.says("/settings")
        shown = await home.presses(button)

        assert (button, True) == (button, said in shown["text"])
    await home.says("/settings")
    await home.presses("推送计划")
    back = await home.presses("全部设置")

    assert page["text"] == back["text"]


async def test_digests_are_stopped_after_asking_once(home: House):
    """And named hours begin them again."""
    await home.says("/start")
    await home.says("/settings")
    await home.presses("⏹ 停止推送")
    await home.presses("停止推送")
    stopped = await reader(home)
    page = await home.says("/schedule")
    await home.presses("🕗 时间")
    await home.presses("09:00")

    assert (False, None, True) == (stopped.subscribed, stopped.next_due, "推送已停止" in page["text"])
    assert (await reader(home)).subscribed


async def test_how_digests_look_is_chosen(home: House):
    """A preview of the lead, and the rich form."""
    await home.says("/start")
    await home.says("/settings")
    await home.presses("简报样式")
    await home.presses("网页预览")
    page = await home.presses("富文本")

    assert ["✓ 显示头条的网页预览", "✓ 富文本样式（新版客户端）", "‹ 返回"] == words(page)
    await home.publishes("长庚光刻机通过验收")
    assert "rich_message" in await home.says("/digest")


async def test_a_long_digest_is_turned_and_opened_in_place(home: House):
    """From a card on the second page back to the second page; and on to what comes after it."""
    for number in range(40):
        await home.publishes(f"第{number}号公司发布了{number}号产品", source=f"s{number}")
    await home.says("/start")
    await home.says("/schedule 20条")
    first = await home.says("/digest")
    second = await home.presses("▶")
    card = await home.presses("12")
    back = await home.presses("‹ 返回")
    more = await home.presses("更多 ›")
    again = await home.presses("‹ 返回")

    assert ["1", "10"] == [words(first)[0], words(first)[9]]
    assert (True, True) == (second["text"].startswith("11. "), back["text"] == second["text"])
    assert "👍 0" in words(card)
    told = {line for page in (first, second) for line in page["text"].splitlines()}
    assert not set(more["text"].splitlines()[:1]) & told
    assert "更多 ›" not in words(more)
    assert again["text"] in (first["text"], second["text"])
