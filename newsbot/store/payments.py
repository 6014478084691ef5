"""Tips: each charge once, whatever is told of it and how often."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.payments import Payment, Till
from newsbot.store import dialects
from newsbot.store.tables import payments

MONTH = timedelta(days=30)


class Payments:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, one: Payment) -> bool:
        """False where this charge is known, from another update than this."""
        await self._connection.execute(
            dialects.insert(self._connection, payments)
            .values(
                charge_id=one.charge_id, person_id=one.person_id, stars=one.stars,
                at=one.at, update_id=one.update_id,
            )
            .on_conflict_do_nothing(index_elements=["charge_id"])
        )  # fmt: skip
        first = await self._connection.scalar(
            select(payments.c.update_id).where(payments.c.charge_id == one.charge_id)
        )
        return bool(first == one.update_id)

    async def get(self, charge_id: str) -> Payment | None:
        row = (
            await self._connection.execute(select(payments).where(payments.c.charge_id == charge_id))
        ).first()
        return _payment(row) if row else None

    async def of(self, person_id: int, limit: int) -> list[Payment]:
        """The last of one person."""
        mine = select(payments).where(payments.c.person_id == person_id)
        rows = await self._connection.execute(mine.order_by(payments.c.at.desc()).limit(limit))
        return [_payment(row) for row in rows]

    async def till(self, now: datetime, first: int, limit: int) -> Till:
        """Sums, and a page of payments."""
        is_kept = payments.c.refunded_at.is_(None)

        def stars(which: Any) -> Any:
            return func.coalesce(func.sum(case((which, payments.c.stars), else_=0)), 0)

        sums = (
            await self._connection.execute(
                select(
                    stars(is_kept).label("stars"),
                    func.coalesce(func.sum(case((is_kept, 1), else_=0)), 0).label("many"),
                    stars(is_kept & (payments.c.at >= now - MONTH)).label("month"),
                    stars(~is_kept).label("refunded"),
                    func.count().label("total"),
                )
            )
        ).one()
        rows = await self._connection.execute(
            select(payments).order_by(payments.c.at.desc(), payments.c.charge_id).offset(first).limit(limit)
        )
        return Till(
            stars=int(sums.stars), many=int(sums.many), month=int(sums.month),
            refunded=int(sums.refunded), total=sums.total,
            payments=[_payment(row) for row in rows],
        )  # fmt: skip

    async def refunding(self, charge_id: str, now: datetime) -> None:
        """Telegram is asked to give it back from now on: whatever comes of it, it was asked."""
        await self._connection.execute(
            update(payments).where(payments.c.charge_id == charge_id).values(refunding_at=now)
        )

    async def refunded(self, charge_id: str, by: int | None, now: datetime) -> bool:
        """It was given back. False where that is known, and by whom.

        :param by: None where Telegram tells of it, which it may do before it answers who asked for it
        """
        is_news = payments.c.refunded_by.is_(None) if by else payments.c.refunded_at.is_(None)
        done = await self._connection.execute(
            update(payments)
            .where(payments.c.charge_id == charge_id, is_news)
            .values(refunded_at=func.coalesce(payments.c.refunded_at, now), refunded_by=by)
        )
        return done.rowcount > 0

    async def let_go(self, before: datetime) -> int:
        """Those that can no longer be given back are nobody's. Returns how many."""
        old = update(payments).where(payments.c.at < before, payments.c.person_id != 0)
        return (await self._connection.execute(old.values(person_id=0))).rowcount


def _payment(row: Row[Any]) -> Payment:
    return Payment(
        charge_id=row.charge_id,
        person_id=row.person_id,
        stars=row.stars,
        at=row.at,
        update_id=row.update_id,
        refunding_at=row.refunding_at,
        refunded_at=row.refunded_at,
    )
