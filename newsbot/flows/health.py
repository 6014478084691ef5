"""How well this process is, and what waits: for who watches from outside, and for `doctor`."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from time import monotonic

from newsbot import __version__
from newsbot.errors import NewsbotError, StoreError
from newsbot.flows.dispatch import has_jobs
from newsbot.models.deliveries import BadMessage, Blocked, Doubtful, MovedTo, Outcome, Sent, TryLater, Unknown
from newsbot.models.health import Check
from newsbot.models.jobs import Queue
from newsbot.newsroom import Newsroom

DATABASE_SECONDS = 3.0
DEAF_SECONDS = 100.0  # getUpdates answers within 25 s
INBOX_SECONDS = 300.0  # people wait
DIGEST_SECONDS = 900.0  # more than what is due takes to be sent
JOB_SECONDS = 900.0
QUEUES = ("inbox", "digests", "refresh", "read", "tag", "cluster", "compose")
FEWEST_BYTES = 200_000_000  # a day of news takes some megabytes; SQLite needs room to work

OUTCOMES: Mapping[type[Outcome], str] = {
    Sent: "sent",
    Blocked: "blocked",
    Doubtful: "blocked",
    MovedTo: "moved",
    BadMessage: "refused",
    Unknown: "unknown",
}


def outcome(one: Outcome) -> str:
    """As the meters name it."""
    if isinstance(one, TryLater):
        return "limited" if one.limited else "later"
    return OUTCOMES.get(type(one), "refused")


async def checks(room: Newsroom) -> list[Check]:
    """All that must be well for this process to do its work."""
    database = await _database(room)
    found = [database, _work(room), disk(room)]
    return [*found, *await _queues(room, _ours(room))] if database.ok else found


async def metrics(room: Newsroom) -> bytes:
    """The meters, with what waits just now."""
    show = room.meters.shows
    show("info", 1, version=__version__, database=room.store.dialect)
    show("leading", room.mode == "leading")
    show("polling_age_seconds", monotonic() - room.heard_at if room.heard_at is not None else 0)
    if room.store.dialect == "sqlite":  # elsewhere it is not our disk
        show("disk_free_bytes", _free(room))
    show("database_up", (await _database(room)).ok)
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            await _count(room)
    except (NewsbotError, TimeoutError):  # what this process has done is shown all the same
        show("database_up", 0)
    return room.meters.text()


async def _count(room: Newsroom) -> None:
    show = room.meters.shows
    for name, queue in (await waiting(room)).items():
        show("queue_depth", queue.depth, queue=name)
        show("queue_age_seconds", queue.age, queue=name)
    async with room.store.read() as tx:
        known = [(source, health) for source, health in await tx.sources.all() if source.on]
        show("readers", (await tx.readers.counts())[0])
        show("sources", len(known), state="on")
        show("sources", sum(health.failures > 0 for _, health in known), state="failing")
        if has_jobs(room):
            show("workers", await tx.jobs.workers())
            show("jobs_failed", await tx.jobs.failed())


async def waiting(room: Newsroom, own: bool = False) -> dict[str, Queue]:
    """What waits, by the name of its queue.

    :param own: of the updates only those that this process deals with
    """
    now = room.now()
    async with room.store.read() as tx:
        found = {
            "inbox": _queue(await tx.inbox.oldest(room.owner if own else None), now),
            "digests": _queue(await tx.deliveries.queue(now), now),
            "broadcasts": _queue(await tx.deliveries.queue(now, broadcasts=True), now),
        }
        return found | (await tx.jobs.queues() if has_jobs(room) else {})


def _queue(found: tuple[int, datetime | None], now: datetime) -> Queue:
    many, since = found
    return Queue(many, max((now - since).total_seconds(), 0.0) if since is not None else 0.0)


async def _database(room: Newsroom) -> Check:
    try:
        async with asyncio.timeout(DATABASE_SECONDS), room.store.read() as tx:
            await tx.facts.get("grouped")
    except StoreError as error:
        return Check("database", False, str(error))
    except TimeoutError:
        return Check("database", False, f"no answer within {DATABASE_SECONDS:g} s")
    if room.store.trouble and (trouble := await _takes_nothing(room)):
        return Check("database", False, f"it takes nothing: {trouble}")
    return Check("database", True, room.store.dialect)


async def _takes_nothing(room: Newsroom) -> str:
    """Why it takes nothing, or empty where it does by now: who stands by writes nothing that would tell."""
    try:
        async with asyncio.timeout(DATABASE_SECONDS), room.store.begin(beside=True) as tx:
            await tx.facts.put("looked_at", room.now().isoformat())
    except (StoreError, TimeoutError) as error:
        return str(error) or room.store.trouble
    return ""


def _ours(room: Newsroom) -> Collection[str]:
    """The queues that wait for this process: for what one has to do nobody turns away from all."""
    if room.mode == "leading":
        return QUEUES if has_jobs(room) else QUEUES[:2]
    return QUEUES[2:] if room.mode == "working" else QUEUES[:1]


def _work(room: Newsroom) -> Check:
    if room.mode == "working":
        return Check("jobs", room.works, "taken" if room.works else "none are taken: see the log")
    if room.heard_at is None:
        return Check("telegram", room.mode != "starting", room.mode)
    age = monotonic() - room.heard_at
    return Check("telegram", age <= DEAF_SECONDS, f"{room.mode}, heard {age:.0f} s ago")


def _free(room: Newsroom) -> int:
    try:
        return shutil.disk_usage(room.settings.data).free
    except OSError:
        return 0


def disk(room: Newsroom) -> Check:
    """Only SQLite writes where we are."""
    free = _free(room)
    is_well = free >= FEWEST_BYTES or room.store.dialect != "sqlite"
    return Check("disk", is_well, f"{free / 1e9:.1f} GB free")


async def _queues(room: Newsroom, ours: Collection[str]) -> Sequence[Check]:
    """Of the queues that wait for this process."""
    try:
        return judged(room, await waiting(room, own=True), ours)
    except StoreError as error:
        return [Check("queues", False, str(error))]


def judged(room: Newsroom, found: Mapping[str, Queue], ours: Collection[str] = QUEUES) -> list[Check]:
    """Whether what waits has waited too long; broadcasts may."""
    most = {"inbox": INBOX_SECONDS, "digests": DIGEST_SECONDS + found["digests"].depth / room.rate}
    told = {name: queue for name, queue in found.items() if name in ours}
    return [
        Check(name, queue.age <= most.get(name, JOB_SECONDS), f"{queue.depth} waiting, {queue.age:.0f} s")
        for name, queue in told.items()
    ]
