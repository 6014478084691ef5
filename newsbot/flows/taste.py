"""What readers like: each deed noted and folded in the transaction that writes it down.

A mark keeps what its story was about then, so that it can be taken away again exactly, and so that folding
all marks anew gives the same (`rebuild`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from newsbot.models.readers import Reader
from newsbot.models.stories import Story
from newsbot.models.taste import Deed, Liking, Mark
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.taste.fold import about, erasing, fold, grown, likings, weights, worth

FACT = "taste_rest"  # there are marks of which nobody knows what they are about: from before there were any
AT_ONCE = 200
KEPT = timedelta(days=300)  # ten half-lives: what is older has faded to a thousandth
log = structlog.get_logger()


async def note(room: Newsroom, tx: Transaction, reader_id: int, story: Story, deed: Deed, said: int) -> None:
    """What a reader did with a story from now on.

    :param said: a vote or a value; of other deeds 1; 0 where it was taken back
    """
    old = await tx.marks.get(reader_id, story.id, deed)
    new = None
    if said and await tx.readers.learns(reader_id):
        new = Mark(
            reader_id=reader_id,
            story_id=story.id,
            deed=deed,
            worth=worth(deed, said),
            at=room.now(),
            about=about(story),
        )
    await _change(tx, old, new)


async def _change(tx: Transaction, old: Mark | None, new: Mark | None) -> None:
    """One mark in the place of another one, or none."""
    more: defaultdict[str, float] = defaultdict(float)
    if old is not None:
        for key, weight in grown(old).items():
            more[key] -= weight
    if new is not None:
        for key, weight in grown(new).items():
            more[key] += weight
        await tx.marks.put(new)
    elif old is not None:
        await tx.marks.remove(old)
    one = new or old
    if one is not None:
        await tx.marks.add(one.reader_id, {key: weight for key, weight in more.items() if weight})


async def open_once(room: Newsroom, tx: Transaction, reader_id: int, story: Story) -> None:
    """Somebody looked at a card; the first time is noted."""
    if await tx.marks.get(reader_id, story.id, Deed.OPEN) is None:
        await note(room, tx, reader_id, story, Deed.OPEN, 1)


async def of(room: Newsroom, tx: Transaction, reader: Reader) -> Mapping[str, float]:
    """What this reader likes, now; nothing for who prefers that nothing is made of it."""
    return weights(await tx.marks.tastes(reader.id), room.now()) if reader.learns else {}


async def page(room: Newsroom, reader: Reader) -> list[Liking]:
    """All that this reader likes and does not, the strongest first, with what it was learned from."""
    async with room.store.read() as tx:
        kept, made = await tx.marks.tastes(reader.id), await tx.marks.of(reader.id)
    return likings(kept, made, room.now())


async def erase(room: Newsroom, reader: Reader, key: str, press: int) -> None:
    """Nothing is left of one thing that the reader liked or did not; it may be learned anew.

    :param press: the update's id: a press that is dealt with twice, around a crash, counts once
    """
    async with room.store.begin() as tx:
        if await tx.inbox.apply(press):
            kept = await tx.marks.tastes(reader.id)
            if key in kept:
                await _change(tx, None, erasing(key, kept[key], press, reader.id, room.now()))


async def forget(room: Newsroom, reader: Reader) -> None:
    """All that was learned, and what it was learned from; votes, values and saves stay."""
    async with room.store.begin() as tx:
        await tx.marks.forget(reader.id)


async def switch(room: Newsroom, reader: Reader, on: bool) -> Reader:
    """Learn from what this reader does, or make nothing of it."""
    async with room.store.begin() as tx:
        theirs = replace(await tx.readers.get(reader.id) or reader, learns=on)
        await tx.readers.save(theirs, room.now())
    return theirs


async def rebuild(room: Newsroom, reader_id: int) -> None:
    """Fold all marks of a reader anew."""
    async with room.store.begin() as tx:
        await tx.marks.replace(reader_id, fold(await tx.marks.of(reader_id)))


async def catch_up(room: Newsroom) -> int:
    """After an update: what was marked before is looked up and folded. Returns of how many readers."""
    async with room.store.read() as tx:
        rest = await tx.facts.get(FACT)
    many, last = 0, 0
    while rest is not None and not room.closing.is_set():
        async with room.store.read() as tx:
            ids = await tx.marks.readers(last, AT_ONCE)
        for reader_id in ids:
            await _catch_up(room, reader_id)
        many += len(ids)
        if not ids:
            async with room.store.begin() as tx:
                await tx.facts.remove(FACT)
            log.info("taste learned from what was marked before", readers=many)
            break
        last = ids[-1]
    return many


async def _catch_up(room: Newsroom, reader_id: int) -> None:
    async with room.store.begin() as tx:
        unknown = [mark for mark in await tx.marks.of(reader_id) if not mark.about]
        told = {story.id: story for story in await tx.stories.load([mark.story_id for mark in unknown])}
        for mark in unknown:
            if mark.story_id in told:
                await tx.marks.put(replace(mark, about=about(told[mark.story_id])))
            else:
                await tx.marks.remove(mark)
        await tx.marks.replace(reader_id, fold(await tx.marks.of(reader_id)))


async def merge(tx: Transaction, kept: int, gone: int) -> None:
    """Two stories are one: who did the same with both did it once, the later time."""
    theirs = {(mark.reader_id, mark.deed): mark for mark in await tx.marks.about(kept)}
    for mark in await tx.marks.about(gone):
        other = theirs.get((mark.reader_id, mark.deed))
        await _change(tx, mark, None)
        if other is None or other.at < mark.at:
            await _change(tx, other, replace(mark, story_id=kept))


async def tidy(room: Newsroom) -> int:
    """Forget what has faded. Returns how many marks."""
    many = 0
    while not room.closing.is_set():
        async with room.store.begin() as tx:
            old: Sequence[Mark] = await tx.marks.before(room.now() - KEPT, AT_ONCE)
            for mark in old:
                await _change(tx, mark, None)
        many += len(old)
        if len(old) < AT_ONCE:
            break
    return many
