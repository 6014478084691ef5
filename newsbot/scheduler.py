"""Which flow runs when. APScheduler is only a clock: what is due says the database.

every 5 s       plan             write down the digests that are due soon, or the jobs that do
every minute    plan_reviews     write down the reviews of the week that are due soon
every second    deliver          send what is written down and due
every second    mail             send broadcasts, behind the digests
every second    progress         say how far they are
every 5 s       begin_due        begin broadcasts whose time has come
every 5 s       amend            change, or delete, what was broadcast
every 5 s       refresh_due      ask the sources that are due, or write down the jobs that do;
                                 NEWSBOT_REFRESH_SECONDS may say more often
every 5 s       revive           let others do the jobs of a worker that died
every 5 s       alert            write down news of what is followed, for who wants to know at once
every 5 s       alarm            tell administrators of sources that went bad or are well again
every minute    nudge            tell editors before a busy slot; offer what was held long enough
every minute    retell           let the model summarise the best stories, where there is one
every minute    scrub            take what was deleted out of the journal too, where that could not be done
every hour      index            fill the search index, where a migration emptied it
every hour      catch_up         learn what readers like from what they marked before an update
every night     learn            count the words of the archive
every night     tidy             forget lists that nobody will press any more
every night     tidy_jobs        forget jobs that were given up long ago
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from time import monotonic
from typing import Any, NamedTuple

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from newsbot.errors import NewsbotError
from newsbot.flows import tidy
from newsbot.flows.alarm import alarm
from newsbot.flows.alert import alert
from newsbot.flows.broadcast import begin_due
from newsbot.flows.deliver import deliver
from newsbot.flows.dispatch import plan, refresh_due, revive, tidy_jobs
from newsbot.flows.index import index
from newsbot.flows.learn import learn
from newsbot.flows.mailing import amend, mail, progress
from newsbot.flows.nudge import nudge
from newsbot.flows.retell import retell
from newsbot.flows.review import plan_reviews
from newsbot.flows.rights import scrub
from newsbot.flows.taste import catch_up
from newsbot.newsroom import Newsroom
from newsbot.settings import Settings

PLAN_SECONDS = 5
REVIEW_SECONDS = 60
DELIVER_SECONDS = 1
REFRESH_SECONDS = 5
REVIVE_SECONDS = 5
REFRESHES = (
    50  # rounds at the same time: a source that takes a minute holds up no other that is due meanwhile
)
ALERT_SECONDS = 5
ALARM_SECONDS = 5
RETELL_SECONDS = 60
NUDGE_SECONDS = 60
SCRUB_SECONDS = 60
TIDY_UP_SECONDS = 2  # for a flow that was cut short
log = structlog.get_logger()


class Round(NamedTuple):
    """A flow that runs again and again.

    :ivar at_once: the first time as soon as the clock starts
    :ivar overlaps: how many may run at the same time
    """

    flow: Callable[[Newsroom], Awaitable[Any]]
    when: IntervalTrigger | CronTrigger
    at_once: bool = False
    overlaps: int = 1


def rounds(settings: Settings) -> tuple[Round, ...]:
    """The table above."""
    seconds = min(REFRESH_SECONDS, settings.refresh_seconds or REFRESH_SECONDS)
    return (
        Round(plan, IntervalTrigger(seconds=PLAN_SECONDS, timezone=UTC), at_once=True),
        Round(plan_reviews, IntervalTrigger(seconds=REVIEW_SECONDS, timezone=UTC)),
        Round(deliver, IntervalTrigger(seconds=DELIVER_SECONDS, timezone=UTC)),
        Round(mail, IntervalTrigger(seconds=DELIVER_SECONDS, timezone=UTC)),
        Round(progress, IntervalTrigger(seconds=DELIVER_SECONDS, timezone=UTC)),
        Round(begin_due, IntervalTrigger(seconds=PLAN_SECONDS, timezone=UTC)),
        Round(amend, IntervalTrigger(seconds=PLAN_SECONDS, timezone=UTC)),
        Round(refresh_due, IntervalTrigger(seconds=seconds, timezone=UTC), at_once=True, overlaps=REFRESHES),
        Round(revive, IntervalTrigger(seconds=REVIVE_SECONDS, timezone=UTC)),
        Round(alert, IntervalTrigger(seconds=ALERT_SECONDS, timezone=UTC)),
        Round(alarm, IntervalTrigger(seconds=ALARM_SECONDS, timezone=UTC)),
        Round(nudge, IntervalTrigger(seconds=NUDGE_SECONDS, timezone=UTC)),
        Round(retell, IntervalTrigger(seconds=RETELL_SECONDS, timezone=UTC)),
        Round(scrub, IntervalTrigger(seconds=SCRUB_SECONDS, timezone=UTC), at_once=True),
        Round(index, IntervalTrigger(hours=1, timezone=UTC), at_once=True),
        Round(catch_up, IntervalTrigger(hours=1, timezone=UTC), at_once=True),
        Round(learn, CronTrigger(hour=19, minute=40, timezone=UTC)),  # 03:40 in China
        Round(tidy.tidy, CronTrigger(hour=20, minute=10, timezone=UTC)),  # 04:10 in China
        Round(tidy_jobs, CronTrigger(hour=20, minute=20, timezone=UTC)),
    )


class Clock:
    """Starts flows at their time, until it is stopped."""

    def __init__(self, room: Newsroom, plan: Sequence[Round] | None = None) -> None:
        """
        :param plan: what to run instead of `rounds`
        """
        self._room = room
        self._plan = rounds(room.settings) if plan is None else plan
        self._running: set[asyncio.Task[Any] | None] = set()
        self._stopped = False
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # late is better than never, and once is enough
            job_defaults={"misfire_grace_time": None, "coalesce": True},
        )

    def start(self) -> None:
        """From now on; a clock that was stopped stays so."""
        if self._stopped:
            return
        for flow, when, at_once, overlaps in self._plan:
            first = {"next_run_time": datetime.now(UTC)} if at_once else {}
            self._scheduler.add_job(self._runs(flow), when, id=flow.__name__, max_instances=overlaps, **first)
        self._scheduler.start()

    def _runs(self, flow: Callable[[Newsroom], Awaitable[Any]]) -> Callable[[], Awaitable[None]]:
        async def job() -> None:
            if self._stopped:
                return
            task, began = asyncio.current_task(), monotonic()
            self._running.add(task)
            try:
                await flow(self._room)
                log.debug("flow done", flow=flow.__name__, ms=round((monotonic() - began) * 1000))
            except NewsbotError as error:
                log.error("flow failed", flow=flow.__name__, why=str(error))
            except asyncio.CancelledError:  # by stop(): it says so, and APScheduler need not
                log.warning("flow cut short", flow=flow.__name__)
            except Exception:  # the clock goes on: the next round may do better
                log.exception("flow failed", flow=flow.__name__)
            finally:
                self._running.discard(task)

        return job

    async def stop(self, seconds: float) -> None:
        """Start nothing new, and give what runs so long to finish; what is late is cut short."""
        was_stopped, self._stopped = self._stopped, True
        if was_stopped or not self._scheduler.running:
            return
        self._scheduler.pause()
        await asyncio.sleep(0)  # what APScheduler has handed to the loop already begins, and goes home
        running = {task for task in self._running if task is not None}
        if running:
            _, late = await asyncio.wait(running, timeout=seconds)
            await _cut_short(late)
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)  # it does so in the loop's next turn


async def _cut_short(tasks: set[asyncio.Task[Any]]) -> None:
    """Cancel, and let them put back what they hold, such as a transaction, before the doors close."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=TIDY_UP_SECONDS)
