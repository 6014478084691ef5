"""Work that any worker may do, written down in the transaction that makes it due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

QUEUE = "newsbot"
BEATS_SECONDS, STALLED_SECONDS = 2.0, 10.0  # a worker says that it lives; it is taken for dead
MOST_ATTEMPTS = 8  # a job that ends its worker each time is not begun for ever
SOURCE = "source "  # before a source's id: the lock of all that is done with it
#: task -> which goes first, where several wait: what is nearer to a reader
TASKS = {"refresh": 0, "read": 1, "tag": 2, "cluster": 3, "compose": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work.

    :ivar task: one of TASKS
    :ivar arguments: what the task is told, as JSON has it
    :ivar lock: no two jobs with the same one run at the same time, the first written down goes first
    :ivar once: while such a job waits, no second one is written down
    """

    task: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    lock: str
    once: bool = False


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits of one kind.

    :ivar depth: how many
    :ivar age: seconds since the first of them could have been done; 0 where nothing waits
    """

    depth: int
    age: float
