"""`python bot.py …` that kills itself at one step of a delivery, with a clock that a test sets.

    CLOCK=file      how many seconds the clock is ahead
    KILL_AT=n       at the n-th step: an await, or a commit, of planning, sending or writing down what was sent
    STEPS=file      where the steps are counted
    CASTS=1         it is broadcasts that are counted, from the beginning on

A step is counted before every resumption of a task of these flows, and before and after every commit, as soon as
anything is due. The process is gone at once, as by `kill -9`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Generator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))
sys.path.insert(0, str(HERE.parent))

import clocked  # noqa: E402
from sqlalchemy import Engine, event  # noqa: E402

from newsbot import scheduler  # noqa: E402
from newsbot.flows import deliver as delivering  # noqa: E402

KILL_AT = int(os.environ.get("KILL_AT", "0"))
STEPS = Path(os.environ["STEPS"])
CASTS = bool(os.environ.get("CASTS"))
FILES = (
    "flows/deliver.py",
    "flows/plan.py",
    "flows/broadcast.py",
    "store/group_commit.py",
    "faults/stepped.py",
)


class Steps:
    """Counted from when anything is due."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self.armed = False

    def one_more(self) -> None:
        """Perhaps the last."""
        if not self.armed:
            return
        with self._lock:
            self._count += 1
            if self._count == KILL_AT:
                os.kill(os.getpid(), signal.SIGKILL)
            if not KILL_AT:
                new = STEPS.with_suffix(".new")
                new.write_text(str(self._count), "ascii")
                new.replace(STEPS)  # whoever reads meanwhile finds a number


steps = Steps()


class Stepped(Coroutine[Any, Any, Any]):
    """A coroutine whose every resumption is a step."""

    def __init__(self, inner: Coroutine[Any, Any, Any]) -> None:
        self._inner = inner

    def send(self, value: Any) -> Any:
        steps.one_more()
        return self._inner.send(value)

    def throw(self, *error: Any) -> Any:
        return self._inner.throw(*error)

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._inner.__await__()


def task(loop: asyncio.AbstractEventLoop, coro: Any, **given: Any) -> asyncio.Task[Any]:
    code = getattr(coro, "cr_code", None)
    if code is not None and code.co_filename.endswith(FILES):
        coro = Stepped(coro)
    return asyncio.Task(coro, loop=loop, **given)


def counted(flow: Any) -> Any:
    """A flow of the clock as a task of its own, so that its steps are seen; the first one that has work arms."""

    async def run(room: Any) -> Any:
        asyncio.get_running_loop().set_task_factory(task)  # type: ignore[arg-type]
        async with room.store.read() as tx:
            due = await tx.readers.due_count(room.now()) or await tx.deliveries.waiting()
        steps.armed = steps.armed or bool(due) or CASTS
        return await asyncio.create_task(inner(room))

    async def inner(room: Any) -> Any:
        return await flow(room)

    run.__name__ = flow.__name__
    return run


@event.listens_for(Engine, "commit")
def before_commit(connection: Any) -> None:
    steps.one_more()


if __name__ == "__main__":
    scheduler.plan = counted(scheduler.plan)
    scheduler.deliver = counted(scheduler.deliver)
    for name in ("mail", "begin_due", "progress") if CASTS else ():
        setattr(scheduler, name, counted(getattr(scheduler, name)))
    delivering.CLAIMED_SECONDS = 1
    from functools import partial

    from newsbot.cli import opening

    opening.Newsroom = partial(opening.Newsroom, now=clocked.now)  # type: ignore[misc,assignment]
    from bot import main

    main()
