"""What readers like: each deed noted, and folded, in the transaction that writes it down.

A mark keeps what its story was about then, so that it can be taken away again exactly, and so that folding
all marks anew gives the same (`rebuild`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import structlog

from newsbot.models.readers import Reader
from newsbot.models.taste import Deed, Liking, Mark, worth
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.taste.fold import about, fold, likings, weights

FACT = "taste_rest"  # there are marks of which nobody knows what they are about: from before there were any
AT_ONCE = 200
KEPT = timedelta(days=300)  # ten half-lives: what is older has faded to a thousandth
log = structlog.get_logger()


async def note(
    room: Newsroom,
    tx: Transaction,
    reader_id: int,
    story_id: int,
    told_of: Mapping[str, float],
    deed: Deed,
    said: int,
) -> None:
    """What a reader did with a story from now on.

    :param told_of: what it is about, see `taste.fold.about`
    :param said: a vote or a value; of other deeds 1; 0 where it was taken back
    """
    if said and await tx.readers.learns(reader_id):
        mark = Mark(
            reader_id=reader_id,
            story_id=story_id,
            deed=deed,
            worth=worth(deed, said),
            at=room.now(),
            about=told_of,
        )
        await tx.marks.put(mark)
    else:
        await tx.marks.remove(reader_id, story_id, deed)


async def of(room: Newsroom, reader: Reader) -> Mapping[str, float]:
    """What this reader likes, now; nothing for who prefers that nothing is made of it."""
    if not reader.learns:
        return {}
    async with room.store.read() as tx:
        kept = await tx.marks.tastes(reader.id)
    return weights(kept, room.now())


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
        if not await tx.inbox.apply(press):
            return
        for mark in await tx.marks.of(reader.id):
            if key in mark.about:
                rest = {other: share for other, share in mark.about.items() if other != key}
                await tx.marks.put(replace(mark, about=rest))


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
    """Fold all marks of a reader anew; what was done meanwhile is folded in again."""
    while True:
        async with room.store.read() as tx:
            made = await tx.marks.of(reader_id)
        kept = fold(made)
        async with room.store.begin() as tx:
            if await tx.marks.of(reader_id) == made:
                await tx.marks.replace(reader_id, kept)
                return


async def catch_up(room: Newsroom) -> int:
    """After an update: what was marked before is looked up and folded. Returns of how many readers."""
    async with room.store.read() as tx:
        rest = await tx.facts.get(FACT)
    many, last = 0, 0
    while rest is not None and not room.closing.is_set():
        async with room.store.read() as tx:
            ids = await tx.marks.readers(last, AT_ONCE)
        for reader_id in ids:
            await _describe(room, reader_id)
            await rebuild(room, reader_id)
        many += len(ids)
        if not ids:
            async with room.store.begin() as tx:
                await tx.facts.remove(FACT)
            log.info("taste learned from what was marked before", readers=many)
            break
        last = ids[-1]
    return many


async def _describe(room: Newsroom, reader_id: int) -> None:
    """What the stories of a reader's marks were about, as far as it is not known and they are still there."""
    async with room.store.read() as tx:
        unknown = [mark for mark in await tx.marks.of(reader_id) if not mark.about]
        told = {story.id: story for story in await tx.stories.load([mark.story_id for mark in unknown])}
    described = [
        replace(mark, about=about(told[mark.story_id].lead)) for mark in unknown if mark.story_id in told
    ]
    async with room.store.begin() as tx:
        for mark in described:
            await tx.marks.describe(mark)


async def tidy(room: Newsroom) -> int:
    """Forget what has faded. Returns how many marks."""
    many = 0
    while not room.closing.is_set():
        async with room.store.begin() as tx:
            old = await tx.marks.before(room.now() - KEPT, AT_ONCE)
            for mark in old:
                await tx.marks.remove(mark.reader_id, mark.story_id, mark.deed)
        many += len(old)
        if len(old) < AT_ONCE:
            break
    return many
