"""Which articles answer which of the searches that are followed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.store import dialects
from newsbot.store.dialects import batches
from newsbot.store.tables import articles, hits, words


class Hit(NamedTuple):
    """An article that answers a followed search.

    :ivar key: of the search
    """

    key: str
    article_id: int
    story_id: int


def add_all(connection: Connection, found: Iterable[tuple[str, int]], now: datetime, waits: bool) -> None:
    """Articles that answer searches: (key, article id).

    :param waits: who wants to know at once, if anybody does, is to be told
    """
    pairs = list(dict.fromkeys(found))
    asked: set[str] = set()
    for batch in batches({key for key, _ in pairs} if waits else ()):
        wanted = select(words.c.key).where(words.c.key.in_(batch), words.c.kind == "follow", words.c.alerts)
        asked |= set(connection.scalars(wanted))
    rows = [{"key": key, "article_id": one, "at": now, "waits": key in asked} for key, one in pairs]
    if rows:
        connection.execute(dialects.insert(connection, hits).on_conflict_do_nothing(), rows)


class Hits:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, found: Iterable[tuple[str, int]], now: datetime, waits: bool = False) -> None:
        """See `add_all`."""
        await self._connection.run_sync(add_all, list(found), now, waits)

    async def replace(self, article_id: int, keys: Iterable[str], now: datetime) -> None:
        """What an edited article answers: what is new waits for who wants to know, the rest as it did."""
        kept = list(keys)
        await self._connection.execute(
            delete(hits).where(hits.c.article_id == article_id, hits.c.key.not_in(kept))
        )
        await self.add([(key, article_id) for key in kept], now, waits=True)

    async def of(self, keys: Sequence[str], since: datetime) -> dict[str, set[int]]:
        """Key -> the articles that were found to answer it since then."""
        found: dict[str, set[int]] = {}
        for batch in batches(keys):
            rows = await self._connection.execute(
                select(hits.c.key, hits.c.article_id).where(hits.c.key.in_(batch), hits.c.at >= since)
            )
            for row in rows:
                found.setdefault(row.key, set()).add(row.article_id)
        return found

    async def waiting(self, limit: int) -> list[Hit]:
        """Of which somebody wants to know at once, as far as their articles tell a story, the first first."""
        rows = await self._connection.execute(
            select(hits.c.key, hits.c.article_id, articles.c.story_id)
            .join(articles, articles.c.id == hits.c.article_id)
            .where(hits.c.waits, articles.c.story_id.is_not(None))
            .order_by(hits.c.article_id, hits.c.key)
            .limit(limit)
        )
        return [Hit(row.key, row.article_id, row.story_id) for row in rows]

    async def told(self, found: Sequence[Hit]) -> None:
        """These wait no longer."""
        for batch in batches([(one.key, one.article_id) for one in found]):
            await self._connection.execute(
                update(hits).where(tuple_(hits.c.key, hits.c.article_id).in_(batch)).values(waits=False)
            )

    async def forget(self, keys: Sequence[str]) -> None:
        """Nobody follows these any more, and nobody is to see that somebody did."""
        await self._connection.execute(delete(hits).where(hits.c.key.in_(keys)))

    async def remove_before(self, moment: datetime) -> int:
        """Forget what was found out before then. Returns how many there were."""
        done = await self._connection.execute(delete(hits).where(hits.c.at < moment))
        return done.rowcount
