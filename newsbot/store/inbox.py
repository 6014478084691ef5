"""Updates from Telegram, stored before they are confirmed, removed when dealt with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.messages import Incoming
from newsbot.store import dialects
from newsbot.store.tables import inbox

CLAIMING = 0x636C6169  # "clai": the advisory lock of who claims updates


class Inbox:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def keep(
        self,
        updates: Iterable[Incoming],
        now: datetime,
        owner: str | None = None,
        until: datetime | None = None,
    ) -> None:
        """Store updates; one that is there already stays as it is.

        :param owner: the process that deals with them until then
        """
        mine = {"at": now, "owner": owner, "claimed_until": until}
        rows = [
            {"update_id": one.id, "chat_id": one.chat_id, "payload": one.payload} | mine for one in updates
        ]
        if rows:
            statement = dialects.insert(self._connection, inbox).on_conflict_do_nothing()
            await self._connection.execute(statement, rows)

    async def pending(self) -> list[Incoming]:
        """Updates not dealt with, in order."""
        waits = select(inbox).where(inbox.c.done_at.is_(None)).order_by(inbox.c.update_id)
        rows = await self._connection.execute(waits)
        return [Incoming(row.update_id, row.chat_id, row.payload) for row in rows]

    async def take_over(self, owner: str, until: datetime) -> list[Incoming]:
        """All that are not dealt with, in order, whoever had them; ours until then."""
        await self._one_claims()
        ours = update(inbox).where(inbox.c.done_at.is_(None))
        await self._connection.execute(ours.values(owner=owner, claimed_until=until))
        return await self.pending()

    async def claim(self, owner: str, now: datetime, until: datetime, limit: int) -> list[Incoming]:
        """Updates that nobody deals with, in order; ours until then.

        Of a chat of which another process has an earlier one, none: they are dealt with in order.
        """
        await self._one_claims()
        earlier = inbox.alias()
        others = (
            exists()
            .where(earlier.c.done_at.is_(None))
            .where(earlier.c.chat_id == inbox.c.chat_id, earlier.c.update_id < inbox.c.update_id)
            .where(earlier.c.owner != owner, earlier.c.claimed_until > now)
        )
        free = or_(inbox.c.owner.is_(None), (inbox.c.owner != owner) & (inbox.c.claimed_until <= now))
        rows = await self._connection.execute(
            select(inbox)
            .where(inbox.c.done_at.is_(None), free, ~others)
            .order_by(inbox.c.update_id)
            .limit(limit)
        )
        found = [Incoming(row.update_id, row.chat_id, row.payload) for row in rows]
        for batch in dialects.batches(one.id for one in found):
            ours = update(inbox).where(inbox.c.update_id.in_(batch))
            await self._connection.execute(ours.values(owner=owner, claimed_until=until))
        return found

    async def _one_claims(self) -> None:
        """Two who claim at the same time would not see each other; on SQLite who writes is alone anyway."""
        if self._connection.dialect.name == "postgresql":
            await self._connection.execute(select(func.pg_advisory_xact_lock(CLAIMING)))

    async def renew(self, owner: str, until: datetime) -> None:
        """What is ours stays so until then."""
        await self._connection.execute(
            update(inbox).where(inbox.c.owner == owner).values(claimed_until=until)
        )

    async def hold(self, update_id: int, owner: str, until: datetime) -> bool:
        """This one is still ours, and stays so until then; False where another process took it over."""
        ours = (inbox.c.update_id == update_id, inbox.c.owner == owner, inbox.c.done_at.is_(None))
        done = await self._connection.execute(update(inbox).where(*ours).values(claimed_until=until))
        return done.rowcount > 0

    async def release(self, owner: str) -> None:
        """Others may deal with what is ours."""
        await self._connection.execute(
            update(inbox).where(inbox.c.owner == owner).values(owner=None, claimed_until=None)
        )

    async def oldest(self, owner: str | None = None) -> tuple[int, datetime | None]:
        """How many wait, and since when the first does.

        :param owner: only what this process deals with
        """
        waits = select(func.count(), func.min(inbox.c.at)).where(inbox.c.done_at.is_(None))
        waits = waits if owner is None else waits.where(inbox.c.owner == owner)
        row = (await self._connection.execute(waits)).one()
        return row[0], row[1]

    async def apply(self, update_id: int) -> bool:
        """Note, in the transaction of its effect, that an update has had it. False where it was noted before.

        It stays until it was answered: after a crash in between it is answered again, and nothing else.
        """
        done = await self._connection.execute(
            update(inbox)
            .where(inbox.c.update_id == update_id, inbox.c.applied.is_(False))
            .values(applied=True)
        )
        return done.rowcount > 0

    async def is_applied(self, update_id: int) -> bool:
        """Whether it was noted that this update has had its effect."""
        noted = select(inbox.c.applied).where(inbox.c.update_id == update_id)
        return bool(await self._connection.scalar(noted))

    async def done(self, update_id: int, at: datetime | None = None) -> bool:
        """Forget an update that was answered. False where it was forgotten before.

        :param at: keep its number, nothing else: it may be pushed again by who did not hear that we have it
        """
        its = inbox.c.update_id == update_id
        if at is None:
            done = await self._connection.execute(delete(inbox).where(its))
        else:
            nothing = {"payload": "", "chat_id": 0, "owner": None, "claimed_until": None}
            done = await self._connection.execute(
                update(inbox).where(its, inbox.c.done_at.is_(None)).values(done_at=at, **nothing)
            )
        return done.rowcount > 0

    async def expire(self, before: datetime) -> int:
        """Forget the numbers of updates that were done before then. Returns how many."""
        return (await self._connection.execute(delete(inbox).where(inbox.c.done_at < before))).rowcount

    async def move(self, old: int, new: int) -> None:
        """A group has another number from now on."""
        await self._connection.execute(update(inbox).where(inbox.c.chat_id == old).values(chat_id=new))
