"""Votes, values and saves: one row per reader and story, changeable."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    case,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.taste import Deed
from newsbot.store import dialects
from newsbot.store.tables import articles, marks, ratings, readers, saves, shown, votes

# An update that is older by its number came earlier, unless Telegram began to count anew (Bot API, Update)
COUNTS_ANEW = 1_000_000


class Votes:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def cast(
        self,
        reader_id: int,
        story_id: int,
        vote: int,
        now: datetime,
        update_id: int = 0,
        sure: bool = True,
        said_by: str = "",
        chat_id: int | None = None,
    ) -> bool:
        """Support (1) or oppose (-1); 0 withdraws. False where this reader voted on it later than that.

        :param update_id: of the press or the reaction, which come in this order
        :param sure: see Tally
        :param said_by: the message that was reacted to; empty for a button
        :param chat_id: the group or channel where that was; in their own chat, None, it stays a vote of that
        """
        values: dict[str, Any] = {"vote": vote, "at": now, "update_id": update_id, "sure": sure}
        values |= {"said_by": said_by} | ({"chat_id": chat_id} if chat_id is not None else {})
        is_later = or_(votes.c.update_id <= update_id, votes.c.update_id > update_id + COUNTS_ANEW)
        done = await self._connection.execute(
            dialects.insert(self._connection, votes)
            .values(reader_id=reader_id, story_id=story_id, **values)
            .on_conflict_do_update(index_elements=["reader_id", "story_id"], set_=values, where=is_later)
            .returning(votes.c.story_id)
        )
        return done.first() is not None

    async def rate(self, reader_id: int, story_id: int, value: int, now: datetime, sure: bool = True) -> None:
        """A value from 1 to 5; 0 withdraws."""
        values = {"value": value, "at": now, "sure": sure}
        await self._put(ratings, reader_id, story_id, values if value else None)

    async def save(self, reader_id: int, story_id: int, keep: bool, now: datetime) -> None:
        await self._put(saves, reader_id, story_id, {"at": now} if keep else None)

    async def deeds(self, reader_id: int, since: datetime, until: datetime) -> dict[Deed, int]:
        """How many stories a reader voted on, gave a value and saved in this time, as far as it stands."""
        found: dict[Deed, int] = {}
        for deed, table in ((Deed.VOTE, votes), (Deed.VALUE, ratings), (Deed.SAVE, saves)):
            many = select(func.count()).select_from(table).where(table.c.reader_id == reader_id)
            many = many.where(table.c.at >= since, table.c.at <= until)
            if deed is Deed.VOTE:
                many = many.where(votes.c.vote != 0)
            found[deed] = await self._connection.scalar(many) or 0
        return found

    async def _put(self, table: Table, reader_id: int, story_id: int, values: dict[str, Any] | None) -> None:
        if values is None:
            await self._connection.execute(
                delete(table).where(table.c.reader_id == reader_id, table.c.story_id == story_id)
            )
            return
        await self._connection.execute(
            dialects.insert(self._connection, table)
            .values(reader_id=reader_id, story_id=story_id, **values)
            .on_conflict_do_update(index_elements=["reader_id", "story_id"], set_=values)
        )

    async def is_sure(self, reader_id: int, story_id: int, chat_id: int, joined: datetime) -> bool:
        """Whether somebody has been a reader since before then and was shown the story in a digest.

        :param chat_id: where it is voted on: a group may have been shown it
        """
        told = exists().where(
            shown.c.chat_id.in_({reader_id, chat_id}),
            shown.c.place > 0,
            shown.c.article_id == articles.c.id,
            articles.c.story_id == story_id,
        )
        known = exists().where(readers.c.id == reader_id, readers.c.joined_at <= joined)
        return bool(await self._connection.scalar(select(told & known)))

    async def of(self, reader_id: int, story_id: int) -> tuple[int, int, bool, bool]:
        """What this reader made of the story: vote, value, saved, less of it; zeros where nothing."""

        def mine(table: Table, column: str) -> ColumnElement[Any]:
            chosen = select(table.c[column]).where(
                table.c.reader_id == reader_id, table.c.story_id == story_id
            )
            return (chosen.where(marks.c.deed == Deed.LESS) if table is marks else chosen).scalar_subquery()

        told = select(mine(votes, "vote"), mine(ratings, "value"), mine(saves, "at"), mine(marks, "at"))
        vote, value, saved, less = (await self._connection.execute(told)).one()
        return int(vote or 0), int(value or 0), saved is not None, less is not None

    async def is_of(self, reader_id: int, story_id: int, chat_id: int) -> bool:
        """Whether this reader's vote was cast in this chat; their own shows what they said anywhere."""
        mine = votes.c.reader_id == reader_id, votes.c.story_id == story_id
        if chat_id == reader_id:
            return True
        return await self._connection.scalar(select(votes.c.chat_id).where(*mine)) == chat_id

    async def said_by(self, reader_id: int, story_id: int) -> str:
        """The message by a reaction to which this reader votes; empty where by a button, or not."""
        chosen = select(votes.c.said_by).where(votes.c.reader_id == reader_id, votes.c.story_id == story_id)
        return str(await self._connection.scalar(chosen) or "")

    async def counts(self, story_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
        """How many support and how many oppose, of those stories about which anybody voted."""
        return await self._counts(votes.c.story_id.in_(story_ids))

    async def _counts(self, which: ColumnElement[bool]) -> dict[int, tuple[int, int]]:
        up = func.sum(case((votes.c.vote > 0, 1), else_=0))
        rows = await self._connection.execute(
            select(votes.c.story_id, up.label("up"), func.count().label("all"))
            .where(which, votes.c.vote != 0)
            .group_by(votes.c.story_id)
        )
        return {row.story_id: (int(row.up), row.all - int(row.up)) for row in rows}

    async def saved(self, reader_id: int) -> list[int]:
        """The stories that this reader saved, the last saved first."""
        chosen = select(saves.c.story_id).where(saves.c.reader_id == reader_id)
        return list(
            await self._connection.scalars(chosen.order_by(saves.c.at.desc(), saves.c.story_id.desc()))
        )

    async def marked(self, reader_id: int) -> set[int]:
        """The stories that this reader voted on, valued or saved."""
        found: set[int] = set()
        for table in (votes, ratings, saves):
            chosen = select(table.c.story_id).where(table.c.reader_id == reader_id)
            found |= set(await self._connection.scalars(chosen))
        return found

    async def in_chat(self, chat_id: int, since: datetime, until: datetime) -> dict[int, tuple[int, int]]:
        """Story -> how many of those who voted there in this time support and oppose it."""
        return await self._counts(_there(chat_id, since, until))

    async def voters_in(self, chat_id: int, since: datetime, until: datetime) -> int:
        """How many people voted there in this time, on whatever."""
        many = select(func.count(votes.c.reader_id.distinct()))
        many = many.where(_there(chat_id, since, until), votes.c.vote != 0)
        return await self._connection.scalar(many) or 0

    async def move(self, old: int, new: int) -> None:
        """A group has another number from now on."""
        await self._connection.execute(update(votes).where(votes.c.chat_id == old).values(chat_id=new))

    async def forget_withdrawn(self, moment: datetime) -> int:
        """Votes that were withdrawn before then leave no trace. Returns how many there were."""
        old = delete(votes).where(votes.c.vote == 0, votes.c.at < moment)
        return (await self._connection.execute(old)).rowcount

    async def merge(self, kept: int, gone: int) -> None:
        """Two stories are one: everybody has one vote on it, the later one; one value; one save."""
        for table in (votes, ratings, saves):
            await go_over(self._connection, table, kept, gone)


def _there(chat_id: int, since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(votes.c.chat_id == chat_id, votes.c.at >= since, votes.c.at <= until)


async def go_over(
    connection: AsyncConnection,
    table: Table,
    kept: int,
    gone: int,
    whose: ColumnElement[bool] = true(),  # noqa: B008  it never changes
) -> int:
    """What was said of one story is said of another: of each reader the later. Returns of how many readers.

    :param table: votes, ratings or saves
    :param whose: only these rows
    """
    theirs = and_(table.c.story_id == gone, whose)
    rest = [column for column in table.c if column.name not in ("reader_id", "story_id")]
    names = ["reader_id", "story_id", *(column.name for column in rest)]
    moved = select(table.c.reader_id, literal(kept), *rest).where(theirs)
    fresh = dialects.insert(connection, table).from_select(names, moved)
    await connection.execute(
        fresh.on_conflict_do_update(
            index_elements=["reader_id", "story_id"],
            set_={column.name: fresh.excluded[column.name] for column in rest},
            where=fresh.excluded.at > table.c.at,
        )
    )
    return (await connection.execute(delete(table).where(theirs))).rowcount
