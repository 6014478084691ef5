"""migrate, backup: the database itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from newsbot.cli import output
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


async def backup(settings: Settings, file: Path) -> int:
    """Copy the database, as it is at this moment, into a file; a bot may run meanwhile.

    Into a folder: under the moment's name, and copies there that are older than 30 days go.
    """
    store, now = Store(settings.database), datetime.now(UTC)
    is_folder = await asyncio.to_thread(file.is_dir)
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
