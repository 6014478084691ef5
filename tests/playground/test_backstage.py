"""What the page shows behind the conversation: calls, trouble, the newsstand, the next digest."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio

from playground.newsstand import Newsstand
from playground.server import Playground
from playground.trace import MOST, Trace
from tests.playground.conftest import Client

TITLE = "<img src=x onerror=alert(1)> & “云雀”"


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    """With a newsstand."""
    server = Playground(newsstand=Newsstand(lambda: datetime.now(UTC)))
    await server.start()
    yield server
    await server.stop()


async def ask(client: Client, path: str) -> Any:
    answer = await client.http.get(f"{client.playground.url}/backstage/{path}")
    assert answer.status_code == 200
    return answer.json()


async def post(client: Client, path: str, **given: Any) -> tuple[int, Any]:
    answer = await client.posts(f"{client.playground.url}/backstage/{path}", given)
    return answer.status_code, answer.json()


async def test_a_call_is_shown_with_what_the_bot_made_of_it(client: Client) -> None:
    """An update, the answer to it, a refusal by the schema; only what is new since."""
    told: list[dict[str, Any]] = []

    async def next_digest(chat: int) -> dict[str, Any]:
        return {"at": 5.0, "chat": chat}

    client.playground.introduce(next_digest, lambda: told)
    client.telegram.says(client.reader, "/start")
    began = time.monotonic()
    await client.sends("好")
    told += [
        {"chat": client.reader, "began": began, "ended": time.monotonic(), "kind": "sent", "words": "2"},
        {"chat": 1, "began": 0.0, "ended": 1e12, "kind": "blocked", "words": "of another"},
    ]
    await client.call("sendMessage", chat_id=client.reader)
    update, sent, refused = await ask(client, "trace")

    assert ["update", "message", "/start"] == [
        update["kind"],
        update["name"],
        update["given"]["message"]["text"],
    ]
    assert ["sendMessage", "好", True] == [sent["name"], sent["given"]["text"], sent["answer"]["ok"]]
    assert {"kind": "sent", "words": "2"} == sent["outcome"]
    assert [400, None] == [refused["answer"]["error_code"], refused["outcome"]]
    assert [refused] == await ask(client, f"trace?after={sent['number']}")
    assert (200, {"at": 5.0, "chat": 7}) == await post(client, "next", chat=7)


async def test_the_next_calls_go_wrong_as_asked(client: Client) -> None:
    """So many of this method; getUpdates only where it is named; then all is well again."""
    status, left = await post(client, "faults", fault="429", times=2, method="SENDmessage", seconds=7)
    await client.call("getMe")
    first = await client.call("sendMessage", chat_id=client.reader, text="1")
    await post(client, "faults", fault="403", times=1)
    await client.result("getUpdates")
    calls = [await client.call("sendMessage", chat_id=client.reader, text="2") for _ in range(2)]
    state = await ask(client, "state")
    await post(client, "faults", fault="500", times=9)
    await post(client, "faults/clear")

    assert [200, "429", 2] == [status, left[0]["fault"], left[0]["times"]]
    assert [429, 7] == [first["error_code"], first["parameters"]["retry_after"]]
    assert [429, 403] == [one["error_code"] for one in calls]
    assert [] == state["faults"]
    assert (await client.call("getMe"))["ok"]
    assert "429" == (await ask(client, "trace"))[1]["fault"]


async def test_a_connection_is_reset_before_or_after_the_deed(client: Client) -> None:
    """No byte of an answer comes; whether the message is there is what `done` says."""
    for done in (True, False):
        await post(client, "faults", fault="reset", times=1, method="sendMessage", done=done)
        with pytest.raises(httpx.ReadError):
            await client.sends(f"{done}")

    assert ["True"] == [one["text"] for one in client.telegram.messages(client.reader)]
    assert (await client.call("getMe"))["ok"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fault": "x", "times": 1}, "a fault is"),
        ({"fault": "429", "times": 0}, "times are 1"),
        ({"fault": "429", "times": 1, "seconds": -1}, "seconds 0 to"),
        ({"fault": "429", "times": 1, "method": "sendPoll"}, "no such method"),
        ({"fault": "429"}, "times must be a number"),
        ({"fault": "429", "times": "1"}, "times must be a number"),
    ],
)
async def test_an_unknown_trouble_is_refused(client: Client, given: dict[str, Any], words: str) -> None:
    """In one sentence."""
    status, answer = await post(client, "faults", **given)

    assert 400 == status
    assert words in answer["error"]


async def test_an_article_is_published_changed_and_withdrawn(client: Client) -> None:
    """Its feed and page follow, every value escaped; who asked for the feed is told."""
    base = client.playground.url
    stand = await ask(client, "newsstand")
    feed = stand["feeds"][0]
    _, made = await post(
        client, "newsstand/publish", feed=feed["id"], title=TITLE, summary="", text="一段。\n两段。"
    )
    first = (await client.http.get(base + feed["path"])).text
    page = (await client.http.get(f"{base}/stand/a/{made['number']}.html")).text
    await post(client, "newsstand/change", number=made["number"], title="改过", summary="要", text="新")
    changed = (await client.http.get(base + feed["path"])).text
    status, _ = await post(client, "newsstand/withdraw", number=made["number"])
    gone = await client.http.get(f"{base}/stand/a/{made['number']}.html")
    after = await ask(client, "newsstand")

    assert TITLE not in first + page
    assert "&lt;img src=x" in first
    assert "&lt;img src=x" in page
    assert "改过" in changed
    assert [200, 404] == [status, gone.status_code]
    assert feed["articles"] == after["feeds"][0]["articles"]
    assert [(feed["id"], 200)] * 2 == [(one["feed"], one["status"]) for one in after["visits"]]


@pytest.mark.parametrize(("how", "status"), [("500", 500), ("404", 404), ("garbage", 200), ("empty", 200)])
async def test_a_feed_breaks_and_is_mended(client: Client, how: str, status: int) -> None:
    """With this status, and nothing that can be read; then as before."""
    feed = (await ask(client, "newsstand"))["feeds"][0]
    address = client.playground.url + feed["path"]
    well = await client.http.get(address)
    await post(client, "newsstand/break", feed=feed["id"], how=how)
    broken = await client.http.get(address)
    shown = (await ask(client, "newsstand"))["feeds"][0]["broken"]
    await post(client, "newsstand/break", feed=feed["id"], how="")

    assert [status, how] == [broken.status_code, shown]
    assert b"</rss>" not in broken.content
    assert well.text == (await client.http.get(address)).text


@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("publish", {"feed": "x", "title": "a", "summary": "", "text": "b"}, 404),
        ("publish", {"feed": "", "title": " ", "summary": "", "text": "b"}, 404),
        ("change", {"number": 10**9, "title": "a", "summary": "", "text": "b"}, 404),
        ("change", {"number": 1, "title": " ", "summary": "", "text": "b"}, 400),
        ("change", {"number": 1, "title": "\ud800", "summary": "", "text": "b"}, 400),
        ("withdraw", {"number": 0}, 404),
        ("break", {"feed": "x", "how": "500"}, 404),
        ("break", {"feed": "x", "how": "bang"}, 400),
    ],
)
async def test_what_the_newsstand_cannot_do_is_refused(
    client: Client, path: str, given: dict[str, Any], status: int
) -> None:
    """And nothing is changed."""
    before = (await ask(client, "newsstand"))["feeds"]
    found, answer = await post(client, f"newsstand/{path}", **given)

    assert status == found
    assert answer["error"]
    assert before == (await ask(client, "newsstand"))["feeds"]


async def test_without_a_bot_or_a_newsstand_there_is_none(client: Client) -> None:
    """It says so, and other hosts and pages are not answered at all."""
    assert (404, {"error": "there is no bot in this process"}) == await post(client, "next", chat=1)
    address = f"{client.playground.url}/backstage/state"
    for headers in ({"host": "evil.example"}, {"origin": "http://evil.example"}):
        assert 403 == (await client.http.get(address, headers=headers)).status_code


def test_of_very_many_entries_the_last_thousand_are_kept() -> None:
    """And what is long is cut."""
    trace = Trace()
    for _ in range(MOST + 5):
        trace.add("call", "sendMessage", 0.0, {"chat_id": 1, "text": "字" * 5000}, answer={"ok": True})

    assert [MOST, 6] == [len(trace.entries), trace.entries[0].number]
    assert len(trace.entries[0].shown()["given"]["text"]) < 2100
