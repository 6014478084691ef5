"""migrate, backup, copy, audit: the database itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsbot.cli import output
from newsbot.errors import SettingsError, StoreError
from newsbot.models.inspection import Finding
from newsbot.settings import Settings
from newsbot.store import Store
from newsbot.store.backup import KEPT, dated, expire

if TYPE_CHECKING:
    from newsbot.models.words import Vocabulary


async def migrate(settings: Settings) -> int:
    """Make the database, or bring it up to date; says from which revision to which."""
    store = Store(settings.database)
    try:
        before = await store.open()
        after = await store.revision()
    finally:
        await store.close()
    output.words(
        f"{store.dialect}: {before or 'new'} → {after}" if before != after else f"{store.dialect}: {after}"
    )
    return 0


async def backup(settings: Settings, place: str) -> int:
    """Copy the database, as it is at this moment, into a file; a bot may run meanwhile.

    Into a folder: under the moment's name, and copies there that are older than 30 days go. What ends with a
    slash is a folder, made where it is missing.
    """
    store, now, file = Store(settings.database), datetime.now(UTC), Path(place)
    is_folder = await asyncio.to_thread(_is_folder, place)
    try:
        await store.open()
        file = dated(file, store.dialect, now) if is_folder else file
        size = await store.backup(file)
    finally:
        await store.close()
    output.words(f"{file}: {size / 1e6:.1f} MB")
    if is_folder and (many := expire(file.parent, now)):
        output.words(f"{many} older than {KEPT.days} days removed")
    return 0


def _is_folder(place: str) -> bool:
    folder = Path(place)
    if place.endswith("/") and not folder.exists():
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StoreError(f"{place} cannot be made ({error.strerror})") from None
    return folder.is_dir()


async def copy(settings: Settings, origin: str, goal: str) -> int:
    """Move everything from one database into another; goes on where it was stopped. The exit status.

    :param origin, goal: addresses, as NEWSBOT_DATABASE_URL has them
    """
    from newsbot.flows import learn
    from newsbot.store import copying

    own = learn.described(settings)
    async with _both(origin, goal) as (source, target, lost):
        with output.bar(remaining=True) as show:
            copied = await copying.copy(source, target, show, lost)
            await _index(settings, source, target, own, lambda many: show(many, copied.articles, "search"))
        await copying.finish(target)
    output.words(f"{copied.tables} tables, {copied.rows:,} rows, the same on both sides")
    if copied.replaced:
        output.words(f"{copied.replaced:,} characters U+0000, which PostgreSQL cannot hold, are U+FFFD there")
    output.words(
        "now name the new one in NEWSBOT_DATABASE_URL; keep the data folder: its privacy.key belongs to it"
    )
    return 0


@asynccontextmanager
async def _both(origin: str, goal: str) -> AsyncIterator[tuple[Store, Store, list[asyncio.Event]]]:
    """The two of them open, and nobody else's as long as their events are not set."""
    from newsbot.store import copying

    with _named("--from"):
        source, of = Store(origin), copying.identity(origin)
        copying.must_exist(origin)
    with _named("--to"):
        target = Store(goal)
        if copying.identity(goal) == of:
            raise SettingsError("", "is the database that is to be copied")
    try:
        async with _alone("--from", source, source.open) as lost:
            await _without_workers(source)
            async with source.read() as tx:
                admitted = copying.admit(of, await tx.run(copying.server))
            async with _alone("--to", target, lambda: target.open(admitted)) as lost_too:
                yield source, target, [lost, lost_too]
    finally:
        await source.close()
        await target.close()


async def _without_workers(source: Store) -> None:
    """What they stored after it was copied would be missing.

    :raises StoreError: there are some
    """
    if source.dialect != "postgresql":
        return
    async with source.read() as tx:
        if many := await tx.jobs.workers():
            raise StoreError(f"--from: {many} workers run on this database: end them first")


@asynccontextmanager
async def _alone(
    option: str, store: Store, opened: Callable[[], Awaitable[object]]
) -> AsyncIterator[asyncio.Event]:
    """Open, and nobody else in there. That a bot runs in it is said first, whatever it is refused for."""
    async with AsyncExitStack() as kept:
        with _named(option):
            try:
                await opened()
            except StoreError:
                async with store.alone():
                    raise
            lost = await kept.enter_async_context(store.alone())
        yield lost


@contextmanager
def _named(option: str) -> Iterator[None]:
    """What is wrong with an address is said of the option that gave it."""
    try:
        yield
    except SettingsError as error:
        raise SettingsError(option, error.problem) from None
    except StoreError as error:
        error.args = (f"{option}: {error}",)
        raise


async def _index(
    settings: Settings, source: Store, target: Store, own: Vocabulary, show: Callable[[int], None]
) -> None:
    """Searches find what they found before."""
    from newsbot.cli.opening import indexers
    from newsbot.flows import follows, index
    from newsbot.store.search import REST

    async with source.read() as tx:
        was_filled = await tx.facts.get(REST) is None
    async with indexers(settings, target, own) as room:
        await index.fill(room, show)
        if not was_filled:
            await follows.look_back(room)


async def audit(settings: Settings, mend: bool, as_json: bool) -> int:
    """A line for everything that must not be, and what was mended of it; 1 where something stays so."""
    from newsbot.cli.opening import archive
    from newsbot.flows.inspect import inspect

    async with archive(settings) as room:
        found = await inspect(room, mend)
    for one in found:
        if as_json:
            output.line(_values(one))
        elif one.count:
            output.words(_line(one))
    is_well = all(one.is_well for one in found)
    if is_well and not as_json:
        output.words(
            f"✓ {len(found)} checks, nothing wrong{' any more' if any(map(_was_wrong, found)) else ''}"
        )
    return int(not is_well)


def _was_wrong(found: Finding) -> bool:
    return found.count > 0


def _line(found: Finding) -> str:
    """`✗ stories.lead: 2 stories whose lead is none of their articles (12, 31); 2 mended`"""
    rest = ", …" if found.count > len(found.examples) else ""
    words = f"{found.name}: {found.count} {found.words} ({', '.join(found.examples)}{rest})"
    if found.mended:
        words += f"; {found.mended} mended"
    elif found.is_mendable:
        words += "; --mend mends what is safe"
    return f"{'✓' if found.is_well else '✗'} {words}"


def _values(found: Finding) -> dict[str, object]:
    return {
        "check": found.name,
        "ok": found.is_well,
        "count": found.count,
        "examples": list(found.examples),
        "mended": found.mended,
        "detail": found.words,
    }
