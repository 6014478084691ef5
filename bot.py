"""The entrance: introduces the handlers to the command line, and the command line to the operator."""

from __future__ import annotations

import sys

from newsbot.cli import main as command_line
from newsbot.newsroom import Newsroom


def introduce(room: Newsroom) -> object:
    """What answers people; imported only by commands that do."""
    from handlers.counter import Counter

    return Counter(room)


def main() -> None:
    """Run a command of `python bot.py --help`."""
    sys.exit(command_line(introduce))


if __name__ == "__main__":
    main()
