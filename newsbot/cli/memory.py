"""One arena for all threads: what one of them gives back, the others can use."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8  # of mallopt(3), glibc


def one_arena() -> None:
    """Call it before the first thread.

    The GNU C library gives every thread a heap of its own, and few of them work at the same time here:
    pulling 60 feeds needs 163 MB instead of 220, in the same time.
    """
    with suppress(OSError, AttributeError):  # another C library has no arenas to count
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
