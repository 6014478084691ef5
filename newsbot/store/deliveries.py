"""Deliveries: a row per chat and slot before anything is sent, and the ledger of what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.deliveries import ALERT, WEEK, Delivery, Past, State, Told
from newsbot.store import dialects
from newsbot.store.dialects import batches
from newsbot.store.sending import arrive, show_all
from newsbot.store.tables import Moment, deliveries, shown

UNDECIDED = (State.QUEUED, State.CLAIMED, State.SENDING)
NEVER_SENT = (State.GAVE_UP, State.PARKED, State.SKIPPED)
MOST_REASONS = 10


class Deliveries:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def plan(self, delivery: Delivery) -> int | None:
        """Write a delivery down. None where this chat already has one for the slot."""
        values = row_of(delivery)
        row = (
            await self._connection.execute(
                dialects.insert(self._connection, deliveries)
                .values(values)
                .on_conflict_do_nothing(index_elements=["chat_id", "slot"])
                .returning(deliveries.c.id)
            )
        ).first()
        return row.id if row else None

    async def claim(
        self, owner: str, now: datetime, limit: int, broadcasts: Sequence[int] | None = None
    ) -> list[Delivery]:
        """Take queued deliveries whose time has come: provably not sent, ours until settled.

        :param broadcasts: of these, the first first; without them those that belong to none
        """
        chosen = _claimable(now, broadcasts)
        first = (deliveries.c.broadcast_id,) if broadcasts is not None else ()
        chosen = chosen.order_by(*first, deliveries.c.due_at, deliveries.c.id).limit(limit)
        rows = await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id.in_(chosen.scalar_subquery()))
            .values(state=State.CLAIMED, owner=owner)
            .returning(deliveries)
        )
        return sorted((delivery(row) for row in rows), key=lambda one: (one.due_at, one.id))

    async def withdraw(self, chat_id: int, now: datetime) -> int:
        """Forget what was written down ahead of its time: the reader wants other hours. Returns how many."""
        done = await self._connection.execute(
            delete(deliveries).where(
                deliveries.c.chat_id == chat_id,
                deliveries.c.state == State.QUEUED,
                deliveries.c.due_at > now,
                deliveries.c.attempts == 0,
                deliveries.c.broadcast_id.is_(None),
                ~deliveries.c.slot.startswith(ALERT),  # held back by quiet hours
            )
        )
        return done.rowcount

    async def drop_waiting(self, chat_id: int) -> None:
        """Nothing that has not left leaves for this chat any more."""
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.chat_id == chat_id, deliveries.c.state == State.QUEUED)
            .values(state=State.SKIPPED, reason="shut out", next_try_at=None)
        )

    async def withdraw_review(self, chat_id: int) -> None:
        """Forget a review that has not left: the reader wants none."""
        await self._connection.execute(
            delete(deliveries).where(
                deliveries.c.chat_id == chat_id,
                deliveries.c.state == State.QUEUED,
                deliveries.c.slot.startswith(WEEK),
            )
        )

    async def let_go(self, chat_id: int, now: datetime) -> int:
        """What quiet hours hold back may leave now: the reader has others. Returns how many."""
        held = or_(deliveries.c.due_at > now, deliveries.c.next_try_at > now)
        done = await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.chat_id == chat_id, deliveries.c.state == State.QUEUED, held)
            .where(deliveries.c.attempts == 0)
            .values(
                due_at=case((deliveries.c.due_at > now, now), else_=deliveries.c.due_at), next_try_at=None
            )
        )
        return done.rowcount

    async def save(self, delivery: Delivery) -> None:
        """What became of it."""
        await self._connection.execute(
            update(deliveries).where(deliveries.c.id == delivery.id).values(_rest(delivery))
        )

    async def release(self, owner: str, not_left: Sequence[int] = ()) -> int:
        """Give back what we claimed and did not send. Returns how many.

        :param not_left: those whose departure could not be written down, or seemed so: none of them has left
        """
        mine = deliveries.c.owner == owner
        stayed = and_(deliveries.c.state == State.SENDING, deliveries.c.id.in_(not_left))
        done = await self._connection.execute(
            update(deliveries)
            .where(mine, or_(deliveries.c.state == State.CLAIMED, stayed))
            .values(state=State.QUEUED, owner=None)
        )
        return done.rowcount

    async def get(self, delivery_id: int) -> Delivery | None:
        row = (
            await self._connection.execute(select(deliveries).where(deliveries.c.id == delivery_id))
        ).first()
        return delivery(row) if row else None

    async def merge_alerts(self, kept: int, gone: int) -> int:
        """Who has an alert of the one needs none of the other any more. Returns how many do not leave."""
        other = deliveries.alias()
        has_one = exists().where(other.c.chat_id == deliveries.c.chat_id, _alerts_of(kept, other))
        done = await self._connection.execute(
            update(deliveries)
            .where(_alerts_of(gone, deliveries), deliveries.c.state == State.QUEUED, has_one)
            .values(state=State.SKIPPED, reason="its story was merged into one that is told")
        )
        return done.rowcount

    async def shows(self, chat_id: int, message_id: int) -> int | None:
        """The one story that a message of ours told when it was sent; None where it told several."""
        rows = await self._connection.scalars(
            select(deliveries.c.story_ids).where(
                deliveries.c.chat_id == chat_id, deliveries.c.message_id == message_id
            )
        )
        told: list[int] = next(iter(rows), [])
        return int(told[0]) if len(told) == 1 else None

    async def not_acted(self, delivery_id: int, chat_id: int, since: datetime) -> datetime | None:
        """When a digest arrived in this chat, since then, with which nothing was done yet; else None."""
        return await self._connection.scalar(
            select(deliveries.c.sent_at).where(
                deliveries.c.id == delivery_id,
                deliveries.c.chat_id == chat_id,
                deliveries.c.acted_at.is_(None),
                deliveries.c.sent_at >= since,
                is_digest(),
            )
        )

    async def acted(self, delivery_id: int, now: datetime) -> bool:
        """Something was done with it. False where that is known."""
        done = await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.id == delivery_id, deliveries.c.acted_at.is_(None))
            .values(acted_at=now)
        )
        return done.rowcount > 0

    async def recover(self) -> tuple[int, int]:
        """After a start: what was claimed is free again, what was on the wire is unknown for ever.

        Returns how many of each.
        """
        freed = await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.state == State.CLAIMED)
            .values(state=State.QUEUED, owner=None)
        )
        lost = await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.state == State.SENDING)
            .values(state=State.UNKNOWN, reason="the bot stopped while it was on the wire")
        )
        return freed.rowcount, lost.rowcount

    async def doubt(self, now: datetime) -> int:
        """Whatever is due and not decided may have been sent: nobody can know. Returns how many."""
        done = await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.state.in_(UNDECIDED), deliveries.c.due_at <= now)
            .values(state=State.UNKNOWN, reason="restored from a backup", next_try_at=None)
        )
        return done.rowcount

    async def move(self, old: int, new: int) -> None:
        """A group has another number from now on: its deliveries and its ledger move.

        A delivery stays where the new number has one for the slot already.
        """
        theirs = select(deliveries.c.slot).where(deliveries.c.chat_id == new)
        await self._connection.execute(
            update(deliveries)
            .where(deliveries.c.chat_id == old, deliveries.c.slot.not_in(theirs))
            .values(chat_id=new)
        )
        rest = [shown.c.article_id, shown.c.at, shown.c.place, shown.c.corrected_at]
        seen = select(literal(new), *rest)
        await self._connection.execute(
            dialects.insert(self._connection, shown)
            .from_select(
                [shown.c.chat_id, *rest],
                seen.where(shown.c.chat_id == old),
            )
            .on_conflict_do_nothing()
        )

    async def show(self, chat_id: int, told: Sequence[Told], now: datetime) -> None:
        """Enter stories into the ledger of what this chat was shown."""
        await self._connection.run_sync(show_all, [(chat_id, told)], now)

    async def arrived(self, delivery: Delivery, told: Sequence[Told], now: datetime) -> None:
        """What its chat was shown, until when it was told news, and of what corrections."""
        await self.show(delivery.chat_id, told, now)
        await self._connection.run_sync(arrive, [delivery], now)

    async def shown(self, chat_id: int, since: datetime) -> dict[int, datetime]:
        """The articles that this chat was shown since then, each with when it first was."""
        return (await self.shown_to([chat_id], since)).get(chat_id, {})

    async def shown_to(
        self, chat_ids: Sequence[int], since: datetime, least: int = 0
    ) -> dict[int, dict[int, datetime]]:
        """The same for many chats: chat -> article -> when.

        :param least: articles with smaller ids do not matter
        """
        found: dict[int, dict[int, datetime]] = {}
        for batch in batches(chat_ids):
            rows = await self._connection.execute(
                select(shown.c.chat_id, shown.c.article_id, shown.c.at).where(
                    shown.c.chat_id.in_(batch), shown.c.article_id >= least, shown.c.at >= since
                )
            )
            for chat_id, article_id, at in rows.all():
                found.setdefault(chat_id, {})[article_id] = at
        return found

    async def past(self, chat_ids: Sequence[int], now: datetime, since: datetime) -> Past:
        """What became of the last deliveries to these chats.

        A digest that is late is not on its way: the next one overtakes it, with its stories.

        :param since: of slots since then
        """
        # slots are in the order of time; alerts and the first digest come behind
        recent = f"{since - timedelta(days=1):%Y-%m-%d}"
        lost: dict[int, frozenset[int]] = {}
        coming: dict[int, frozenset[int]] = {}
        for batch in batches(chat_ids):
            rows = await self._connection.execute(
                select(deliveries.c.chat_id, deliveries.c.state, deliveries.c.story_ids)
                .where(deliveries.c.chat_id.in_(batch), deliveries.c.slot >= recent)
                .where(deliveries.c.due_at >= since, ~deliveries.c.slot.startswith(WEEK))
                .where(deliveries.c.broadcast_id.is_(None))
                .where(or_(deliveries.c.state == State.UNKNOWN, _is_coming(now)))
            )
            for row in rows.all():
                found = lost if row.state == State.UNKNOWN else coming
                found[row.chat_id] = found.get(row.chat_id, frozenset()) | frozenset(row.story_ids)
        return Past(lost, coming)

    async def last_told(
        self, chat_ids: Sequence[int], article_ids: Sequence[int]
    ) -> dict[tuple[int, int], datetime]:
        """When these chats were shown these articles, or told last that they had been corrected."""
        found: dict[tuple[int, int], datetime] = {}
        for batch in batches(article_ids):
            rows = await self._connection.execute(
                select(shown.c.chat_id, shown.c.article_id, shown.c.at, shown.c.corrected_at).where(
                    shown.c.chat_id.in_(chat_ids), shown.c.article_id.in_(batch)
                )
            )
            found |= {(row.chat_id, row.article_id): row.corrected_at or row.at for row in rows.all()}
        return found

    async def alerts(self, chat_id: int, since: datetime, until: datetime) -> int:
        """How many alerts this chat has had, or will have, in this time."""
        many = select(func.count()).select_from(deliveries).where(deliveries.c.chat_id == chat_id)
        of_them = many.where(deliveries.c.due_at >= since, deliveries.c.due_at < until)
        of_them = of_them.where(deliveries.c.slot.startswith(ALERT), deliveries.c.state.not_in(NEVER_SENT))
        return await self._connection.scalar(of_them) or 0

    async def counts(self, since: datetime | None = None) -> dict[str, int]:
        """How many deliveries, of slots since then, are in each state; without broadcasts."""
        chosen = select(deliveries.c.state, func.count().label("many")).group_by(deliveries.c.state)
        chosen = chosen.where(deliveries.c.broadcast_id.is_(None))
        if since is not None:
            chosen = chosen.where(deliveries.c.due_at >= since)
        return {row.state: row.many for row in await self._connection.execute(chosen)}

    async def waiting(self) -> int:
        """How many are written down and not decided; without broadcasts, which wait for them."""
        many = select(func.count()).select_from(deliveries)
        theirs = many.where(deliveries.c.state.in_(UNDECIDED), deliveries.c.broadcast_id.is_(None))
        return await self._connection.scalar(theirs) or 0

    async def queue(self, now: datetime, broadcasts: bool = False) -> tuple[int, datetime | None]:
        """How many are due and not decided, and since when the first is; without broadcasts, or only them."""
        whose = deliveries.c.broadcast_id
        since = func.coalesce(deliveries.c.next_try_at, deliveries.c.due_at, type_=Moment)
        chosen = select(func.count(), func.min(since)).where(
            deliveries.c.state.in_(UNDECIDED),
            whose.is_not(None) if broadcasts else whose.is_(None),
            since <= now,
        )
        row = (await self._connection.execute(chosen)).one()
        return row[0], row[1]

    async def next_due(self, until: datetime, broadcasts: Sequence[int] | None = None) -> datetime | None:
        """The moment of the first that may be claimed by then, None where there is none."""
        chosen = _claimable(until, broadcasts).with_only_columns(
            deliveries.c.due_at, deliveries.c.next_try_at
        )
        row = (await self._connection.execute(chosen.order_by(deliveries.c.due_at).limit(1))).first()
        return max(row.due_at, row.next_try_at or row.due_at) if row else None

    async def reasons(self, since: datetime) -> dict[str, int]:
        """Why deliveries of slots since then were not sent, the most frequent first."""
        many = func.count().label("many")
        rows = await self._connection.execute(
            select(deliveries.c.reason, many)
            .where(deliveries.c.due_at >= since, deliveries.c.reason.is_not(None))
            .where(deliveries.c.broadcast_id.is_(None))
            .where(deliveries.c.state.in_((State.GAVE_UP, State.PARKED, State.UNKNOWN)))
            .group_by(deliveries.c.reason)
            .order_by(many.desc(), deliveries.c.reason)
            .limit(MOST_REASONS)
        )
        return {row.reason: row.many for row in rows}

    async def parked(self, limit: int) -> Sequence[Delivery]:
        """The newest that were refused for a fault of ours."""
        rows = await self._connection.execute(
            select(deliveries)
            .where(deliveries.c.state == State.PARKED, deliveries.c.broadcast_id.is_(None))
            .order_by(deliveries.c.due_at.desc(), deliveries.c.id.desc())
            .limit(limit)
        )
        return [delivery(row) for row in rows]

    async def remove_before(self, moment: datetime) -> tuple[int, int]:
        """Forget decided deliveries of older slots, and the ledger from before. Returns how many of each."""
        old = await self._connection.execute(
            delete(deliveries).where(deliveries.c.due_at < moment, deliveries.c.state.not_in(UNDECIDED))
        )
        seen = await self._connection.execute(delete(shown).where(shown.c.at < moment))
        return old.rowcount, seen.rowcount

    async def of(self, chat_id: int) -> Sequence[Delivery]:
        """All deliveries of one chat, by id."""
        rows = await self._connection.execute(
            select(deliveries).where(deliveries.c.chat_id == chat_id).order_by(deliveries.c.id)
        )
        return [delivery(row) for row in rows]


def _alerts_of(story_id: int, told: FromClause) -> ColumnElement[bool]:
    """`alert:12`, and `alert:12:…` of one that is followed."""
    slot = f"{ALERT}{story_id}"
    return or_(told.c.slot == slot, told.c.slot.startswith(f"{slot}:"))


def _claimable(now: datetime, broadcasts: Sequence[int] | None = None) -> Select[tuple[int]]:
    whose = deliveries.c.broadcast_id
    return (
        select(deliveries.c.id)
        .where(whose.is_(None) if broadcasts is None else whose.in_(broadcasts))
        .where(deliveries.c.state == State.QUEUED, deliveries.c.due_at <= now)
        .where(or_(deliveries.c.next_try_at.is_(None), deliveries.c.next_try_at <= now))
    )


def _is_coming(now: datetime) -> ColumnElement[bool]:
    """It leaves, or will, and nothing overtakes it."""
    waits = and_(deliveries.c.state == State.QUEUED, or_(deliveries.c.due_at >= now, ~is_digest()))
    return or_(deliveries.c.state.in_((State.CLAIMED, State.SENDING)), waits)


def is_digest() -> ColumnElement[bool]:
    """Neither an alert nor the week's review nor a broadcast."""
    return and_(
        ~deliveries.c.slot.startswith(ALERT),
        ~deliveries.c.slot.startswith(WEEK),
        deliveries.c.broadcast_id.is_(None),
    )


def row_of(delivery: Delivery) -> dict[str, Any]:
    """A delivery as it is written down."""
    return {"chat_id": delivery.chat_id, "slot": delivery.slot} | _rest(delivery)


def _rest(delivery: Delivery) -> dict[str, Any]:
    return {
        "state": delivery.state,
        "due_at": delivery.due_at,
        "expires_at": delivery.expires_at,
        "story_ids": list(delivery.story_ids),
        "lost_ids": list(delivery.lost_ids),
        "grown_ids": list(delivery.grown_ids),
        "corrected_ids": list(delivery.corrected_ids),
        "told_at": delivery.told_at,
        "filtered": delivery.filtered,
        "attempts": delivery.attempts,
        "next_try_at": delivery.next_try_at,
        "message_id": delivery.message_id,
        "sent_at": delivery.sent_at,
        "reason": delivery.reason,
        "text": delivery.text,
        "broadcast_id": delivery.broadcast_id,
        "revision": delivery.revision,
        "thread_id": delivery.thread_id,
    }


def delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        chat_id=row.chat_id,
        slot=row.slot,
        state=State(row.state),
        due_at=row.due_at,
        expires_at=row.expires_at,
        story_ids=tuple(row.story_ids),
        lost_ids=tuple(row.lost_ids),
        grown_ids=tuple(row.grown_ids),
        corrected_ids=tuple(row.corrected_ids),
        told_at=row.told_at,
        filtered=row.filtered,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        message_id=row.message_id,
        sent_at=row.sent_at,
        reason=row.reason,
        text=row.text,
        broadcast_id=row.broadcast_id,
        revision=row.revision,
        thread_id=row.thread_id,
    )
