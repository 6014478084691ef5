"""Tell administrators when a source goes bad, once, and when it is well again, once.

What happens within ten minutes is one note: it comes at once, and grows where more goes wrong.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from newsbot.flows import readers, staff
from newsbot.messages.source import BAD, Known, note
from newsbot.models.deliveries import Blocked, Sent
from newsbot.models.sources import Health, Source, Status
from newsbot.models.staff import Right
from newsbot.newsroom import Newsroom
from newsbot.sources.due import status

FACT = "alarm"  # the last note
ONE_NOTE = timedelta(minutes=10)
PATIENCE = 3  # failures in a row: one is nothing, two may be a restart
WELL = (Status.OK, Status.FALLBACK)
log = structlog.get_logger()


@dataclass(slots=True)
class Note:
    """The last note, as it is kept.

    :ivar messages: administrator -> the message that he has of it
    """

    at: datetime
    bad: list[str] = field(default_factory=list)
    well: list[str] = field(default_factory=list)
    messages: dict[int, int] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Note:
        kept = json.loads(text)
        messages = {int(admin): message for admin, message in kept["messages"].items()}
        return cls(datetime.fromisoformat(kept["at"]), kept["bad"], kept["well"], messages)

    def written(self) -> str:
        kept = {"at": self.at.isoformat(), "bad": self.bad, "well": self.well, "messages": self.messages}
        return json.dumps(kept, ensure_ascii=False)


async def alarm(room: Newsroom) -> None:
    """Tell what they have not heard."""
    if room.messenger is None or not (heard := await staff.everybody(room, Right.SOURCES)):
        return
    now = room.now()
    async with room.store.read() as tx:
        known = {source.id: (source, health) for source, health in await tx.sources.all()}
        kept = await tx.facts.get(FACT)
    bad = [one.id for one, health in known.values() if _is_bad(one, health, now) and not health.told_at]
    told = [one.id for one, health in known.values() if health.told_at and not _is_bad(one, health, now)]
    well = [one for one in told if status(*known[one], now) in WELL]
    if (not bad and not told) or _waits(kept, now):
        return
    last = _grown(kept, bad, well, now)
    async with room.store.begin() as tx:  # first, so that it is heard once at most
        await tx.sources.tell(bad, now)
        await tx.sources.tell(told, None)
        await tx.facts.put(FACT, last.written())
    if bad or well:
        await _tell(room, heard, last, known)
        if not last.messages:  # nobody has begun a chat yet: they hear of it once somebody has
            async with room.store.begin() as tx:
                await tx.sources.tell(bad, None)


def _waits(kept: str | None, now: datetime) -> bool:
    """Nobody could be told just now: there is no use in trying every few seconds."""
    last = Note.read(kept) if kept else None
    return last is not None and not last.messages and now - last.at < ONE_NOTE


def _is_bad(source: Source, health: Health, now: datetime) -> bool:
    how = status(source, health, now)
    return how in BAD and (health.failures >= PATIENCE or how != Status.FAILING)


def _grown(kept: str | None, bad: Sequence[str], well: Sequence[str], now: datetime) -> Note:
    """The last note with what is new, or a new one; who is well no longer stands among the bad."""
    last = Note.read(kept) if kept else None
    if last is None or now - last.at >= ONE_NOTE:
        last = Note(at=now)
    last.bad = [*(one for one in last.bad if one not in (*well, *bad)), *bad]
    last.well = [*(one for one in last.well if one not in (*bad, *well)), *well]
    return last


async def _tell(room: Newsroom, heard: Sequence[int], last: Note, known: dict[str, Known]) -> None:
    for admin in heard:
        message = note(
            [known[one] for one in last.bad if one in known],
            [known[one] for one in last.well if one in known],
            await readers.known(room, admin, None),
            room.now(),
        )
        sent = last.messages.get(admin)
        outcome = await room.telegram.edit(admin, sent, message) if sent else None
        if not isinstance(outcome, Sent):
            outcome = await room.telegram.send(admin, message)
        if isinstance(outcome, Sent):
            last.messages[admin] = outcome.message_id
        else:
            # who never started the bot cannot be told, and the operator need not hear of it each time
            level = log.info if isinstance(outcome, Blocked) else log.warning
            level("administrator not told", admin=room.alias(admin), why=type(outcome).__name__)
    async with room.store.begin() as tx:
        await tx.facts.put(FACT, last.written())
