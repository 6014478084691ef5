"""Updates that Telegram pushes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from pydantic import SecretStr

from newsbot.errors import NoAnswer, NotReadable, StoreError
from newsbot.flows.webhook import Webhook
from newsbot.models.messages import Incoming


def body(number: int, person: int = 7, words: str = "/start") -> bytes:
    """What Telegram pushes when somebody writes."""
    who = {"id": person, "is_bot": False, "first_name": "Anna"}
    chat = {"id": person, "type": "private", "first_name": "Anna"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": who, "text": words}
    return json.dumps({"update_id": number, "message": message}).encode()


class Counter:
    """Answers, one after the other, and remembers in which order."""

    def __init__(self) -> None:
        self.answered: list[int] = []
        self.failure: Exception | None = None
        self.gates: dict[int, asyncio.Event] = {}

    async def answer(self, incoming: Incoming) -> None:
        if gate := self.gates.get(incoming.id):
            await gate.wait()
        if self.failure:
            failure, self.failure = self.failure, None
            raise failure
        self.answered.append(incoming.id)


async def pending(desk: Any) -> list[int]:
    async with desk.room.store.read() as tx:
        return [one.id for one in await tx.inbox.pending()]


async def ends(running: asyncio.Task[None]) -> None:
    """Told to stop, and done with it."""
    running.cancel()
    await asyncio.wait([running])


async def until(condition: Any) -> None:
    async with asyncio.timeout(10):
        while not await condition():  # noqa: ASYNC110  another process's work
            await asyncio.sleep(0.01)


@pytest.fixture
def counter(desk: Any) -> Counter:
    """And a bot whose updates are pushed."""
    given = {"webhook_url": "https://bot.example/hook", "webhook_secret": SecretStr("x" * 32)}
    desk.room.settings = desk.room.settings.model_copy(update=given)
    return Counter()


async def test_an_update_is_kept_answered_and_forgotten(desk, playground, counter):
    """Kept before it is confirmed, also before anybody is there to answer."""
    webhook = Webhook(desk.room, counter.answer)
    await webhook.take(body(5))
    kept = await pending(desk)
    running = asyncio.create_task(webhook.run())
    await webhook.take(body(6, person=8))
    await webhook.take(body(5))  # Telegram did not hear that we have it

    async def is_empty() -> bool:
        return not await pending(desk)

    await until(is_empty)
    await ends(running)

    assert ([5], [5, 6]) == (kept, sorted(counter.answered))


async def test_an_update_that_is_pushed_again_is_answered_once(desk, playground, counter):
    """Telegram did not hear that we had it, and comes again when it was answered long ago."""
    webhook = Webhook(desk.room, counter.answer)
    running = asyncio.create_task(webhook.run())

    async def is_done() -> bool:
        return not await pending(desk)

    for _ in range(2):
        await webhook.take(body(5))
        await until(is_done)
    await ends(running)

    assert [5] == counter.answered


async def test_what_another_process_took_over_is_left_to_it(desk, playground, counter, monkeypatch):
    """The one that was away for too long finds out before it tries again."""
    monkeypatch.setattr("newsbot.flows.receive.UNANSWERED_PAUSES", (0.3,) * 3)
    counter.failure = NoAnswer("no network")
    webhook = Webhook(desk.room, counter.answer)
    running = asyncio.create_task(webhook.run())
    await asyncio.sleep(0.05)
    await webhook.take(body(5))
    await asyncio.sleep(0.1)
    async with desk.room.store.begin() as tx:
        await tx.inbox.take_over("another", desk.moment)
    await asyncio.sleep(0.5)
    await ends(running)

    assert ([], [5]) == (counter.answered, await pending(desk))


async def test_a_chat_is_answered_in_order_by_two_processes(desk, playground, counter):
    """The second has the later update of a chat only when the first is done with the earlier one."""
    other = type(desk.room)(
        settings=desk.room.settings, store=desk.room.store, fetcher=desk.room.fetcher,
        sandbox=desk.room.sandbox, messenger=desk.room.messenger, now=desk.room.now,
    )  # fmt: skip
    first, second = Webhook(desk.room, counter.answer), Webhook(other, counter.answer)
    assert other.owner != desk.room.owner
    counter.gates[1] = asyncio.Event()
    running = [asyncio.create_task(one.run()) for one in (first, second)]
    await asyncio.sleep(0.05)
    await first.take(body(1))
    await second.take(body(2))
    await second.take(body(3, person=8))

    async def third_is_done() -> bool:
        return 3 in counter.answered

    await until(third_is_done)
    before = list(counter.answered)
    counter.gates[1].set()

    async def all_are_done() -> bool:
        return len(counter.answered) == 3

    await until(all_are_done)
    for one in running:
        one.cancel()
    await asyncio.wait(running)

    assert ([3], [3, 1, 2]) == (before, counter.answered)


async def test_who_took_over_answers_what_another_left(desk, playground, counter):
    """A process died with an update: its claim runs out, and somebody else deals with it."""
    async with desk.room.store.begin() as tx:
        await tx.inbox.keep([desk.room.telegram.incoming(body(5))], desk.moment)
        await tx.inbox.claim("a process that died", desk.moment, desk.moment, 10)
    webhook = Webhook(desk.room, counter.answer)
    running = asyncio.create_task(webhook.run())

    async def is_done() -> bool:
        return counter.answered == [5]

    await until(is_done)
    await ends(running)


async def test_what_is_not_finished_is_given_back(desk, playground, counter, monkeypatch):
    """Others need not wait until a claim runs out when a process ends in order."""
    monkeypatch.setattr("newsbot.flows.webhook.GRACE_SECONDS", 0.05)
    counter.gates[5] = asyncio.Event()
    webhook = Webhook(desk.room, counter.answer)
    running = asyncio.create_task(webhook.run())
    await asyncio.sleep(0.05)
    await webhook.take(body(5))
    await ends(running)
    async with desk.room.store.begin() as tx:
        found = await tx.inbox.claim("another", desk.moment, desk.moment, 10)

    assert [5] == [one.id for one in found]


@pytest.mark.parametrize(
    "found",
    [b"", b"[]", b"null", b"{}", b'{"update_id": "5"}', b'{"update_id": -1}', b'{"update_id": 1e400}',
     b'{"update_id": 99999999999999999999}', b'{"update_id": true}', b"\xff\xfe", b"[" * 100_000,
     b'{"update_id": 5, "message": 7}', b'{"update_id": 5, "message": {"chat": []}}'],
)  # fmt: skip
async def test_what_is_no_update_is_refused(desk, playground, counter, found):
    """In one sentence, whatever it is; nothing is kept."""
    with pytest.raises(NotReadable, match="not an update"):
        await Webhook(desk.room, counter.answer).take(found)

    assert [] == await pending(desk)


async def test_a_database_in_trouble_is_said_to_telegram(desk, playground, counter, monkeypatch):
    """It is not kept, so it is not confirmed."""

    def full(*_: Any, **__: Any) -> Any:
        raise StoreError("the disk is full")

    monkeypatch.setattr(desk.room.store, "begin", full)
    with pytest.raises(StoreError):
        await Webhook(desk.room, counter.answer).take(body(5))


async def test_what_telegram_did_not_hear_is_answered_later(desk, playground, counter, monkeypatch):
    """As with polling: the update stays until it was answered."""
    monkeypatch.setattr("newsbot.flows.receive.UNANSWERED_PAUSES", (0.01,) * 3)
    counter.failure = NoAnswer("no network")
    webhook = Webhook(desk.room, counter.answer)
    running = asyncio.create_task(webhook.run())
    await asyncio.sleep(0.05)
    await webhook.take(body(5))

    async def is_done() -> bool:
        return counter.answered == [5]

    await until(is_done)
    await ends(running)
