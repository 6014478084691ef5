"""What searches took, told in few figures."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

ROUNDS = 3
LONG = 5.0  # seconds after which a class of searches has had enough


@dataclass(frozen=True, slots=True)
class Spent:
    """What the searches of a class took, in milliseconds: of each one its own time, of all their mean CPU."""

    each: tuple[float, ...]
    cpu: float = 0.0

    def told(self) -> str:
        return f"{at(self.each, 0.5):7.2f}{at(self.each, 0.95):8.2f}{max(self.each):8.2f}"


def at(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def together(spent: Sequence[Spent]) -> Spent:
    each = tuple(one for some in spent for one in some.each)
    return Spent(each, sum(some.cpu * len(some.each) for some in spent) / len(each))


@contextmanager
def quiet() -> Iterator[None]:
    """The texts of the benchmark itself are nothing that the collector has to look at."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


async def timed(words: Sequence[str], search: Callable[[str], Awaitable[Any]]) -> Spent:
    """Each search with its median of some rounds; a round goes through all, and a long one is the last."""
    walls: list[list[float]] = [[] for _ in words]
    began, cpu = time.monotonic(), time.process_time()
    while len(walls[0]) < ROUNDS and (time.monotonic() - began < LONG or not walls[0]):
        for place, one in enumerate(words):
            started = time.perf_counter()
            await search(one)
            walls[place].append((time.perf_counter() - started) * 1000)
    spent = (time.process_time() - cpu) * 1000 / sum(map(len, walls))
    return Spent(tuple(map(statistics.median, walls)), spent)
