"""The door through which others watch this process, and through which Telegram pushes updates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

import structlog

from newsbot.errors import SettingsError
from newsbot.flows import health
from newsbot.flows.webhook import Webhook
from newsbot.newsroom import Newsroom
from newsbot.settings import HTTP, Settings
from newsbot.web import Asked, Hook, Web

log = structlog.get_logger()


@asynccontextmanager
async def watched(room: Newsroom, pushed: Webhook | None = None) -> AsyncIterator[None]:
    """Listen meanwhile, as NEWSBOT_HTTP says.

    :raises SettingsError: NEWSBOT_HTTP is taken, and somebody needs it: who set it, or Telegram
    """
    if room.messenger is not None:
        room.messenger.told = lambda one: room.meters.count("sends", outcome=health.outcome(one))
    asked = Asked(partial(health.checks, room), partial(health.metrics, room))
    web = Web(asked, _hook(room.settings, pushed))
    await _open(web, room.settings)
    try:
        yield
    finally:
        await web.close()


def _hook(settings: Settings, pushed: Webhook | None) -> Hook | None:
    if pushed is None or settings.webhook_url is None or settings.webhook_secret is None:
        return None
    path = urlsplit(settings.webhook_url).path or "/"
    return Hook(path, settings.webhook_secret.get_secret_value(), pushed.take)


async def _open(web: Web, settings: Settings) -> None:
    where = settings.http or HTTP
    if where == "off":
        return
    host, _, port = where.rpartition(":")
    try:
        await web.open(host.strip("[]"), int(port))
    except SettingsError as error:
        if settings.http is not None or settings.webhook_url is not None:
            raise
        log.warning("nobody can watch this process", why=str(error))
    else:
        log.info("listening", http=web.address)
