"""One after the other: the most urgent first, and who came first among equals."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from itertools import count


class Line:
    """A lock that is handed to the most urgent of those who wait."""

    def __init__(self) -> None:
        self._taken = False
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._numbers = count()

    @asynccontextmanager
    async def first(self, urgency: int) -> AsyncIterator[None]:
        """Alone, once nobody more urgent waits."""
        if self._taken:
            await self._called(urgency)
        self._taken = True
        try:
            yield
        finally:
            self._next()

    async def _called(self, urgency: int) -> None:
        future = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (urgency, next(self._numbers), future))
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._next()  # called just when it left
            raise

    def _next(self) -> None:
        self._taken = False
        while self._waiting:
            future = heappop(self._waiting)[2]
            if not future.done():
                self._taken = True  # for the one who is called, before anybody else can come
                future.set_result(None)
                return
