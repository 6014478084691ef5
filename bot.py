"""The entrance: introduces the handlers to the command line, and the command line to the operator."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsbot.newsroom import Newsroom

NOT_INSTALLED = (
    "{name} is not installed for this Python. `make run` installs what is needed into .venv: then use "
    ".venv/bin/python bot.py; or `pip install .`"
)


def introduce(room: Newsroom) -> object:
    """What answers people; imported only by commands that do."""
    from handlers.counter import Counter

    return Counter(room)


def main() -> None:
    """Run a command of `python bot.py --help`."""
    gc.disable()  # until all is imported, and stays
    try:
        from newsbot.cli import main as command_line
    except ModuleNotFoundError as missing:
        print(NOT_INSTALLED.format(name=missing.name), file=sys.stderr)
        sys.exit(2)
    sys.exit(command_line(introduce))


if __name__ == "__main__":
    main()
