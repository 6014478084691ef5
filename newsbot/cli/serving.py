"""run and demo: the bot itself, until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import structlog

from newsbot.cli.opening import newsroom
from newsbot.errors import NoAnswer, SettingsError, StoreError
from newsbot.flows import deliver, holds, plan
from newsbot.flows.receive import receive
from newsbot.flows.refresh import refresh
from newsbot.models.messages import Incoming
from newsbot.newsroom import Newsroom
from newsbot.scheduler import Clock
from newsbot.settings import Settings

LONGEST_PAUSE = 30.0
GRACE_SECONDS = 18.0  # for the clock's flows, among them what is on the wire; answers have their own
log = structlog.get_logger()


def collect_seldom() -> None:
    """Look for circles of what nobody needs after 20,000 new objects, not 700.

    There are hardly any, and the search took a sixth of composing (`benchmarks/compose.py`).
    """
    gc.set_threshold(20_000)


class Counter(Protocol):
    """What answers updates; `handlers.counter.Counter` is one."""

    async def open(self) -> None: ...

    async def menus(self) -> None: ...

    async def answer(self, incoming: Incoming) -> None: ...


Introduce = Callable[[Newsroom], Counter]


async def run(settings: Settings, introduce: Introduce) -> int:
    """The bot, by long polling."""
    if settings.token is None:
        raise SettingsError("NEWSBOT_TOKEN", "is missing; @BotFather gives one (without it, try `demo`)")
    stop = stopped()
    async with newsroom(settings, with_telegram=True) as room:
        log.info("starting", data=str(settings.data.absolute()), database=room.store.dialect)
        if not settings.admins:
            log.warning("no administrators", how="send /id to the bot and put the number into NEWSBOT_ADMINS")
        await serve(room, introduce(room), stop)
    log.info("stopped")
    return 0


async def serve(
    room: Newsroom, counter: Counter, stop: asyncio.Event, first: list[str] | None = None
) -> None:
    """Answer, pull and deliver until `stop`.

    :param first: sources to pull before the clock starts
    :raises SettingsError: Telegram does not accept the token
    :raises AlreadyRunning: another bot runs on the same database
    """
    collect_seldom()
    async with room.store.alone() as lost:
        await deliver.recover(room)
        await plan.rewind(room)
        await holds.restore(room)
        await _serve(room, counter, stop, first, lost)


async def _serve(
    room: Newsroom, counter: Counter, stop: asyncio.Event, first: list[str] | None, lost: asyncio.Event
) -> None:
    clock = Clock(room)
    work = asyncio.create_task(_work(room, counter, clock, first))
    others = [asyncio.create_task(event.wait()) for event in (stop, lost, room.telegram.refused)]
    await asyncio.wait([work, *others], return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    log.info("stopping")
    room.closing.set()
    work.cancel()
    # whatever ended the work, what is on the wire is waited for
    for end in await asyncio.gather(clock.stop(GRACE_SECONDS), _ended(work), return_exceptions=True):
        if isinstance(end, BaseException):
            raise end
    if room.telegram.refused.is_set():
        raise SettingsError("NEWSBOT_TOKEN", "Telegram no longer accepts this token")
    if lost.is_set():
        raise StoreError("the database let go of our lock: another bot may run on it")


async def _ended(work: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        await work


async def _work(room: Newsroom, counter: Counter, clock: Clock, first: list[str] | None) -> None:
    await _connect(room)
    await counter.open()
    receiving = asyncio.create_task(receive(room, counter.answer))
    try:
        with suppress(NoAnswer):  # the menus of yesterday will do
            await counter.menus()
        if first:
            await refresh(room, first, force=True)
        clock.start()
        log.info("ready", bot=room.telegram.username)
        await receiving
    finally:
        receiving.cancel()
        with suppress(asyncio.CancelledError):
            await receiving


async def _connect(room: Newsroom) -> None:
    """Until Telegram answers, however long its network is away."""
    failures = 0
    while True:
        try:
            await room.telegram.open()
            await room.telegram.leave_webhook()
        except NoAnswer as error:
            failures += 1
            pause = error.seconds or min(2.0**failures, LONGEST_PAUSE)
            log.warning("Telegram is not reached", why=str(error), again_in=pause)
            await asyncio.sleep(pause)
        else:
            return


def stopped() -> asyncio.Event:
    """Set by SIGTERM and Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop


def on_a_terminal() -> bool:
    """Is somebody there to look at a browser?"""
    return sys.stdout.isatty()
