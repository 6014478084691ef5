"""Pull what is due: one source that fails never holds up the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import structlog

from newsbot.articles.compare import compare
from newsbot.errors import NewsbotError, SourceError
from newsbot.flows import group, understand
from newsbot.models.reading import Reading, Understood
from newsbot.models.sources import Feed, Fetched, Health, Source
from newsbot.newsroom import Newsroom
from newsbot.sources.due import after_failure, after_success, body_hash
from newsbot.store import Transaction

AT_ONCE = 8  # sources being asked at the same time
READING_SECONDS = 10.0  # for a feed of a few hundred articles with their tags
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What came of asking one source.

    :ivar status: new, changed, unchanged, failed or skipped
    """

    source: Source
    status: str
    new: int = 0
    changed: int = 0
    ms: int = 0
    size: int = 0
    error: str | None = None


async def refresh(
    room: Newsroom,
    only: Sequence[str] = (),
    force: bool = False,
    told: Callable[[Pulled], None] | None = None,
) -> list[Pulled]:
    """Ask every source that is due.

    :param only: ids; empty for all
    :param force: also those that are not due
    :param told: called with each result as it comes
    """
    async with room.refreshing:
        async with room.store.read() as tx:
            known = await tx.sources.all()
            due = {source.id for source, _ in await tx.sources.due(room.now())}
        chosen = [(s, h) for s, h in known if (s.id in only if only else s.on)]
        asked = [(s, h) for s, h in chosen if force or s.id in due]
        room.progress.done, room.progress.total, room.progress.running = 0, len(asked), True
        try:
            results = await _ask_all(room, asked, told)
        finally:
            room.progress.running = False
            room.progress.rounds += 1
        skipped = [Pulled(source=s, status="skipped") for s, h in chosen if not (force or s.id in due)]
        return sorted(results + skipped, key=lambda result: result.source.id)


async def _ask_all(
    room: Newsroom, asked: Sequence[tuple[Source, Health]], told: Callable[[Pulled], None] | None
) -> list[Pulled]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def ask(source: Source, health: Health) -> Pulled:
        async with turns:
            result = await pull(room, source, health)
        room.progress.done += 1
        if result.new:  # at once: a first digest does not wait for the slowest source
            await group.group(room)
        if told is not None:
            told(result)
        return result

    return list(await asyncio.gather(*(ask(source, health) for source, health in asked)))


async def pull(room: Newsroom, source: Source, health: Health) -> Pulled:
    """Ask one source, read its answer, store what is new."""
    try:
        result, after = await _pull(room, source, health)
    except NewsbotError as error:
        result, after = _failed(room, source, health, error)
    except Exception as error:  # whatever one source makes us stumble over, the others are asked
        log.exception("pull failed", source=source.id)
        words = f"it could not be read ({type(error).__name__})"
        result, after = _failed(room, source, health, SourceError(source.url, words))
    async with room.store.begin() as tx:
        per_day = await tx.sources.per_day(source.id, room.now())
        await tx.sources.save_health(replace(after, per_day=per_day))
    log.info("pulled", source=source.id, status=result.status, new=result.new, changed=result.changed,
             ms=result.ms, error=result.error)  # fmt: skip
    return result


def _failed(room: Newsroom, source: Source, health: Health, error: NewsbotError) -> tuple[Pulled, Health]:
    after = after_failure(health, error, source, room.now(), room.settings.refresh_seconds)
    return Pulled(source=source, status="failed", error=after.error), after


async def _pull(room: Newsroom, source: Source, health: Health) -> tuple[Pulled, Health]:
    fetched = await room.fetcher.fetch(source.url, etag=health.etag, last_modified=health.last_modified)
    if fetched.moved_to:
        log.warning("source has moved for good", source=source.id, to=fetched.moved_to)
    reading = None
    if not fetched.unchanged and body_hash(fetched.body) != health.body_hash:
        reading = await _read(room, source, fetched)
    new, changed = await save(room, source, reading.articles) if reading else (0, 0)
    status = "new" if new else "changed" if changed else "unchanged"
    result = Pulled(source=source, status=status, new=new, changed=changed, ms=fetched.ms, size=fetched.size)
    parsed = Feed(ttl=reading.ttl) if reading else None
    return result, after_success(health, fetched, parsed, source, room.now(), room.settings.refresh_seconds)


async def _read(room: Newsroom, source: Source, fetched: Fetched) -> Reading:
    function = understand.feed if source.kind == "feed" else understand.anything
    return await room.sandbox.run(
        function, fetched.body, fetched.content_type, fetched.url, source, room.now(), seconds=READING_SECONDS
    )


async def save(room: Newsroom, source: Source, articles: Sequence[Understood]) -> tuple[int, int]:
    """Store what is new and what changed, with its place in the index. Returns how many of each."""
    new = changed = 0
    async with room.store.begin() as tx:
        for found in articles:
            _, status = await save_one(room, tx, source, found)
            new += status == "new"
            changed += status == "changed"
    return new, changed


async def save_one(room: Newsroom, tx: Transaction, source: Source, found: Understood) -> tuple[int, str]:
    """Store one article. Returns its id, and new, changed or same."""
    known = await tx.articles.known(source.id, found.draft.keys)
    same = next((known[key] for key in found.draft.keys if key in known), None)
    if same is None:
        article_id = await tx.articles.add(found.draft, source.id, found.folded, room.now())
        await _describe(tx, article_id, found)
        return article_id, "new"
    before = (await tx.articles.load([same]))[same]
    if not compare(before, found.draft):
        return same, "same"
    await tx.articles.update(same, found.draft, source.id, found.folded)
    await _describe(tx, same, found)
    return same, "changed"


async def _describe(tx: Transaction, article_id: int, found: Understood) -> None:
    """By what it is found, and by what it is compared."""
    await tx.search.put(article_id, found.document)
    await tx.stories.describe(article_id, found.signature)
