"""What people send: stored before Telegram forgets it, dealt with in order per chat, chats in parallel.

    getUpdates -> inbox (committed) -> confirmed by the next getUpdates -> handled -> out of the inbox

A process killed anywhere finds the rest in its inbox after the next start.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from newsbot.errors import NoAnswer
from newsbot.models.messages import Incoming
from newsbot.newsroom import Newsroom

POLL_SECONDS = 25
LONGEST_PAUSE = 30.0
MOST_AT_ONCE = 200  # updates being dealt with; more wait at Telegram
GRACE_SECONDS = 15.0  # for what is being dealt with when we are told to stop
# After a week without updates Telegram numbers them anew (Bot API, Update): an old place would lose them
PLACE_KEPT = timedelta(days=6)
FACT = "polling"
Answer = Callable[[Incoming], Awaitable[None]]
log = structlog.get_logger()


class Lines:
    """People in front of the counter: one line a chat, each in order, none waits for another."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._last: dict[int, asyncio.Task[None]] = {}
        self._free = asyncio.Semaphore(MOST_AT_ONCE)

    async def put(self, incoming: Incoming) -> None:
        """At the end of its chat's line; waits while very many are being dealt with."""
        await self._free.acquire()
        before = self._last.get(incoming.chat_id)
        task = asyncio.create_task(self._in_turn(before, incoming))
        self._last[incoming.chat_id] = task
        task.add_done_callback(lambda done: self._leave(incoming.chat_id, done))

    async def _in_turn(self, before: asyncio.Task[None] | None, incoming: Incoming) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._answer(incoming)

    def _leave(self, chat_id: int, done: asyncio.Task[None]) -> None:
        self._free.release()
        if self._last.get(chat_id) is done:
            del self._last[chat_id]

    async def finish(self, seconds: float) -> None:
        """Let those who are being served finish; the rest stay in the inbox."""
        tasks = set(self._last.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()


async def receive(room: Newsroom, answer: Answer) -> None:
    """Poll until cancelled.

    :raises SettingsError: the token is no longer accepted
    """
    lines = Lines(lambda incoming: _deal_with(room, answer, incoming))
    try:
        for incoming in await _left_over(room):
            await lines.put(incoming)
        await _poll(room, lines)
    finally:
        await lines.finish(GRACE_SECONDS)


async def _poll(room: Newsroom, lines: Lines) -> None:
    offset, failures = await _place(room), 0
    while True:
        try:
            found = await room.telegram.updates(offset, POLL_SECONDS)
        except NoAnswer as error:
            failures += 1
            pause = error.seconds or min(2.0 ** min(failures, 10), LONGEST_PAUSE)
            log.warning("no updates", why=str(error), again_in=pause)
            await asyncio.sleep(pause)
            continue
        failures = 0
        if found:
            offset = found[-1].id + 1
            await _keep(room, found, offset)
        for incoming in found:
            await lines.put(incoming)


async def _left_over(room: Newsroom) -> list[Incoming]:
    async with room.store.read() as tx:
        pending = await tx.inbox.pending()
    if pending:
        log.info("updates left over", count=len(pending))
    return pending


async def _keep(room: Newsroom, found: list[Incoming], offset: int) -> None:
    """The updates and the place after them, in one transaction: none is lost, none comes twice."""
    now = room.now()
    place = {"bot": room.telegram.id, "offset": offset, "at": now.isoformat()}
    async with room.store.begin() as tx:
        await tx.inbox.keep(found, now)
        await tx.facts.put(FACT, json.dumps(place))


async def _place(room: Newsroom) -> int:
    """Where polling stands; 0 for another bot, or after so long that Telegram may count anew."""
    async with room.store.read() as tx:
        kept = json.loads(await tx.facts.get(FACT) or "{}")
    if kept.get("bot") != room.telegram.id:
        return 0
    fresh = room.now() - datetime.fromisoformat(kept["at"]) < PLACE_KEPT
    return int(kept["offset"]) if fresh else 0


async def _deal_with(room: Newsroom, answer: Answer, incoming: Incoming) -> None:
    try:
        await answer(incoming)
    except Exception:  # whatever one update does, the others go on; this one is not tried for ever
        log.exception("update failed")
    async with room.store.begin() as tx:
        await tx.inbox.done(incoming.id)
