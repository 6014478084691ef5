"""migrate, backup: the database itself."""

from __future__ import annotations

from pathlib import Path

from newsbot.cli import output
from newsbot.settings import Settings
from newsbot.store import Store


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
    """Copy the database, as it is at this moment, into a file; a bot may run meanwhile."""
    store = Store(settings.database)
    try:
        await store.open()
        size = await store.backup(file)
    finally:
        await store.close()
    output.words(f"{file}: {size / 1e6:.1f} MB")
    return 0
