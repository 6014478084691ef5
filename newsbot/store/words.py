"""In how many articles of the archive each word stands."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.words import Counts
from newsbot.store.facts import Facts
from newsbot.store.tables import articles, word_counts

COUNTED = "words.articles"


class Words:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._facts = Facts(connection)

    async def counts(self) -> Counts:
        """As they were counted last; empty before that."""
        many = await self._facts.get(COUNTED)
        rows = await self._connection.execute(select(word_counts.c.word, word_counts.c.articles))
        return Counts(articles=int(many or 0), words=dict(tuple(row) for row in rows))

    async def replace(self, counts: Counts) -> None:
        """Other counts in the place of the old ones."""
        await self._connection.execute(delete(word_counts))
        rows = [{"word": word, "articles": times} for word, times in counts.words.items()]
        if rows:
            await self._connection.execute(insert(word_counts), rows)
        await self._facts.put(COUNTED, str(counts.articles))

    async def texts(self, below: int | None, limit: int) -> list[tuple[int, str, str]]:
        """Id, title and text of the newest articles under this id, the newest first; no samples."""
        query = select(articles.c.id, articles.c.title, articles.c.text).where(articles.c.sample.is_(False))
        if below is not None:
            query = query.where(articles.c.id < below)
        rows = await self._connection.execute(query.order_by(articles.c.id.desc()).limit(limit))
        return [(row.id, row.title, row.text) for row in rows]
