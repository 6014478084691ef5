"""/schedule: one page, its parts, and what its buttons do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from newsbot.digests import zones
from newsbot.digests.choices import chosen
from newsbot.errors import NotUnderstood
from newsbot.messages.buttons import Press, decode
from newsbot.messages.plan import PARTS, Plan, done, moment, page
from newsbot.models.messages import Message
from newsbot.models.readers import WEEKEND, WORKDAYS, Hour, Reader
from tests.examples import NOON
from tests.messages.phone import EN, ZH, data_of, problems, rows_of, text_of

HOURS = (Hour(time(8), WORKDAYS), Hour(time(18, 30), WORKDAYS), Hour(time(10), WEEKEND))
DUE = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
FULL: dict[str, Any] = {
    "quiet": (time(23), time(7)),
    "least": 3,
    "alerts": frozenset(("AI",)),
    "paused_until": datetime(2026, 12, 4, 16, tzinfo=UTC),
    "reviews": True,
    "tells_nothing": True,
}


def planned(language: str = "zh", **changes: Any) -> Plan:
    values = {"hours": HOURS, "next_due": DUE} | changes
    reader = Reader(id=7, language=language, **values)
    return Plan(reader, reader.hours or (Hour(time(8, 13)),), NOON)


def presses(message: Message) -> list[Press]:
    found = [decode(data) for data in data_of(message)]
    return [press for press in found if press]


def ticked(message: Message) -> list[str]:
    """The buttons that are set."""
    return [button.text for row in message.buttons for button in row if button.text.startswith("✓")]


PLANS = {
    "usual": planned(),
    "never chosen": planned(hours=()),
    "everything": planned(**FULL),
    "stopped": planned(subscribed=False, next_due=None),
    "elsewhere": planned(zone="Pacific/Apia", quiet=(time(1, 30), time(2)), length=20),
    "odd days": planned(hours=(Hour(time(7, 40), frozenset((0, 2, 4))), Hour(time(6, 59)))),
    "a group": replace(planned(), reader=Reader(id=-5, hours=HOURS)),
}
EVERY = [
    pytest.param(
        replace(plan, reader=replace(plan.reader, language=language)), part, id=f"{name} {language} {part}"
    )
    for name, plan in PLANS.items()
    for language in ("zh", "en")
    for part in ("", *PARTS)
]


def test_the_page_in_chinese() -> None:
    """When, where, and the next one; what is usual goes without saying."""
    message = page(planned())

    assert """\
推送计划
🕗 工作日 08:00 18:30 周末 10:00
🌏 上海 UTC+8
下一份：今天 18:30
📏 每份最多 7 条
也可以直接发给我，例如：工作日 8:00 和 18:30；东京；免打扰 23:00-7:00；暂停到 12月5日""" == text_of(message)
    assert [
        "🕗 时间 | 🌏 时区 | 📏 条数",
        "🌙 免打扰 | 📥 攒够再送 | ⏸ 暂停",
        "○ 周报（周日 20:00） | ⚡ 提醒上限",
        "○ 没新闻也说一声",
        "‹ 全部设置",
    ] == rows_of(message)


def test_the_page_in_english_with_everything_on_it() -> None:
    """A line for each thing that is not as usual; a pause can be ended."""
    message = page(planned("en", **FULL))

    assert """\
When digests come
🕗 weekdays 08:00 18:30 weekends 10:00
🌏 Shanghai UTC+8
⏸ Paused until Sat, Dec 5
Next: today 18:30
🌙 Quiet 23:00–07:00: anything due then comes right after
📏 Up to 7 stories
Sent once there are 3 stories
⚡ At most 5 alerts a day""" == text_of(message).rpartition("\n")[0]
    assert "🌙 Quiet | 📥 Minimum | ▶ Resume" == rows_of(message)[1]
    assert ["✓ Review (Sundays 20:00)", "✓ Tell me when there's no news"] == ticked(message)


def test_who_stopped_is_told_how_to_go_on() -> None:
    """Instead of hours at which nothing comes."""
    text = text_of(page(PLANS["stopped"]))

    assert ("推送已停止，选一个时间就会恢复" in text, "08:00" in text.partition("也可以")[0]) == (True, False)
    assert text == text_of(done(PLANS["stopped"], ZH))


def test_what_was_done_stands_on_top() -> None:
    """In the place of the head."""
    assert (
        "好的，推送时间：工作日 08:00 18:30 周末 10:00（上海 UTC+8）"
        == text_of(done(planned(), ZH)).splitlines()[0]
    )
    same = planned()
    assert "好的，已更新。" == text_of(done(same, same.reader)).splitlines()[0]
    assert (
        "Done. Digests: 08:13 (Shanghai UTC+8)"
        == text_of(done(planned("en", hours=()), replace(EN, zone="UTC"))).splitlines()[0]
    )


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        ("2026-11-24T15:59", "今天 23:59", "today 23:59"),
        ("2026-11-24T16:00", "明天 00:00", "tomorrow 00:00"),
        ("2026-12-05T00:00", "12月5日周六 08:00", "Sat, Dec 5 08:00"),
        ("2027-01-03T00:00", "2027年1月3日周日 08:00", "Sun, Jan 3, 2027 08:00"),
    ],
)
def test_a_moment_is_told_by_the_readers_clock(at: str, zh: str, en: str) -> None:
    """With the year where it is another one."""
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)

    assert [zh, en] == [str(moment(when, planned(language))) for language in ("zh", "en")]


@pytest.mark.parametrize(("plan", "part"), EVERY)
def test_telegram_takes_every_page(plan: Plan, part: str) -> None:
    """In both languages; a part leads back to the page."""
    message = page(plan, part)

    assert [] == problems(message)
    assert ("plan:-:-:" == data_of(message)[-1]) == bool(part)


@pytest.mark.parametrize(("plan", "part"), EVERY)
def test_every_button_leads_to_a_page_or_sets_something(plan: Plan, part: str) -> None:
    """Pressed twice it sets the same; it says what is to be, not what to change."""
    for press in presses(page(plan, part)):
        if press.verb == "set" or not press.value:
            continue
        assert "plan" == press.verb
        if press.value.startswith("page."):
            assert press.value.removeprefix("page.") in PARTS
            continue
        try:
            once = chosen(plan.reader, press.value, NOON)
        except NotUnderstood as refused:
            last = refused.key
        else:
            last = ""
            assert once == chosen(once, press.value, NOON)
        assert last in ("", "schedule.last_hour")


@pytest.mark.parametrize("part", [part for part in PARTS if part not in ("pause", "at")])
def test_what_is_chosen_is_ticked(part: str) -> None:
    """After any press of a part, its button is the one with the tick, or the hour has none any more."""
    plan = planned(
        hours=(Hour(time(8), WORKDAYS), Hour(time(18), WORKDAYS), Hour(time(9), WEEKEND), Hour(time(7)))
    )
    for press in presses(page(plan, part)):
        if not press.value or press.value.startswith("page."):
            continue
        after = page(replace(plan, reader=chosen(plan.reader, press.value, NOON)), part)
        turned = (
            press.value.replace(".on.", ".off.")
            if ".on." in press.value
            else press.value.replace(".off.", ".on.")
        )
        pressed = [
            button.text.startswith("✓")
            for row in after.buttons
            for button in row
            if button.data.endswith((f":{press.value}", f":{turned}"))
        ]

        assert [".off." not in press.value] == pressed


def test_hours_of_their_own_are_among_those_that_are_offered() -> None:
    """So that they can be taken away; the group of days that is shown is marked."""
    message = page(planned(), "at.w")

    assert "每天 | · 工作日 · | 周末" == rows_of(message)[0]
    assert ["✓ 08:00", "✓ 18:30"] == ticked(message)
    assert "plan:-:-:at.off.1830.w" in data_of(message)


def test_every_city_that_is_offered_is_the_one_that_is_meant() -> None:
    """The number on the button is its place among the common ones."""
    plan = planned("en")
    named = {button.text: button.data for row in page(plan, "zone").buttons[:-1] for button in row}

    assert {zones.city(one, "en") for one in zones.COMMON} == {name.removeprefix("✓ ") for name in named}
    for name, data in named.items():
        place = chosen(plan.reader, data.rpartition(":")[2], NOON).zone
        assert name.removeprefix("✓ ") == zones.city(place, "en")
