"""Trouble on purpose."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from playground.errors import ApiError
from playground.faults import Drift, Faults, Limits
from playground.proxy import Break, Proxy
from tests.playground.conftest import Client


async def test_a_fault_is_used_up_by_the_calls_it_fits(client: Client) -> None:
    """Other methods and chats pass."""
    faults = client.playground.faults
    faults.too_many(7, times=2, method="sendMessage", chat=client.reader)

    me = await client.call("getMe")
    first = await client.call("sendMessage", chat_id=client.reader, text="x")
    await client.call("sendMessage", chat_id=client.reader, text="x")

    assert me["ok"]
    assert first["parameters"] == {"retry_after": 7}
    assert first["description"] == "Too Many Requests: retry after 7"
    assert await client.refusal("sendMessage", chat_id=client.reader, text="x") == ""
    assert len(client.telegram.messages(client.reader)) == 1


@pytest.mark.parametrize(("status", "start"), [(500, '{"ok": false'), (502, "<html>"), (504, "")])
async def test_a_server_error_does_nothing_unless_told_to(client: Client, status: int, start: str) -> None:
    """The bot cannot know which of the two it was."""
    client.playground.faults.server_error(status)
    client.playground.faults.server_error(status, done=True)
    params = {"chat_id": client.reader, "text": "x"}

    first = await client.http.post(client.address("sendMessage"), json=params)
    before = len(client.telegram.messages(client.reader))
    await client.http.post(client.address("sendMessage"), json=params)

    assert [status, True] == [first.status_code, first.text.startswith(start)]
    assert [before, len(client.telegram.messages(client.reader))] == [0, 1]


async def test_garbage_comes_with_200_and_the_message_is_there(client: Client) -> None:
    """The classic of a hotspot's welcome page."""
    client.playground.faults.garbage()
    params = {"chat_id": client.reader, "text": "x"}
    answer = await client.http.post(client.address("sendMessage"), json=params)

    assert [200, "<"] == [answer.status_code, answer.text[0]]
    assert len(client.telegram.messages(client.reader)) == 1


async def test_a_hanging_call_ends_with_the_server(client: Client) -> None:
    """The client gives up first; stop() is not held up."""
    client.playground.faults.hang(method="sendMessage")
    params = {"chat_id": client.reader, "text": "x"}
    with pytest.raises(httpx.ReadTimeout):
        await client.http.post(client.address("sendMessage"), json=params, timeout=0.1)

    await asyncio.wait_for(client.playground.stop(), 3)

    assert len(client.telegram.messages(client.reader)) == 1


def paced(limits: Limits, chat: int, times: list[float]) -> list[int]:
    """At these moments a message: 0 for accepted, or the seconds that were asked for."""
    faults = Faults(limits=limits)
    answers = []
    for now in times:
        try:
            faults.check_pace("sendmessage", chat, now)
            answers.append(0)
        except ApiError as refusal:
            answers.append(refusal.parameters["retry_after"])
    return answers


def test_a_limit_counts_the_last_second_and_holds_after_an_excess() -> None:
    """Three in a second, the next must wait, and too early is refused again."""
    times = [0.0, 0.1, 0.2, 0.3, 1.0, 2.4]

    assert [0, 0, 0, 2, 2, 0] == paced(Limits(per_second=3, penalty=2), 5, times)


def test_a_group_has_its_own_minute_and_a_chat_its_second() -> None:
    """Whatever the limit in all is."""
    limits = Limits(per_chat_second=1, per_group_minute=2)

    assert [0, 1, 0] == paced(limits, 5, [0.0, 0.5, 1.6])
    assert [0, 0, 1, 0] == paced(limits, -5, [0.0, 10.0, 20.0, 61.0])


def test_a_hidden_limit_drifts() -> None:
    """The same pace is fine at the top of the wave and too much at the bottom."""
    limits = Limits(drift=Drift(low=1, high=5, period=40))

    assert [0, 0, 0] == paced(limits, 5, [10.0, 10.2, 10.4])
    assert [0, 1] == paced(limits, 5, [30.0, 30.2])


async def test_questions_are_not_paced(client: Client) -> None:
    """Only what sends or edits counts."""
    client.playground.faults.limits = Limits(per_second=1)

    assert ["", ""] == [await client.refusal("getMe") for _ in range(2)]
    assert ["", "Too Many Requests: retry after 1"] == [
        await client.refusal("sendMessage", chat_id=client.reader, text="x") for _ in range(2)
    ]


@pytest.mark.parametrize(
    ("how", "arrived"),
    [(Break.RESET_AFTER_ACCEPT, 0), (Break.RESET_AFTER_REQUEST, 1), (Break.HALF_ANSWER, 1)],
)
async def test_the_proxy_breaks_one_exchange(client: Client, how: Break, arrived: int) -> None:
    """The client sees a broken connection; whether the message arrived depends on when."""
    proxy = Proxy("127.0.0.1", client.playground.port)
    await proxy.start()
    proxy.breaks(how)
    address = f"{proxy.url}/bot{client.playground.token}/sendMessage"
    params = {"chat_id": client.reader, "text": "x"}

    with pytest.raises((httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError)):
        await client.http.post(address, json=params)
    count = len(client.telegram.messages(client.reader))
    whole = await client.http.post(address, json=params)
    await proxy.stop()

    assert arrived == count
    assert whole.json()["ok"]


def test_penalties_may_grow() -> None:
    """Twice as long with every excess within a minute, 30 s at most; a quiet minute forgives."""
    faults = Faults(limits=Limits(per_second=1, growing=True))
    now, asked = 1000.0, []
    for pause in (0, 0, 0, 0, 0, 0, 61):
        now += pause
        faults.check_pace("sendmessage", None, now)
        with pytest.raises(ApiError) as refused:
            faults.check_pace("sendmessage", None, now + 0.1)
        asked.append(refused.value.parameters["retry_after"])
        now += asked[-1] + 1

    assert [1, 2, 4, 8, 16, 30, 1] == asked
