"""The playground: the bot with a Telegram of its own, an offline newsstand, a clock to put forward."""

from __future__ import annotations

import asyncio
import tempfile
import webbrowser
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newsbot.cli import output
from newsbot.cli.opening import newsroom
from newsbot.cli.serving import Introduce, serve, stopped
from newsbot.errors import SettingsError
from newsbot.flows import catalogue, dispatch, plan
from newsbot.flows.refresh import refresh
from newsbot.messenger import Heard
from newsbot.models.deliveries import MovedTo, Sent, TryLater
from newsbot.newsroom import Newsroom, utc_now
from newsbot.settings import Settings
from newsbot.sources import catalog
from playground.newsstand import Newsstand
from playground.server import Playground

TIPS = (50, 100, 500)  # the Stars of the playground cost nothing
PULL_SECONDS = 10  # between two looks at the newsstand: who publishes there sees it pulled
SETTLE_SECONDS = 10  # a page that is asked for hangs no longer
FAR = timedelta(days=8)  # every plan has a slot within a week


class Clock:
    """The time of the demo: the real one, put forward whenever somebody wants the next digest now."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def now(self) -> datetime:
        """Aware, UTC."""
        return utc_now() + self._ahead

    def forward_to(self, moment: datetime) -> None:
        """From now on it is this moment, or later where it was later already."""
        self._ahead = max(self._ahead, moment - utc_now())


async def demo(settings: Settings, introduce: Introduce, port: int, open_page: bool) -> int:
    """The bot in a playground of its own, with an offline newsstand."""
    stop, clock = stopped(), Clock()
    stand = Newsstand(clock.now, goes_on=True)
    playground = Playground(port=port, newsstand=stand, with_groups=True)
    playground.telegram.clock = lambda: clock.now().timestamp()
    try:
        await playground.start()
    except (OSError, OverflowError) as error:
        raise SettingsError("--port", f"{port} cannot be used ({error})") from None
    try:
        with tempfile.TemporaryDirectory(prefix="newsbot-") as folder:
            own = _own(settings, playground, Path(folder))
            async with newsroom(own, with_telegram=True) as room:
                room.now = clock.now
                samples = catalog.load(stand.catalog(playground.url, PULL_SECONDS), "newsstand")
                await catalogue.seed(room, catalogue.Catalogue(samples))
                first = [source.id for source in samples]
                playground.introduce(
                    lambda chat_id: next_digest(room, clock, chat_id, first), lambda: outcomes(room)
                )
                output.words(f"newsbot is at {playground.url}   (Ctrl-C ends it)")
                if open_page:
                    webbrowser.open(playground.url)
                await serve(room, introduce(room), stop, first=first)
    finally:
        await playground.stop()
    return 0


def _own(settings: Settings, playground: Playground, folder: Path) -> Settings:
    """The same settings for the playground; unless one is named, its database is new and goes with it."""
    from pydantic import SecretStr

    host, admin = "127.0.0.1", playground.telegram.person("admin").id
    changes: dict[str, Any] = {
        "token": SecretStr(playground.token),
        "api_url": playground.url,
        "allow_hosts": (*settings.allow_hosts, host),
        "admins": (*settings.admins, admin),
        "tips": settings.tips or TIPS,
    }
    if settings.database_url is None:
        changes["data"] = folder
    return settings.model_copy(update=changes)


async def next_digest(
    room: Newsroom, clock: Clock, chat_id: int, samples: Sequence[str] = ()
) -> dict[str, Any]:
    """Put the clock forward to the next slot of a chat and write down what is due until then.

    What is written down is sent by the clock's own round. Of a chat that gets none, the first slot of all.

    :param samples: sources that are pulled before: who has just published something wants to see it
    :returns: `at`, in seconds since 1970, None where nobody has a slot; `chat`, whose slot it is; `digests`,
        how many it gets then: none where there is no news
    """
    if samples:
        await _settle(room)  # who is being asked already would not be asked again
        await refresh(room, samples, force=True)
        await _settle(room)
    async with room.store.read() as tx:
        theirs = [reader for reader in await tx.readers.load([chat_id]) if reader.subscribed]
        first = await tx.readers.due(room.now() + FAR, 1)
    found = next(((one.id, one.next_due) for one in (*theirs, *first) if one.next_due is not None), None)
    if found is None or found[1] is None:
        return {"at": None, "chat": None, "digests": 0}
    reader_id, moment = found
    before = await _deliveries(room, reader_id)
    clock.forward_to(moment)
    await plan.plan(room)
    many = await _deliveries(room, reader_id) - before
    return {"at": moment.timestamp(), "chat": reader_id, "digests": many}


async def _settle(room: Newsroom) -> None:
    """Until what another round has asked for is stored: it may have been given what was just published."""
    with suppress(TimeoutError):
        async with asyncio.timeout(SETTLE_SECONDS):
            while not await dispatch.is_settled(room):  # noqa: ASYNC110  rows, of other processes too
                await asyncio.sleep(0.05)


async def _deliveries(room: Newsroom, chat_id: int) -> int:
    async with room.store.read() as tx:
        return len(await tx.deliveries.of(chat_id))


def outcomes(room: Newsroom) -> Sequence[dict[str, Any]]:
    """What became of the last messages, as the page tells it."""
    return [_told(heard) for heard in room.telegram.outcomes]


def _told(heard: Heard) -> dict[str, Any]:
    outcome = heard.outcome
    if isinstance(outcome, Sent):
        words = str(outcome.message_id)
    elif isinstance(outcome, MovedTo):
        words = str(outcome.chat_id)
    elif isinstance(outcome, TryLater):
        words = f"{outcome.seconds:g} s {outcome.reason}".strip()
    else:
        words = outcome.reason
    kind = type(outcome).__name__
    return {"chat": heard.chat_id, "began": heard.began, "ended": heard.ended, "kind": kind, "words": words}
