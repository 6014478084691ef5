"""What readers did with stories, and the same folded into what each of them likes (`taste/fold.py`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.taste import Deed, Mark
from newsbot.store import dialects
from newsbot.store.dialects import batches
from newsbot.store.tables import marks, tastes, votes


class Marks:
    """Whatever is done here to a mark is done to the taste that it is a part of, in the same transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, reader_id: int, story_id: int, deed: Deed) -> Mark | None:
        """What this reader did with the story."""
        row = (await self._connection.execute(select(marks).where(_is(reader_id, story_id, deed)))).first()
        return _mark(row) if row else None

    async def put(self, mark: Mark) -> None:
        """Keep it, in the place of what the reader did so before."""
        before = await self.get(mark.reader_id, mark.story_id, mark.deed)
        values = {"worth": mark.worth, "about": dict(mark.about), "at": mark.at}
        await self._connection.execute(
            dialects.insert(self._connection, marks)
            .values(reader_id=mark.reader_id, story_id=mark.story_id, deed=mark.deed, **values)
            .on_conflict_do_update(index_elements=["reader_id", "story_id", "deed"], set_=values)
        )
        await self._add(mark.reader_id, _changed(before, mark))

    async def remove(self, reader_id: int, story_id: int, deed: Deed) -> None:
        """Nothing was done, if anything was."""
        before = await self.get(reader_id, story_id, deed)
        if before is not None:
            await self._connection.execute(delete(marks).where(_is(reader_id, story_id, deed)))
            await self._add(reader_id, _changed(before, None))

    async def merge(self, kept: int, gone: int) -> None:
        """Two stories are one: who did the same with both did it once, the later time.

        After `Votes.merge`: a vote that was withdrawn later than it was cast on the other one says nothing.
        """
        other = marks.alias()
        same = exists().where(
            other.c.story_id == kept, other.c.reader_id == marks.c.reader_id, other.c.deed == marks.c.deed
        )
        alone = update(marks).where(marks.c.story_id == gone, ~same)
        await self._connection.execute(alone.values(story_id=kept))  # of most, and no taste changes
        theirs = {(mark.reader_id, mark.deed): mark for mark in await self._both(kept, gone)}
        for mark in await self.about(gone):
            before = theirs[(mark.reader_id, mark.deed)]
            await self.remove(mark.reader_id, gone, mark.deed)
            if before.at < mark.at:
                await self.put(replace(mark, story_id=kept))
        withdrawn = select(votes.c.reader_id).where(votes.c.story_id == kept, votes.c.vote == 0)
        for reader_id in list(await self._connection.scalars(withdrawn)):
            await self.remove(reader_id, kept, Deed.VOTE)

    async def _both(self, kept: int, gone: int) -> list[Mark]:
        """The marks on the one of who did the same with the other."""
        other = marks.alias()
        same = exists().where(
            other.c.story_id == gone, other.c.reader_id == marks.c.reader_id, other.c.deed == marks.c.deed
        )
        rows = await self._connection.execute(select(marks).where(marks.c.story_id == kept, same))
        return [_mark(row) for row in rows]

    async def of(self, reader_id: int) -> list[Mark]:
        """Everything that this reader did, the oldest first."""
        rows = await self._connection.execute(
            select(marks).where(marks.c.reader_id == reader_id).order_by(marks.c.at, marks.c.story_id)
        )
        return [_mark(row) for row in rows]

    async def about(self, story_id: int) -> list[Mark]:
        """Everything that anybody did with this story."""
        rows = await self._connection.execute(select(marks).where(marks.c.story_id == story_id))
        return [_mark(row) for row in rows]

    async def before(self, moment: datetime, limit: int) -> list[Mark]:
        """The oldest, made before then."""
        rows = await self._connection.execute(
            select(marks).where(marks.c.at < moment).order_by(marks.c.at).limit(limit)
        )
        return [_mark(row) for row in rows]

    async def readers(self, after: int, limit: int) -> list[int]:
        """Who did anything, by number, from behind this one on."""
        chosen = select(marks.c.reader_id).where(marks.c.reader_id > after).distinct()
        return list(await self._connection.scalars(chosen.order_by(marks.c.reader_id).limit(limit)))

    async def forget(self, reader_id: int) -> None:
        """Nothing is known of what this reader did and likes."""
        for table in (marks, tastes):
            await self._connection.execute(delete(table).where(table.c.reader_id == reader_id))

    async def describe(self, mark: Mark) -> None:
        """What the story of a mark was about, which was not known; the taste is `replace`d afterwards."""
        await self._connection.execute(
            update(marks).where(_is(mark.reader_id, mark.story_id, mark.deed)).values(about=dict(mark.about))
        )

    async def tastes(self, reader_id: int) -> dict[str, float]:
        """What this reader's marks were folded into, as `taste.fold` keeps it."""
        return (await self.tastes_of([reader_id])).get(reader_id, {})

    async def tastes_of(self, reader_ids: Sequence[int]) -> dict[int, dict[str, float]]:
        """The same for many readers: reader -> key -> weight."""
        found: dict[int, dict[str, float]] = {}
        for batch in batches(reader_ids):
            rows = await self._connection.execute(
                select(tastes.c.reader_id, tastes.c.key, tastes.c.weight).where(tastes.c.reader_id.in_(batch))
            )
            for reader_id, key, weight in rows.all():
                found.setdefault(reader_id, {})[key] = weight
        return found

    async def _add(self, reader_id: int, more: Mapping[str, float]) -> None:
        """Add to what this reader likes."""
        # in one order: two presses of one reader at once would each wait for what the other one holds
        rows = [{"reader_id": reader_id, "key": key, "weight": more[key]} for key in sorted(more)]
        if rows:
            fresh = dialects.insert(self._connection, tastes)
            await self._connection.execute(
                fresh.on_conflict_do_update(
                    index_elements=["reader_id", "key"],
                    set_={"weight": tastes.c.weight + fresh.excluded.weight},
                ),
                rows,
            )

    async def replace(self, reader_id: int, kept: Mapping[str, float]) -> None:
        """Put this in the place of what this reader likes."""
        await self._connection.execute(delete(tastes).where(tastes.c.reader_id == reader_id))
        await self._add(reader_id, kept)


def _is(reader_id: int, story_id: int, deed: Deed) -> ColumnElement[bool]:
    return and_(marks.c.reader_id == reader_id, marks.c.story_id == story_id, marks.c.deed == deed)


def _changed(before: Mark | None, after: Mark | None) -> dict[str, float]:
    """What one mark in the place of another one adds to the taste."""
    more = {key: -weight for key, weight in before.kept.items()} if before else {}
    for key, weight in (after.kept if after else {}).items():
        more[key] = more.get(key, 0.0) + weight
    return {key: weight for key, weight in more.items() if weight}


def _mark(row: Row[Any]) -> Mark:
    return Mark(
        reader_id=row.reader_id,
        story_id=row.story_id,
        deed=Deed(row.deed),
        worth=row.worth,
        about=row.about,
        at=row.at,
    )
