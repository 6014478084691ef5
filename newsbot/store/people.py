"""What names a person, and how it is taken out: everywhere, in one transaction.

What has to stay, so that tallies hold and nobody votes twice, stays under a pseudonym (`Newsroom.pseudonym`),
and after a while under a number that nobody can work out.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
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

from newsbot.models.broadcasts import Stage
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
WRITTEN = ((audit, "about"), (outcasts, "why"))  # where others may have written their number
#: what tells since when somebody is known
AGED = (
    (readers, "id", "joined_at"),
    *((table, "reader_id", "at") for table in (votes, ratings, saves, feedback)),
)
NOBODY = 0
OVER = {"stage": Stage.CANCELLED}
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
            if table is votes:  # the message that was reacted to stands in their chat
                await self._do(update(table).where(mine).values(said_by=""))
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
        """Their number in what others wrote down, and in what remembers several people at once."""
        for table, name in WRITTEN:
            for key, words in await self._saying(table, name, person_id):
                await self._put(table, key, {name: redacted(words, person_id)})
        for key, value in await self._saying(facts, "value", person_id):
            await self._put(facts, key, {"value": _fact_without(value, person_id)})
        # a merge that is undone parts votes by who gave them, which the pseudonym still tells
        for key, before in await self._saying(rulings, "before", person_id):
            await self._put(rulings, key, {"before": _instead(before, person_id, pseudonym)})
        await self._in_broadcasts(person_id)

    async def _in_broadcasts(self, person_id: int) -> None:
        """Whom they were for, whose message they show, where their progress stands."""
        mine = broadcasts.c.chat_id == person_id
        await self._do(update(broadcasts).where(mine).values(chat_id=None, message_id=None))
        for key, segment in await self._saying(broadcasts, "segment", person_id):
            ids = [one for one in segment["ids"] if one != person_id]
            # without ids it would be for everybody
            kept = segment | {"ids": ids or [NOBODY] * bool(segment["ids"])}
            await self._put(broadcasts, key, {"segment": kept})
        for key, content in await self._saying(broadcasts, "content", person_id):
            values = {name: redacted(str(said), person_id) for name, said in content["values"].items()}
            is_theirs = content["origin"] is not None and content["origin"][0] == person_id
            kept = content | {"values": values} | ({"origin": [NOBODY, NOBODY]} if is_theirs else {})
            await self._put(broadcasts, key, {"content": kept} | (OVER if is_theirs else {}))

    async def _saying(self, table: Table, name: str, person_id: int) -> list[tuple[Any, Any]]:
        """Keys and values of the rows that have these digits; whether they mean the person is to be seen."""
        (key,) = table.primary_key.columns
        says = cast(table.c[name], Text).contains(str(person_id))
        rows = await self._connection.execute(select(key, table.c[name]).where(says))
        return [(row[0], row[1]) for row in rows.all()]

    async def _put(self, table: Table, key: Any, values: dict[str, Any]) -> None:
        (column,) = table.primary_key.columns
        await self._do(update(table).where(column == key).values(values))

    async def all(self) -> set[int]:
        """Everybody whose own number stands anywhere that `forget` takes it out of."""
        found: set[int] = set()
        for table, name in (*OWN, *SIGNED, *((one, "reader_id") for one in (*COUNTED, feedback)), OUT):
            chosen = select(table.c[name]).where(table.c[name].between(1, FIRST_PSEUDONYM - 1)).distinct()
            found |= set(await self._connection.scalars(chosen))
        return found

    async def is_older(self, person_id: int, moment: datetime) -> bool:
        """Whether anything that they did, or that they are a reader, is from before then."""
        for table, name, at in AGED:
            mine = select(table.c[name]).where(table.c[name] == person_id, table.c[at] < moment)
            if await self._connection.scalar(mine.limit(1)) is not None:
                return True
        return False

    async def voted_before(self, person_id: int, pseudonym: int, story_id: int) -> None:
        """Somebody who was forgotten votes again: the vote of before is theirs, to be replaced."""
        await self._theirs_again(votes, person_id, pseudonym, story_id)

    async def rated_before(self, person_id: int, pseudonym: int, story_id: int) -> None:
        """The same of a value."""
        await self._theirs_again(ratings, person_id, pseudonym, story_id)

    async def _theirs_again(self, table: Table, person_id: int, pseudonym: int, story_id: int) -> None:
        before = (table.c.reader_id == pseudonym) & (table.c.story_id == story_id)
        now = (table.c.reader_id == person_id) & (table.c.story_id == story_id)
        if await self._connection.scalar(select(table.c.story_id).where(before)) is None:
            return
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


def redacted(words: str, person_id: int) -> str:
    """The same words without this number; within another one it is not theirs."""
    return re.sub(rf"(?<![0-9]){person_id}(?![0-9])", "…", words)


def _fact_without(value: str, person_id: int) -> str:
    """Which message of an administrator's chat has the last note, and the like; JSON, or plain words."""
    try:
        known = json.loads(value)
    except ValueError:
        return redacted(value, person_id)
    return json.dumps(_forgetting(known, str(person_id)), ensure_ascii=False)


def _forgetting(value: Any, number: str) -> Any:
    """The same JSON without what is kept under this number."""
    if not isinstance(value, dict):
        return value
    return {key: _forgetting(one, number) for key, one in value.items() if key != number}


def _instead(value: Any, person_id: int, other: int) -> Any:
    """The same JSON with another number in its place."""
    if isinstance(value, dict):
        return {key: _instead(one, person_id, other) for key, one in value.items()}
    if isinstance(value, list):
        return [_instead(one, person_id, other) for one in value]
    return other if value == person_id and not isinstance(value, bool) else value
