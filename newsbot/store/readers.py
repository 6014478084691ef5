"""Readers: their plan and their words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Column, Row, delete, false, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.chinese.variants import fold
from newsbot.models.readers import STORY, Hour, Reader, Topic
from newsbot.store import dialects
from newsbot.store.dialects import batches
from newsbot.store.tables import readers, words

FOLLOWED = ("follow", "topic")  # kinds of words that articles are matched with
#: SQLite would take the index of audiences, which begins with `subscribed`, and sort all that it finds there:
#: 194 ms of a million readers in the place of 5 (benchmarks/compose.py)
GETS_SOMETHING = (func.coalesce(readers.c.subscribed, false()), readers.c.reachable)
#: nothing is due for who cannot be reached: they would stand before all who can
GONE = {"reachable": False, "next_due": None, "review_due": None}


class Theirs(NamedTuple):
    """A reader's words.

    :ivar kinds: follow, mute, alert -> words
    :ivar topics: topic of a forum -> words
    """

    kinds: dict[str, list[str]]
    topics: dict[int, list[str]]


NO_WORDS = Theirs({}, {})


class Readers:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, reader_id: int) -> Reader | None:
        found = await self.load([reader_id])
        return found[0] if found else None

    async def load(self, ids: Sequence[int]) -> list[Reader]:
        """The readers of these ids that exist, by id."""
        found: list[Reader] = []
        for batch in batches(sorted(ids)):
            rows = await self._connection.execute(
                select(readers).where(readers.c.id.in_(batch)).order_by(readers.c.id)
            )
            theirs = await self._words(batch)
            found += [_reader(row, theirs.get(row.id, NO_WORDS)) for row in rows.all()]
        return found

    async def is_there(self, reader_id: int) -> bool:
        """Whether it is a reader."""
        return (
            await self._connection.scalar(select(readers.c.id).where(readers.c.id == reader_id)) is not None
        )

    async def _words(self, ids: Sequence[int]) -> dict[int, Theirs]:
        """Of each reader that has any."""
        found: dict[int, Theirs] = {}
        rows = await self._connection.execute(
            select(words.c.reader_id, words.c.kind, words.c.word, words.c.alerts, words.c.thread_id)
            .where(words.c.reader_id.in_(ids))
            .order_by(words.c.added_at, words.c.word)
        )
        for reader_id, kind, word, alerts, thread_id in rows.all():
            theirs = found.get(reader_id)
            if theirs is None:
                theirs = found[reader_id] = Theirs({}, {})
            if kind == "topic":
                theirs.topics.setdefault(thread_id, []).append(word)
                continue
            theirs.kinds.setdefault(kind, []).append(word)
            if alerts:
                theirs.kinds.setdefault("alert", []).append(word)
        return found

    async def learns(self, reader_id: int) -> bool:
        """Whether what this reader does decides what comes first; also of who is no reader yet."""
        chosen = await self._connection.scalar(select(readers.c.learns).where(readers.c.id == reader_id))
        return chosen is not False

    async def save(self, reader: Reader, now: datetime) -> None:
        """Store a reader's plan; the words have methods of their own."""
        row = _row(reader)
        await self._connection.execute(
            dialects.insert(self._connection, readers)
            .values(id=reader.id, joined_at=now, active_at=now, **row)
            .on_conflict_do_update(index_elements=["id"], set_=row)
        )

    async def add_words(
        self, reader_id: int, kind: str, new: Sequence[str], now: datetime, thread_id: int | None = None
    ) -> None:
        """Words that are there already stay, but go to the topic; the new ones keep their order."""
        rows = [
            {
                "reader_id": reader_id,
                "kind": kind,
                "word": word,
                "key": fold(word),
                "added_at": now + place * timedelta.resolution,
                "thread_id": thread_id,
            }
            for place, word in enumerate(new)
        ]
        if rows and kind == "topic":  # the same in other letters goes to one topic
            await self._connection.execute(
                delete(words).where(
                    words.c.reader_id == reader_id, words.c.kind == kind,
                    words.c.key.in_([row["key"] for row in rows]), words.c.word.not_in(new),
                )
            )  # fmt: skip
        if rows:
            fresh = dialects.insert(self._connection, words)
            statement = fresh.on_conflict_do_update(
                index_elements=["reader_id", "kind", "word"], set_={"thread_id": fresh.excluded.thread_id}
            )
            await self._connection.execute(statement, rows)

    async def remove_words(self, reader_id: int, kind: str, old: Sequence[str]) -> int:
        """Returns how many there were."""
        done = await self._connection.execute(
            delete(words).where(words.c.reader_id == reader_id, words.c.kind == kind, words.c.word.in_(old))
        )
        return done.rowcount

    async def forget_stories(self, kind: str, moment: datetime) -> int:
        """Stories that were followed (or muted) before then are no more. Returns how many."""
        old = delete(words).where(words.c.kind == kind, words.c.added_at < moment)
        return (await self._connection.execute(old.where(words.c.word.startswith(STORY)))).rowcount

    async def alert(self, reader_id: int, followed: Sequence[str], wanted: bool) -> int:
        """News of these words is to be told at once, or no longer. Returns how many of them are followed."""
        done = await self._connection.execute(
            update(words)
            .where(words.c.reader_id == reader_id, words.c.kind == "follow", words.c.word.in_(followed))
            .values(alerts=wanted)
        )
        return done.rowcount

    async def followed(self) -> dict[str, str]:
        """All that anybody follows, also as a topic, each once: key -> words."""
        rows = await self._connection.execute(
            select(words.c.key, func.min(words.c.word).label("word"))
            .where(words.c.kind.in_(FOLLOWED))
            .group_by(words.c.key)
        )
        return {row.key: row.word for row in rows}

    async def followed_of(self, keys: Sequence[str]) -> set[str]:
        """Which of these anybody follows."""
        return set(
            await self._connection.scalars(
                select(words.c.key).where(words.c.key.in_(keys), words.c.kind.in_(FOLLOWED))
            )
        )

    async def no_alerts(self, reader_id: int) -> None:
        """Nothing is to be told at once any more."""
        await self._connection.execute(
            update(words).where(words.c.reader_id == reader_id).values(alerts=False)
        )

    async def alerted(self, keys: Sequence[str]) -> dict[str, list[int]]:
        """Who wants to be told at once: key -> readers."""
        found: dict[str, list[int]] = {}
        for batch in batches(keys):
            rows = await self._connection.execute(
                select(words.c.key, words.c.reader_id)
                .where(words.c.key.in_(batch), words.c.kind == "follow", words.c.alerts)
                .order_by(words.c.reader_id)
            )
            for row in rows:
                found.setdefault(row.key, []).append(row.reader_id)
        return found

    async def due_count(self, now: datetime) -> int:
        """How many subscribers' next digests are due by then."""
        return (
            await self._connection.scalar(
                select(func.count()).select_from(readers).where(readers.c.next_due <= now, *GETS_SOMETHING)
            )
            or 0
        )

    async def due(self, now: datetime, limit: int, since: datetime | None = None) -> list[Reader]:
        """Subscribers whose next digest is due by then, the longest waiting first.

        :param since: but not before
        """
        return await self._in_order(await self.due_ids(now, limit, since))

    async def due_ids(self, now: datetime, limit: int, since: datetime | None = None) -> list[int]:
        """The ids of the same."""
        return await self._waiting(readers.c.next_due, now, limit, since)

    async def slots_due(self, now: datetime, limit: int) -> list[datetime]:
        """The moments at which somebody's next digest is due, up to then, in order."""
        due = readers.c.next_due
        rows = await self._connection.scalars(
            select(due).where(due <= now, *GETS_SOMETHING).distinct().order_by(due).limit(limit)
        )
        return list(rows)

    async def due_after(self, moment: datetime, limit: int) -> list[Reader]:
        """Subscribers whose next digest is due only after then, the last first."""
        rows = await self._connection.scalars(
            select(readers.c.id)
            .where(readers.c.next_due > moment, *GETS_SOMETHING)
            .where(readers.c.paused_until.is_(None))
            .order_by(readers.c.next_due.desc())
            .limit(limit)
        )
        return await self.load(list(rows))

    async def reviews_due(self, now: datetime, limit: int) -> list[Reader]:
        """The same for the next review of a week."""
        return await self._in_order(await self._waiting(readers.c.review_due, now, limit))

    async def _waiting(
        self, due: Column[datetime], now: datetime, limit: int, since: datetime | None = None
    ) -> list[int]:
        asked = select(readers.c.id).where(due <= now, *GETS_SOMETHING)
        asked = asked if since is None else asked.where(due >= since)
        return list(await self._connection.scalars(asked.order_by(due, readers.c.id).limit(limit)))

    async def _in_order(self, ids: Sequence[int]) -> list[Reader]:
        found = {reader.id: reader for reader in await self.load(ids)}
        return [found[reader_id] for reader_id in ids]

    async def review_next(self, reader: Reader, due: datetime) -> bool:
        """The next review is due then. False where that changed since this reader was loaded."""
        done = await self._connection.execute(
            update(readers)
            .where(readers.c.id == reader.id, readers.c.review_due == reader.review_due)
            .values(review_due=due)
        )
        return done.rowcount > 0

    async def next_due(self) -> datetime | None:
        """When the next digest of anybody is due."""
        row = (
            await self._connection.execute(
                select(readers.c.next_due)
                .where(readers.c.next_due.is_not(None), *GETS_SOMETHING)
                .order_by(readers.c.next_due)
                .limit(1)
            )
        ).first()
        return row.next_due if row else None

    async def unreachable(self, reader_id: int, now: datetime) -> None:
        """Telegram says that this chat is gone; everything else is kept, and nothing is due."""
        theirs = update(readers).where(readers.c.id == reader_id, readers.c.reachable)
        await self._connection.execute(theirs.values(GONE | {"left_at": now}))

    async def active(self, reader_id: int, now: datetime) -> None:
        """Something was done in this chat."""
        await self._connection.execute(update(readers).where(readers.c.id == reader_id).values(active_at=now))

    async def doubt(self, reader_id: int, slot: datetime, after: timedelta) -> None:
        """Telegram did not find this chat at this slot; at two slots so far apart, it is gone."""
        await self._connection.execute(
            update(readers)
            .where(readers.c.id == reader_id, readers.c.doubted_at <= slot - after, readers.c.reachable)
            .values(GONE | {"left_at": slot})
        )
        await self._connection.execute(
            update(readers)
            .where(readers.c.id == reader_id, readers.c.doubted_at.is_(None))
            .values(doubted_at=slot)
        )

    async def trust(self, reader_id: int) -> None:
        """Something came from or arrived in this chat: it is there."""
        await self._connection.execute(
            update(readers)
            .where(readers.c.id == reader_id, readers.c.doubted_at.is_not(None))
            .values(doubted_at=None)
        )

    async def slots(self, since: datetime, until: datetime) -> dict[datetime, int]:
        """How many digests are due at each moment of this time."""
        rows = await self._connection.execute(
            select(readers.c.next_due, func.count().label("many"))
            .where(readers.c.next_due >= since, readers.c.next_due <= until)
            .where(*GETS_SOMETHING)
            .group_by(readers.c.next_due)
        )
        return {row.next_due: row.many for row in rows}

    async def counts(self) -> tuple[int, int]:
        """Subscribers that can be reached, and those that cannot."""
        rows = await self._connection.execute(
            select(readers.c.reachable, func.count().label("many"))
            .where(readers.c.subscribed)
            .group_by(readers.c.reachable)
        )
        found = {row.reachable: row.many for row in rows}
        return found.get(True, 0), found.get(False, 0)

    async def move(self, old: int, new: int) -> None:
        """A group has another number from now on; what is known under the new one already stays."""
        rest = [one for one in readers.c if one is not readers.c.id]
        moved = select(literal(new), *rest).where(readers.c.id == old)
        fresh = dialects.insert(self._connection, readers).from_select([readers.c.id, *rest], moved)
        older = fresh.excluded.joined_at < readers.c.joined_at  # a plan that was made before is the plan
        values = {one.name: fresh.excluded[one.name] for one in rest}
        await self._connection.execute(
            fresh.on_conflict_do_update(index_elements=["id"], set_=values, where=older)
        )
        rest = [one for one in words.c if one is not words.c.reader_id]
        await self._connection.execute(
            dialects.insert(self._connection, words)
            .from_select(
                [words.c.reader_id, *rest], select(literal(new), *rest).where(words.c.reader_id == old)
            )
            .on_conflict_do_nothing()
        )
        await self._connection.execute(delete(readers).where(readers.c.id == old))  # its words go with it

    async def count(self) -> int:
        return await self._connection.scalar(select(func.count()).select_from(readers)) or 0


def hour_bits(hours: Iterable[int]) -> int:
    """Hours of a day as bits, so that an index can hold them."""
    return sum(1 << hour for hour in set(hours))


def _row(reader: Reader) -> dict[str, Any]:
    return {
        "language": reader.language,
        "languages": sorted(reader.languages),
        "zone": reader.zone,
        "hours": [[hour.at.strftime("%H:%M"), sorted(hour.days)] for hour in reader.hours],
        "subscribed": reader.subscribed,
        "reachable": reader.reachable,
        "length": reader.length,
        "lets_in": sorted(reader.lets_in),
        "own_titles": reader.own_titles,
        "learns": reader.learns,
        "quiet": "-".join(at.strftime("%H:%M") for at in reader.quiet) if reader.quiet else None,
        "least": reader.least,
        "tells_nothing": reader.tells_nothing,
        "paused_until": reader.paused_until,
        "most_alerts": reader.most_alerts,
        "preview": reader.preview,
        "rich": reader.rich,
        "reviews": reader.reviews,
        "review_due": reader.review_due,
        "next_due": reader.next_due,
        "greeted": reader.greeted,
        "kind": reader.kind,
        "thread_id": reader.thread_id,
        "hour_bits": hour_bits(hour.at.hour for hour in reader.hours),
    } | ({"left_at": None} if reader.reachable else {})


def _reader(row: Row[Any], theirs: Theirs) -> Reader:
    return Reader(
        id=row.id,
        language=row.language,
        languages=frozenset(row.languages),
        zone=row.zone,
        hours=tuple(Hour(time.fromisoformat(at), frozenset(days)) for at, days in row.hours),
        subscribed=row.subscribed,
        reachable=row.reachable,
        length=row.length,
        lets_in=frozenset(row.lets_in),
        own_titles=row.own_titles,
        learns=row.learns,
        follows=tuple(theirs.kinds.get("follow", ())),
        mutes=tuple(theirs.kinds.get("mute", ())),
        alerts=frozenset(theirs.kinds.get("alert", ())),
        quiet=_quiet(row.quiet),
        least=row.least,
        tells_nothing=row.tells_nothing,
        paused_until=row.paused_until,
        most_alerts=row.most_alerts,
        preview=row.preview,
        rich=row.rich,
        reviews=row.reviews,
        review_due=row.review_due,
        told_at=row.told_at,
        next_due=row.next_due,
        greeted=row.greeted,
        kind=row.kind,
        thread_id=row.thread_id,
        topics=tuple(Topic(thread, tuple(said)) for thread, said in theirs.topics.items()),
        active_at=row.active_at,
        doubted_at=row.doubted_at,
    )


def _quiet(kept: str | None) -> tuple[time, time] | None:
    if not kept:
        return None
    since, _, until = kept.partition("-")
    return time.fromisoformat(since), time.fromisoformat(until)
