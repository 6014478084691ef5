"""The playground's two callables: the next digest, and what the bot made of its last messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from newsbot.cli import playing
from newsbot.cli.playing import Clock
from newsbot.flows.deliver import deliver
from newsbot.newsroom import utc_now
from playground.server import Playground
from tests.house import House, house


@pytest_asyncio.fixture
async def home(tmp_path: Path) -> AsyncIterator[House]:
    """A bot with news."""
    playground = Playground()
    await playground.start()
    made = house(playground, tmp_path)
    await made.room.store.open()
    await made.opens()
    yield made
    await made.closes()
    await playground.stop()


@pytest.fixture
def clock(home: House) -> Clock:
    """The real time, which the bot has too."""
    made = Clock()
    home.room.now = made.now
    return made


async def test_the_next_digest_of_a_chat_comes_at_its_hour(home: House, clock: Clock) -> None:
    """Time goes on to it, not further; the one after it is a day later."""
    await home.says("/start")
    await home.says("/schedule 8:30")
    await home.publishes("云雀大模型开源，商用免费")
    told = await playing.next_digest(home.room, clock, home.id_of())
    first = clock.now()
    await deliver(home.room)
    after = await playing.next_digest(home.room, clock, home.id_of())

    assert [home.id_of(), 1, 0] == [told["chat"], told["digests"], after["digests"]]
    assert abs(first.timestamp() - told["at"]) < 5
    assert timedelta(days=1).total_seconds() == after["at"] - told["at"]
    assert any("云雀" in one.get("text", "") for one in home.telegram.messages(home.id_of())[-2:])


async def test_a_chat_without_digests_goes_on_to_the_first_of_all(home: House, clock: Clock) -> None:
    """And where nobody has any, time stays."""
    nobody = await playing.next_digest(home.room, clock, home.id_of())
    stays = clock.now() - utc_now()
    await home.says("/start", "en")
    found = await playing.next_digest(home.room, clock, home.id_of())

    assert {"at": None, "chat": None, "digests": 0} == nobody
    assert abs(stays) < timedelta(seconds=1)
    assert home.id_of("en") == found["chat"]


def test_time_never_goes_back() -> None:
    """Whatever moment is wanted."""
    clock = Clock()
    clock.forward_to(utc_now() + timedelta(hours=5))
    clock.forward_to(utc_now() + timedelta(hours=2))

    assert timedelta(hours=4, minutes=59) < clock.now() - utc_now() < timedelta(hours=5, minutes=1)


async def test_what_became_of_messages_is_told(home: House) -> None:
    """What arrived, what was refused and why, what is to be tried later, what nobody knows."""
    await home.says("/start")
    home.playground.faults.too_many(1, method="sendMessage")
    await home.says("/id")
    home.playground.faults.server_error(502, method="sendMessage")
    await home.says("/id")
    home.playground.faults.forbid(method="sendMessage")
    await home.says("/id")
    told = playing.outcomes(home.room)

    assert {"Sent", "TryLater", "Unknown", "Blocked"} == {one["kind"] for one in told}
    assert {home.id_of()} == {one["chat"] for one in told}
    assert all(one["began"] <= one["ended"] for one in told)
    assert ["Forbidden: bot was blocked by the user"] == [
        one["words"] for one in told if one["kind"] == "Blocked"
    ]


async def test_what_another_round_is_asking_for_is_waited_for(home: House, clock: Clock, monkeypatch) -> None:
    """It may have been given what was just published; a page that hangs is not waited for for ever."""
    monkeypatch.setattr(playing, "SETTLE_SECONDS", 0.2)
    checks = iter([True, False, False, True])
    asked: list[bool] = []

    async def is_settled(room: object) -> bool:
        asked.append(next(checks, False))
        return asked[-1]

    monkeypatch.setattr(playing.dispatch, "is_settled", is_settled)
    await playing.next_digest(home.room, clock, home.id_of(), ["nothing"])
    in_time = list(asked)
    await playing.next_digest(home.room, clock, home.id_of(), ["nothing"])

    assert [True, False, False, True] == in_time
    assert len(asked) > len(in_time)
