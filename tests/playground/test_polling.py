"""getUpdates."""

from __future__ import annotations

import asyncio

from tests.playground.conftest import Client

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


async def test_a_waiting_poll_is_answered_when_somebody_speaks(client: Client) -> None:
    """Long before its timeout."""
    poll = asyncio.create_task(client.result("getUpdates", timeout=30))
    await client.result("getMe")
    client.telegram.says(client.reader, "你好")

    updates = await asyncio.wait_for(poll, 5)

    assert [one["message"]["text"] for one in updates] == ["你好"]


async def test_updates_stay_until_a_higher_offset_confirms_them(client: Client) -> None:
    """A limit cuts, an offset forgets, a negative one keeps the last."""
    for word in ("一", "二", "三"):
        client.telegram.says(client.reader, word)
    first = await client.result("getUpdates", limit=2)
    again = await client.result("getUpdates", limit=2)
    rest = await client.result("getUpdates", offset=first[-1]["update_id"] + 1)
    client.telegram.says(client.reader, "四")
    last = await client.result("getUpdates", offset=-1)

    assert first == again
    assert [one["message"]["text"] for one in rest + last] == ["三", "四"]
    assert [1, 1, 1] == [
        b["update_id"] - a["update_id"] for a, b in zip(first + rest, (first + rest + last)[1:], strict=False)
    ]


async def test_only_updates_that_were_asked_for_come(client: Client) -> None:
    """allowed_updates is remembered between polls."""
    message = (await client.sends())["message_id"]
    await client.result("getUpdates", allowed_updates=["callback_query"])
    client.telegram.says(client.reader, "不见")
    client.telegram.presses(client.reader, client.reader, message, "up")

    updates = await client.result("getUpdates")

    assert [sorted(one) for one in updates] == [["callback_query", "update_id"]]


async def test_a_second_poller_ends_the_first(client: Client) -> None:
    """With a conflict, as two running bots see it."""
    first = asyncio.create_task(client.call("getUpdates", timeout=30))
    await client.telegram.wait_for(lambda: client.playground._bot_api._poller)
    await client.call("getUpdates")

    answer = await asyncio.wait_for(first, 5)

    assert {"ok": False, "error_code": 409, "description": CONFLICT} == answer


async def test_a_webhook_excludes_polling(client: Client) -> None:
    """Until it is deleted."""
    await client.result("setWebhook", url="https://a.cn/hook")
    refused = await client.call("getUpdates")
    await client.result("deleteWebhook")

    assert refused["error_code"] == 409
    assert await client.result("getUpdates") == []


async def test_stop_does_not_wait_for_a_poll(client: Client) -> None:
    """A hanging poll is answered at once."""
    poll = asyncio.create_task(client.call("getUpdates", timeout=50))
    await client.telegram.wait_for(lambda: client.playground._bot_api._poller)

    await asyncio.wait_for(client.playground.stop(), 3)

    assert await poll == {"ok": True, "result": []}
