"""The desk: what an editor decides about a story. Nothing waits for it, everything can be taken back.

    asked whether they may -> changed, remembered and logged in one transaction -> what follows from it

A ruling keeps what was there before. Only the last one of a story can be taken back, then the one before.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from newsbot.chinese.variants import fold
from newsbot.errors import NotUnderstood
from newsbot.flows import group, index, pool, rules, rulings, staff
from newsbot.flows.story import Presser, there
from newsbot.messages.markup import leaf
from newsbot.models.articles import Article
from newsbot.models.readers import Reader
from newsbot.models.search import Document
from newsbot.models.staff import Right
from newsbot.models.stories import Ruling, Story
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.desk import last
from newsbot.tags.alias import canonical

HELD = timedelta(hours=24)
MOST = 56  # stories of the pool that are listed
LONGEST_TITLE, LONGEST_NOTE = 200, 300
MOST_TAGS = 8
log = structlog.get_logger()


async def pool_of(room: Newsroom, who: Presser, reader: Reader) -> tuple[list[Story], str]:
    """The ranked pool, also what is dropped and held, kept as a list. Returns it and the list's name."""
    await staff.authorise(room, who, Right.DESK, "desk_look")
    async with room.store.read() as tx:
        told = await pool.stories(room, tx)
    real = [story for story in told if not story.lead.sample] or told
    ranked = [one.story for one in pool.ranked(pool.weighed(room, real))][:MOST]
    view = View(chat_id=reader.id, kind="desk", story_ids=tuple(story.id for story in ranked))
    async with room.store.begin() as tx:
        return ranked, f"v{await tx.views.add(view, room.now())}"


async def kept_pool(room: Newsroom, who: Presser, view: View) -> list[Story]:
    """The same as it was listed, each as it is now."""
    await staff.authorise(room, who, Right.DESK, "desk_look")
    async with room.store.read() as tx:
        return await tx.stories.load(view.story_ids)


async def look(room: Newsroom, who: Presser, story_id: int) -> tuple[Story, Sequence[Ruling]]:
    """A story and what was decided about it."""
    await staff.authorise(room, who, Right.DESK, "desk_look", story_id)
    async with room.store.read() as tx:
        story = await there(tx, story_id)
        return story, await tx.rulings.of(story.id)


# what is decided


async def drop(room: Newsroom, who: Presser, story_id: int) -> None:
    """In no digest and no list from now on, or in them again; what a rule drops is wanted all the same."""
    async with _deciding(room, who, story_id, "drop") as it:
        if it.is_new:
            gone = it.story.is_dropped or bool(it.story.rule)
            before = {"is_dropped": it.story.is_dropped, "rule": it.story.rule, "was_on": gone}
            rule = "" if it.story.rule else it.story.rule
            again: dict[str, Any] = {"released_at": room.now()} if gone else {}
            await it.change("drop", before, is_dropped=not gone, rule=rule, **again)


async def hold(room: Newsroom, who: Presser, story_id: int) -> None:
    """It waits for a day, or no longer."""
    async with _deciding(room, who, story_id, "hold") as it:
        if it.is_new:
            until = None if it.story.held_until else room.now() + HELD
            again: dict[str, Any] = {} if until else {"released_at": room.now()}
            before = {"held_until": it.story.held_until, "was_on": until is None}
            await it.change("hold", before, held_until=until, **again)


async def lead(room: Newsroom, who: Presser, story_id: int, article_id: int) -> None:
    """This article is shown for the story, whatever comes.

    :raises NotUnderstood: it is none of the story's
    """
    async with _deciding(room, who, story_id, "lead") as it:
        if article_id not in {article.id for article in it.story.articles}:
            raise NotUnderstood("ruling.not_there")
        if it.is_new:
            before = {"lead_id": it.story.lead.id, "is_led": it.story.is_led}
            await it.change("lead", before, lead_id=article_id, is_led=True)


async def retitle(room: Newsroom, who: Presser, story_id: int, title: str) -> None:
    """Another headline; the publisher's is kept and shown. With an empty one that stands again.

    :raises NotUnderstood: too long
    """
    await _reworded(room, who, story_id, "title", title=_title(title) if title.strip() else None)


async def retag(room: Newsroom, who: Presser, story_id: int, words: Sequence[str]) -> None:
    """Other tags.

    :raises NotUnderstood: there are too many, or none
    """
    named = [leaf(word).lstrip("#") for word in words]
    tags = list(dict.fromkeys(canonical(word) for word in named if word))
    if not tags or len(tags) > MOST_TAGS or max(map(len, tags)) > 40:
        raise NotUnderstood("desk.no_tags", most=MOST_TAGS)
    await _reworded(room, who, story_id, "tags", tags=tags)


async def correct(room: Newsroom, who: Presser, story_id: int, title: str, note: str) -> None:
    """更正: cards and search say it at once, later digests tell who was shown it.

    :raises NotUnderstood: too long, or nothing is said
    """
    await _reworded(room, who, story_id, "correct", title=_title(title), note=_note(note))


async def retract(room: Newsroom, who: Presser, story_id: int, why: str) -> None:
    """撤回: its card says so, nothing finds it, later digests tell who was shown it.

    :raises NotUnderstood: too long, or it was taken back before
    """
    why = _note(why)
    async with _deciding(room, who, story_id, "retract") as it:
        if not it.is_new:
            return
        if it.story.retracted is not None:
            raise NotUnderstood("desk.is_retracted")
        now, story = room.now(), it.story
        await it.change("retract", {"retracted": None, "at": now}, why, retracted=why)
        ids = [article.id for article in story.articles]
        await it.tx.corrections.note_story(
            story.id, ids, story.title, story.title, now, why, is_retracted=True
        )


async def _reworded(
    room: Newsroom,
    who: Presser,
    story_id: int,
    kind: str,
    title: str | None = None,
    tags: Sequence[str] | None = None,
    note: str = "",
) -> None:
    """Other words for its lead, in the index too; that stays the lead."""
    await staff.authorise(room, who, Right.DESK, f"desk_{kind}", story_id)
    async with room.store.read() as tx:
        story = await there(tx, story_id)
        own_title, own_tags = await tx.articles.editors(story.lead.id)
    article = story.lead
    published = article.published_title
    new = replace(article, tags=tuple(tags)) if tags else replace(article, title=title or published)
    (_, old_document), (_, document) = await index.documents(room, [article, new])
    async with _deciding(room, who, story_id, kind) as it:
        if not it.is_new:
            return
        if it.story.lead != article:  # the publisher was faster: once more
            raise NotUnderstood("desk.changed")
        now = room.now()
        before: dict[str, Any] = {"article": article.id, "is_led": story.is_led, "own_title": own_title}
        before |= {"own_tags": own_tags, "at": now}
        changes: dict[str, Any] = {"is_led": True}
        if kind == "correct":
            before |= {"correction": story.correction, "corrected_at": story.corrected_at}
            changes |= {"correction": note, "corrected_at": now}
            ids = [one.id for one in story.articles]
            await it.tx.corrections.note_story(story.id, ids, published, new.title, now, note)
        await it.change(kind, before, new.title if kind != "tags" else "、".join(new.tags), **changes)
        await _write(it.tx, article.id, title if kind != "tags" else own_title, tags or own_tags, new)
        await it.tx.search.replace(article.id, old_document, document)
    await rules.apply(room, stories=[story.id])


async def _write(
    tx: Transaction, article_id: int, title: str | None, tags: Sequence[str] | None, new: Article
) -> None:
    await tx.articles.rename(article_id, title)
    await tx.articles.own_tags(article_id, tags)
    await tx.articles.retag(article_id, list(dict.fromkeys(map(fold, new.tags))))


# what is taken back


async def undo(room: Newsroom, who: Presser, story_id: int, ruling_id: int) -> Story:
    """As it was before the last ruling. Returns the story.

    :raises NotUnderstood: not allowed, or it is not the last one any more
    """
    await staff.authorise(room, who, Right.DESK, "desk_undo", story_id)
    async with room.store.read() as tx:
        story = await there(tx, story_id)
        ruling = last(await tx.rulings.of(story.id))
        if ruling is None or ruling.id != ruling_id or not await _is_last(tx, ruling):
            raise NotUnderstood("desk.not_last")
    documents = await _documents_before(room, ruling)
    async with room.store.begin() as tx:
        if await tx.inbox.apply(who.update_id):
            if not await tx.rulings.undone(ruling.id, room.now()):
                raise NotUnderstood("desk.not_last")
            await _as_before(room, tx, ruling, documents)
            await staff.done(room, tx, who, "desk_undo", f"{story.id} {ruling.kind}")
    await group.lead_again(room, sorted({story.id, ruling.story_id, ruling.other_id} - {0}))
    await rules.apply(room, stories=[story.id])
    if ruling.kind in ("merge", "split"):
        room.follows = None  # stories that are followed are called otherwise: read anew when it is needed
    async with room.store.read() as tx:
        return await there(tx, story.id)


async def _is_last(tx: Transaction, ruling: Ruling) -> bool:
    """Also of the other story, of what was merged or split; that was not merged elsewhere since."""
    for one in filter(None, (ruling.story_id, ruling.other_id)):
        newest = last(await tx.rulings.of(one))
        if newest is None or newest.id != ruling.id:
            return False
    is_split = ruling.kind == "split"
    return not is_split or (await tx.stories.current([ruling.story_id]))[ruling.story_id] == ruling.story_id


@dataclass(frozen=True, slots=True)
class _Reworded:
    """An article as it is and in words of before, and what it is found by now and then."""

    current: Article
    article: Article
    now: Document
    then: Document


async def _documents_before(room: Newsroom, ruling: Ruling) -> _Reworded | None:
    before = ruling.before
    if ruling.kind not in ("title", "tags", "correct"):
        return None
    async with room.store.read() as tx:
        article = (await tx.articles.load([before["article"]])).get(before["article"])
        tags = await tx.articles.published_tags(before["article"])
    if article is None:
        raise NotUnderstood("card.gone")
    own = before["own_title"]
    was = replace(
        article,
        title=article.published_title if own is None else own,
        tags=tuple(before["own_tags"] if before["own_tags"] is not None else tags),
    )
    (_, now), (_, then) = await index.documents(room, [article, was])
    return _Reworded(article, was, now, then)


async def _as_before(room: Newsroom, tx: Transaction, ruling: Ruling, reworded: _Reworded | None) -> None:
    before, story_id = dict(ruling.before), ruling.story_id
    match ruling.kind:
        case "pin":
            await tx.rulings.pin(story_id, _moment(before["pinned_until"]))
        case "drop":
            await tx.stories.change(
                story_id, is_dropped=before["is_dropped"], rule=before["rule"], released_at=room.now()
            )
        case "hold":
            held = _moment(before["held_until"])
            await tx.stories.change(story_id, held_until=held, released_at=room.now())
        case "lead":
            is_there = before["lead_id"] in await tx.articles.load([before["lead_id"]])
            if is_there:  # else another one is found below
                await tx.stories.change(story_id, lead_id=before["lead_id"])
            await tx.stories.change(story_id, is_led=before["is_led"] and is_there)
        case "retract":
            await tx.stories.change(story_id, retracted=None)
            await tx.corrections.take_back(story_id, _moment(before["at"]) or room.now())
        case "merge":
            await group.counts(tx)
            await tx.rulings.part(story_id, ruling.other_id, ruling.article_ids, before)
        case "split":
            await group.counts(tx)
            await rulings.join_again(tx, ruling.other_id, story_id)
        case _:
            await _words_before(room, tx, ruling, reworded)


async def _words_before(room: Newsroom, tx: Transaction, ruling: Ruling, reworded: _Reworded | None) -> None:
    if reworded is None:
        return
    before, article = ruling.before, reworded.article
    if (await tx.articles.load([article.id])).get(article.id) != reworded.current:
        raise NotUnderstood("desk.changed")  # the publisher was faster
    changes: dict[str, Any] = {"is_led": before["is_led"]}
    if ruling.kind == "correct":
        changes |= {"correction": before["correction"], "corrected_at": _moment(before["corrected_at"])}
        await tx.corrections.take_back(ruling.story_id, _moment(before["at"]) or room.now())
    await tx.stories.change(ruling.story_id, **changes)
    await _write(tx, article.id, before["own_title"], before["own_tags"], article)
    await tx.search.replace(article.id, reworded.now, reworded.then)


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


# pieces


@dataclass(frozen=True, slots=True)
class _Decision:
    """One that is being made, in its transaction.

    :ivar is_new: this press has not had its effect before
    """

    room: Newsroom
    tx: Transaction
    who: Presser
    story: Story
    is_new: bool

    async def change(self, kind: str, before: Mapping[str, Any], after: str = "", **changes: Any) -> None:
        """Change the story, remember what it was, and write it into the log."""
        await self.tx.stories.change(self.story.id, **changes)
        kept = {name: _plain(value) for name, value in before.items()}
        made = Ruling(
            kind=kind, story_id=self.story.id, by=self.who.id, at=self.room.now(), before=kept, after=after
        )
        await self.tx.rulings.rule(made)
        await staff.done(self.room, self.tx, self.who, f"desk_{kind}", self.story.id)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@asynccontextmanager
async def _deciding(room: Newsroom, who: Presser, story_id: int, kind: str) -> AsyncIterator[_Decision]:
    await staff.authorise(room, who, Right.DESK, f"desk_{kind}", story_id)
    async with room.store.begin() as tx:
        is_new = await tx.inbox.apply(who.update_id)
        yield _Decision(room, tx, who, await there(tx, story_id), is_new)


def _title(words: str) -> str:
    title = leaf(words)
    if not title or len(title) > LONGEST_TITLE:
        raise NotUnderstood("desk.long_title", most=LONGEST_TITLE)
    return title


def _note(words: str) -> str:
    note = leaf(words)
    if len(note) > LONGEST_NOTE:
        raise NotUnderstood("desk.long_note", most=LONGEST_NOTE)
    return note
