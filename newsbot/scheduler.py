"""Which flow runs when. APScheduler is only a clock: what is due says the database.

every 5 s       deliver.tick     plan and send what is due
every minute    refresh          ask the sources that are due; NEWSBOT_REFRESH_SECONDS may say more often
every night     tidy             forget lists that nobody will press any more
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from newsbot.errors import NewsbotError
from newsbot.flows import deliver, tidy
from newsbot.flows.refresh import refresh
from newsbot.newsroom import Newsroom

DELIVER_SECONDS = 5
REFRESH_SECONDS = 60
log = structlog.get_logger()


class Clock:
    """Starts flows at their time, until it is stopped."""

    def __init__(self, room: Newsroom) -> None:
        self._room = room
        self._running: set[asyncio.Task[Any] | None] = set()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # late is better than never, once is enough, and never two at a time
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )

    def start(self) -> None:
        """From now on; the first pull begins at once."""
        seconds = min(REFRESH_SECONDS, self._room.settings.refresh_seconds or REFRESH_SECONDS)
        add = self._scheduler.add_job
        add(self._runs(deliver.tick), "interval", seconds=DELIVER_SECONDS, id="deliver")
        add(self._runs(refresh), "interval", seconds=seconds, id="refresh", next_run_time=datetime.now(UTC))
        add(self._runs(tidy.tidy), "cron", hour=20, minute=10, id="tidy")  # 04:10 in China
        self._scheduler.start()

    def _runs(self, flow: Callable[[Newsroom], Awaitable[Any]]) -> Callable[[], Awaitable[None]]:
        async def job() -> None:
            task = asyncio.current_task()
            self._running.add(task)
            try:
                await flow(self._room)
            except NewsbotError as error:
                log.error("flow failed", flow=flow.__name__, why=str(error))
            except Exception:  # the clock goes on: the next round may do better
                log.exception("flow failed", flow=flow.__name__)
            finally:
                self._running.discard(task)

        return job

    async def stop(self, seconds: float) -> None:
        """Start nothing new, and give what runs so long to finish."""
        self._scheduler.pause()
        running = {task for task in self._running if task is not None}
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            for task in late:
                task.cancel()
        self._scheduler.shutdown(wait=False)
