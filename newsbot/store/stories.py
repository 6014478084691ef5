"""Stories: which articles tell the same event."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    TableValuedAlias,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.articles import Article
from newsbot.models.shingles import Shingles
from newsbot.models.stories import Placed, Signature, Story, Tally, Teller
from newsbot.store import dialects
from newsbot.store.articles import article
from newsbot.store.dialects import batches, new_ids
from newsbot.store.tables import (
    article_tags,
    articles,
    feedback,
    impressions,
    posts,
    ratings,
    saves,
    signatures,
    sources,
    stories,
    story_keys,
    votes,
)

Place = tuple[int, datetime]  # an article, and when it was published
# made once: to make and to hash a statement costs more than to execute it
JOIN = (
    update(articles)
    .where(articles.c.id == bindparam("number"))
    .values(story_id=bindparam("story"), copy_of=bindparam("original"))
)
# what says that a story is no good; 重复, 标签不对 and 其他 are about us
FAULTS = ("clickbait", "outdated", "broken", "ad")
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
        await self.join_all((article_id, Placed(ids[place])) for place, (article_id, _) in enumerate(told))
        return ids

    async def join(self, article_id: int, story_id: int) -> None:
        """This article tells a story that is already there."""
        await self.join_all([(article_id, Placed(story_id))])

    async def join_all(self, told: Iterable[tuple[int, Placed]]) -> None:
        """These articles tell stories that are already there."""
        rows = [
            {"number": article_id, "story": placed.story_id, "original": placed.copy_of}
            for article_id, placed in told
        ]
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

    async def under(
        self, keys: Iterable[str], since: datetime, until: datetime, most: int
    ) -> dict[str, list[Place]]:
        """Which articles of a window stand under these keys, of each key those that were stored last.

        Under a name of the day stand thousands; what is older of them is not even looked at.
        """
        found: dict[str, list[Place]] = {}
        for batch in batches(dict.fromkeys(keys)):
            rows = await self._connection.execute(
                _under(dialects.each(self._connection, batch), most), {"since": since, "until": until}
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

    async def led(self, ids: Iterable[int]) -> set[int]:
        """Those of these stories whose lead an editor chose."""
        found: set[int] = set()
        for batch in batches(ids):
            chosen = select(stories.c.id).where(stories.c.id.in_(batch), stories.c.is_led)
            found |= set(await self._connection.scalars(chosen))
        return found

    async def retracted(self, ids: Iterable[int]) -> set[int]:
        """Those of these stories that an editor took back."""
        found: set[int] = set()
        for batch in batches(ids):
            chosen = select(stories.c.id).where(stories.c.id.in_(batch), stories.c.retracted.is_not(None))
            found |= set(await self._connection.scalars(chosen))
        return found

    async def release(self, now: datetime) -> int:
        """What was held long enough is offered. Returns how many."""
        over = update(stories).where(stories.c.held_until <= now)
        over = over.values(held_until=None, released_at=now)
        return (await self._connection.execute(over)).rowcount

    async def change(self, story_id: int, **values: Any) -> None:
        """What an editor says of a story: columns of the table."""
        await self._connection.execute(update(stories).where(stories.c.id == story_id).values(values))

    async def ruled(self, found: Mapping[int, str | None]) -> None:
        """Which standing rule drops these stories, if any; what an editor wants all the same stays."""
        for rule in set(found.values()):
            for batch in batches([one for one, its in found.items() if its == rule]):
                spared = or_(stories.c.rule.is_(None), stories.c.rule != "")
                await self._connection.execute(
                    update(stories).where(stories.c.id.in_(batch), spared).values(rule=rule)
                )

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

    async def telling(self, article_ids: Iterable[int]) -> list[int]:
        """The stories that these articles tell, each once."""
        found: dict[int, None] = {}
        for batch in batches(article_ids):
            rows = await self._connection.scalars(
                select(articles.c.story_id)
                .where(articles.c.id.in_(batch), articles.c.story_id.is_not(None))
                .distinct()
            )
            found |= dict.fromkeys(rows)
        return list(found)

    async def pinned(self, now: datetime) -> list[int]:
        """The stories that are on top."""
        return list(await self._connection.scalars(select(stories.c.id).where(stories.c.pinned_until > now)))

    async def told_by(self, source_id: str, since: datetime) -> list[int]:
        """The stories that a source tells since then."""
        chosen = select(articles.c.story_id).where(articles.c.source_id == source_id, articles.c.at >= since)
        return list(await self._connection.scalars(chosen.where(articles.c.story_id.is_not(None)).distinct()))

    async def hottest(self, since: datetime, limit: int) -> list[int]:
        """The stories since then that most sources tell, and those that most readers support."""
        many = func.count(articles.c.source_id.distinct())
        told = (
            select(articles.c.story_id)
            .where(articles.c.at >= since, articles.c.story_id.is_not(None))
            .group_by(articles.c.story_id)
            .order_by(many.desc(), func.max(articles.c.at).desc())
            .limit(limit)
        )
        liked = (
            select(votes.c.story_id)
            .join(stories, stories.c.id == votes.c.story_id)
            .where(stories.c.first_at >= since, votes.c.at >= since)
            .group_by(votes.c.story_id)
            .order_by(func.sum(votes.c.vote).desc())
            .limit(limit)
        )
        found = [*await self._connection.scalars(told), *await self._connection.scalars(liked)]
        return list(dict.fromkeys(found))

    async def tagged(
        self, tags: Sequence[str], since: datetime, but: int, limit: int
    ) -> dict[str, list[tuple[int, datetime]]]:
        """Of each of these folded tags the stories whose articles since then carry it, the newest first.

        :param but: a story that is not wanted
        :param limit: articles looked at, of each tag those that were stored last
        """
        found: dict[str, list[tuple[int, datetime]]] = {}
        for tag in tags:
            # by their ids, which are in the table's key: a common tag costs what a rare one does
            last = (
                select(article_tags.c.article_id)
                .where(article_tags.c.tag == tag)
                .order_by(article_tags.c.article_id.desc())
                .limit(limit)
            )
            rows = await self._connection.execute(
                select(articles.c.story_id, articles.c.at)
                .where(articles.c.id.in_(last.scalar_subquery()), articles.c.at >= since)
                .where(articles.c.story_id.is_not(None), articles.c.story_id != but)
                .order_by(articles.c.at.desc(), articles.c.id.desc())
            )
            newest: dict[int, datetime] = {}
            for row in rows:
                newest.setdefault(row.story_id, row.at)
            found[tag] = list(newest.items())
        return found

    async def told_since(self, moment: datetime) -> list[int]:
        """The articles since then that tell a story."""
        chosen = select(articles.c.id).where(articles.c.at >= moment, articles.c.story_id.is_not(None))
        return list(await self._connection.scalars(chosen.order_by(articles.c.id)))

    async def forget_keys(self, moment: datetime, limit: int) -> int:
        """No article of before then is a candidate any more, of so many of them. Returns of how many."""
        old = select(story_keys.c.article_id).where(story_keys.c.at < moment).distinct().limit(limit)
        ids = list(await self._connection.scalars(old))
        await self._connection.execute(delete(story_keys).where(story_keys.c.article_id.in_(ids)))
        return len(ids)

    async def without_lead(self) -> list[int]:
        """Stories whose lead is no longer one of their articles, but that have others."""
        rows = await self._connection.execute(
            select(stories.c.id)
            .where(exists().where(articles.c.story_id == stories.c.id))
            .where(~exists().where(articles.c.id == stories.c.lead_id, articles.c.story_id == stories.c.id))
        )
        return [row.id for row in rows]

    async def remove_empty(self) -> int:
        """Forget stories without articles and the marks on them; what was said about them stays.

        What was merged into another one is kept as long as that one.
        """
        empty = select(stories.c.id).where(~exists().where(articles.c.story_id == stories.c.id))
        alone = empty.where(stories.c.merged_into.is_(None))
        ids = [row.id for row in await self._connection.execute(alone)]
        for batch in batches(ids):
            await self._connection.execute(delete(stories).where(stories.c.merged_into.in_(batch)))
            for table in (votes, ratings, saves, impressions, posts):
                await self._connection.execute(delete(table).where(table.c.story_id.in_(batch)))
            await self._connection.execute(
                update(feedback).where(feedback.c.story_id.in_(batch)).values(story_id=None)
            )
            await self._connection.execute(delete(stories).where(stories.c.id.in_(batch)))
        return len(ids)

    async def load(self, ids: Sequence[int]) -> list[Story]:
        """The stories of these ids that exist, in this order, with their articles and tallies.

        In the place of one that was merged into another comes that one, each once.
        """
        found: list[Story] = []
        now = await self.current(ids)
        for batch in batches(dict.fromkeys(now[one] for one in ids)):
            found += await self._load(batch)
        return found

    async def lead_of(self, story_id: int) -> Article | None:
        """The article that is shown for a story, or for what it was merged into, without its text."""
        now = (await self.current([story_id]))[story_id]
        columns: list[Any] = [column for column in articles.c if column is not articles.c.text]
        shown = select(*columns, literal("").label("text")).join(stories, stories.c.lead_id == articles.c.id)
        row: Any = (await self._connection.execute(shown.where(stories.c.id == now))).first()
        return article(row) if row else None

    async def exists(self, story_id: int) -> bool:
        """Whether there is such a story, and it was not merged into another one."""
        chosen = select(stories.c.id).where(stories.c.id == story_id, stories.c.merged_into.is_(None))
        return await self._connection.scalar(chosen) is not None

    async def current(self, ids: Iterable[int]) -> dict[int, int]:
        """What stories of these ids are called today: other than then where they were merged."""
        found = {one: one for one in ids}
        for batch in batches(list(found)):
            rows = await self._connection.execute(
                select(stories.c.id, stories.c.merged_into).where(
                    stories.c.id.in_(batch), stories.c.merged_into.is_not(None)
                )
            )
            found |= {row.id: row.merged_into for row in rows}
        return found

    async def _load(self, wanted: Sequence[int]) -> list[Story]:
        rows = await self._connection.execute(
            select(articles).where(articles.c.story_id.in_(wanted)).order_by(articles.c.at, articles.c.id)
        )
        told: dict[int, list[Article]] = {}
        for row in rows:
            told.setdefault(row.story_id, []).append(article(row))
        heads = await self._heads(wanted)
        tallies = await self._tallies(wanted)
        return [
            _story(heads[story_id], told[story_id], tallies.get(story_id, Tally()))
            for story_id in wanted
            if story_id in told and story_id in heads
        ]

    async def _heads(self, ids: Sequence[int]) -> dict[int, Any]:
        """Lead, pin, and the weight of the lead's source."""
        rows = await self._connection.execute(
            select(
                stories.c.id,
                stories.c.lead_id,
                stories.c.pinned_until,
                stories.c.split_at,
                stories.c.is_dropped,
                stories.c.rule,
                stories.c.held_until,
                stories.c.released_at,
                stories.c.is_led,
                stories.c.retracted,
                stories.c.corrected_at,
                stories.c.correction,
                sources.c.weight,
            )
            .outerjoin(articles, articles.c.id == stories.c.lead_id)
            .outerjoin(sources, sources.c.id == articles.c.source_id)
            .where(stories.c.id.in_(ids))
        )
        return {int(row.id): row for row in rows}

    async def _tallies(self, ids: Sequence[int]) -> dict[int, Tally]:
        """What readers made of these stories, counted from their rows."""
        counts: dict[int, dict[str, int]] = {story_id: {} for story_id in ids}
        for statement in _counts(ids):
            for row in (await self._connection.execute(statement)).mappings():
                counts[row["story_id"]] |= {name: row[name] for name in row if name != "story_id"}
        return {story_id: Tally(**values) for story_id, values in counts.items() if values}


def _under(asked: TableValuedAlias, most: int) -> Select[Any]:
    """The key is read from its end until `most` articles of the window were seen."""
    older = story_keys.alias("older")
    edge = (
        select(older.c.article_id)
        .where(older.c.key == asked.c.value, older.c.at.between(bindparam("since"), bindparam("until")))
        .order_by(older.c.article_id.desc())
        .offset(most)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(story_keys.c.key, story_keys.c.article_id, story_keys.c.at)
        .select_from(asked.join(story_keys, story_keys.c.key == asked.c.value))
        .where(story_keys.c.article_id > func.coalesce(edge, 0))
        .where(story_keys.c.at.between(bindparam("since"), bindparam("until")))
    )


def _tellers() -> Select[Any]:
    chars = func.length(articles.c.text).label("chars")
    told = select(
        articles.c.id, articles.c.story_id, chars, articles.c.noise, articles.c.at, sources.c.weight
    )
    return told.join(sources, sources.c.id == articles.c.source_id)


def _teller(row: Row[Any]) -> Teller:
    return Teller(row.id, row.chars, row.noise, row.at, row.weight)


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
    def many(condition: ColumnElement[bool], name: str, of: ColumnElement[int] | int = 1) -> Any:
        return func.sum(case((condition, of), else_=0)).cast(Integer).label(name)

    is_sure, value = votes.c.sure, ratings.c.value
    reports = func.count(func.distinct(feedback.c.reader_id)).label("reports")
    return [
        select(
            votes.c.story_id,
            many(votes.c.vote > 0, "up"),
            many(votes.c.vote < 0, "down"),
            many(and_(votes.c.vote > 0, is_sure), "sure_up"),
            many(and_(votes.c.vote < 0, is_sure), "sure_down"),
        )
        .where(votes.c.story_id.in_(ids))
        .group_by(votes.c.story_id),
        select(
            ratings.c.story_id,
            func.count().label("value_count"),
            func.sum(value).cast(Integer).label("value_sum"),
            many(ratings.c.sure, "sure_value_count"),
            many(ratings.c.sure, "sure_value_sum", value),
        )
        .where(ratings.c.story_id.in_(ids))
        .group_by(ratings.c.story_id),
        select(saves.c.story_id, func.count().label("saves"))
        .where(saves.c.story_id.in_(ids))
        .group_by(saves.c.story_id),
        select(feedback.c.story_id, reports)
        .where(feedback.c.story_id.in_(ids), feedback.c.reason.in_(FAULTS))
        .group_by(feedback.c.story_id),
        select(impressions).where(impressions.c.story_id.in_(ids)),
    ]


def _story(head: Row[Any], told: list[Article], tally: Tally) -> Story:
    lead = next((one for one in told if one.id == head.lead_id), told[0])
    others = tuple(one for one in told if one.id != lead.id)
    return Story(
        id=head.id,
        lead=lead,
        articles=(lead, *others),
        tally=tally,
        weight=1.0 if head.weight is None else head.weight,
        pinned_until=head.pinned_until,
        split_at=head.split_at,
        is_dropped=head.is_dropped,
        rule=head.rule,
        held_until=head.held_until,
        released_at=head.released_at,
        is_led=head.is_led,
        retracted=head.retracted,
        corrected_at=head.corrected_at,
        correction=head.correction,
    )
