"""Whom a segment means: a Segment in SQL. All but words stands in one index (`ix_readers_audience`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, false, func, insert, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.chinese.variants import fold
from newsbot.models.broadcasts import CAST, Segment
from newsbot.models.deliveries import State
from newsbot.store.readers import FOLLOWED, hour_bits
from newsbot.store.tables import deliveries, outcasts, readers, words

# or may have it, or get it
HAVE_IT = (State.SENT, State.UNKNOWN, State.SENDING, State.CLAIMED, State.QUEUED)
EMPTY: tuple[str, ...] = ("story_ids", "lost_ids", "grown_ids", "corrected_ids")


class Audience:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def count(self, segment: Segment, usual_hour: int, now: datetime, but: Sequence[int] = ()) -> int:
        """How many readers these are.

        :param usual_hour: of the digest of who never chose one
        :param but: broadcasts; who has one of them, or will, is not counted
        """
        chosen = select(func.count()).select_from(readers).where(*of_segment(segment, usual_hour, now, but))
        return await self._connection.scalar(chosen) or 0


def write(
    connection: Connection,
    broadcast_id: int,
    wanted: Sequence[ColumnElement[bool]],
    now: datetime,
    expires_at: datetime,
    story_ids: Sequence[int] = (),
) -> int:
    """A delivery for every reader of whom all that is true, in one statement. Returns how many there are."""
    values: dict[str, Any] = {
        "chat_id": readers.c.id,
        "slot": literal(f"{CAST}{broadcast_id}"),
        "state": literal(State.QUEUED.value),
        "due_at": literal(now, deliveries.c.due_at.type),
        "expires_at": literal(expires_at, deliveries.c.expires_at.type),
        "filtered": literal(0),
        "attempts": literal(0),
        "broadcast_id": literal(broadcast_id),
        "revision": literal(0),
    }
    values |= {name: literal([], deliveries.c[name].type) for name in EMPTY}
    values["story_ids"] = literal(list(story_ids), deliveries.c.story_ids.type)
    chosen = select(*values.values()).where(*wanted)
    connection.execute(insert(deliveries).from_select(list(values), chosen))
    # not every driver says how many it inserted
    theirs = select(func.count()).where(
        deliveries.c.broadcast_id == broadcast_id, deliveries.c.state == State.QUEUED
    )
    return connection.scalar(theirs) or 0


def of_chats(ids: Iterable[int]) -> list[ColumnElement[bool]]:
    """Those of these chats that the bot knows and did not shut out, whether they want digests or not."""
    out = select(outcasts.c.person_id)
    return [readers.c.id.in_(sorted(ids)), readers.c.reachable, readers.c.id.not_in(out)]


def of_segment(
    segment: Segment, usual_hour: int, now: datetime, but: Sequence[int]
) -> list[ColumnElement[bool]]:
    """Whom a segment means; see `Audience.count`."""
    is_narrow = segment.words or segment.sources or segment.ids
    found = [
        # SQLite would go through all readers in the index and ask of each whether it is one of the few
        func.coalesce(readers.c.subscribed, false()) if is_narrow else readers.c.subscribed,
        readers.c.reachable,
        or_(readers.c.paused_until.is_(None), readers.c.paused_until <= now),
    ]
    if segment.languages:
        found.append(readers.c.language.in_(sorted(segment.languages)))
    if segment.kinds:
        found.append(readers.c.kind.in_(sorted(segment.kinds)))
    if segment.days:
        found.append(readers.c.active_at >= now - timedelta(days=segment.days))
    if segment.hours:
        chosen = readers.c.hour_bits.bitwise_and(hour_bits(segment.hours)) != 0
        usual = readers.c.hour_bits == 0
        found.append(or_(chosen, usual) if usual_hour in segment.hours else chosen)
    found += [_follows(some) for some in (segment.words, segment.sources) if some]
    if segment.ids:
        found.append(readers.c.id.in_(sorted(segment.ids)))
    if but:
        has_it = exists().where(
            deliveries.c.chat_id == readers.c.id,
            deliveries.c.slot.in_([f"{CAST}{one}" for one in but]),
            deliveries.c.state.in_(HAVE_IT),
        )
        found.append(~has_it)
    return found


def _follows(some: frozenset[str]) -> ColumnElement[bool]:
    keys = sorted({fold(word) for word in some})
    return readers.c.id.in_(
        select(words.c.reader_id).where(words.c.kind.in_(FOLLOWED), words.c.key.in_(keys))
    )
