"""Opening the doors for a command, and closing them again whatever happens."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from newsbot.errors import SettingsError
from newsbot.fetcher import Fetcher
from newsbot.flows import catalogue, learn, understand
from newsbot.newsroom import Newsroom
from newsbot.outbox.pace import Pace
from newsbot.sandbox import Sandbox
from newsbot.settings import Settings
from newsbot.store import Store
from newsbot.vault import open_vault

if TYPE_CHECKING:
    from newsbot.messenger import Messenger
    from newsbot.models.words import Vocabulary
    from newsbot.summariser import Summariser

MOST_PROBLEMS = 20  # lines of a catalogue that are told
log = structlog.get_logger()


@asynccontextmanager
async def newsroom(settings: Settings, with_telegram: bool = False) -> AsyncIterator[Newsroom]:
    """A newsroom with its database made or brought up to date, and its catalogue seeded.

    :raises SettingsError: naming the setting that keeps a door shut
    :raises CatalogError: a line of the catalogue is wrong
    """
    found = catalogue.described(settings)
    own = learn.described(settings)  # what is wrong in the files is said before a door opens
    for problem in found.problems[:MOST_PROBLEMS]:
        log.warning(
            "line of the catalogue left out", file=settings.sources, line=problem.line, why=problem.words
        )
    _folder(settings.data)
    vault = open_vault(settings)
    store = Store(settings.database)
    try:
        await store.open()
    except BaseException:
        await store.close()
        raise
    room = Newsroom(
        settings=settings,
        store=store,
        fetcher=_fetcher(settings),
        sandbox=Sandbox(prepare=understand.prepare),
        messenger=_messenger(settings) if with_telegram else None,
        summariser=_summariser(settings),
        vault=vault,
    )
    try:
        await catalogue.seed(room, found)
        await learn.recall(room, own)
        yield room
    finally:
        await room.close()


@asynccontextmanager
async def archive(settings: Settings) -> AsyncIterator[Newsroom]:
    """A newsroom for its database alone, which is made or brought up to date: nothing else is written.

    :raises SettingsError: it cannot be written or reached
    :raises StoreError: it is damaged
    """
    store = Store(settings.database)
    room = Newsroom(settings=settings, store=store, fetcher=_fetcher(settings), sandbox=Sandbox())
    try:
        await store.open()
        yield room
    finally:
        await room.close()


@asynccontextmanager
async def indexers(settings: Settings, store: Store, own: Vocabulary) -> AsyncIterator[Newsroom]:
    """A newsroom that can fill the index of a store, which is open and stays so.

    :param own: the operator's words, as `learn.described` gives them
    """
    sandbox = Sandbox(prepare=understand.prepare)
    room = Newsroom(settings=settings, store=store, fetcher=_fetcher(settings), sandbox=sandbox)
    try:
        await learn.recall(room, own)
        yield room
    finally:
        await room.fetcher.close()
        await room.sandbox.close()


@asynccontextmanager
async def bare(settings: Settings) -> AsyncIterator[Newsroom]:
    """A newsroom whose database is not opened, where there is none to be had.

    :raises SettingsError: its address is none
    """
    messenger = _messenger(settings) if settings.token is not None else None
    room = Newsroom(
        settings=settings,
        store=Store(settings.database),
        fetcher=_fetcher(settings),
        sandbox=Sandbox(),
        messenger=messenger,
    )
    try:
        yield room
    finally:
        await room.close()


def _folder(path: Path) -> None:
    """A folder of ours, made where it is missing.

    :raises SettingsError: naming NEWSBOT_DATA
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as error:
        raise SettingsError("NEWSBOT_DATA", f"{path} cannot be written ({error.strerror})") from None


def _fetcher(settings: Settings) -> Fetcher:
    """The RSSHub is the operator's own choice: it may stand in a private network, at its port."""
    parts = urlsplit(settings.rsshub) if settings.rsshub else None
    hub = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}" if parts else None
    return Fetcher(
        allow_hosts=(*settings.allow_hosts, *filter(None, [hub])),
        proxy=settings.proxy.get_secret_value() if settings.proxy else None,
    )


def _summariser(settings: Settings) -> Summariser | None:
    if settings.summary_url is None or settings.summary_model is None:
        return None
    from newsbot.summariser import Summariser

    key = settings.summary_key.get_secret_value() if settings.summary_key else None
    return Summariser(settings.summary_url, settings.summary_model, key)


def _messenger(settings: Settings) -> Messenger:
    from newsbot.messenger import Messenger

    token = settings.token.get_secret_value() if settings.token else ""
    return Messenger(token, settings.api_url, Pace(most=settings.send_rate))
