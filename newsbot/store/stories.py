"""Stories: which articles tell the same event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, case, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.articles import Article
from newsbot.models.shingles import Shingles
from newsbot.models.stories import Signature, Story, Tally, Teller
from newsbot.store import dialects
from newsbot.store.articles import article
from newsbot.store.dialects import batches, new_ids
from newsbot.store.tables import articles, feedback, ratings, saves, signatures, stories, story_keys, votes

Place = tuple[int, datetime]  # an article, and when it was published
# made once: to make and to hash a statement costs more than to execute it
JOIN = update(articles).where(articles.c.id == bindparam("number")).values(story_id=bindparam("story"))
LEAD = update(stories).where(stories.c.id == bindparam("number")).values(lead_id=bindparam("article"))


def describe_all(connection: Connection, made: Sequence[tuple[int, Signature]]) -> None:
    """Keep what clustering compares articles by that it does not know yet: (article id, signature)."""
    rows = [
        {
            "article_id": article_id,
            "title": one.title,
            "shingles": one.shingles.data,
            "entities": sorted(one.entities),
            "numbers": sorted(one.numbers),
            "terms": sorted(one.terms),
        }
        for article_id, one in made
    ]
    if rows:
        connection.execute(insert(signatures), rows)


class Stories:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(self, article_id: int, at: datetime) -> int:
        """A new story, told by this article. Returns its id."""
        return (await self.begin_all([(article_id, at)]))[0]

    async def begin_all(self, told: Sequence[tuple[int, datetime]]) -> list[int]:
        """New stories, each told by one article: (article id, when). Returns their ids, in order."""
        if not told:
            return []
        ids = await self._connection.run_sync(new_ids, stories, len(told))
        rows = [
            {"id": story_id, "lead_id": article_id, "first_at": at}
            for story_id, (article_id, at) in zip(ids, told, strict=True)
        ]
        await self._connection.execute(insert(stories), rows)
        await self.join_all((article_id, ids[place]) for place, (article_id, _) in enumerate(told))
        return ids

    async def join(self, article_id: int, story_id: int) -> None:
        """This article tells a story that is already there."""
        await self.join_all([(article_id, story_id)])

    async def join_all(self, told: Iterable[tuple[int, int]]) -> None:
        """These articles tell stories that are already there: (article id, story id)."""
        rows = [{"number": article_id, "story": story_id} for article_id, story_id in told]
        if rows:
            await self._connection.execute(JOIN, rows)

    async def lead(self, story_id: int, article_id: int) -> None:
        """Show this article for the story."""
        await self.lead_all([(story_id, article_id)])

    async def lead_all(self, shown: Iterable[tuple[int, int]]) -> None:
        """Show these articles for their stories: (story id, article id)."""
        rows = [{"number": story_id, "article": article_id} for story_id, article_id in shown]
        if rows:
            await self._connection.execute(LEAD, rows)

    async def index(self, article_id: int, keys: Iterable[str], at: datetime) -> None:
        """Let clustering find this article under these keys."""
        await self.index_all([(article_id, keys, at)])

    async def index_all(self, articles: Iterable[tuple[int, Iterable[str], datetime]]) -> None:
        """Let clustering find articles under their keys: (article id, its keys, when)."""
        rows = [
            {"key": key, "article_id": article_id, "at": at}
            for article_id, keys, at in articles
            for key in dict.fromkeys(keys)
        ]
        if rows:
            statement = dialects.insert(self._connection, story_keys).on_conflict_do_nothing()
            await self._connection.execute(statement, rows)

    async def under(self, keys: Iterable[str], since: datetime, until: datetime) -> dict[str, list[Place]]:
        """Which articles of a window stand under these keys."""
        found: dict[str, list[Place]] = {}
        for batch in batches(dict.fromkeys(keys)):
            rows = await self._connection.execute(
                select(story_keys.c.key, story_keys.c.article_id, story_keys.c.at).where(
                    story_keys.c.key.in_(batch), story_keys.c.at >= since, story_keys.c.at <= until
                )
            )
            for key, article_id, at in rows:
                found.setdefault(key, []).append((article_id, at))
        return found

    async def signatures(self, ids: Iterable[int]) -> dict[int, Signature]:
        """Those of these articles that belong to a story."""
        found: dict[int, Signature] = {}
        for batch in batches(ids):
            rows = await self._connection.execute(
                _signatures().where(articles.c.id.in_(batch), articles.c.story_id.is_not(None))
            )
            found |= {row.article_id: _signature(row) for row in rows}
        return found

    async def describe(self, article_id: int, made: Signature) -> None:
        """Keep what clustering compares this article by, in place of what was there."""
        await self._connection.execute(delete(signatures).where(signatures.c.article_id == article_id))
        await self._connection.run_sync(describe_all, [(article_id, made)])

    async def waiting(self, limit: int) -> list[Signature]:
        """Articles that were stored but belong to no story yet, the earliest published first."""
        rows = await self._connection.execute(
            _signatures()
            .where(articles.c.story_id.is_(None))
            .order_by(articles.c.at, articles.c.id)
            .limit(limit)
        )
        return [_signature(row) for row in rows]

    async def tellers(self, ids: Iterable[int]) -> dict[int, list[Teller]]:
        """Who tells these stories: story id -> its articles, without their texts."""
        found: dict[int, list[Teller]] = {}
        for batch in batches(ids):
            rows = await self._connection.execute(_tellers().where(articles.c.story_id.in_(batch)))
            for row in rows:
                found.setdefault(row.story_id, []).append(_teller(row))
        return found

    async def waiting_tellers(self, article_ids: Iterable[int]) -> dict[int, Teller]:
        """The same for articles, whatever they tell."""
        found: dict[int, Teller] = {}
        for batch in batches(article_ids):
            rows = await self._connection.execute(_tellers().where(articles.c.id.in_(batch)))
            found |= {row.id: _teller(row) for row in rows}
        return found

    async def since(self, moment: datetime) -> list[int]:
        """The stories with an article since then."""
        rows = await self._connection.execute(
            select(articles.c.story_id)
            .where(articles.c.at >= moment, articles.c.story_id.is_not(None))
            .distinct()
            .order_by(articles.c.story_id)
        )
        return [row.story_id for row in rows]

    async def without_lead(self) -> list[int]:
        """Stories whose lead is no longer one of their articles, but that have others."""
        rows = await self._connection.execute(
            select(stories.c.id)
            .where(exists().where(articles.c.story_id == stories.c.id))
            .where(~exists().where(articles.c.id == stories.c.lead_id, articles.c.story_id == stories.c.id))
        )
        return [row.id for row in rows]

    async def remove_empty(self) -> int:
        """Forget stories without articles and the marks on them; what was said about them stays."""
        empty = select(stories.c.id).where(~exists().where(articles.c.story_id == stories.c.id))
        ids = [row.id for row in await self._connection.execute(empty)]
        for batch in batches(ids):
            for table in (votes, ratings, saves):
                await self._connection.execute(delete(table).where(table.c.story_id.in_(batch)))
            await self._connection.execute(
                update(feedback).where(feedback.c.story_id.in_(batch)).values(story_id=None)
            )
            await self._connection.execute(delete(stories).where(stories.c.id.in_(batch)))
        return len(ids)

    async def load(self, ids: Sequence[int]) -> list[Story]:
        """The stories of these ids that exist, in this order, with their articles and tallies."""
        found: list[Story] = []
        for batch in batches(dict.fromkeys(ids)):
            found += await self._load(batch)
        return found

    async def _load(self, wanted: Sequence[int]) -> list[Story]:
        rows = await self._connection.execute(
            select(articles).where(articles.c.story_id.in_(wanted)).order_by(articles.c.at, articles.c.id)
        )
        told: dict[int, list[Article]] = {}
        for row in rows:
            told.setdefault(row.story_id, []).append(article(row))
        leads = await self._leads(wanted)
        tallies = await self._tallies(wanted)
        return [
            _story(story_id, leads.get(story_id), told[story_id], tallies.get(story_id, Tally()))
            for story_id in wanted
            if story_id in told
        ]

    async def _leads(self, ids: Sequence[int]) -> dict[int, int]:
        rows = await self._connection.execute(
            select(stories.c.id, stories.c.lead_id).where(stories.c.id.in_(ids))
        )
        return {row.id: row.lead_id for row in rows}

    async def _tallies(self, ids: Sequence[int]) -> dict[int, Tally]:
        """What readers made of these stories, counted from their rows."""
        counts: dict[int, dict[str, int]] = {story_id: {} for story_id in ids}
        for statement in _counts(ids):
            for row in (await self._connection.execute(statement)).mappings():
                counts[row["story_id"]] |= {name: int(row[name]) for name in row if name != "story_id"}
        return {story_id: Tally(**values) for story_id, values in counts.items() if values}


def _tellers() -> Select[Any]:
    chars = func.length(articles.c.text).label("chars")
    return select(articles.c.id, articles.c.story_id, chars, articles.c.noise, articles.c.at)


def _teller(row: Row[Any]) -> Teller:
    return Teller(row.id, row.chars, row.noise, row.at)


def _signatures() -> Select[Any]:
    return select(
        signatures,
        articles.c.story_id,
        articles.c.at,
        articles.c.source_id,
        articles.c.noise,
        articles.c.sample,
    ).join(articles, articles.c.id == signatures.c.article_id)


def _signature(row: Row[Any]) -> Signature:
    return Signature(
        article_id=row.article_id,
        story_id=row.story_id,
        when=row.at,
        title=row.title,
        shingles=Shingles(row.shingles),
        entities=frozenset(row.entities),
        numbers=frozenset(row.numbers),
        terms=frozenset(row.terms),
        source_id=row.source_id,
        noise=row.noise,
        sample=row.sample,
    )


def _counts(ids: Sequence[int]) -> list[Select[Any]]:
    up = func.sum(case((votes.c.vote > 0, 1), else_=0)).label("up")
    down = func.sum(case((votes.c.vote < 0, 1), else_=0)).label("down")
    raters = func.count().label("value_count")
    values = func.sum(ratings.c.value).label("value_sum")
    reports = func.count(func.distinct(feedback.c.reader_id)).label("reports")
    return [
        select(votes.c.story_id, up, down).where(votes.c.story_id.in_(ids)).group_by(votes.c.story_id),
        select(ratings.c.story_id, raters, values)
        .where(ratings.c.story_id.in_(ids))
        .group_by(ratings.c.story_id),
        select(saves.c.story_id, func.count().label("saves"))
        .where(saves.c.story_id.in_(ids))
        .group_by(saves.c.story_id),
        select(feedback.c.story_id, reports)
        .where(feedback.c.story_id.in_(ids))
        .group_by(feedback.c.story_id),
    ]


def _story(story_id: int, lead_id: int | None, told: list[Article], tally: Tally) -> Story:
    lead = next((one for one in told if one.id == lead_id), told[0])
    others = tuple(one for one in told if one.id != lead.id)
    return Story(id=story_id, lead=lead, articles=(lead, *others), tally=tally)
