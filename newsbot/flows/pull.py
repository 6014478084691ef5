"""Ask one source, read what it answers, store what is new: its own address first, then its fallbacks.

addresses -> fetch -> answer (sandbox) -> which are unknown? -> finish (sandbox) -> stored -> health
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from newsbot.errors import NewsbotError, SandboxError, SourceError, StoreError
from newsbot.flows import behind, robots, understand
from newsbot.flows.read import PAGE_BYTES
from newsbot.flows.take_in import take_in, unknown
from newsbot.models.articles import Draft
from newsbot.models.jobs import Job
from newsbot.models.reading import Answer, Understood
from newsbot.models.sources import Fetched, Health, Source
from newsbot.newsroom import Newsroom
from newsbot.sources.due import Served, addresses, after_failure, after_success, ask_anew, body_hash, wait_for

FEED_BYTES = 5_000_000
PAGES = ("list", "page")
MOST_A_DAY = 3_000  # new articles of one source; the busiest newswires have half of that
MOST_LEFT_OUT = 3  # articles of one part that cannot be understood
NO_FLOOD = 20  # new articles of one pull that nobody counts
AT_ONCE = 50  # articles understood by one call of the sandbox and stored by one transaction
log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What came of asking one source.

    :ivar status: new, changed, unchanged, failed or skipped
    :ivar size: bytes on the wire
    :ivar via: the fallback that served
    """

    source: Source
    status: str
    new: int = 0
    changed: int = 0
    ms: int = 0
    size: int = 0
    via: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a source answered.

    :ivar fresh: what of it is new, or may have changed
    :ivar behind: these only name articles, whose text stands behind their links
    :ivar backlog: what the source had before it was ours
    :ivar url: where it is asked from now on
    """

    served: Served
    fresh: list[Draft]
    behind: bool
    backlog: bool
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What was stored of one answer.

    :ivar whole: nothing was left for the next time
    :ivar wait: seconds for which the site asks to be left alone, or None
    """

    new: int = 0
    changed: int = 0
    whole: bool = True
    wait: float | None = None

    @property
    def status(self) -> str:
        return "new" if self.new else "changed" if self.changed else "unchanged"


async def pull(room: Newsroom, source: Source, health: Health) -> Pulled:
    """Ask one source; whatever it makes us stumble over is its failure and nobody else's."""
    url = source.url
    try:
        result, after, url = await _pull(room, source, health)
    except Exception as error:
        result, after = failed(room, source, health, error)
    await room.store.remember((after, url))
    tell(room, result)
    return result


def tell(room: Newsroom, result: Pulled, **more: int) -> None:
    """One line a pull, and it is counted."""
    log.info("pulled", source=result.source.id, status=result.status, new=result.new, changed=result.changed,
             ms=result.ms, error=result.error, **more)  # fmt: skip
    room.meters.count("pulls", status=result.status)
    room.meters.took("pull_seconds", result.ms / 1000)


def failed(room: Newsroom, source: Source, health: Health, error: Exception) -> tuple[Pulled, Health]:
    """Whatever went wrong is this source's failure.

    :raises StoreError: it is not: the database is in trouble
    """
    if isinstance(error, StoreError):
        raise error
    if not isinstance(error, NewsbotError):
        log.error("pull failed", source=source.id, exc_info=error)
        error = SourceError(source.url, f"it could not be read ({type(error).__name__})")
    after = after_failure(health, error, source, room.now(), room.settings.refresh_seconds)
    return Pulled(source=source, status="failed", error=after.error), after


async def _pull(room: Newsroom, source: Source, health: Health) -> tuple[Pulled, Health, str]:
    """What came of it, what is known since, and where the source is since."""
    asked = await ask(room, source, health)
    taken = await _take_in(room, source, asked)
    if taken.new:
        async with room.store.read() as tx:
            health = replace(health, per_day=await tx.sources.per_day(source.id, room.now()))
    fetched = asked.served.fetched
    result = Pulled(
        source=source, status=taken.status, new=taken.new, changed=taken.changed, ms=fetched.ms,
        size=fetched.size, via=asked.served.via,
    )  # fmt: skip
    after = after_success(health, asked.served, source, room.now(), room.settings.refresh_seconds)
    return result, left_over(room, after, taken.whole, taken.wait), asked.url


async def ask(room: Newsroom, source: Source, health: Health) -> Asked:
    """Its answer, and what of it is unknown. Nothing of that is stored yet.

    :raises NewsbotError: what is wrong with its first address, where none serves
    """
    served, answer = await serve(room, source, health)
    fresh = await _fresh(room, source, answer) if answer else []
    moved_to = served.fetched.moved_to
    has_moved = moved_to and served.via is None and await _moved(room, source, moved_to)
    url = moved_to if has_moved and moved_to else source.url
    backlog = health.last_success_at is None
    return Asked(served=served, fresh=fresh, behind=bool(answer and answer.behind), backlog=backlog, url=url)


def left_over(room: Newsroom, after: Health, whole: bool, wait: float | None) -> Health:
    """What is remembered where something was left for the next time, or the site asks to be left alone."""
    after = after if whole else ask_anew(after)
    return after if wait is None else wait_for(after, wait, room.now())


async def serve(room: Newsroom, source: Source, health: Health) -> tuple[Served, Answer | None]:
    """The first address that gives a good answer; the answer is None where it is the one we know.

    :raises NewsbotError: none does; what is wrong with the first
    """
    first: NewsbotError | None = None
    for address in addresses(source, health, room.now(), room.settings.rsshub):
        try:
            fetched, answer = await _ask(room, source, health, address)
        except NewsbotError as error:
            first = first or error
        else:
            via = None if address == source.url else address
            ttl = answer.ttl if answer else None
            read = answer is not None
            return Served(fetched=fetched, via=via, read=read, ttl=ttl, error=first), answer
    raise first or SourceError(source.url, "it has no address")


async def _ask(room: Newsroom, source: Source, health: Health, address: str) -> tuple[Fetched, Answer | None]:
    is_known = address == (health.via or source.url)  # else its validators are another address's
    is_own = address == source.url
    is_hub = not is_own and bool(room.settings.rsshub) and address.startswith(room.settings.rsshub or "")
    is_page = source.kind in PAGES if is_own else source.selector is not None and not is_hub
    if is_page and not await robots.allows(room, address):
        raise SourceError(source.url, "its robots.txt asks not to be read", "robots")
    fetched = await room.fetcher.fetch(
        address,
        etag=health.etag if is_known else None,
        last_modified=health.last_modified if is_known else None,
        limit_bytes=PAGE_BYTES if is_page else FEED_BYTES,
    )
    if fetched.unchanged or (is_known and body_hash(fetched.body) == health.body_hash):
        return fetched, None
    said = source.kind if is_own else None
    answer = await room.sandbox.run(
        understand.answer, fetched.body, fetched.content_type, fetched.url, source, room.now(), said
    )
    return fetched, answer


async def _fresh(room: Newsroom, source: Source, answer: Answer) -> list[Draft]:
    """What is new of it, or may have changed."""
    oldest = room.now() - timedelta(days=room.settings.keep_days)  # what is older would be forgotten at once
    drafts = [draft for draft in answer.drafts if draft.published is None or draft.published >= oldest]
    return await _without_flood(room, source, await unknown(room, source, drafts, answer.behind))


async def _take_in(room: Newsroom, source: Source, asked: Asked) -> Brought:
    """Store what is new and what changed."""
    fresh, whole, wait = asked.fresh, True, None
    if asked.behind:
        found = await behind.fetched(room, source, fresh)
        fresh, whole, wait = found.drafts, found.whole, found.wait
    statuses: list[str] = []
    for some in in_parts(fresh):
        statuses += await store(room, source, some, asked.backlog)
    return Brought(new=statuses.count("new"), changed=statuses.count("changed"), whole=whole, wait=wait)


def in_parts(drafts: Sequence[Draft]) -> list[Sequence[Draft]]:
    """As many as are understood and stored in one go."""
    return [drafts[start : start + AT_ONCE] for start in range(0, len(drafts), AT_ONCE)]


async def _without_flood(room: Newsroom, source: Source, fresh: list[Draft]) -> list[Draft]:
    """As many as one source may bring a day: items that change their words at every pull are a flood."""
    if len(fresh) <= NO_FLOOD:
        return fresh
    async with room.store.read() as tx:
        today = await tx.sources.since(source.id, room.now() - timedelta(days=1))
    place = max(0, MOST_A_DAY - today)
    if len(fresh) > place:
        log.warning("source floods", source=source.id, left_out=len(fresh) - place)
    return fresh[:place]


async def store(
    room: Newsroom, source: Source, drafts: Sequence[Draft], backlog: bool, then: Sequence[Job] = ()
) -> list[str]:
    """Understand articles and store them. Returns of each: new, changed or same.

    :param then: jobs that are due once they are stored, written down with them
    :raises SandboxError: too many of them cannot be understood
    """
    try:
        understood = await room.sandbox.run(understand.finish, drafts, source, room.now())
    except SandboxError:
        understood = await _one_by_one(room, source, drafts)
    return [one.status for one in await take_in(room, source, understood, backlog, then=then)]


async def _one_by_one(room: Newsroom, source: Source, drafts: Sequence[Draft]) -> tuple[Understood, ...]:
    """Without the one that cannot be understood: it is not to keep the others away at every pull.

    :raises SandboxError: it is more than a few
    """
    found: list[Understood] = []
    left_out = 0
    for draft in drafts:
        try:
            found += await room.sandbox.run(understand.finish, [draft], source, room.now())
        except SandboxError as error:
            left_out += 1
            log.warning("article left out", source=source.id, why=str(error))
            if left_out > MOST_LEFT_OUT:
                raise
    return tuple(found)


async def _moved(room: Newsroom, source: Source, address: str) -> bool:
    """It has moved for good, and the new address answers well: ask there from now on."""
    async with room.store.begin() as tx:
        done = await tx.sources.move(source.id, source.url, address)
    log.warning("source has moved for good", source=source.id, to=address, followed=done)
    return done
