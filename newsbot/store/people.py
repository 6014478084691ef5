"""What names a person, and how it is taken out: everywhere, in one transaction.

What has to stay, so that tallies hold and nobody votes twice, stays under a pseudonym (`Newsroom.pseudonym`),
and after a while under a number that nobody can work out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Table,
    Text,
    cast,
    delete,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.people import FIRST_NOBODY, FIRST_PSEUDONYM
from newsbot.store.broadcasts import NOT_DELETED
from newsbot.store.tables import (
    audit,
    broadcasts,
    deliveries,
    facts,
    feedback,
    inbox,
    marks,
    outcasts,
    payments,
    posts,
    questions,
    ratings,
    readers,
    rules,
    rulings,
    saves,
    shown,
    staff,
    tastes,
    views,
    votes,
)

#: what is a person's alone goes
OWN: tuple[tuple[Table, str], ...] = (
    (saves, "reader_id"),
    (marks, "reader_id"),
    (tastes, "reader_id"),
    (posts, "chat_id"),
    (shown, "chat_id"),
    (views, "chat_id"),
    (questions, "chat_id"),
    (staff, "person_id"),
    (readers, "id"),  # words go with it
)
#: what others rely on stays under the pseudonym
SIGNED: tuple[tuple[Table, str], ...] = (
    (audit, "by"),
    (audit, "chat_id"),
    (outcasts, "by"),
    (staff, "by"),
    (rulings, "by"),
    (rules, "by"),
    (broadcasts, "by"),
    (feedback, "handled_by"),
    (payments, "refunded_by"),
)
OUT = (outcasts, "person_id")
COUNTED = (votes, ratings)  # whose number is that of the people


class People:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def forget(self, person_id: int, pseudonym: int, update_id: int, since: datetime) -> None:
        """Nothing names this person any more, but for what they paid.

        :param update_id: in which they asked for it: it stays, without what it said, until it is answered
        :param since: votes of before then are nobody's from now on
        """
        await self._votes(person_id, pseudonym, since)
        await self._said(person_id)
        await self._sent(person_id)
        for table, name in OWN:
            await self._do(delete(table).where(table.c[name] == person_id))
        for table, name in SIGNED:
            mine = table.c[name] == person_id
            await self._do(update(table).where(mine).values({name: pseudonym}))
        await self._out(person_id, pseudonym)
        await self._named(person_id, pseudonym)
        await self._do(
            update(inbox)
            .where(inbox.c.update_id == update_id)
            .values(chat_id=0, payload=f'{{"update_id": {update_id}}}')
        )
        await self._do(delete(facts).where(facts.c.name.endswith(f":{person_id}")))

    async def _votes(self, person_id: int, pseudonym: int, since: datetime) -> None:
        """They stay in the tallies: those of before as nobody's, the others so that they are known again."""
        for table in COUNTED:
            mine = table.c.reader_id == person_id
            again = select(table.c.story_id).where(mine)
            before = table.c.reader_id == pseudonym
            await self._do(delete(table).where(before, table.c.story_id.in_(again)))
            await self._do(update(table).where(mine, table.c.at >= since).values(reader_id=pseudonym))
            await self._do(update(table).where(mine).values(reader_id=self._nobody()))

    def _nobody(self) -> ColumnElement[int]:
        """A number that says nothing of anybody, another one for each row."""
        many = FIRST_NOBODY - FIRST_PSEUDONYM
        if self._connection.dialect.name == "sqlite":  # 64 bits, of which these are kept
            return FIRST_NOBODY + func.random().op("&")(many - 1)
        return FIRST_NOBODY + cast(func.floor(func.random() * many), BigInteger)

    async def _said(self, person_id: int) -> None:
        """What is wrong with a story stays, as nobody's; words go."""
        mine = feedback.c.reader_id == person_id
        await self._do(
            delete(feedback).where(mine, or_(feedback.c.story_id.is_(None), feedback.c.words != ""))
        )
        await self._do(update(feedback).where(mine).values(reader_id=self._nobody()))

    async def _sent(self, person_id: int) -> None:
        """Copies of broadcasts stay in their reports, as nobody's."""
        mine = deliveries.c.chat_id == person_id
        await self._do(delete(deliveries).where(mine, deliveries.c.broadcast_id.is_(None)))
        values = {"chat_id": -self._nobody(), "message_id": None, "revision": NOT_DELETED}
        await self._do(update(deliveries).where(mine).values(values))

    async def _out(self, person_id: int, pseudonym: int) -> None:
        """Who was shut out stays so; why may have named them."""
        await self._do(delete(outcasts).where(outcasts.c.person_id == pseudonym))
        await self._do(
            update(outcasts).where(outcasts.c.person_id == person_id).values(person_id=pseudonym, why="")
        )

    async def _named(self, person_id: int, pseudonym: int) -> None:
        """Their number in what others wrote down."""
        number = str(person_id)
        for table, name in ((audit, "about"), (outcasts, "why")):
            column: Column[str] = table.c[name]
            says = column.contains(number)
            await self._do(update(table).where(says).values({name: func.replace(column, number, "…")}))
        await self._do(
            update(broadcasts).where(broadcasts.c.chat_id == person_id).values(chat_id=None, message_id=None)
        )
        await self._in_facts(person_id)
        await self._in_json(broadcasts, ("segment", "content"), person_id)
        # a merge that is undone parts votes by who gave them, which the pseudonym still tells
        await self._in_json(rulings, ("before",), person_id, pseudonym)

    async def _in_json(
        self, table: Table, names: Sequence[str], person_id: int, instead: int | None = None
    ) -> None:
        """Chats that were chosen by number, whose message is shown, who voted on what was merged."""
        says = or_(*(cast(table.c[name], Text).contains(str(person_id)) for name in names))
        rows = await self._connection.execute(
            select(table.c.id, *(table.c[name] for name in names)).where(says)
        )
        for row in rows.all():
            values = {name: _without(getattr(row, name), person_id, instead) for name in names}
            await self._do(update(table).where(table.c.id == row.id).values(values))

    async def _in_facts(self, person_id: int) -> None:
        """Which message of an administrator's chat has the last note, and the like."""
        rows = await self._connection.execute(select(facts).where(facts.c.value.contains(str(person_id))))
        for row in rows.all():
            value = json.dumps(_without(json.loads(row.value), person_id, None), ensure_ascii=False)
            await self._do(update(facts).where(facts.c.name == row.name).values(value=value))

    async def all(self) -> set[int]:
        """Everybody whose own number stands anywhere that `forget` takes it out of."""
        found: set[int] = set()
        for table, name in (*OWN, *SIGNED, *((one, "reader_id") for one in (*COUNTED, feedback)), OUT):
            chosen = select(table.c[name]).where(table.c[name].between(1, FIRST_PSEUDONYM - 1)).distinct()
            found |= set(await self._connection.scalars(chosen))
        return found

    async def known_again(self, person_id: int, pseudonym: int, story_id: int) -> None:
        """Somebody who was forgotten votes again: what they said of the story before is theirs again."""
        for table in COUNTED:
            before = (table.c.reader_id == pseudonym) & (table.c.story_id == story_id)
            now = (table.c.reader_id == person_id) & (table.c.story_id == story_id)
            if await self._connection.scalar(select(table.c.story_id).where(before)) is None:
                continue
            if await self._connection.scalar(select(table.c.story_id).where(now)) is None:
                await self._do(update(table).where(before).values(reader_id=person_id))
            else:
                await self._do(delete(table).where(before))

    async def let_go(self, before: datetime, limit: int) -> int:
        """Pseudonyms that have been kept long enough are nobody's. Returns how many votes and values."""
        many = 0
        for table in COUNTED:
            is_pseudonym = table.c.reader_id.between(FIRST_PSEUDONYM, FIRST_NOBODY - 1)
            key = tuple_(table.c.reader_id, table.c.story_id)
            some = select(table.c.reader_id, table.c.story_id).where(is_pseudonym, table.c.at < before)
            done = await self._connection.execute(
                update(table).where(key.in_(some.limit(limit))).values(reader_id=self._nobody())
            )
            many += done.rowcount
        return many

    async def _do(self, statement: Any) -> None:
        await self._connection.execute(statement)


def _without(value: Any, person_id: int, instead: int | None) -> Any:
    """The same JSON without this number, whatever is said by it; or with another one in its place."""
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if key != str(person_id)}
        return {key: _without(one, person_id, instead) for key, one in kept.items()}
    if isinstance(value, list):
        if instead is None and len(value) == 2 and value[0] == person_id:  # a chat and its message
            return [0, 0]
        rest = [one for one in value if instead is not None or one != person_id]
        return [_without(one, person_id, instead) for one in rest]
    if isinstance(value, str):
        return value.replace(str(person_id), "…")
    if value == person_id and not isinstance(value, bool):
        return instead or 0
    return value
