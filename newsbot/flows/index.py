"""The search index where it has to be filled anew, and what was indexed has to be said again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from newsbot.flows import follows, understand
from newsbot.models.articles import Article
from newsbot.models.search import Document
from newsbot.newsroom import Newsroom
from newsbot.store.search import REST

AT_ONCE = 100
SECONDS = 30.0
log = structlog.get_logger()


async def documents(room: Newsroom, told: Sequence[Article]) -> list[tuple[int, Document]]:
    """What these articles are found by: (article id, document); worked out in the sandbox."""
    if not told:
        return []
    return await room.sandbox.run(understand.documents, told, seconds=SECONDS)


async def index(room: Newsroom) -> int:
    """Index what is not, the newest first, and ask it what is followed. Returns how many there were."""
    many = await fill(room)
    if many:
        await follows.look_back(room)
        log.info("indexed", articles=many)
    return many


async def fill(room: Newsroom, show: Callable[[int], None] | None = None) -> int:
    """Index what is not, the newest first. Returns how many there were.

    :param show: hears how many there were so far
    """
    many = 0
    while not room.closing.is_set():
        async with room.store.read() as tx:
            rest = await tx.facts.get(REST)
            ids = await tx.search.last_ids(int(rest), AT_ONCE) if rest else []
            told = await tx.articles.load(ids)
        if rest is None:
            break
        made = await documents(room, list(told.values()))
        async with room.store.begin() as tx:
            if not await tx.facts.change(REST, rest, str(min(ids, default=0))):
                continue  # somebody else was faster
            now = await tx.articles.load(ids)
            same = [one for one in made if now.get(one[0]) == told[one[0]]]
            edited = [one for one in ids if one in now and now[one] != told.get(one)]
            await tx.search.put_all(same)
            if edited:  # meanwhile: they have their turn again
                await tx.facts.put(REST, str(max(edited) + 1))
            if not ids:
                await tx.facts.remove(REST)
                break
        many += len(ids)
        if show is not None:
            show(many)
    return many
