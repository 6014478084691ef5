"""The bundle that every flow receives: the doors, the settings, the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING
from uuid import uuid4
from weakref import WeakValueDictionary
from zoneinfo import ZoneInfo

from newsbot.fetcher import Fetcher
from newsbot.meters import Meters
from newsbot.models.review import Rising
from newsbot.models.stories import Usual
from newsbot.sandbox import Sandbox
from newsbot.settings import Settings
from newsbot.store import Store
from newsbot.vault import Vault

if TYPE_CHECKING:  # commands that send nothing do without: it is a sixth of their start
    from newsbot.messenger import Messenger
    from newsbot.summariser import Summariser


ASKERS = 32


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Progress:
    """How far the running pull is.

    :ivar rounds: how often this process was done with all that it asked
    """

    done: int = 0
    total: int = 0
    running: bool = False
    rounds: int = 0


@dataclass(slots=True)
class Newsroom:
    """Doors, settings and clock.

    :ivar messenger: None on the command line, where nothing is sent
    :ivar summariser: None where no model is set
    :ivar now: the clock; tests set it
    :ivar asking: the sources that are being asked just now
    :ivar underway: rounds of asking
    :ivar hosts: the places at each host where somebody is being asked
    :ivar askers: so many at the same time; those that answer late have most of the places
    :ivar clustering: one flow clusters at a time
    :ivar post: what sending remembers between its rounds, such as whether Telegram answers
    :ivar mailing, amending: one flow sends broadcasts at a time, one changes them
    :ivar bag: what sending them remembers
    :ivar robots: site -> until when its robots.txt is kept, and what it says
    :ivar tries: link of a list -> how often what stands behind it could not be had
    :ivar model_pause: seconds that the summarising model was left alone last; 0 while it is well
    :ivar model_after: before then it is not asked
    :ivar model_tries: article id -> how often it gave no answer about it
    :ivar follows: all that anybody follows, once it is known
    :ivar learning: one task reads it
    :ivar usual: how often stories are supported, as the last that were weighed told
    :ivar exporting: one person's belongings are put together at a time
    :ivar rising: the words of the week that ended with this Sunday
    :ivar pictures: of the same, by Sunday and language
    :ivar drawing: one task works these out
    :ivar edits: (chat, message) -> a change of it that waits until the chat may have one
    :ivar administrators: (chat, person) -> until when we know whether they decide there, and whether they do
    :ivar refusals: (chat, person) -> when they were told that something is not theirs to change
    :ivar searches: person id -> when they searched within the last minute
    :ivar closing: set once nothing new is to be begun
    :ivar mode: what this process does: `starting`, `standing by`, `leading`, `working`, or `command`
    :ivar works: jobs are taken here
    :ivar heard_at: when Telegram answered getUpdates last (`time.monotonic()`); None where nobody polls
    :ivar meters: what this process has done
    :ivar owner: who claims deliveries: this process
    """

    settings: Settings
    store: Store
    fetcher: Fetcher
    sandbox: Sandbox
    messenger: Messenger | None = None
    summariser: Summariser | None = None
    now: Callable[[], datetime] = utc_now
    progress: Progress = field(default_factory=Progress)
    clustering: asyncio.Lock = field(default_factory=asyncio.Lock)
    asking: set[str] = field(default_factory=set)
    underway: int = 0
    hosts: WeakValueDictionary[str, asyncio.Semaphore] = field(default_factory=WeakValueDictionary)
    askers: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, ASKERS))
    delivering: asyncio.Lock = field(default_factory=asyncio.Lock)
    post: object | None = None
    mailing: asyncio.Lock = field(default_factory=asyncio.Lock)
    amending: asyncio.Lock = field(default_factory=asyncio.Lock)
    bag: object | None = None
    robots: dict[str, tuple[datetime, bytes]] = field(default_factory=dict)
    tries: dict[str, int] = field(default_factory=dict)
    model_pause: float = 0.0
    model_after: datetime | None = None
    model_tries: dict[int, int] = field(default_factory=dict)
    follows: object | None = None
    learning: asyncio.Lock = field(default_factory=asyncio.Lock)
    usual: Usual | None = None
    exporting: asyncio.Lock = field(default_factory=asyncio.Lock)
    rising: tuple[date, tuple[Rising, ...]] | None = None
    pictures: dict[str, bytes] = field(default_factory=dict)
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    edits: dict[tuple[int, int], asyncio.Task[None]] = field(default_factory=dict)
    administrators: dict[tuple[int, int], tuple[datetime, bool]] = field(default_factory=dict)
    refusals: dict[tuple[int, int], datetime] = field(default_factory=dict)
    searches: dict[int, list[datetime]] = field(default_factory=dict)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    mode: str = "command"
    works: bool = False
    heard_at: float | None = None
    meters: Meters = field(default_factory=Meters)
    vault: Vault = field(default_factory=Vault)
    owner: str = field(default_factory=lambda: uuid4().hex)

    def alias(self, chat_id: int) -> str:
        """How a log names a chat: a keyed hash, which tells nobody who it is; the token is the key."""
        token = self.settings.token.get_secret_value() if self.settings.token else ""
        return blake2b(str(chat_id).encode(), key=token.encode()[:64], digest_size=6).hexdigest()

    def pseudonym(self, person_id: int) -> int:
        """What stands for this person in the database once they were forgotten."""
        return self.vault.pseudonym(person_id)

    @property
    def usual_hour(self) -> time:
        """The digest's hour for readers who never chose one."""
        hour, minute = self.settings.digest_time.split(":")
        return time(int(hour), int(minute))

    @property
    def today(self) -> str:
        """The date in the operator's zone, such as 2026-11-25."""
        return self.now().astimezone(ZoneInfo(self.settings.timezone)).date().isoformat()

    @property
    def rate(self) -> float:
        """Messages a second that leave, or that are to."""
        return self.messenger.rate if self.messenger else self.settings.send_rate

    @property
    def telegram(self) -> Messenger:
        """The messenger, where there must be one."""
        if self.messenger is None:
            raise RuntimeError("this newsroom has no messenger")
        return self.messenger

    async def close(self) -> None:
        """Close every door; what only waits to be changed is right when it is next touched."""
        waiting = list(self.edits.values())
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        if self.messenger is not None:
            await self.messenger.close()
        if self.summariser is not None:
            await self.summariser.close()
        await self.fetcher.close()
        await self.sandbox.close()
        await self.store.close()
