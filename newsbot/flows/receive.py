"""What people send: stored before Telegram forgets it, dealt with in order per chat, chats in parallel.

    getUpdates -> inbox (committed) -> confirmed by the next getUpdates -> handled -> out of the inbox

A process killed anywhere finds the rest in its inbox after the next start. What must not have its effect
twice notes it in the inbox in the transaction of the effect; then only the answer is given again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

import structlog

from newsbot.errors import Deaf, NoAnswer, SecondPoller, StoreError
from newsbot.models.messages import Incoming
from newsbot.newsroom import Newsroom

POLL_SECONDS = 25
LONGEST_PAUSE = 30.0
MOST_AT_ONCE = 200  # updates being dealt with
MOST_IN_LINE = 5000  # updates in the lines; more wait at Telegram
CLAIMED = timedelta(seconds=15)  # an update is ours for so long, and longer while we live
GRACE_SECONDS = 15.0  # for what is being dealt with when we are told to stop
TIDY_UP_SECONDS = 2.0  # for those who are late even then, to put back what they hold
# After a week without updates Telegram numbers them anew (Bot API, Update): an old place would lose them
PLACE_KEPT = timedelta(days=6)
FACT = "polling"
WATCH_SECONDS = 5.0
DEAF_SECONDS = 120.0  # getUpdates answers within 25 s, also when nothing happened
NEWCOMER_SECONDS = 60.0
UNANSWERED_PAUSES = (10, 30, 60, 120, 300, 600, 600, 900, 900)  # an hour: who asked earlier asked again
MOST_REPEATS = 3  # of an answer that may have arrived each time
Answer = Callable[[Incoming], Awaitable[None]]
log = structlog.get_logger()


@dataclass(slots=True)
class Tries:
    """How often one update was tried: in all, and where its answer may have arrived."""

    all: int = 0
    perhaps: int = 0


class Lines:
    """People in front of the counter: one line a chat, each in order, none waits for another."""

    def __init__(
        self,
        answer: Callable[[Incoming, Tries], Awaitable[float | None]],
        took: Callable[[Incoming, float], None],
    ) -> None:
        """
        :param answer: deals with an update; seconds until it is to be tried again, or None
        :param took: hears how many seconds after its arrival each was dealt with
        """
        self._answer, self._took = answer, took
        self._last: dict[int, asyncio.Task[None]] = {}
        self._all: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(MOST_IN_LINE)
        self._served = asyncio.Semaphore(MOST_AT_ONCE)

    async def put(self, incoming: Incoming) -> None:
        """At the end of its chat's line; waits while the lines are very long."""
        await self._places.acquire()
        before = self._last.get(incoming.chat_id)
        task = asyncio.create_task(self._in_turn(before, incoming))
        self._last[incoming.chat_id] = task
        self._all.add(task)
        task.add_done_callback(lambda done: self._leave(incoming.chat_id, done))

    async def _in_turn(self, before: asyncio.Task[None] | None, incoming: Incoming) -> None:
        arrived = monotonic()
        if before is not None:
            await asyncio.wait([before])
        tries = Tries()
        while True:
            # only now: who stands in a long line takes nobody's place; who is in a hurry needs none
            async with nullcontext() if incoming.is_urgent else self._served:
                again_in = await self._answer(incoming, tries)
            if again_in is None:
                self._took(incoming, monotonic() - arrived)
                return
            await asyncio.sleep(again_in)  # nor does who waits for Telegram

    def _leave(self, chat_id: int, done: asyncio.Task[None]) -> None:
        self._places.release()
        self._all.discard(done)
        if self._last.get(chat_id) is done:
            del self._last[chat_id]

    async def finish(self, seconds: float) -> None:
        """Serve those who are here for so long; the rest stay in the inbox."""
        late = set(self._all)
        if late:
            _, late = await asyncio.wait(late, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=TIDY_UP_SECONDS)


@dataclass(slots=True)
class Hearing:
    """How long Telegram has not been heard, in seconds of this process being awake."""

    silent: float = 0.0


async def receive(room: Newsroom, answer: Answer) -> None:
    """Poll until cancelled.

    :raises SettingsError: the token is no longer accepted
    :raises SecondPoller: another program has been polling with this token since before we began
    :raises Deaf: Telegram was not heard for two minutes; a new process may hear it
    """
    people = lines(room, answer)
    hearing = Hearing()
    watching = asyncio.create_task(_watch(hearing))
    polling = asyncio.create_task(_receive(room, people, hearing))
    try:
        done, _ = await asyncio.wait([watching, polling], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        watching.cancel()
        polling.cancel()
        await asyncio.wait([watching, polling])
        room.heard_at = None
        await people.finish(GRACE_SECONDS)


def lines(room: Newsroom, answer: Answer) -> Lines:
    """Lines of people in front of a counter that answers so."""

    def took(incoming: Incoming, seconds: float) -> None:
        kind = _kind(incoming)
        room.meters.took("answer_seconds", seconds, kind=kind)
        log.info("answered", kind=kind, ms=round(seconds * 1000))

    return Lines(lambda incoming, tries: _deal_with(room, answer, incoming, tries), took)


def _kind(incoming: Incoming) -> str:
    """A quotation mark within a text has a stroke before it in JSON: these stand in no text."""
    kinds = {'"callback_query"': "press", '"inline_query"': "inline", '"message"': "message"}
    return next((kind for key, kind in kinds.items() if key in incoming.payload), "other")


async def _watch(hearing: Hearing) -> None:
    """A process that was asleep, as a laptop is at night, was not deaf meanwhile."""
    while True:
        before = monotonic()
        await asyncio.sleep(WATCH_SECONDS)
        hearing.silent += min(monotonic() - before, 2 * WATCH_SECONDS)
        if hearing.silent > DEAF_SECONDS:
            raise Deaf(hearing.silent)


async def _receive(room: Newsroom, lines: Lines, hearing: Hearing) -> None:
    for incoming in await _left_over(room):
        await lines.put(incoming)
    await _poll(room, lines, hearing)


async def _poll(room: Newsroom, lines: Lines, hearing: Hearing) -> None:
    offset, failures, began = await _place(room), 0, monotonic()
    room.heard_at = began
    while True:
        try:
            found = await room.telegram.updates(offset, POLL_SECONDS)
            hearing.silent, room.heard_at = 0.0, monotonic()
            room.meters.count("updates", len(found))
            if found:  # the next poll confirms them: what could not be stored comes again
                await _keep(room, found, _after(found))
        except (NoAnswer, StoreError) as error:
            failures += 1
            stays = room.store.dialect == "postgresql"  # who led before us may poll for some seconds yet
            age = NEWCOMER_SECONDS if stays else monotonic() - began
            await asyncio.sleep(_pause(error, failures, age, hearing))
            continue
        failures = 0
        offset = _after(found) if found else offset
        for incoming in found:
            await lines.put(incoming)


def _pause(error: NoAnswer | StoreError, failures: int, age: float, hearing: Hearing) -> float:
    """Seconds until the next poll.

    :raises SecondPoller: we are the newcomer, who goes
    """
    if isinstance(error, SecondPoller):
        if age < NEWCOMER_SECONDS:
            raise error
        hearing.silent = 0.0  # Telegram is there, and we stay
    asked = error.seconds if isinstance(error, NoAnswer) else None
    if asked:
        hearing.silent = -asked
    pause = asked or min(2.0 ** min(failures, 10), LONGEST_PAUSE)
    log.warning("no updates", why=str(error), again_in=pause)
    return pause


def _after(found: list[Incoming]) -> int:
    """The place behind these updates, in whatever order they came."""
    return max(one.id for one in found) + 1


async def _left_over(room: Newsroom) -> list[Incoming]:
    if room.store.dialect == "sqlite":
        async with room.store.read() as tx:
            pending = await tx.inbox.pending()
    else:
        async with room.store.begin() as tx:  # another process may still be at it: it loses them
            pending = await tx.inbox.take_over(room.owner, room.now() + CLAIMED)
    if pending:
        log.info("updates left over", count=len(pending))
    return pending


async def _keep(room: Newsroom, found: list[Incoming], offset: int) -> None:
    """The updates and the place after them, in one transaction: none is lost, none comes twice."""
    now = room.now()
    place = {"bot": room.telegram.id, "offset": offset, "at": now.isoformat()}
    async with room.store.begin() as tx:
        await tx.inbox.keep(found, now, room.owner, now + CLAIMED)
        await tx.facts.put(FACT, json.dumps(place))


async def _place(room: Newsroom) -> int:
    """Where polling stands; 0 for another bot, or after so long that Telegram may count anew."""
    async with room.store.read() as tx:
        kept = json.loads(await tx.facts.get(FACT) or "{}")
    if kept.get("bot") != room.telegram.id:
        return 0
    fresh = room.now() - datetime.fromisoformat(kept["at"]) < PLACE_KEPT
    return int(kept["offset"]) if fresh else 0


async def _deal_with(room: Newsroom, answer: Answer, incoming: Incoming, tries: Tries) -> float | None:
    """Seconds until it is to be tried again, None where it is done; one update is not tried for ever."""
    if tries.all and not await room.telegram.answers():
        return _again_in(NoAnswer("Telegram is silent"), tries)
    try:
        if not await _is_ours(room, incoming):
            log.info("update left to another process")
            return None
        await answer(incoming)
    except (NoAnswer, StoreError) as error:
        again_in = _again_in(error, tries)
        if again_in is not None:
            return again_in
    except Exception:
        log.exception("update failed")
    try:
        async with room.store.begin(beside=True) as tx:
            await tx.inbox.done(incoming.id, room.now() if room.settings.webhook_url else None)
    except StoreError as error:
        log.warning("update stays in the inbox", why=str(error))
    return None


async def _is_ours(room: Newsroom, incoming: Incoming) -> bool:
    """Whether no other process took it over, as where we were away for a while; on SQLite there is none."""
    if room.store.dialect == "sqlite" and room.settings.webhook_url is None:
        return True
    async with room.store.begin(beside=True) as tx:
        return await tx.inbox.hold(incoming.id, room.owner, room.now() + CLAIMED)


def _again_in(error: NoAnswer | StoreError, tries: Tries) -> float | None:
    """Seconds, or None where it was tried often enough: for an hour, or said so often that it has arrived."""
    tries.perhaps += isinstance(error, NoAnswer) and error.perhaps
    if tries.all >= len(UNANSWERED_PAUSES) or tries.perhaps > MOST_REPEATS:
        log.error("never answered", why=str(error), tries=tries.all + 1)
        return None
    asked = error.seconds if isinstance(error, NoAnswer) else None
    again_in = max(UNANSWERED_PAUSES[tries.all], asked or 0)
    tries.all += 1
    log.warning("not answered yet", why=str(error), again_in=again_in)
    return again_in
