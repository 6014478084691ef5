"""run and demo: the bot itself, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Protocol

import structlog

from newsbot.cli.opening import newsroom
from newsbot.cli.watching import watched
from newsbot.errors import NoAnswer, SettingsError, StoreError
from newsbot.flows import deliver, holds, plan
from newsbot.flows.dispatch import has_jobs
from newsbot.flows.receive import receive
from newsbot.flows.refresh import refresh
from newsbot.flows.webhook import Webhook
from newsbot.models.messages import Incoming
from newsbot.newsroom import Newsroom
from newsbot.scheduler import Clock
from newsbot.settings import Settings

LONGEST_PAUSE = 30.0
AGAIN_SECONDS = 3.0  # after the database was in trouble
GRACE_SECONDS = 18.0  # for the clock's flows, among them what is on the wire; answers have their own
log = structlog.get_logger()


class Counter(Protocol):
    """What answers updates; `handlers.counter.Counter` is one."""

    async def open(self) -> None: ...

    async def menus(self) -> None: ...

    async def answer(self, incoming: Incoming) -> None: ...


Introduce = Callable[[Newsroom], Counter]


async def run(settings: Settings, introduce: Introduce) -> int:
    """The bot: long polling, or a webhook where NEWSBOT_WEBHOOK_URL is set."""
    if settings.token is None:
        raise SettingsError("NEWSBOT_TOKEN", "is missing; @BotFather gives one (without it, try `demo`)")
    stop = stopped()
    async with newsroom(settings, with_telegram=True) as room:
        log.info("starting", data=str(settings.data.absolute()), database=room.store.dialect)
        if not settings.admins:
            log.warning("no administrators", how="send /id to the bot and put the number into NEWSBOT_ADMINS")
        counter = introduce(room)
        pushed = Webhook(room, counter.answer) if settings.webhook_url else None
        async with watched(room, pushed):
            await serve(room, counter, stop, pushed=pushed)
    log.info("stopped")
    return 0


async def serve(
    room: Newsroom,
    counter: Counter,
    stop: asyncio.Event,
    first: list[str] | None = None,
    pushed: Webhook | None = None,
) -> None:
    """Answer, pull and deliver until `stop`.

    On PostgreSQL any number of processes may do so: one of them leads, the others stand by. Updates that are
    pushed are answered by all of them.

    :param first: sources to pull before the clock starts
    :param pushed: where updates arrive; None to poll
    :raises SettingsError: Telegram does not accept the token
    :raises AlreadyRunning: another bot runs on the same SQLite database
    """
    leading = asyncio.create_task(_lead(room, counter, stop, first, polls=pushed is None))
    if pushed is None:
        await leading
        return
    answering = asyncio.create_task(_answer_pushed(room, counter, pushed))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([leading, answering, stopping], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    answering.cancel()  # both finish what they have at the same time
    for end in await asyncio.gather(leading, _ended(answering), return_exceptions=True):
        if isinstance(end, BaseException):
            raise end


async def _answer_pushed(room: Newsroom, counter: Counter, pushed: Webhook) -> None:
    await _reached(room, room.telegram.open)
    await counter.open()
    await pushed.run()


async def _lead(
    room: Newsroom, counter: Counter, stop: asyncio.Event, first: list[str] | None, polls: bool
) -> None:
    """Lead whenever nobody else does. On SQLite nobody stands by: whoever cannot lead ends."""
    stands_by, said = room.store.dialect == "postgresql", ""
    while not stop.is_set():
        room.mode = "standing by" if stands_by else "starting"
        try:
            async with room.store.alone(stop if stands_by else None) as lost:
                room.mode, said = "starting", ""
                await _prepare(room)
                await _serve(room, counter, stop, first, lost, polls)
        except StoreError as error:
            if not stands_by:
                raise
            if not stop.is_set():
                if str(error) != said:  # once; what follows is the same
                    log.error("not leading", why=str(error), again_in=AGAIN_SECONDS)
                said = str(error)
                await asyncio.wait([asyncio.create_task(stop.wait())], timeout=AGAIN_SECONDS)


async def _prepare(room: Newsroom) -> None:
    """What the last one who led left behind."""
    room.closing = asyncio.Event()
    await deliver.recover(room)
    await plan.rewind(room)
    await holds.restore(room)


async def _serve(
    room: Newsroom,
    counter: Counter,
    stop: asyncio.Event,
    first: list[str] | None,
    lost: asyncio.Event,
    polls: bool = True,
) -> None:
    """Lead until we stop, or are no longer sure to be the only one."""
    clock = Clock(room)
    work = asyncio.create_task(_work(room, counter, clock, first, polls))
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
        raise StoreError("the database let go of our lock: it restarts, or another bot runs on it")


async def _ended(work: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        await work


async def _work(room: Newsroom, counter: Counter, clock: Clock, first: list[str] | None, polls: bool) -> None:
    await _connect(room, polls)
    room.mode = "leading"
    await counter.open()
    tasks = [asyncio.create_task(receive(room, counter.answer))] if polls else []
    try:
        with suppress(NoAnswer):  # the menus of yesterday will do
            await counter.menus()
        if first:
            await refresh(room, first, force=True)
        clock.start()
        if has_jobs(room):
            from newsbot.worker import help_out  # what only PostgreSQL needs

            tasks.append(asyncio.create_task(help_out(room)))
        log.info("ready", bot=room.telegram.username)
        # what ends, ends with an error: a clock alone goes on until it is stopped
        await (asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED) if tasks else asyncio.Event().wait())
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        for end in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(end, Exception):
                raise end


async def _connect(room: Newsroom, polls: bool) -> None:
    """Until Telegram answers, and sends updates the way we want them."""
    await _reached(room, room.telegram.open)
    address, secret = room.settings.webhook_url, room.settings.webhook_secret
    if polls or address is None or secret is None:
        await _reached(room, room.telegram.leave_webhook)
    else:
        await _reached(room, lambda: _be_pushed(room, address, secret.get_secret_value()))


async def _be_pushed(room: Newsroom, address: str, secret: str) -> None:
    before = (await room.telegram.webhook()).address
    if before not in ("", address):
        log.warning("updates went elsewhere until now", to=before, how="is this token another bot's, too?")
    await room.telegram.be_pushed(address, secret)


async def _reached(room: Newsroom, ask: Callable[[], Awaitable[None]]) -> None:
    """Ask until Telegram answers, however long its network is away."""
    failures = 0
    while True:
        try:
            await ask()
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
