"""Broadcasts: what is sent to many, to whom, and how far it is. Their messages are deliveries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.broadcasts import GOING, Broadcast, Content, Counts, Kind, Segment, Stage
from newsbot.models.deliveries import Delivery, State
from newsbot.store import audience, dialects
from newsbot.store.deliveries import UNDECIDED, delivery
from newsbot.store.tables import broadcasts, deliveries, marks, stories, votes

MOST_REASONS = 10
PLACE = ("chat_id", "message_id", "shown_at")  # written by `shown` alone
NOT_DELETED, NOT_CHANGED = -1, -2  # in the place of a revision: Telegram would not do it
FORBIDDEN = "Forbidden%"  # how Telegram's word for a chat that is gone begins
IS_BLOCKED = and_(deliveries.c.state == State.GAVE_UP, deliveries.c.reason.like(FORBIDDEN))
FAILED = (State.GAVE_UP, State.PARKED)
AMEND = (
    update(deliveries)
    .where(deliveries.c.id == bindparam("number"), deliveries.c.state == State.SENT)
    .values(state=bindparam("into"), revision=bindparam("words"))
)


class Broadcasts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, made: Broadcast) -> int:
        """Write a new one down. Returns its number."""
        statement = (
            dialects.insert(self._connection, broadcasts).values(_row(made)).returning(broadcasts.c.id)
        )
        return int((await self._connection.execute(statement)).scalar_one())

    async def get(self, number: int) -> Broadcast | None:
        row = (await self._connection.execute(select(broadcasts).where(broadcasts.c.id == number))).first()
        return _broadcast(row) if row else None

    async def load(self, numbers: Iterable[int]) -> dict[int, Broadcast]:
        rows = await self._connection.execute(select(broadcasts).where(broadcasts.c.id.in_(list(numbers))))
        return {row.id: _broadcast(row) for row in rows}

    async def begun_by(self, by: int, update_id: int) -> Broadcast | None:
        """What this update began before a crash."""
        row = (
            await self._connection.execute(
                select(broadcasts).where(broadcasts.c.by == by, broadcasts.c.update_id == update_id)
            )
        ).first()
        return _broadcast(row) if row and update_id else None

    async def save(self, one: Broadcast, was: Stage) -> bool:
        """As it is now, but for where it is shown. False where it has come to another stage meanwhile."""
        values = {name: value for name, value in _row(one).items() if name not in PLACE}
        done = await self._connection.execute(
            update(broadcasts).where(broadcasts.c.id == one.id, broadcasts.c.stage == was).values(values)
        )
        return done.rowcount > 0

    async def shown(self, number: int, place: tuple[int, int], now: datetime) -> None:
        """Where its progress stands, and when that was edited."""
        await self._connection.execute(
            update(broadcasts)
            .where(broadcasts.c.id == number)
            .values(chat_id=place[0], message_id=place[1], shown_at=now)
        )

    async def at(self, *stages: Stage) -> list[Broadcast]:
        """Those at one of these stages, the first first."""
        rows = await self._connection.execute(
            select(broadcasts).where(broadcasts.c.stage.in_(stages)).order_by(broadcasts.c.id)
        )
        return [_broadcast(row) for row in rows]

    async def changed(self) -> list[Broadcast]:
        """Those of whose messages some are still to be given other words, or to be deleted."""
        rows = await self._connection.execute(
            select(broadcasts).where(broadcasts.c.is_amending).order_by(broadcasts.c.id)
        )
        return [_broadcast(row) for row in rows]

    async def going(self) -> list[int]:
        """The numbers of those that are being sent."""
        chosen = select(broadcasts.c.id).where(broadcasts.c.stage == Stage.SENDING).order_by(broadcasts.c.id)
        return list(await self._connection.scalars(chosen))

    async def last(self, limit: int, since: datetime) -> list[Broadcast]:
        """What administrators began since then, the last first; without what never got further."""
        rows = await self._connection.execute(
            select(broadcasts)
            .where(broadcasts.c.at >= since, broadcasts.c.stage != Stage.DRAFT)
            .where(broadcasts.c.key != "")
            .order_by(broadcasts.c.id.desc())
            .limit(limit)
        )
        return [_broadcast(row) for row in rows]

    async def alike(self, one: Broadcast, since: datetime) -> list[int]:
        """Others with the same content that were begun since then, and not deleted again."""
        if not one.key:
            return []
        rows = await self._connection.scalars(
            select(broadcasts.c.id)
            .where(broadcasts.c.key == one.key, broadcasts.c.id != one.id)
            .where(broadcasts.c.began_at >= since, broadcasts.c.withdrawn_at.is_(None))
        )
        return list(rows)

    # its messages

    async def write(
        self, one: Broadcast, usual_hour: int, now: datetime, expires_at: datetime, but: Sequence[int]
    ) -> int:
        """A delivery for everybody it is for. Returns how many."""
        story_ids = [one.content.story_id] if one.content.story_id else []
        theirs = audience.of_segment(one.segment, usual_hour, now, but)
        return await self._connection.run_sync(audience.write, one.id, theirs, now, expires_at, story_ids)

    async def write_to(self, number: int, ids: Iterable[int], now: datetime, expires_at: datetime) -> int:
        """A delivery for these chats, if the bot knows them, wants them to have digests or not."""
        theirs = audience.of_chats(ids)
        return await self._connection.run_sync(audience.write, number, theirs, now, expires_at)

    async def unplan(self, by: int) -> int:
        """What somebody planned is a draft again. Returns how many there were."""
        theirs = update(broadcasts).where(broadcasts.c.by == by, broadcasts.c.stage == Stage.PLANNED)
        return (await self._connection.execute(theirs.values(stage=Stage.DRAFT, starts_at=None))).rowcount

    async def give_back(self, number: int) -> None:
        """What is claimed and has not left may be claimed again."""
        claimed = update(deliveries).where(*_theirs(number), deliveries.c.state == State.CLAIMED)
        await self._connection.execute(claimed.values(state=State.QUEUED, owner=None))

    async def remove_before(self, drafts: datetime, rest: datetime) -> int:
        """Drafts and notices of before the one, all that is over of before the other. Returns how many."""
        is_small = or_(broadcasts.c.stage.in_((Stage.DRAFT, Stage.CANCELLED)), broadcasts.c.key == "")
        old = or_(and_(is_small, broadcasts.c.at < drafts), broadcasts.c.at < rest)
        over = broadcasts.c.stage.not_in((Stage.PLANNED, *GOING))
        return (await self._connection.execute(delete(broadcasts).where(old, over))).rowcount

    async def forget_titles(self, story_ids: Iterable[int]) -> None:
        """Broadcasts of stories of which there is nothing left, or not what there was, name them no more."""
        wanted = set(story_ids)
        rows = await self._connection.execute(
            select(broadcasts.c.id, broadcasts.c.content).where(broadcasts.c.key != "")
        )
        for row in rows.all():
            if row.content["story_id"] in wanted:
                bare = row.content | {"text": ""}
                await self._connection.execute(
                    update(broadcasts).where(broadcasts.c.id == row.id).values(content=bare)
                )

    async def counts(self, number: int, revision: int = 0, later: datetime | None = None) -> Counts:
        """What became of them.

        :param later: what is not tried before then is held
        """
        known: dict[str, int] = {}
        for state in State:  # each of them is a stretch of the index
            chosen = select(func.count()).where(*_theirs(number), deliveries.c.state == state)
            known[state] = await self._connection.scalar(chosen) or 0
        blocked = stale = 0
        if known[State.GAVE_UP]:
            theirs = select(func.count()).where(*_theirs(number), IS_BLOCKED)
            blocked = await self._connection.scalar(theirs) or 0
        if revision:
            old = and_(deliveries.c.state == State.SENT, deliveries.c.revision < revision)
            stale = await self._connection.scalar(select(func.count()).where(*_theirs(number), old)) or 0
        held = 0
        if later is not None and known[State.QUEUED]:
            waits = (deliveries.c.state == State.QUEUED, deliveries.c.next_try_at > later)
            held = await self._connection.scalar(select(func.count()).where(*_theirs(number), *waits)) or 0
        return Counts(
            held=held,
            sent=known[State.SENT],
            blocked=blocked,
            failed=known[State.GAVE_UP] + known[State.PARKED] - blocked,
            unknown=known[State.UNKNOWN],
            skipped=known[State.SKIPPED],
            withdrawn=known[State.WITHDRAWN],
            stale=stale,
            left=sum(known[state] for state in UNDECIDED),
        )

    async def reasons(self, number: int) -> dict[str, int]:
        """Why some were not sent, the most frequent first."""
        many = func.count().label("many")
        rows = await self._connection.execute(
            select(deliveries.c.reason, many)
            .where(*_theirs(number), deliveries.c.reason.is_not(None))
            .where(deliveries.c.state.in_((*FAILED, State.UNKNOWN, State.SKIPPED)))
            .group_by(deliveries.c.reason)
            .order_by(many.desc(), deliveries.c.reason)
            .limit(MOST_REASONS)
        )
        return {row.reason: row.many for row in rows}

    async def is_over(self, number: int) -> bool:
        """Whether all of them are decided."""
        undecided = select(deliveries.c.id).where(
            deliveries.c.broadcast_id == number, deliveries.c.state.in_(UNDECIDED)
        )
        return await self._connection.scalar(undecided.limit(1)) is None

    async def cancelled(self, since: datetime) -> list[Broadcast]:
        """Those that were cancelled since then, once they had begun."""
        rows = await self._connection.execute(
            select(broadcasts).where(
                broadcasts.c.stage == Stage.CANCELLED,
                broadcasts.c.ended_at >= since,
                broadcasts.c.began_at.is_not(None),
            )
        )
        return [_broadcast(row) for row in rows]

    async def prolong(self, number: int, expires_at: datetime) -> None:
        """What waits has time until then."""
        waits = update(deliveries).where(*_theirs(number), deliveries.c.state == State.QUEUED)
        await self._connection.execute(waits.values(expires_at=expires_at))

    async def cancel(self, number: int) -> int:
        """What has not left does not leave. Returns how many."""
        waits = deliveries.c.state.in_((State.QUEUED, State.CLAIMED))
        done = await self._connection.execute(
            update(deliveries)
            .where(*_theirs(number), waits)
            .values(state=State.SKIPPED, reason="cancelled", next_try_at=None)
        )
        return done.rowcount

    async def again(self, number: int, now: datetime, expires_at: datetime) -> int:
        """What certainly did not arrive is tried once more, but where the chat is gone. Returns how many."""
        failed = and_(deliveries.c.state.in_(FAILED), or_(deliveries.c.reason.is_(None), ~IS_BLOCKED))
        done = await self._connection.execute(
            update(deliveries)
            .where(*_theirs(number), failed)
            .values(
                state=State.QUEUED, reason=None, text=None, attempts=0,
                next_try_at=None, due_at=now, expires_at=expires_at,
            )
        )  # fmt: skip
        return done.rowcount

    async def to_amend(self, one: Broadcast, limit: int, after: int = 0) -> list[Delivery]:
        """Messages that still say what they are not to say any more.

        :param after: of those with greater numbers
        """
        theirs = (deliveries.c.broadcast_id == one.id, deliveries.c.state == State.SENT)
        chosen = select(deliveries).where(*theirs, deliveries.c.id > after)
        if one.withdrawn_at is None:
            chosen = chosen.where(deliveries.c.revision < one.revision, deliveries.c.revision >= 0)
        else:
            chosen = chosen.where(deliveries.c.revision != NOT_DELETED)
        rows = await self._connection.execute(chosen.order_by(deliveries.c.id).limit(limit))
        return [delivery(row) for row in rows]

    async def amended(self, done: Sequence[tuple[int, State, int]]) -> None:
        """What these are by now: the number of each, its state, and whose words it has."""
        rows = [{"number": number, "into": state, "words": revision} for number, state, revision in done]
        if rows:
            await self._connection.execute(AMEND, rows)

    async def votes(self, one: Broadcast) -> tuple[int, int, int]:
        """Of a story: how many of those who got it supported and opposed it since, and opened its card."""
        if not one.content.story_id or one.began_at is None:
            return 0, 0, 0
        got = select(deliveries.c.chat_id).where(*_theirs(one.id), deliveries.c.state == State.SENT)
        named = select(stories.c.merged_into).where(stories.c.id == one.content.story_id)
        story = await self._connection.scalar(named) or one.content.story_id
        many = [_many(votes.c.vote > 0), _many(votes.c.vote < 0)]
        cast = select(*many).where(
            votes.c.story_id == story, votes.c.at >= one.began_at, votes.c.reader_id.in_(got)
        )
        opened = select(func.count()).where(
            marks.c.story_id == story, marks.c.deed == "open",
            marks.c.at >= one.began_at, marks.c.reader_id.in_(got),
        )  # fmt: skip
        row: Any = (await self._connection.execute(cast)).one()
        return int(row[0] or 0), int(row[1] or 0), int(await self._connection.scalar(opened) or 0)


def _many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _theirs(number: int) -> tuple[ColumnElement[bool], ...]:
    """Named with all states, so that the index that begins with these serves."""
    return (deliveries.c.broadcast_id == number, deliveries.c.state.in_(list(State)))


def _row(one: Broadcast) -> dict[str, Any]:
    chat_id, message_id = one.place or (None, None)
    return {
        "by": one.by,
        "at": one.at,
        "content": _content_row(one.content),
        "key": one.key,
        "segment": _segment_row(one.segment),
        "stage": one.stage,
        "update_id": one.update_id,
        "starts_at": one.starts_at,
        "began_at": one.began_at,
        "ended_at": one.ended_at,
        "audience": one.audience,
        "chat_id": chat_id,
        "message_id": message_id,
        "shown_at": one.shown_at,
        "revision": one.revision,
        "withdrawn_at": one.withdrawn_at,
        "is_amending": one.is_amending,
    }


def _broadcast(row: Row[Any]) -> Broadcast:
    return Broadcast(
        id=row.id,
        by=row.by,
        at=row.at,
        content=_content(row.content),
        key=row.key,
        segment=_segment(row.segment),
        stage=Stage(row.stage),
        update_id=row.update_id,
        starts_at=row.starts_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
        audience=row.audience,
        place=(row.chat_id, row.message_id) if row.message_id is not None else None,
        shown_at=row.shown_at,
        revision=row.revision,
        withdrawn_at=row.withdrawn_at,
        is_amending=row.is_amending,
    )


def _content_row(one: Content) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "text": one.text,
        "typed": one.typed,
        "photo": one.photo,
        "origin": list(one.origin) if one.origin else None,
        "story_id": one.story_id,
        "same": one.same,
        "values": dict(one.values),
    }


def _content(row: Mapping[str, Any]) -> Content:
    origin = row["origin"]
    return Content(
        kind=Kind(row["kind"]),
        text=row["text"],
        typed=row["typed"],
        photo=row["photo"],
        origin=(origin[0], origin[1]) if origin else None,
        story_id=row["story_id"],
        same=row["same"],
        values=row["values"],
    )


def _segment_row(one: Segment) -> dict[str, Any]:
    return {
        "languages": sorted(one.languages),
        "words": sorted(one.words),
        "sources": sorted(one.sources),
        "days": one.days,
        "kinds": sorted(one.kinds),
        "hours": sorted(one.hours),
        "ids": sorted(one.ids),
    }


def _segment(row: Mapping[str, Any]) -> Segment:
    return Segment(
        languages=frozenset(row["languages"]),
        words=frozenset(row["words"]),
        sources=frozenset(row["sources"]),
        days=row["days"],
        kinds=frozenset(row["kinds"]),
        hours=frozenset(row["hours"]),
        ids=frozenset(row["ids"]),
    )
