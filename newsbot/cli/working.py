"""worker: the jobs of a bot that runs elsewhere, until it is told to stop."""

from __future__ import annotations

import asyncio

import structlog

from newsbot.cli.opening import newsroom
from newsbot.cli.serving import stopped
from newsbot.cli.watching import watched
from newsbot.errors import SettingsError
from newsbot.settings import Settings

log = structlog.get_logger()


async def work(settings: Settings, at_once: int) -> int:
    """Do jobs until SIGTERM or Ctrl-C.

    :raises SettingsError: the database is no PostgreSQL
    """
    if settings.database.startswith("sqlite"):
        raise SettingsError(
            "NEWSBOT_DATABASE_URL", "workers need PostgreSQL; on SQLite `run` does everything by itself"
        )
    stop = stopped()
    async with newsroom(settings) as room:
        room.mode = "working"
        async with watched(room):
            from newsbot import worker

            working = asyncio.create_task(worker.work(room, at_once))
            log.info("ready", jobs=at_once)
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
            log.info("stopping")
            working.cancel()
            for end in await asyncio.gather(working, return_exceptions=True):
                if isinstance(end, Exception):
                    raise end
    log.info("stopped")
    return 0
