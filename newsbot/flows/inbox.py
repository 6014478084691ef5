"""The inbox: what readers say, and answers that do what they say and tell them so.

What is dealt with is marked, and every reader who said it gets one sentence, in their language.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from newsbot.errors import NotReadable, NotUnderstood
from newsbot.flows import desk, discover, group, mailing, read, rulings, source_desk, staff
from newsbot.flows.story import Presser
from newsbot.flows.take_in import take_in
from newsbot.messages.markup import leaf
from newsbot.messages.source import WEIGHTS
from newsbot.models.feedback import OF_A_STORY, SUGGEST, WORDS, Heap, Said
from newsbot.models.sources import Source
from newsbot.models.staff import Right
from newsbot.models.stories import Story
from newsbot.newsroom import Newsroom
from newsbot.sources.addresses import first_in

MOST_SOURCES = 6
LISTED = 30  # heaps, or single words
MOST_HANDLED = 1_000  # of one heap at once
LONGEST_REPLY = 1_000
TITLE = 60  # characters of a headline in an answer


@dataclass(frozen=True, slots=True)
class Tray:
    """What waits.

    :ivar reasons: reason -> how much
    :ivar sources: id, name and how much, those with most first
    """

    reasons: dict[str, int]
    sources: Sequence[tuple[str, str, int]]


async def tray(room: Newsroom, who: Presser) -> Tray:
    """How much waits, by reason and by source."""
    await staff.authorise(room, who, Right.INBOX, "inbox_look")
    async with room.store.read() as tx:
        return Tray(await tx.feedback.waiting(), await tx.feedback.by_source(MOST_SOURCES))


async def heaps(room: Newsroom, who: Presser, reason: str = "", source_id: str = "") -> list[Heap]:
    """What waits of stories, for one reason or about one source."""
    await staff.authorise(room, who, Right.INBOX, "inbox_look", reason or source_id)
    async with room.store.read() as tx:
        return await tx.feedback.heaps(LISTED, reason, source_id)


async def words(room: Newsroom, who: Presser, reason: str) -> list[Said]:
    """What waits and is of no story: words, or sources that were suggested."""
    await staff.authorise(room, who, Right.INBOX, "inbox_look", reason)
    if reason not in (WORDS, SUGGEST):
        raise NotUnderstood("press.old")
    async with room.store.read() as tx:
        return await tx.feedback.said(reason, LISTED, of_none=True)


async def one(room: Newsroom, who: Presser, number: int) -> Said:
    """
    :raises NotUnderstood: not allowed, or it was dealt with
    """
    await staff.authorise(room, who, Right.INBOX, "inbox_look", number)
    async with room.store.read() as tx:
        found = await tx.feedback.get(number)
    if found is None:
        raise NotUnderstood("inbox.gone")
    return found


async def heap(
    room: Newsroom, who: Presser, story_id: int, reason: str
) -> tuple[Story, list[Said], Story | None]:
    """A story, what is said of it for one reason, and the story that most likely tells the same.

    :raises NotUnderstood: not allowed, or nothing waits any more
    """
    await staff.authorise(room, who, Right.INBOX, "inbox_look", story_id)
    if reason not in OF_A_STORY:
        raise NotUnderstood("press.old")
    story, said = await _waiting(room, story_id, reason)
    near = await rulings.near(room, story) if reason == "duplicate" else []
    return story, said, near[0] if near else None


async def weight_of(room: Newsroom, story: Story) -> float | None:
    """What is thought of the source of its lead; None where that is not in the catalogue any more."""
    source = await _source_of(room, story)
    return source.weight if source else None


# answers


async def close(room: Newsroom, who: Presser, story_id: int, reason: str) -> None:
    """Seen, and nothing is changed; they are thanked."""
    await staff.authorise(room, who, Right.INBOX, "inbox_seen", story_id)
    story, said = await _waiting(room, story_id, reason)
    await _tell(room, who, said, "seen", title=story.title)


async def merge(room: Newsroom, who: Presser, story_id: int, other_id: int) -> None:
    """They tell the same: one story."""
    await staff.authorise(room, who, Right.DESK, "inbox_merge", story_id)
    story, said = await _waiting(room, story_id, "duplicate")
    kept = await rulings.merge(room, who, story_id, other_id)
    await _tell(room, who, said, "merge", title=kept.title or story.title)


async def retitle(room: Newsroom, who: Presser, story_id: int, reason: str, title: str) -> None:
    """Another headline."""
    await staff.authorise(room, who, Right.DESK, "inbox_title", story_id)
    story, said = await _waiting(room, story_id, reason)
    await desk.retitle(room, who, story_id, title)
    await _tell(room, who, said, "title", title=story.title, after=leaf(title))


async def retag(room: Newsroom, who: Presser, story_id: int, reason: str, tags: Sequence[str]) -> None:
    """Other tags."""
    await staff.authorise(room, who, Right.DESK, "inbox_tags", story_id)
    story, said = await _waiting(room, story_id, reason)
    await desk.retag(room, who, story_id, tags)
    await _tell(room, who, said, "tags", title=story.title)


async def read_again(room: Newsroom, who: Presser, story_id: int, reason: str) -> None:
    """Fetch what its lead links to once more, and take in what that says now.

    :raises NewsbotError: it cannot be read; nothing is changed, and it still waits
    """
    await staff.authorise(room, who, Right.DESK, "inbox_read", story_id)
    story, said = await _waiting(room, story_id, reason)
    lead = story.lead
    source = await _source_of(room, story)
    source = source or Source(id=lead.source_id, name=lead.source, url="", kind="hand")
    if not lead.link:
        raise NotUnderstood("inbox.no_link")
    reading = await read.understood(room, lead.link, source)
    found = [replace(one, draft=replace(one.draft, link=lead.link)) for one in reading.articles[:1]]
    if not found:
        raise NotReadable(lead.link, "there is no article")
    keys = tuple(dict.fromkeys((f"link:{lead.link}", *found[0].draft.keys)))
    again = [replace(found[0], draft=replace(found[0].draft, keys=keys))]
    await take_in(room, source, again)
    await group.group(room)
    await _tell(room, who, said, "read", title=story.title)


async def lower(room: Newsroom, who: Presser, story_id: int, reason: str, step: int) -> None:
    """So much is thought of its source from now on; the step is the button's, so that twice is once.

    :raises NotUnderstood: not allowed, it was dealt with, or there is no such source or step
    """
    await staff.authorise(room, who, Right.SOURCES, "inbox_source", story_id)
    story, said = await _waiting(room, story_id, reason)
    source = await _source_of(room, story)
    if source is None or not 0 <= step < len(WEIGHTS):
        raise NotUnderstood("inbox.no_source")
    await source_desk.weigh(room, who, source.id, WEIGHTS[step])
    await _tell(room, who, said, "source", title=story.title, source=source.name)


async def reply(room: Newsroom, who: Presser, story_id: int, reason: str, answer: str) -> None:
    """An answer in words to all who said it."""
    await staff.authorise(room, who, Right.INBOX, "inbox_reply", story_id)
    story, said = await _waiting(room, story_id, reason)
    await _tell(room, who, said, "reply", title=story.title, words=_reply(answer))


async def reply_to(room: Newsroom, who: Presser, number: int, answer: str) -> None:
    """An answer in words to one reader."""
    found = await one(room, who, number)
    await _tell(room, who, [found], "reply", title=leaf(found.words), words=_reply(answer))


async def close_one(room: Newsroom, who: Presser, number: int) -> None:
    """Seen; they are thanked."""
    found = await one(room, who, number)
    await _tell(room, who, [found], "seen", title=leaf(found.words))


async def suggested(room: Newsroom, who: Presser, number: int) -> tuple[Said, discover.Found]:
    """What a suggested source has, before it is taken in.

    :raises NotUnderstood: not allowed, it was dealt with, or there is no address in it
    :raises NewsbotError: it does not answer, or has nothing to read
    """
    await staff.authorise(room, who, Right.SOURCES, "inbox_suggested", number)
    found = await one(room, who, number)
    return found, await discover.look(room, _address(found))


async def approve(room: Newsroom, who: Presser, number: int) -> Source:
    """Take it in; who suggested it is told.

    :raises NewsbotError: it does not answer any more
    """
    await staff.authorise(room, who, Right.SOURCES, "inbox_approved", number)
    found = await one(room, who, number)
    added = await source_desk.add(room, who, _address(found))
    await _tell(room, who, [found], "approved", title=added.name)
    return added


async def decline(room: Newsroom, who: Presser, number: int) -> None:
    """Not taken in; who suggested it is told."""
    found = await one(room, who, number)
    await _tell(room, who, [found], "declined", title=leaf(found.words))


# pieces


async def _waiting(room: Newsroom, story_id: int, reason: str) -> tuple[Story, list[Said]]:
    """The story, and what waits of it.

    :raises NotUnderstood: nothing does
    """
    async with room.store.read() as tx:
        told = await tx.stories.load([story_id])
        said = await tx.feedback.said(reason, MOST_HANDLED, told[0].id if told else story_id)
    if not told or not said:
        raise NotUnderstood("inbox.gone")
    return told[0], said


async def _source_of(room: Newsroom, story: Story) -> Source | None:
    """Of its lead; None where that is not in the catalogue any more."""
    async with room.store.read() as tx:
        known = {source.id: source for source, _ in await tx.sources.all()}
    return known.get(story.lead.source_id)


def _address(said: Said) -> str:
    if address := first_in(said.words):
        return address
    raise NotUnderstood("inbox.no_address")


async def _tell(room: Newsroom, who: Presser, said: Sequence[Said], answer: str, **values: str) -> None:
    """It is dealt with, and those who said it are told, all in one transaction."""
    await staff.authorise(room, who, Right.INBOX, f"inbox_{answer}", len(said))
    values["title"] = values["title"][:TITLE]
    async with room.store.begin() as tx:
        readers = await tx.feedback.handle([one.id for one in said], who.id, answer, room.now())
        rest = await mailing.tell(room, tx, readers, f"told.{answer}", **values)
        if readers:
            await staff.done(room, tx, who, f"inbox_{answer}", f"{values['title']} × {len(readers)}")
    await mailing.call(room, rest, f"told.{answer}", **values)


def _reply(said: str) -> str:
    words = leaf(said)
    if not words or len(words) > LONGEST_REPLY:
        raise NotUnderstood("inbox.long_reply", most=LONGEST_REPLY)
    return words
