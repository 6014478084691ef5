"""/stats over days, weeks and months, and what it counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsbot.flows import deliver, plan
from newsbot.messages.picture import has_pictures
from newsbot.sandbox import Sandbox
from tests.house import House, buttons

ONE = "长庚光刻机通过验收"


@pytest.fixture
def admin(home: House) -> str:
    """The administrator of the settings."""
    home.room.settings = home.room.settings.model_copy(update={"admins": (home.id_of("admin"),)})
    return "admin"


async def gets_a_digest(home: House) -> None:
    """Tomorrow at noon."""
    home.later(days=1)
    await home.publishes(f"{ONE}{home.moment:%d}", source="a")
    await plan.plan(home.room)
    await deliver.deliver(home.room)


async def test_a_day_in_numbers(home: House, admin: str):
    """Readers, digests and what was done with them, votes, searches, mutes, /stop, words, stories, slots."""
    await home.says("/follow 光刻机")
    await home.says("/schedule 12:00")
    await gets_a_digest(home)
    home.later(minutes=10)
    await home.presses("1")
    await home.presses("👍")
    await home.says("光刻机")
    await home.says("/mute 促销")
    told = (await home.says("/stats", who=admin))["text"]
    await home.says("/stop")
    after = (await home.says("/stats", who=admin))["text"]

    for line in (
        "今天",
        "读者 1：活跃 1，新增 0，流失 0，联系不上共 0",
        "简报 1 份，一天内有动作的 100%",
        "表态 1 · 搜索 1",
        "每千份简报：屏蔽 1000.0，停订 0.0",
        "最多人关注：光刻机 1",
        f"1. {ONE}25 👍 1 👎 0",
        "来源：",
        "11-25 12:00：1 份，用时 0.0 分钟",
        "送达 1，等待 0",
    ):
        assert line in told
    assert "屏蔽 1000.0，停订 1000.0" in after


async def test_a_week_and_a_month_have_a_line_a_day(home: House, admin: str):
    """Of a month three days are one; what was done two days later is not within a day."""
    await home.says("/schedule 12:00")
    await gets_a_digest(home)
    await gets_a_digest(home)
    late = home.telegram.messages(home.id_of())[-2]
    home.later(minutes=1)
    await home.presses("1")
    await home.forges(buttons(late)[0]["callback_data"], late["message_id"])
    await home.says("/stats", who=admin)
    week = await home.presses("周", who=admin)
    month = await home.presses("月", who=admin)

    assert "最近 7 天" in week["text"]
    assert "11-24 ▁▁▁▁▁▁▁▁ 0 · —\n11-25 ▇▇▇▇▇▇▇▇ 1 · 0%\n11-26 ▇▇▇▇▇▇▇▇ 1 · 100%" in week["text"]
    assert "简报 2 份，一天内有动作的 50%" in week["text"]
    bars = [line for line in month["text"].splitlines() if "▁" in line or "▇" in line]
    assert (10, "月 ✓") == (len(bars), buttons(month)[2]["text"])
    assert "最近 24 小时：送达" not in month["text"]


async def test_the_days_as_a_table(home: House, admin: str):
    """CSV with a header, which a spreadsheet reads as UTF-8."""
    await home.says("/schedule 12:00")
    await gets_a_digest(home)
    await home.says("/stats", who=admin)
    await home.presses("周", who=admin)
    await home.presses("CSV", who=admin)
    sent = home.last(admin)["document"]
    data = home.telegram.files[sent["file_id"]].data.decode("utf-8-sig").splitlines()

    assert "newsbot-2026-11-19-2026-11-25.csv" == sent["file_name"]
    assert ["day,digests,acted,votes,searches,new,left,stops,mutes", "2026-11-25,1,0,0,0,0,0,0,0"] == [
        data[0], data[-1],
    ]  # fmt: skip
    assert 8 == len(data)


async def test_the_days_as_a_picture(home: House, admin: str, monkeypatch: pytest.MonkeyPatch):
    """Where the extra is there; else a sentence says how it is had."""
    if not has_pictures():
        pytest.skip("the extra `pictures` is not installed")
    home.room.sandbox = Sandbox()
    await home.says("/stats", who=admin)
    await home.presses("周", who=admin)
    await home.presses("图片", who=admin)
    drawn = home.last(admin)
    monkeypatch.setattr("newsbot.flows.figures.has_pictures", lambda: False)
    await home.presses("图片", who=admin)

    assert 1080 == drawn["photo"][-1]["width"]
    assert home.toast.startswith("画不了图")


async def test_who_left_and_who_came_are_counted(home: House, admin: str):
    """On their days."""
    await home.says("/start")
    home.later(days=1)
    home.telegram.blocks(home.id_of())
    await home.is_quiet(0)
    await home.says("/stats", who=admin)
    today = home.last(admin)["text"]
    week = (await home.presses("周", who=admin))["text"]

    assert "新增 0，流失 1，联系不上共 1" in today
    assert "新增 1，流失 1" in week


@pytest.mark.parametrize(
    "data", ["figures:-:-:show.year", "figures:-:-:x.day", "figures:-:-:csv.", "figures:-:-:"]
)
async def test_a_made_up_press_is_answered(home: House, admin: str, data: str):
    page = await home.says("/stats", who=admin)
    await home.forges(data, page["message_id"], who=admin)

    assert (home.toast, timedelta(0)) == ("这个按钮已失效。", timedelta(0))
