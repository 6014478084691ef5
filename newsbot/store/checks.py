"""How a check of the database looks, and how it mends: the makers of the entries of `inspection.CHECKS`.

Whatever mends says its condition once more in the statement that changes the row, and changes few rows in one
transaction: a bot may run beside it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Table, and_, delete, exists, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

AT_ONCE = 500  # rows that are mended in one transaction: others who write wait for it
LOOKED_AT = 1_000  # rows that are read in one go

Keys = tuple[Any, ...]
#: what is true of a row that is wrong at this moment
Wrong = Callable[[datetime], ColumnElement[bool]]
Values = Mapping[str, Any]
DELETE: Values = {}


class Found(NamedTuple):
    """How many rows are wrong, and the keys of the first of them."""

    all: int = 0
    keys: Sequence[Keys] = ()


#: at this moment, with the keys of so many
Find = Callable[[AsyncConnection, datetime, int], Awaitable[Found]]
#: mends some, in the transaction of the caller, at this moment; returns how many
Mend = Callable[[AsyncConnection, datetime], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must not be.

    :ivar words: see Finding
    :ivar mend: None where nothing can be mended here
    :ivar alone: asked only while no bot runs on the database
    :ivar decided: what is right has to be worked out; `flows.inspect` does it
    """

    name: str
    words: str
    find: Find
    mend: Mend | None = None
    alone: bool = False
    decided: bool = False


def rows(
    name: str,
    words: str,
    table: Table,
    wrong: Wrong,
    mend: Values | Callable[[datetime], Values] | None = None,
    only: Wrong | None = None,
    alone: bool = False,
    decided: bool = False,
) -> Check:
    """Rows of which something is true.

    :param mend: what they are given instead, at this moment; DELETE to remove them
    :param only: what is true of those that are mended, where that is not all of them
    """
    key = list(table.primary_key.columns)

    async def find(connection: AsyncConnection, now: datetime, many: int) -> Found:
        count = await connection.scalar(select(func.count()).select_from(table).where(wrong(now))) or 0
        if not count:
            return Found()
        some = await connection.execute(select(*key).where(wrong(now)).order_by(*key).limit(many))
        return Found(count, [tuple(row) for row in some])

    async def repair(connection: AsyncConnection, now: datetime) -> int:
        asked = and_(wrong(now), only(now)) if only else wrong(now)
        first = select(*key).where(asked).order_by(*key).limit(AT_ONCE).correlate(None)
        some = (asked, tuple_(*key).in_(first))
        values = mend(now) if callable(mend) else mend
        changed = update(table).where(*some).values(values) if values else delete(table).where(*some)
        return (await connection.execute(changed)).rowcount

    return Check(name, words, find, repair if mend is not None else None, alone, decided)


def chosen(name: str, words: str, statement: Callable[[datetime], Select[Any]]) -> Check:
    """The keys that a statement selects."""

    async def find(connection: AsyncConnection, now: datetime, many: int) -> Found:
        asked = statement(now)
        count = await connection.scalar(select(func.count()).select_from(asked.subquery())) or 0
        some = await connection.execute(asked.order_by(*asked.selected_columns).limit(many)) if count else ()
        return Found(count, [tuple(row) for row in some])

    return Check(name, words, find)


def read(
    name: str,
    words: str,
    key: Sequence[ColumnElement[Any]],
    columns: Sequence[ColumnElement[Any]],
    is_wrong: Callable[[Row[Any]], bool],
    mend: Callable[[Row[Any]], Values] | None = None,
) -> Check:
    """Rows that a function finds wrong, which SQL cannot say.

    :param key: of the table
    :param columns: what the function looks at
    :param mend: what a row is given instead, if what was looked at is still the same
    """
    asked = [*key, *columns]

    async def wrong(connection: AsyncConnection) -> list[Row[Any]]:
        found: list[Row[Any]] = []
        stream = await connection.stream(select(*asked).order_by(*key))
        async for some in stream.partitions(LOOKED_AT):
            found += filter(is_wrong, some)
        return found

    async def find(connection: AsyncConnection, now: datetime, many: int) -> Found:
        found = await wrong(connection)
        return Found(len(found), [tuple(row[: len(key)]) for row in found[:many]])

    async def repair(connection: AsyncConnection, now: datetime) -> int:
        done = 0
        for row in (await wrong(connection))[:AT_ONCE]:
            is_same = [column.is_not_distinct_from(value) for column, value in zip(asked, row, strict=True)]
            table = next(iter(key[0].base_columns)).table
            done += (
                await connection.execute(update(table).where(*is_same).values(mend(row) if mend else {}))
            ).rowcount
        return done

    return Check(name, words, find, repair if mend else None)


def is_gone(child: ColumnElement[Any], parent: ColumnElement[Any]) -> ColumnElement[bool]:
    """What a row names is not there."""
    return and_(child.is_not(None), ~exists().where(parent == child))
