"""Updates that Telegram pushes, to any number of processes behind a balancer.

    POST -> inbox (committed, and claimed) -> 200 -> in order per chat -> out of the inbox

What a process claimed nobody else deals with. One that dies claims nothing anew, and after a moment the
others take over what it had. Two processes never have updates of one chat at the same time: the later wait
in the inbox until the earlier are dealt with.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from newsbot.errors import StoreError
from newsbot.flows.receive import CLAIMED, GRACE_SECONDS, Answer, lines
from newsbot.models.messages import Incoming
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction

RENEW_SECONDS = 4.0
CLAIM_SECONDS = 1.0  # what another process was at, or could not finish
MOST = 500  # claimed in one go
log = structlog.get_logger()


class Webhook:
    """One process's part of it."""

    def __init__(self, room: Newsroom, answer: Answer) -> None:
        self._room = room
        self._lines = lines(room, answer)
        self._answers = False

    async def take(self, body: bytes) -> None:
        """Keep an update. Committed when this returns.

        :raises NotReadable: it is none
        :raises StoreError: it is not kept
        """
        room = self._room
        incoming = room.telegram.incoming(body)
        async with room.store.begin(beside=True) as tx:
            await tx.inbox.keep([incoming], room.now())
            ours = await self._claimed(tx) if self._answers else []
        room.meters.count("updates")
        await self._put([incoming if one == incoming else one for one in ours])

    async def run(self) -> None:
        """Look after what is ours, and after what is nobody's, until cancelled."""
        self._answers = True
        renewing = asyncio.create_task(self._renew())
        try:
            while True:
                await self._claim()
                await asyncio.sleep(CLAIM_SECONDS)
        finally:
            self._answers = False
            renewing.cancel()
            await asyncio.wait([renewing])
            await self._lines.finish(GRACE_SECONDS)
            await self._release()

    async def _claim(self) -> None:
        try:
            async with self._room.store.read() as tx:
                if not (await tx.inbox.oldest())[0]:
                    return
            async with self._room.store.begin(beside=True) as tx:
                ours = await self._claimed(tx)
        except StoreError as error:
            log.warning("inbox not looked at", why=str(error))
            return
        await self._put(ours)

    async def _claimed(self, tx: Transaction) -> list[Incoming]:
        now = self._room.now()
        return await tx.inbox.claim(self._room.owner, now, now + CLAIMED, MOST)

    async def _put(self, ours: Sequence[Incoming]) -> None:
        for one in ours:
            await self._lines.put(one)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                async with self._room.store.begin(beside=True) as tx:
                    await tx.inbox.renew(self._room.owner, self._room.now() + CLAIMED)
            except StoreError as error:
                log.warning("claim not renewed", why=str(error))

    async def _release(self) -> None:
        try:
            async with self._room.store.begin(beside=True) as tx:
                await tx.inbox.release(self._room.owner)
        except StoreError as error:  # they are taken over a moment later
            log.warning("claim not given back", why=str(error))
