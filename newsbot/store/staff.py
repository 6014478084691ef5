"""Who has a role, who was shut out, and the log of what was done from the chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.staff import Entry, Member, Outcast, Role
from newsbot.store import dialects
from newsbot.store.tables import audit, outcasts, staff


class Staff:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def role(self, person_id: int) -> Role | None:
        """That was given in the chat."""
        found = await self._connection.scalar(select(staff.c.role).where(staff.c.person_id == person_id))
        return Role(found) if found else None

    async def all(self) -> list[Member]:
        """Everybody who was given one, the first first."""
        rows = await self._connection.execute(select(staff).order_by(staff.c.at, staff.c.person_id))
        return [_member(row) for row in rows]

    async def put(self, one: Member) -> None:
        """In the place of the role that they had."""
        values = {"role": one.role, "by": one.by, "at": one.at, "nudged": one.nudged}
        await self._connection.execute(
            dialects.insert(self._connection, staff)
            .values(person_id=one.id, **values)
            .on_conflict_do_update(index_elements=["person_id"], set_=values)
        )

    async def remove(self, person_id: int) -> bool:
        done = await self._connection.execute(delete(staff).where(staff.c.person_id == person_id))
        return done.rowcount > 0

    async def nudge(self, person_id: int, wanted: bool) -> None:
        """They are told before a busy slot, or no longer."""
        await self._connection.execute(
            update(staff).where(staff.c.person_id == person_id).values(nudged=wanted)
        )


class Audit:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, one: Entry) -> None:
        await self._connection.execute(
            insert(audit).values(
                by=one.by, chat_id=one.chat_id, deed=one.deed,
                about=one.about, is_allowed=one.is_allowed, at=one.at,
            )
        )  # fmt: skip

    async def page(self, first: int, limit: int, by: int | None = None) -> Sequence[Entry]:
        """The newest, without so many before."""
        chosen = select(audit).order_by(audit.c.id.desc()).offset(first).limit(limit)
        if by is not None:
            chosen = chosen.where(audit.c.by == by)
        return [_entry(row) for row in await self._connection.execute(chosen)]

    async def count(self) -> int:
        return await self._connection.scalar(select(func.count()).select_from(audit)) or 0

    async def refused(self, by: int, since: datetime) -> int:
        """How often somebody was refused since then."""
        theirs = select(func.count()).where(audit.c.by == by, audit.c.at >= since, ~audit.c.is_allowed)
        return await self._connection.scalar(theirs) or 0

    async def remove_before(self, moment: datetime) -> int:
        return (await self._connection.execute(delete(audit).where(audit.c.at < moment))).rowcount


class Outcasts:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, person_id: int, pseudonym: int) -> Outcast | None:
        """
        :param pseudonym: under which they stand where they were forgotten
        """
        chosen = select(outcasts).where(outcasts.c.person_id.in_((person_id, pseudonym)))
        row = (await self._connection.execute(chosen)).first()
        return _outcast(row) if row else None

    async def all(self, limit: int) -> list[Outcast]:
        """The last that were shut out."""
        chosen = select(outcasts).order_by(outcasts.c.at.desc()).limit(limit)
        return [_outcast(row) for row in await self._connection.execute(chosen)]

    async def put(self, one: Outcast) -> None:
        values = {"by": one.by, "why": one.why, "at": one.at}
        await self._connection.execute(
            dialects.insert(self._connection, outcasts)
            .values(person_id=one.id, **values)
            .on_conflict_do_update(index_elements=["person_id"], set_=values)
        )

    async def remove(self, person_id: int, pseudonym: int) -> bool:
        theirs = outcasts.c.person_id.in_((person_id, pseudonym))
        done = await self._connection.execute(delete(outcasts).where(theirs))
        return done.rowcount > 0


def _member(row: Row[Any]) -> Member:
    return Member(row.person_id, Role(row.role), row.by, row.at, row.nudged)


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.by, row.chat_id, row.deed, row.about, row.at, row.is_allowed)


def _outcast(row: Row[Any]) -> Outcast:
    return Outcast(row.person_id, row.by, row.why, row.at)
