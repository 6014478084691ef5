"""One story in the chat: its card, the votes on it, what is related, what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from newsbot.chinese.variants import fold
from newsbot.digests.compose import is_wanted
from newsbot.errors import NotUnderstood
from newsbot.flows import follows, lists, pool, taste
from newsbot.messages.card import Mine
from newsbot.messages.markup import leaf
from newsbot.models.readers import Reader
from newsbot.models.stories import Reason, Story
from newsbot.models.taste import Deed
from newsbot.models.views import View
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.rank import HALF_LIFE
from newsbot.stories.related import LOOKED_AT, closest
from newsbot.stories.related import related as related_to
from newsbot.taste.fold import about

RELATED = 5
RELATED_WITHIN = timedelta(days=7)
MERGED_MEANWHILE = 3  # times that a story may be merged while somebody waits for it
LOADED = 30  # stories, of which those are left that the reader wants
NEW = timedelta(days=3)  # who came later is new: a vote of theirs counts less in the ranking
MOST_FEEDBACK = 5  # an hour
LONGEST_FEEDBACK = 1000
PLACE = re.compile(r"[vd][0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Seen:
    """A story with what one reader made of it."""

    story: Story
    mine: Mine


class Presser(NamedTuple):
    """Who pressed a button, or reacted.

    :ivar id: the person: votes are a person's
    :ivar chat_id: where
    :ivar update_id: of the press: one that is dealt with twice, around a crash, counts once
    """

    id: int
    chat_id: int
    update_id: int


async def there(tx: Transaction, story_id: int) -> Story:
    """A story, also by the number that it had before it was merged.

    :raises NotUnderstood: there is none
    """
    told = await tx.stories.load([story_id])
    if not told:
        raise NotUnderstood("card.gone")
    return told[0]


async def look(room: Newsroom, reader_id: int, story_id: int) -> Seen | None:
    """The story, or None where there is none of this id; what was merged into another one is that one."""
    async with room.store.read() as tx:
        return await _look(tx, reader_id, story_id)


async def _look(tx: Transaction, reader_id: int, story_id: int) -> Seen | None:
    told = await tx.stories.load([story_id])
    return Seen(told[0], Mine(*await tx.votes.of(reader_id, told[0].id))) if told else None


async def vote(room: Newsroom, who: Presser, story_id: int, wish: int) -> Seen | None:
    """Support (1) or oppose (-1); the same again in the same chat withdraws. Committed when this returns.

    In a group nobody sees what they said elsewhere: there it is said again, not withdrawn.
    """
    async with _pressed(room, who, story_id) as press:
        if press is not None:
            is_again = press.mine.vote == wish and await press.tx.votes.is_of(
                who.id, press.story_id, who.chat_id
            )
            await press.cast(0 if is_again else wish)
    return await look(room, who.id, story_id)


async def rate(room: Newsroom, who: Presser, story_id: int, value: int) -> Seen | None:
    """A value from 1 to 5; the same again withdraws."""
    async with _pressed(room, who, story_id) as press:
        if press is not None:
            await press.tx.people.rated_before(who.id, room.pseudonym(who.id), press.story_id)
            given = 0 if press.mine.value == value else value
            await press.tx.votes.rate(who.id, press.story_id, given, room.now(), await press.is_sure())
            await press.note(Deed.VALUE, given)
    return await look(room, who.id, story_id)


async def save(room: Newsroom, who: Presser, story_id: int) -> Seen | None:
    """Save the story, or no longer."""
    async with _pressed(room, who, story_id) as press:
        if press is not None:
            await press.tx.votes.save(who.id, press.story_id, not press.mine.saved, room.now())
            await press.note(Deed.SAVE, int(not press.mine.saved))
    return await look(room, who.id, story_id)


async def less(room: Newsroom, who: Presser, story_id: int) -> Seen | None:
    """少来点这类, or no longer."""
    async with _pressed(room, who, story_id) as press:
        if press is not None:
            await press.note(Deed.LESS, int(not press.mine.less))
    return await look(room, who.id, story_id)


async def react(room: Newsroom, who: Presser, message_id: int, wish: int) -> tuple[Story, str] | None:
    """A reaction under a message of ours that shows one story: a vote like any other, the later one counts.

    Returns the story whose card now has other counts and the card's place; None where there is no such card.

    :param wish: the vote that it is now; 0 withdraws what it said before, not what anything else said since
    """
    async with room.store.read() as tx:
        shown = await tx.posts.get(who.chat_id, message_id)
        story_id = shown[0] if shown else await tx.deliveries.shows(who.chat_id, message_id)
    if story_id is None:
        return None
    place = f"{who.chat_id}:{message_id}"
    async with _pressed(room, who, story_id) as press:
        if press is None or not (wish or await press.tx.votes.said_by(who.id, press.story_id) == place):
            return None
        await press.cast(wish, place if wish else "")
    if shown is None:  # an alert has no counts
        return None
    seen = await look(room, who.id, story_id)
    return (seen.story, shown[1]) if seen else None


@dataclass(frozen=True, slots=True)
class _Press:
    """A press that is to have its effect, in the transaction that notes that it has had it."""

    room: Newsroom
    tx: Transaction
    who: Presser
    story_id: int
    mine: Mine
    about: Mapping[str, float]

    async def cast(self, vote: int, said_by: str = "") -> None:
        await self.tx.people.voted_before(self.who.id, self.room.pseudonym(self.who.id), self.story_id)
        sure = await self.is_sure()
        if await self.tx.votes.cast(
            self.who.id, self.story_id, vote, self.room.now(), self.who.update_id, sure, said_by,
            self.who.chat_id if self.who.chat_id != self.who.id else None,
        ):  # fmt: skip
            self.room.meters.count("votes", vote={1: "up", -1: "down"}.get(vote, "withdrawn"))
            await self.note(Deed.VOTE, vote)

    async def is_sure(self) -> bool:
        """Not of somebody who came for this, nor to whom it was sent for this."""
        joined = self.room.now() - NEW
        return await self.tx.votes.is_sure(self.who.id, self.story_id, self.who.chat_id, joined)

    async def note(self, deed: Deed, said: int) -> None:
        await taste.note(self.room, self.tx, self.who.id, self.story_id, self.about, deed, said)


@asynccontextmanager
async def _pressed(room: Newsroom, who: Presser, story_id: int) -> AsyncIterator[_Press | None]:
    """What the press is about, in its transaction.

    None where there is no such story, or where the press has had its effect before: then it is only answered.
    """
    async with room.store.read() as tx:
        lead = await tx.stories.lead_of(story_id)
    told_of = about(lead) if lead else {}
    async with room.store.begin() as tx:
        is_new = await tx.inbox.apply(who.update_id)
        now = await _held(tx, story_id)
        if lead is None or not is_new or now is None:
            yield None
        else:
            yield _Press(room, tx, who, now, Mine(*await tx.votes.of(who.id, now)), told_of)


async def _held(tx: Transaction, story_id: int) -> int | None:
    """What the story is called now, which it is until the transaction is over; None where there is none."""
    for _ in range(MERGED_MEANWHILE):
        now = (await tx.stories.current([story_id]))[story_id]
        if await tx.stories.exists(now):
            return now
    return None


async def opened(
    room: Newsroom, who: Presser, message_id: int | None, story: Story, place: str, is_own: bool
) -> None:
    """A message of ours is the card of this story from now on; a reaction to it is one to the story.

    :param is_own: in a chat of one person, who shows by that what they like, the first time
    """
    told_of = about(story.lead)
    async with room.store.begin() as tx:
        if message_id is not None:
            await tx.posts.put(who.chat_id, message_id, story.id, place, room.now())
        if is_own and await tx.marks.get(who.id, story.id, Deed.OPEN) is None:
            await taste.note(room, tx, who.id, story.id, told_of, Deed.OPEN, 1)


async def shows_one(room: Newsroom, who: Presser, message_id: int | None) -> bool:
    """Whether a message of ours in this chat is about one story: its card, an alert, a broadcast of it."""
    if message_id is None:
        return False
    async with room.store.read() as tx:
        if await tx.posts.get(who.chat_id, message_id) is not None:
            return True
        return await tx.deliveries.shows(who.chat_id, message_id) is not None


async def closed(room: Newsroom, chat_id: int, message_id: int) -> None:
    """A message of ours is no card any more."""
    async with room.store.read() as tx:
        shown = await tx.posts.get(chat_id, message_id)
    if shown is not None:
        async with room.store.begin() as tx:
            await tx.posts.remove(chat_id, message_id)


async def why(room: Newsroom, reader: Reader, story: Story, place: str = "") -> tuple[Reason, ...]:
    """Why this story has its place in the list that it was opened from, or else among those of the day."""
    view = await listed_at(room, reader.id, place)
    span = lists.SPANS.get(view.kind if view else "")
    on = pool.weighed(room, [story], span.half_life if span else HALF_LIFE, await pool.common(room))
    if view is not None and view.kind in lists.FOR_ALL:
        return (*pool.why(on, story), *await _ruled(room, story))
    on.hits.update(await follows.hits(room, reader.follows, [story]))
    return (*pool.why(on, story, await pool.wants(room, reader)), *await _ruled(room, story))


async def _ruled(room: Newsroom, story: Story) -> tuple[Reason, ...]:
    """What an editor decided about it, which gives no points."""
    async with room.store.read() as tx:
        known = {one.kind for one in await tx.rulings.of(story.id) if one.undone_at is None}
    holds = {
        "drop": story.is_dropped,
        "hold": story.held_until is not None,
        "title": story.lead.has_own_title and story.corrected_at is None,
        "tags": story.lead.has_own_tags,
        "lead": "lead" in known,
        "correct": story.corrected_at is not None,
        "retract": story.retracted is not None,
        "merge": "merge" in known,
        "split": "split" in known,
    }
    found = [Reason(f"ruled.{kind}", 0.0) for kind, is_so in holds.items() if is_so]
    return (*found, Reason("ruled.rule", 0.0, (("words", story.rule),))) if story.rule else tuple(found)


async def related(
    room: Newsroom, reader: Reader, story_id: int, place: str
) -> tuple[Sequence[Story], str] | None:
    """Other stories about the same things that this reader wants, kept as a list: they and the list's name.

    :param place: the list that the story was opened from, for the way back
    """
    since = room.now() - RELATED_WITHIN
    async with room.store.read() as tx:
        mine = await tx.stories.load([story_id])
        if not mine:
            return None
        tags = list(dict.fromkeys(map(fold, mine[0].tags)))
        told = await tx.stories.tagged(tags, since, mine[0].id, LOOKED_AT)
    ids = closest(told, LOADED)
    async with room.store.read() as tx:
        near = await tx.stories.load(ids)
    found = [one for one in related_to(mine[0], near) if is_wanted(one, reader)][:RELATED]
    view = View(
        chat_id=reader.id, kind="related", story_ids=tuple(s.id for s in found), words=f"{story_id} {place}"
    )
    async with room.store.begin() as tx:
        return found, f"v{await tx.views.add(view, room.now())}"


async def listed_at(room: Newsroom, chat_id: int, name: str) -> View | None:
    """The kept list of this name (`v12`, `d12`), if it stands in this chat."""
    if not PLACE.fullmatch(name):
        return None
    async with room.store.read() as tx:
        if name[0] == "v":
            return await tx.views.get(int(name[1:]), chat_id)
        delivery = await tx.deliveries.get(int(name[1:]))
    return delivery.view if delivery is not None and delivery.chat_id == chat_id else None


async def several(room: Newsroom, view: View) -> list[Story]:
    """The stories of a kept list."""
    async with room.store.read() as tx:
        return await tx.stories.load(view.story_ids)


async def feedback(
    room: Newsroom, reader_id: int, story_id: int | None, reason: str, update_id: int, words: str = ""
) -> bool:
    """Write down what a reader says. False where the same was said before.

    :raises NotUnderstood: too long, or too many within an hour
    """
    words = leaf(words)
    if len(words) > LONGEST_FEEDBACK:
        raise NotUnderstood("feedback.too_long", most=LONGEST_FEEDBACK)
    async with room.store.begin() as tx:
        if not await tx.inbox.apply(update_id):
            return True
        if await tx.feedback.count(reader_id, room.now() - timedelta(hours=1)) >= MOST_FEEDBACK:
            raise NotUnderstood("feedback.too_many", most=MOST_FEEDBACK)
        return await tx.feedback.add(reader_id, story_id, reason, words, room.now())
