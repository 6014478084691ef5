"""A command in a process of its own that need not import everything first, which takes most of a short one's time.

The processes come from one that has imported all that commands import, and has done nothing else.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PATIENCE = 60
_FORKED = multiprocessing.get_context("forkserver")
_FORKED.set_forkserver_preload(["tests.cli.imported"])


@dataclass
class Done:
    """What a command came to."""

    status: int
    out: str
    errors: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Its JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


def run(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Done:
    """`python bot.py …` in a folder.

    :raises TimeoutError: it does not end
    """
    with tempfile.NamedTemporaryFile() as out, tempfile.NamedTemporaryFile() as errors:
        given = (arguments, folder, dict(environment), out.name, errors.name)
        process = _FORKED.Process(target=_does, args=given)
        process.start()
        process.join(PATIENCE)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{' '.join(arguments)} does not end: {errors.read().decode()}")
        return Done(process.exitcode, out.read().decode(), errors.read().decode())


def _does(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], *files: str) -> None:
    """In the new process."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    for number, name in enumerate(files, start=1):
        with Path(name).open("wb") as file:
            os.dup2(file.fileno(), number)
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
    sys.argv = ["bot.py", *arguments]
    from bot import main

    main()
