"""What administrators decide about stories, and that they did: two are one, one is two, one is on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from newsbot.models.readers import of_story
from newsbot.models.stories import Rule, Ruling
from newsbot.store import dialects
from newsbot.store.dialects import batches, new_ids
from newsbot.store.tables import (
    articles,
    feedback,
    hits,
    impressions,
    marks,
    ratings,
    rules,
    rulings,
    saves,
    stories,
    votes,
    words,
)


class Rulings:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def merge(self, kept: int, gone: int) -> None:
        """Two stories are one: its articles, its place in every list and what was said of it go over.

        Votes, values and saves are `Votes.merge`, marks and posts have their own.
        """
        pinned = await self._connection.scalar(
            select(func.max(stories.c.pinned_until)).where(stories.c.id.in_((kept, gone)))
        )
        # first of all: whoever votes on it meanwhile is waited for, or waits
        await self._connection.execute(
            update(stories)
            .where(or_(stories.c.id == gone, stories.c.merged_into == gone))
            .values(merged_into=kept, pinned_until=None)
        )
        await self.pin(kept, pinned)
        await self._connection.execute(
            update(articles).where(articles.c.story_id == gone).values(story_id=kept)
        )
        await self._connection.execute(
            update(feedback).where(feedback.c.story_id == gone).values(story_id=kept)
        )
        await self._merge_impressions(kept, gone)
        await self._merge_words(of_story(kept), of_story(gone))

    async def _merge_impressions(self, kept: int, gone: int) -> None:
        """Who was shown the one was mostly shown the other: the greater number of both."""
        known = await self._connection.execute(
            select(func.max(impressions.c.times), func.max(impressions.c.seen)).where(
                impressions.c.story_id.in_((kept, gone))
            )
        )
        times, seen = known.one()
        await self._connection.execute(delete(impressions).where(impressions.c.story_id.in_((kept, gone))))
        if times is not None:
            await self._connection.execute(insert(impressions).values(story_id=kept, times=times, seen=seen))

    async def _merge_words(self, kept: str, gone: str) -> None:
        """Who followed the one, or did not want to hear of it, follows the other."""
        rest = (words.c.reader_id, words.c.kind, words.c.added_at, words.c.alerts, words.c.thread_id)
        theirs = select(*rest, literal(kept), literal(kept)).where(words.c.word == gone)
        names = ["reader_id", "kind", "added_at", "alerts", "thread_id", "word", "key"]
        fresh = dialects.insert(self._connection, words).from_select(names, theirs)
        await self._connection.execute(fresh.on_conflict_do_nothing())
        await self._connection.execute(delete(words).where(words.c.word == gone))
        followed = words.alias()
        both = exists().where(
            followed.c.reader_id == words.c.reader_id, followed.c.word == kept, followed.c.kind == "follow"
        )
        await self._connection.execute(
            delete(words).where(words.c.word == kept, words.c.kind == "mute", both)
        )
        answered = select(literal(kept), hits.c.article_id, hits.c.at, hits.c.waits).where(hits.c.key == gone)
        more = dialects.insert(self._connection, hits).from_select(
            ["key", "article_id", "at", "waits"], answered
        )
        await self._connection.execute(more.on_conflict_do_nothing())
        await self._connection.execute(delete(hits).where(hits.c.key == gone))

    async def split(self, story_id: int, article_ids: Sequence[int], at: datetime, now: datetime) -> int:
        """These articles, without the lead, are from now on a story of its own. Returns its id.

        Who was shown the story was shown its lead: the new one is new to everybody.
        """
        (new,) = await self._connection.run_sync(new_ids, stories, 1)
        await self._connection.execute(
            insert(stories).values(id=new, lead_id=article_ids[0], first_at=at, split_at=now)
        )
        await self._connection.execute(
            delete(hits).where(hits.c.key == of_story(story_id), hits.c.article_id.in_(article_ids))
        )
        mine = and_(articles.c.id.in_(article_ids), articles.c.story_id == story_id)
        await self._connection.execute(update(articles).where(mine).values(story_id=new))
        await self._copies_apart(story_id, int(new))
        return int(new)

    async def _copies_apart(self, one: int, other: int) -> None:
        """What is a copy of something in another story tells it in words of its own there."""
        original = articles.alias()
        apart = exists().where(
            original.c.id == articles.c.copy_of, original.c.story_id != articles.c.story_id
        )
        await self._connection.execute(
            update(articles).where(articles.c.story_id.in_((one, other)), apart).values(copy_of=None)
        )

    async def rule(self, ruling: Ruling) -> None:
        """Remember what an administrator decided."""
        await self._connection.execute(
            insert(rulings).values(
                kind=ruling.kind,
                story_id=ruling.story_id,
                other_id=ruling.other_id,
                article_ids=list(ruling.article_ids),
                by=ruling.by,
                at=ruling.at,
                before=dict(ruling.before),
                after=ruling.after,
            )
        )

    async def undone(self, ruling_id: int, now: datetime) -> bool:
        """It was taken back. False where it was before."""
        done = await self._connection.execute(
            update(rulings)
            .where(rulings.c.id == ruling_id, rulings.c.undone_at.is_(None))
            .values(undone_at=now)
        )
        return done.rowcount > 0

    async def alone(self, kept: int, gone: int) -> dict[str, list[Any]]:
        """What is only of the one and goes over to the other when they are merged: table -> readers, or ids.

        Who said something of both has said it of one afterwards: that cannot be parted again.
        """
        found: dict[str, list[Any]] = {}
        for table in (votes, ratings, saves):
            both = select(table.c.reader_id).where(table.c.story_id == kept)
            mine = select(table.c.reader_id).where(table.c.story_id == gone, table.c.reader_id.not_in(both))
            found[table.name] = list(await self._connection.scalars(mine))
        same = marks.alias()
        both_marked = exists().where(
            same.c.story_id == kept, same.c.reader_id == marks.c.reader_id, same.c.deed == marks.c.deed
        )
        rows = await self._connection.execute(
            select(marks.c.reader_id, marks.c.deed).where(marks.c.story_id == gone, ~both_marked)
        )
        found["marks"] = [[row.reader_id, row.deed] for row in rows]
        followed = select(words.c.reader_id).where(words.c.word == of_story(kept))
        rows = await self._connection.execute(
            select(words.c.reader_id, words.c.kind).where(
                words.c.word == of_story(gone), words.c.reader_id.not_in(followed)
            )
        )
        found["words"] = [[row.reader_id, row.kind] for row in rows]
        said = select(feedback.c.id).where(feedback.c.story_id == gone)
        found["feedback"] = list(await self._connection.scalars(said))
        before = select(stories.c.id).where(stories.c.merged_into == gone)
        found["stories"] = list(await self._connection.scalars(before))
        return found

    async def part(
        self, kept: int, gone: int, article_ids: Sequence[int], theirs: Mapping[str, Sequence[Any]]
    ) -> None:
        """A story that was merged into another one is one of its own again, with these articles.

        :param theirs: what `alone` told before they were merged
        """
        await self._connection.execute(
            update(stories).where(stories.c.id.in_(theirs.get("stories", ()))).values(merged_into=gone)
        )
        await self._connection.execute(update(stories).where(stories.c.id == gone).values(merged_into=None))
        told = and_(articles.c.id.in_(article_ids), articles.c.story_id == kept)
        await self._connection.execute(update(articles).where(told).values(story_id=gone))
        await self._copies_apart(kept, gone)
        for table in (votes, ratings, saves):
            for batch in batches(theirs.get(table.name, ())):
                back = update(table).where(table.c.story_id == kept, table.c.reader_id.in_(batch))
                await self._connection.execute(back.values(story_id=gone))
        for batch in batches(theirs.get("feedback", ())):
            back = update(feedback).where(feedback.c.id.in_(batch))
            await self._connection.execute(back.values(story_id=gone))
        for reader_id, deed in theirs.get("marks", ()):
            mine = and_(marks.c.story_id == kept, marks.c.reader_id == reader_id, marks.c.deed == deed)
            await self._connection.execute(update(marks).where(mine).values(story_id=gone))
        for reader_id, kind in theirs.get("words", ()):
            mine = and_(words.c.reader_id == reader_id, words.c.kind == kind, words.c.word == of_story(kept))
            named = {"word": of_story(gone), "key": of_story(gone)}
            await self._connection.execute(update(words).where(mine).values(named))

    async def of(self, story_id: int) -> list[Ruling]:
        """What was decided about a story, the first first."""
        rows = await self._connection.execute(
            select(rulings)
            .where(or_(rulings.c.story_id == story_id, rulings.c.other_id == story_id))
            .order_by(rulings.c.id)
        )
        return [_ruling(row) for row in rows]

    async def forget_words(self, article_ids: Sequence[int]) -> None:
        """What editors wrote of these articles is forgotten; that they did is not."""
        wanted = set(article_ids)
        rows = await self._connection.execute(
            select(rulings.c.id, rulings.c.before).where(rulings.c.kind.in_(("title", "tags", "correct")))
        )
        for row in rows.all():
            if row.before.get("article") in wanted:
                bare = row.before | {"own_title": None, "own_tags": None}
                await self._connection.execute(
                    update(rulings)
                    .where(rulings.c.id == row.id)
                    .values(before=bare, after="", undone_at=func.coalesce(rulings.c.undone_at, rulings.c.at))
                )

    async def rules(self) -> list[Rule]:
        """The standing rules, the first first."""
        rows = await self._connection.execute(select(rules).order_by(rules.c.id))
        return [Rule(row.id, row.words, row.by, row.at) for row in rows]

    async def add_rule(self, words: str, by: int, now: datetime) -> None:
        await self._connection.execute(insert(rules).values(words=words, by=by, at=now))

    async def remove_rule(self, rule_id: int) -> bool:
        return (await self._connection.execute(delete(rules).where(rules.c.id == rule_id))).rowcount > 0

    async def pin(self, story_id: int, until: datetime | None) -> None:
        """On top until then, or no longer."""
        await self._connection.execute(
            update(stories).where(stories.c.id == story_id).values(pinned_until=until)
        )


def _ruling(row: Row[Any]) -> Ruling:
    return Ruling(
        id=row.id,
        kind=row.kind,
        story_id=row.story_id,
        other_id=row.other_id,
        article_ids=tuple(row.article_ids),
        by=row.by,
        at=row.at,
        before=row.before,
        after=row.after,
        undone_at=row.undone_at,
    )
