"""/stats: how delivering goes, for administrators alone."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from newsbot.flows import deliver, plan
from newsbot.models.readers import Hour, Reader
from tests.examples import NOON
from tests.house import House, buttons

EVENT = "长庚光刻机通过验收"


@pytest.fixture
def admin(home: House) -> str:
    """The administrator of the settings."""
    home.room.settings = home.room.settings.model_copy(update={"admins": (home.id_of("admin"),)})
    return "admin"


async def subscribes(home: House, *ids: int) -> None:
    async with home.room.store.begin() as tx:
        for chat_id in ids:
            await tx.readers.save(Reader(id=chat_id, hours=(Hour(time(12)),), next_due=NOON), NOON)


async def sends(home: House) -> None:
    await plan.plan(home.room)
    await deliver.deliver(home.room)


async def test_an_administrator_sees_what_arrived_and_what_did_not(home: House, admin: str):
    """By state, with the reasons, the pace and the slowest slot."""
    telegram = home.telegram
    await home.publishes(EVENT)
    lost, blocked = telegram.add_person("a", "甲", started=True).id, telegram.add_person("b", "乙").id
    home.playground.faults.garbage(method="sendMessage", chat=lost)
    for chat_id in (home.id_of(), blocked):
        telegram.opens(chat_id)
    home.playground.faults.forbid(method="sendMessage", chat=blocked)
    await subscribes(home, home.id_of(), lost, blocked)
    await sends(home)
    told = (await home.says("/stats", who=admin))["text"]

    assert "送达 1，等待 0" in told
    assert "可能漏看 1，放弃 1，搁置 0，跳过 0" in told
    assert "· 1 × Forbidden: bot was blocked by the user" in told
    assert "读者 2：" in told
    assert "联系不上共 1" in told
    assert "每 1000 人 0.0 分钟" in told
    assert "未来 24 小时最慢的时段" in told


async def test_what_is_parked_is_shown_with_its_text(home: House, admin: str):
    """As it was sent, markup and all."""
    await home.publishes(EVENT)
    await subscribes(home, home.id_of())
    home.playground.faults.refuse("BUTTON_DATA_INVALID", chat=home.id_of(), times=2)
    await sends(home)
    stats = await home.says("/stats", who=admin)
    await home.presses("看看搁置的消息", who=admin)
    shown = home.last(admin)["text"]

    assert "搁置 1" in stats["text"]
    assert ("BUTTON_DATA_INVALID" in shown, EVENT in shown, "<b>" in shown) == (True, True, True)


async def test_a_slot_of_too_many_is_a_warning(home: House, admin: str, monkeypatch):
    """Its last reader would get the digest more than fifteen minutes after its hour."""
    monkeypatch.setattr(type(home.room), "rate", 0.002)
    async with home.room.store.begin() as tx:
        for chat_id in (7, 8):
            await tx.readers.save(Reader(id=chat_id, next_due=NOON + timedelta(hours=1)), NOON)
    told = (await home.says("/stats", who=admin))["text"]

    assert "⚠️ 13:00 人太多：最后一位要晚 16.7 分钟（超过 15 分钟）" in told


async def test_nothing_is_parked(home: House, admin: str):
    """The button of an older page."""
    stats = await home.says("/stats", who=admin)
    parked = [one["text"] for one in buttons(stats) if "搁置" in one["text"]]
    await home.forges("parked:-:-:", stats["message_id"], who=admin)

    assert ([], "没有搁置的消息。") == (parked, home.last(admin)["text"])


async def test_to_everybody_else_there_is_no_such_command(home: House, admin: str):
    """Nor such a button; and /help does not tell."""
    unknown = (await home.says("/nonsense"))["text"]
    message = await home.says("/stats")
    await home.forges("parked:-:-:", message["message_id"])

    assert (unknown, True) == (message["text"], "旧" in home.toast or "按钮" in home.toast)
    assert (
        "/stats" in (await home.says("/help"))["text"],
        "/stats" in (await home.says("/help", admin))["text"],
    ) == (
        False,
        True,
    )


async def test_what_waits_already_counts(home: House, admin: str, monkeypatch):
    """In the middle of a slow slot its last reader is as late as ever."""
    await home.publishes(EVENT)
    await subscribes(home, 7, 8)
    await plan.plan(home.room)
    monkeypatch.setattr(type(home.room), "rate", 0.002)
    told = (await home.says("/stats", who=admin))["text"]

    assert "等待 2" in told
    assert "⚠️ 12:00 人太多：最后一位要晚 16.7 分钟" in told
