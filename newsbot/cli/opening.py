"""Opening the doors for a command, and closing them again whatever happens."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from newsbot.errors import SettingsError
from newsbot.fetcher import Fetcher
from newsbot.flows import catalogue, understand
from newsbot.messenger import Messenger
from newsbot.newsroom import Newsroom
from newsbot.outbox.pace import Pace
from newsbot.sandbox import Sandbox
from newsbot.settings import Settings
from newsbot.store import Store


@asynccontextmanager
async def newsroom(settings: Settings, with_telegram: bool = False) -> AsyncIterator[Newsroom]:
    """A newsroom with its database made or brought up to date, and its catalogue seeded.

    :raises SettingsError: naming the setting that keeps a door shut
    :raises CatalogError: a line of the catalogue is wrong
    """
    sources = catalogue.described(settings)
    cache = _folder(settings.data / "cache")
    store = Store(settings.database)
    try:
        await store.open()
    except BaseException:
        await store.close()
        raise
    room = Newsroom(
        settings=settings,
        store=store,
        fetcher=Fetcher(allow_hosts=settings.allow_hosts),
        sandbox=Sandbox(prepare=partial(understand.prepare, cache)),
        messenger=_messenger(settings) if with_telegram else None,
    )
    try:
        await catalogue.seed(room, sources)
        yield room
    finally:
        await room.close()


def _folder(path: Path) -> Path:
    """A folder of ours, made where it is missing.

    :raises SettingsError: naming NEWSBOT_DATA
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise SettingsError("NEWSBOT_DATA", f"{path} cannot be written ({error.strerror})") from None
    return path.absolute()


def _messenger(settings: Settings) -> Messenger:
    token = settings.token.get_secret_value() if settings.token else ""
    return Messenger(token, settings.api_url, Pace(most=settings.send_rate))
