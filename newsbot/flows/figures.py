"""How the bot does, for administrators: a day, a week or a month in numbers, as a table and as a picture."""

from __future__ import annotations

import csv
from datetime import datetime, time, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import structlog

from newsbot.errors import NewsbotError, NotUnderstood
from newsbot.flows import catalogue, staff
from newsbot.flows.story import Presser
from newsbot.messages.picture import has_pictures, table
from newsbot.messages.wording import label
from newsbot.models.figures import ACTED, BY_DAY, DIGESTS, Figures
from newsbot.models.staff import Right
from newsbot.newsroom import Newsroom
from newsbot.sources.due import status

SPANS = {"day": 1, "week": 7, "month": 30}
TOP = 5
SLOWEST = 3
DAYS_KEPT = timedelta(days=400)
ACTED_WITHIN = timedelta(hours=24)
DRAWN_SECONDS = 15.0
log = structlog.get_logger()


async def figures(room: Newsroom, who: Presser, span: str) -> Figures:
    """
    :param span: day, week or month
    :raises NotUnderstood: not allowed, or there is no such span
    """
    await staff.authorise(room, who, Right.STATS, "stats", span)
    if span not in SPANS:
        raise NotUnderstood("press.old")
    now, zone = room.now(), room.settings.timezone
    local = now.astimezone(ZoneInfo(zone))
    days = [(local.date() - timedelta(days=back)).isoformat() for back in range(SPANS[span])][::-1]
    since = datetime.combine(datetime.fromisoformat(days[0]).date(), time(), tzinfo=ZoneInfo(zone))
    sources = await _sources(room)
    async with room.store.read() as tx:
        return Figures(
            span=span,
            days=await tx.figures.days(since, days, zone, local.utcoffset() or timedelta(0)),
            readers=await tx.readers.counts(),
            active=await tx.figures.active(since),
            words=await tx.figures.top_words(TOP),
            stories=await tx.figures.top_stories(since, TOP),
            sources=sources,
            slots=await tx.figures.slots(since, now, SLOWEST),
        )


async def _sources(room: Newsroom) -> dict[str, int]:
    counts: dict[str, int] = {}
    for source, health in await catalogue.listed(room):
        how = status(source, health, room.now())
        counts[how] = counts.get(how, 0) + 1
    return counts


def as_csv(found: Figures) -> bytes:
    """A row for each day; with a mark in front, so that spreadsheets read it as UTF-8."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["day", *BY_DAY])
    for day in found.days:
        writer.writerow([day.day, *(day.of(name) for name in BY_DAY)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def may_draw() -> bool:
    """Whether the extra for pictures is installed."""
    return has_pictures()


async def drawn(room: Newsroom, found: Figures, language: str) -> bytes:
    """The digests of each day as bars; empty where the extra is missing or it cannot be drawn."""
    if not has_pictures():
        return b""
    rows = []
    for day in found.days:
        share = round(100 * min(1.0, day.of(ACTED) / day.of(DIGESTS))) if day.of(DIGESTS) else 0
        rows.append((day.day[5:], day.of(DIGESTS), f"{share}%"))
    words = [label(key, language) for key in ("figures.title", "figures.unit")]
    try:
        return await room.sandbox.run(table, rows, *words, seconds=DRAWN_SECONDS, last=True)
    except NewsbotError as error:
        log.warning("no picture of the figures", why=str(error))
        return b""


async def acted(room: Newsroom, chat_id: int, delivery_id: int) -> None:
    """Something was done with a digest: counted once, for the day on which it arrived."""
    now = room.now()
    async with room.store.read() as tx:
        waits = await tx.deliveries.not_acted(delivery_id, chat_id, now - ACTED_WITHIN)
    if waits is None:
        return
    day = waits.astimezone(ZoneInfo(room.settings.timezone)).date().isoformat()
    async with room.store.begin() as tx:
        if await tx.deliveries.acted(delivery_id, now):
            await tx.tallies.count(day, ACTED)


def forgotten(room: Newsroom) -> str:
    """Days before this one are not kept."""
    return (room.now() - DAYS_KEPT).date().isoformat()
