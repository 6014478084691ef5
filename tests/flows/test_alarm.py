"""Administrators hear once when a source goes bad, and once when it is well."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from newsbot.flows import alarm as flow
from newsbot.flows.alarm import alarm
from newsbot.models.sources import Health
from tests.examples import NOON, source
from tests.flows.desk import Desk

DOWN = Health(
    source_id="",
    checked_at=NOON,
    failures=3,
    failing_since=NOON,
    error="it answered 503",
    reason="status_503",
)
FINE = Health(source_id="", checked_at=NOON, last_success_at=NOON)


@pytest.fixture
def admin(desk: Desk, playground: Any) -> int:
    """The administrator of the settings, who has begun a chat."""
    chat = playground.telegram.add_person("boss", "管理员", started=True).id
    desk.room.settings = desk.room.settings.model_copy(update={"admins": (chat,)})
    return int(chat)


async def is_now(desk: Desk, health: Health, *ids: str) -> None:
    """These sources are so from now on."""
    async with desk.room.store.begin() as tx:
        for one in ids:
            await tx.sources.save_health(replace(health, source_id=one))


def told(playground: Any, admin: int) -> list[str]:
    return [one["text"] for one in playground.telegram.messages(admin) if one["from"]["id"] != admin]


async def test_a_source_that_goes_bad_and_is_well_again_is_told_once_each(desk, playground, admin):
    """However often it fails, and however often it answers."""
    await desk.knows(source("daily"))
    for health in (DOWN, replace(DOWN, failures=4), replace(DOWN, failures=5)):
        await is_now(desk, health, "daily")
        await alarm(desk.room)
        desk.later(minutes=11)
    for _ in range(3):
        await is_now(desk, FINE, "daily")
        await alarm(desk.room)
        desk.later(minutes=11)

    bad, well = told(playground, admin)
    assert ("1 个来源出现异常" in bad, "daily 日报 · 服务器暂时不可用（503）" in bad) == (True, True)
    assert ("1 个来源恢复正常" in well, "daily 日报" in well) == (True, True)


@pytest.mark.parametrize(
    ("health", "heard"),
    [
        (replace(DOWN, failures=1), 0),
        (replace(DOWN, failures=2), 0),
        (replace(DOWN, failures=1, gone_at=NOON), 1),
        (replace(DOWN, failures=2, down_since=NOON - timedelta(days=1)), 1),
        (replace(FINE, via="https://other.example/feed", error="it answered 503"), 0),
    ],
)
async def test_what_is_worth_a_note(desk, playground, admin, health, heard):
    """Not a single failure, nor a fallback that serves; but who is gone, or has failed for a day."""
    await desk.knows(source("daily"))
    await is_now(desk, health, "daily")
    await alarm(desk.room)

    assert heard == len(told(playground, admin))


async def test_failures_within_ten_minutes_are_one_note(desk, playground, admin):
    """It comes at once, and grows; what comes later is another one."""
    await desk.knows(*(source(one) for one in ("a", "b", "c")))
    await is_now(desk, DOWN, "a")
    await alarm(desk.room)
    at_once = told(playground, admin)
    desk.later(minutes=9)
    await is_now(desk, DOWN, "b")
    await alarm(desk.room)
    grown = told(playground, admin)
    desk.later(minutes=2)
    await is_now(desk, DOWN, "c")
    await alarm(desk.room)

    assert (1, 1, 2) == (len(at_once), len(grown), len(told(playground, admin)))
    assert ("2 个来源" in grown[0], "a 日报" in grown[0], "b 日报" in grown[0]) == (True, True, True)
    assert ("1 个来源" in told(playground, admin)[1], "c 日报" in told(playground, admin)[1]) == (True, True)


async def test_who_is_well_again_within_ten_minutes_leaves_the_note(desk, playground, admin):
    """The note tells how it is."""
    await desk.knows(source("a"), source("b"))
    await is_now(desk, DOWN, "a", "b")
    await alarm(desk.room)
    await is_now(desk, FINE, "a")
    await alarm(desk.room)

    (note,) = told(playground, admin)
    assert ("1 个来源出现异常" in note, "1 个来源恢复正常" in note) == (True, True)


async def test_when_all_fail_at_once_the_note_stays_short(desk, playground, admin):
    """The first twenty by name, and how many more."""
    many = [source(f"s{number:03}", name=f"很长的名字{number:03}" * 6) for number in range(500)]
    await desk.knows(*many)
    await is_now(desk, DOWN, *(one.id for one in many))
    await alarm(desk.room)

    (note,) = told(playground, admin)
    assert ("500 个来源" in note, "另有 480 个" in note, len(note) < 4096) == (True, True, True)


async def test_every_administrator_hears_it_and_one_who_cannot_holds_up_nobody(desk, playground, admin):
    """Somebody who never began a chat, or who blocks the bot."""
    other = playground.telegram.add_person("other", "另一位", started=True).id
    blocked = playground.telegram.add_person("blocked", "走了", started=True).id
    playground.faults.forbid(method="sendMessage", chat=blocked)
    desk.room.settings = desk.room.settings.model_copy(update={"admins": (1, blocked, admin, other)})
    await desk.knows(source("daily"))
    await is_now(desk, DOWN, "daily")
    await alarm(desk.room)

    assert (1, 1, 0) == tuple(len(told(playground, one)) for one in (admin, other, blocked))


async def test_an_administrator_who_deleted_the_note_gets_the_next_one_anew(desk, playground, admin):
    """What cannot be edited is sent."""
    await desk.knows(source("a"), source("b"))
    await is_now(desk, DOWN, "a")
    await alarm(desk.room)
    for message in playground.telegram.messages(admin):
        playground.telegram.chats[admin].messages.pop(message["message_id"], None)
    await is_now(desk, DOWN, "b")
    await alarm(desk.room)

    assert ["2 个来源" in note for note in told(playground, admin)] == [True]


async def test_a_kill_between_writing_down_and_sending_repeats_nothing(desk, playground, admin, monkeypatch):
    """It is heard once at most; `/source` shows it all the same."""
    await desk.knows(source("daily"))
    await is_now(desk, DOWN, "daily")

    async def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(flow, "_tell", dies)
        with pytest.raises(KeyboardInterrupt):
            await alarm(desk.room)
    await alarm(desk.room)

    assert [] == told(playground, admin)


async def test_a_source_that_is_turned_off_is_forgotten_silently(desk, playground, admin):
    """Whoever did that knows it."""
    await desk.knows(source("daily"))
    await is_now(desk, DOWN, "daily")
    await alarm(desk.room)
    async with desk.room.store.begin() as tx:
        await tx.sources.switch("daily", False)
    desk.later(minutes=11)
    await alarm(desk.room)

    assert 1 == len(told(playground, admin))
    assert (await desk.health("daily")).told_at is None


async def test_without_administrators_nothing_is_marked_as_told(desk):
    """Who becomes one hears of what fails then."""
    await desk.knows(source("daily"))
    await is_now(desk, DOWN, "daily")
    await alarm(desk.room)

    assert (await desk.health("daily")).told_at is None


async def test_a_source_that_goes_bad_twice_is_named_once(desk, playground, admin):
    """Bad, well, bad again within ten minutes: the note tells how it is."""
    await desk.knows(source("a"))
    for health in (DOWN, FINE, DOWN):
        await is_now(desk, health, "a")
        await alarm(desk.room)

    (note,) = told(playground, admin)
    assert ("1 个来源出现异常" in note, note.count("a 日报"), "恢复" in note) == (True, 1, False)


async def test_who_begins_the_chat_later_hears_of_what_fails_then(desk, playground):
    """Nobody could be told: it is tried again ten minutes later, not every few seconds."""
    late = playground.telegram.add_person("late", "迟到", started=False).id
    desk.room.settings = desk.room.settings.model_copy(update={"admins": (late,)})
    await desk.knows(source("a"))
    await is_now(desk, DOWN, "a")
    for _ in range(3):
        await alarm(desk.room)
    tried = [call.method for call in playground.telegram.calls].count("sendMessage")
    playground.telegram.opens(late)
    desk.later(minutes=11)
    await alarm(desk.room)

    assert 1 == len(told(playground, late))
    assert 1 == tried
