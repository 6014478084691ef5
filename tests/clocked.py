"""`python bot.py …`, with a clock that a test sets: a file holds how many seconds it is ahead."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from newsbot.cli import opening
from newsbot.newsroom import Newsroom

AHEAD = Path(os.environ["CLOCK"])


def now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(AHEAD.read_text("ascii") or 0))


if __name__ == "__main__":
    opening.Newsroom = partial(Newsroom, now=now)  # type: ignore[misc,assignment]
    from bot import main

    main()
