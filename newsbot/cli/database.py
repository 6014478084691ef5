"""migrate, backup, audit: the database itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from newsbot.cli import output
from newsbot.errors import StoreError
from newsbot.models.inspection import Finding
from newsbot.settings import Settings
from newsbot.store import Store
from newsbot.store.backup import KEPT, dated, expire


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
