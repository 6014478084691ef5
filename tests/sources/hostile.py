"""What is made to hang, flood or leak, and a clock for those that have to stand it."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager

NOISE = random.Random(7).randbytes(1_000_000)
GARBAGE = {
    "noise": NOISE,
    "angles": b"<" * 1_000_000,
    "ampersands": b"&" * 1_000_000,
    "brackets": b"[" * 1_000_000,
    "sections": b"<![CDATA[" * 110_000,
    "comments": b"<!--" * 250_000,
    "numbers": b"9" * 1_000_000,
    "nothing": b"",
    "words": b"nothing to see here",
}
_LAUGHS = "".join(f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 10))
#: ten to the ninth laughs, and a file of this machine
BOMB = f'<!DOCTYPE x [<!ENTITY x0 "ha">{_LAUGHS}<!ENTITY file SYSTEM "file:///etc/passwd">]>'
LEAK = "root:"
EVIL_LINKS = ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://me:secret@news.test/")


@contextmanager
def quickly(seconds: float = 4) -> Iterator[None]:
    """What happens inside takes seconds of this process, not minutes: other work on the machine does not count.

    A quiet machine needs 0.7 s at most; two processes that share a core take turns at its caches, too, and
    Python may just then look through all that a long run of tests left, for 0.3 s.
    """
    began = time.process_time()
    yield
    assert time.process_time() - began < seconds
