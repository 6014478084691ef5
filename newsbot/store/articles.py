"""Articles: what was published never changes its meaning; what people did with it stands elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.chinese.variants import fold
from newsbot.models.articles import Article, Draft, Link, Retelling
from newsbot.store import dialects
from newsbot.store.dialects import batches, new_ids
from newsbot.store.tables import article_keys, article_tags, articles, gone_keys, saves

FORGOTTEN = 0  # in the place of an article's id: we had it, and do not want it again
EVERYWHERE = "*"  # in the place of a source: nobody may bring it again, nor by hand
# made once: to make and to hash a statement costs more than to execute it
KNOWN = union_all(
    select(article_keys.c.key, article_keys.c.article_id).where(
        article_keys.c.source_id == bindparam("whose"),
        article_keys.c.key.in_(bindparam("wanted", expanding=True)),
    ),
    select(gone_keys.c.key, literal(FORGOTTEN)).where(
        gone_keys.c.source_id.in_((bindparam("whose"), EVERYWHERE)),
        gone_keys.c.key.in_(bindparam("wanted", expanding=True)),
    ),
)
SHOWN_TAGS = func.coalesce(articles.c.own_tags, articles.c.tags, type_=articles.c.tags.type).label("tags")
SHOWN_TITLE = func.coalesce(articles.c.own_title, articles.c.title).label("title")
TEXTS = select(
    articles.c.id,
    SHOWN_TITLE,
    articles.c.text,
    articles.c.summary,
    SHOWN_TAGS,
    articles.c.source,
    articles.c.source_id,
).where(articles.c.id.in_(bindparam("wanted", expanding=True)))
WORDS = "words:"  # what the keys that are made of an article's words begin with, see articles/keys.py


# What is written for every pull, for a connection that blocks: `taking.py` runs it in one go.


def known(connection: Connection, source_id: str, keys: Sequence[str]) -> dict[str, int]:
    """Which of these keys the source's articles already answer to: key -> article id, or FORGOTTEN."""
    found: dict[str, int] = {}
    for batch in batches(keys):
        for key, article_id in connection.execute(KNOWN, {"whose": source_id, "wanted": batch}):
            found[key] = max(article_id, found.get(key, FORGOTTEN))
    return found


def taken_out(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of these keys whose articles were removed for good."""
    found: set[str] = set()
    for batch in batches(keys):
        gone = select(gone_keys.c.key).where(gone_keys.c.source_id == EVERYWHERE, gone_keys.c.key.in_(batch))
        found |= set(connection.scalars(gone))
    return found


def add_all(
    connection: Connection,
    drafts: Sequence[tuple[Draft, Sequence[str]]],
    source_id: str,
    now: datetime,
    backlog: bool = False,
) -> list[int]:
    """New articles, each with its folded tags. Returns their ids.

    :param backlog: what a source had before it was ours: it counts as first seen when it was published
    """
    if not drafts:
        return []
    ids = new_ids(connection, articles, len(drafts))
    named = list(zip(ids, drafts, strict=True))
    rows = [
        _row(draft)
        | {
            "id": article_id,
            "source_id": source_id,
            "first_seen": (draft.published if backlog else None) or now,
            "at": draft.published or now,
        }
        for article_id, (draft, _) in named
    ]
    connection.execute(insert(articles), rows)
    set_keys(connection, source_id, [(article_id, draft.keys) for article_id, (draft, _) in named])
    set_tags(connection, [(article_id, folded) for article_id, (_, folded) in named])
    return ids


def set_keys(connection: Connection, source_id: str, keys: Iterable[tuple[int, Iterable[str]]]) -> None:
    """By what articles are recognised: (article id, its keys); a key that is taken stays with its article."""
    rows = [
        {"source_id": source_id, "key": key, "article_id": article_id}
        for article_id, theirs in keys
        for key in dict.fromkeys(theirs)
    ]
    if rows:
        connection.execute(dialects.insert(connection, article_keys).on_conflict_do_nothing(), rows)


def set_tags(connection: Connection, tags: Iterable[tuple[int, Iterable[str]]]) -> None:
    """By which tags articles are found: (article id, its folded tags)."""
    rows = [
        {"tag": tag, "article_id": article_id} for article_id, theirs in tags for tag in dict.fromkeys(theirs)
    ]
    if rows:
        connection.execute(insert(article_tags), rows)


class Articles:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def known(self, source_id: str, keys: Iterable[str]) -> dict[str, int]:
        """Which of these keys the source's stored articles already answer to: key -> article id."""
        return await self._connection.run_sync(known, source_id, list(keys))

    async def add(self, draft: Draft, source_id: str, folded_tags: Sequence[str], now: datetime) -> int:
        """Store a new article; its story comes later. Returns its id."""
        return (await self._connection.run_sync(add_all, [(draft, folded_tags)], source_id, now))[0]

    async def update(self, article_id: int, draft: Draft, source_id: str, folded_tags: Sequence[str]) -> None:
        """An edited article: the new text in the place of the old; when it was first seen stays."""
        values = {name: value for name, value in _row(draft).items() if name != "sample"}
        values |= dict.fromkeys(("model_summary", "model_title", "model_at"))  # it was about the old words
        if draft.published is not None:
            values["at"] = draft.published
        its = articles.c.id == article_id
        await self._connection.execute(update(articles).where(its).values(values))
        await self._forget_words(article_id)
        await self._connection.run_sync(set_keys, source_id, [(article_id, draft.keys)])
        if await self._connection.scalar(select(articles.c.own_tags).where(its)) is None:
            await self.retag(article_id, folded_tags)

    async def retag(self, article_id: int, folded_tags: Sequence[str]) -> None:
        """By which tags an article is found from now on."""
        await self._connection.execute(delete(article_tags).where(article_tags.c.article_id == article_id))
        await self._connection.run_sync(set_tags, [(article_id, folded_tags)])

    async def rename(self, article_id: int, title: str | None) -> None:
        """The title that an editor gives it; with None its own again."""
        await self._connection.execute(
            update(articles).where(articles.c.id == article_id).values(own_title=title)
        )

    async def own_tags(self, article_id: int, tags: Sequence[str] | None) -> None:
        """The tags that an editor gives it; with None its own again."""
        values = {"own_tags": None if tags is None else list(tags)}
        await self._connection.execute(update(articles).where(articles.c.id == article_id).values(values))

    async def editors(self, article_id: int) -> tuple[str | None, list[str] | None]:
        """The title and the tags that an editor gave it."""
        row: Any = (
            await self._connection.execute(
                select(articles.c.own_title, articles.c.own_tags).where(articles.c.id == article_id)
            )
        ).first()
        return (row.own_title, row.own_tags) if row else (None, None)

    async def published_tags(self, article_id: int) -> list[str]:
        """Those that were found when it was read, whatever an editor gave it."""
        kept = await self._connection.scalar(select(articles.c.tags).where(articles.c.id == article_id))
        return list(kept or ())

    async def take_out(self, ids: Sequence[int]) -> None:
        """Remove articles for good; what they were recognised by stays, so that they do not come back."""
        known = select(literal(EVERYWHERE), article_keys.c.key).where(article_keys.c.article_id.in_(ids))
        await self._connection.execute(
            dialects.insert(self._connection, gone_keys)
            .from_select(["source_id", "key"], known)
            .on_conflict_do_nothing()
        )
        await self._no_copies_of(ids)
        await self._connection.execute(delete(articles).where(articles.c.id.in_(ids)))

    async def not_related(self, link: str | None) -> None:
        """No other article names this address among what is related."""
        if not link:
            return
        named = cast(articles.c.related, Text).contains(json.dumps(link)[1:-1], autoescape=True)
        rows = await self._connection.execute(select(articles.c.id, articles.c.related).where(named))
        for row in rows.all():
            rest = [one for one in row.related if one[1] != link]
            await self._connection.execute(
                update(articles).where(articles.c.id == row.id).values(related=rest)
            )

    async def all_by_link(self, links: Sequence[str]) -> list[Article]:
        """Every article stored under one of these addresses."""
        rows = await self._connection.execute(
            select(articles).where(articles.c.link.in_(links)).order_by(articles.c.id)
        )
        return [article(row) for row in rows]

    async def recognise(self, source_id: str, keys: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Further identities of articles that we have: (article id, its keys)."""
        await self._connection.run_sync(set_keys, source_id, keys)

    async def _forget_words(self, article_id: int) -> None:
        """By its old words it is no longer known: when it is put back to them, it has changed again."""
        await self._connection.execute(
            delete(article_keys).where(
                article_keys.c.article_id == article_id, article_keys.c.key.startswith(WORDS, autoescape=True)
            )
        )

    async def tagged(self, since: datetime, until: datetime) -> dict[str, int]:
        """How many stories of this time carry each folded tag."""
        rows = await self._connection.execute(
            select(article_tags.c.tag, func.count(articles.c.story_id.distinct()).label("many"))
            .join(articles, articles.c.id == article_tags.c.article_id)
            .where(articles.c.at >= since, articles.c.at < until, ~articles.c.sample)
            .where(articles.c.noise.is_(None))
            .group_by(article_tags.c.tag)
        )
        return {row.tag: row.many for row in rows}

    async def spelled(self, tags: Sequence[str]) -> dict[str, str]:
        """How the last article that carries a folded tag writes it."""
        rows = await self._connection.execute(
            select(article_tags.c.tag, func.max(article_tags.c.article_id).label("last"))
            .where(article_tags.c.tag.in_(tags))
            .group_by(article_tags.c.tag)
        )
        last = {row.tag: row.last for row in rows}
        told = await self._connection.execute(
            select(articles.c.id, SHOWN_TAGS).where(articles.c.id.in_(last.values()))
        )
        written = {row.id: {fold(tag): tag for tag in row.tags} for row in told}
        return {tag: written.get(one, {}).get(tag, tag) for tag, one in last.items()}

    async def first_seen(self) -> datetime | None:
        """When the first article was published that there still is."""
        first: datetime | None = await self._connection.scalar(select(func.min(articles.c.at)))
        return first

    async def old(self, moment: datetime, limit: int) -> list[int]:
        """Articles that were stored before then; never a saved one."""
        return list(await self._connection.scalars(_old(moment).order_by(articles.c.id).limit(limit)))

    async def remove(self, ids: Sequence[int], moment: datetime) -> list[int]:
        """Forget those of these that are still old, with all that is known of them. Returns their ids.

        What they were found by is the index's to forget.
        """
        theirs = _old(moment).where(articles.c.id.in_(ids)).scalar_subquery()
        undated = select(articles.c.id).where(articles.c.id.in_(theirs), articles.c.published.is_(None))
        known = select(article_keys.c.source_id, article_keys.c.key).where(
            article_keys.c.article_id.in_(undated)
        )
        await self._connection.execute(
            dialects.insert(self._connection, gone_keys)
            .from_select(["source_id", "key"], known)
            .on_conflict_do_nothing()
        )
        await self._no_copies_of(theirs)
        gone = delete(articles).where(articles.c.id.in_(theirs)).returning(articles.c.id)
        return [row.id for row in await self._connection.execute(gone)]

    async def _no_copies_of(self, ids: Any) -> None:
        """What copied these tells its story in words of its own from now on."""
        await self._connection.execute(
            update(articles).where(articles.c.copy_of.in_(ids)).values(copy_of=None)
        )

    async def load(self, ids: Iterable[int]) -> dict[int, Article]:
        """The articles of these ids that exist."""
        found: dict[int, Article] = {}
        for batch in batches(ids):
            rows = await self._connection.execute(select(articles).where(articles.c.id.in_(batch)))
            found |= {row.id: article(row) for row in rows}
        return found

    async def texts(self, ids: Iterable[int]) -> dict[int, Any]:
        """Of these articles what a search looks at: id -> title, text, summary, tags, source, source_id."""
        found: dict[int, Any] = {}
        for batch in batches(ids):
            rows = await self._connection.execute(TEXTS, {"wanted": batch})
            found |= {row.id: row for row in rows}
        return found

    async def tags(self, ids: Iterable[int]) -> list[str]:
        """The tags of these articles as they are shown, each once."""
        found: dict[str, None] = {}
        for batch in batches(ids):
            for tags in await self._connection.scalars(select(SHOWN_TAGS).where(articles.c.id.in_(batch))):
                found |= dict.fromkeys(tags)
        return list(found)

    async def asked(self, ids: Iterable[int]) -> set[int]:
        """About which of these a model was asked."""
        found: set[int] = set()
        for batch in batches(ids):
            query = select(articles.c.id).where(articles.c.id.in_(batch), articles.c.model_at.is_not(None))
            found |= set(await self._connection.scalars(query))
        return found

    async def retold(self, article_id: int, found: Retelling, now: datetime) -> None:
        """What a model made of an article; empty where that may not be shown."""
        values = {"model_summary": found.summary, "model_title": found.title, "model_at": now}
        await self._connection.execute(update(articles).where(articles.c.id == article_id).values(values))

    async def by_link(self, link: str) -> Article | None:
        """The first article stored under this canonical address."""
        rows = await self._connection.execute(
            select(articles).where(articles.c.link == link).order_by(articles.c.id).limit(1)
        )
        row = rows.first()
        return article(row) if row else None

    async def top_tags(self, since: datetime, limit: int) -> list[str]:
        """The tags that most articles since then carry, as they are shown."""
        rows = await self._connection.execute(
            select(SHOWN_TAGS).where(articles.c.at >= since, articles.c.noise.is_(None))
        )
        counts: dict[str, int] = {}
        for row in rows:
            for tag in row.tags:
                counts[tag] = counts.get(tag, 0) + 1
        return sorted(counts, key=lambda tag: (-counts[tag], tag))[:limit]


def _old(moment: datetime) -> Select[tuple[int]]:
    kept = select(saves.c.story_id)
    return (
        select(articles.c.id)
        .where(articles.c.first_seen < moment)
        .where(or_(articles.c.story_id.is_(None), articles.c.story_id.not_in(kept)))
    )


def _row(draft: Draft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "text": draft.text,
        "summary": draft.summary,
        "link": draft.link,
        "source": draft.source,
        "author": draft.author,
        "published": draft.published,
        "reads": draft.reads,
        "language": draft.language,
        "category": draft.category,
        "noise": draft.noise,
        "noise_why": draft.noise_why,
        "tags": list(draft.tags),
        "image": draft.image,
        "related": [[item.title, item.link] for item in draft.related],
        "sample": draft.sample,
    }


def article(row: Row[Any]) -> Article:
    return Article(
        id=row.id,
        source_id=row.source_id,
        story_id=row.story_id,
        copy_of=row.copy_of,
        first_seen=row.first_seen,
        keys=(),
        title=row.title if row.own_title is None else row.own_title,
        original="" if row.own_title is None else row.title,
        has_own_title=row.own_title is not None,
        has_own_tags=row.own_tags is not None,
        text=row.text,
        summary=row.summary,
        link=row.link,
        source=row.source,
        author=row.author,
        published=row.published,
        reads=row.reads,
        language=row.language,
        category=row.category,
        noise=row.noise,
        noise_why=row.noise_why,
        model_summary=row.model_summary or "",
        model_title=row.model_title or "",
        tags=tuple(row.tags if row.own_tags is None else row.own_tags),
        image=row.image,
        related=tuple(Link(title, link) for title, link in row.related),
        sample=row.sample,
    )
