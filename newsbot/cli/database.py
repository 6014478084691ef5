"""migrate: the database itself."""

from __future__ import annotations

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
