"""The command line, run as the operator runs it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import databases
from tests.cli import command
from tests.cli.command import PATIENCE, Done

BOT = Path(__file__).parent.parent.parent / "bot.py"


@dataclass
class Operator:
    """Somebody at a terminal, in a folder of their own."""

    folder: Path
    settings: dict[str, str] = field(default_factory=lambda: {"NEWSBOT_SOURCES": "none"})

    @property
    def data(self) -> Path:
        """The folder of the bot's data."""
        return self.folder / self.settings.get("NEWSBOT_DATA", "data")

    @property
    def database(self) -> str:
        """The address of its database."""
        return databases.new(self.data)

    @property
    def environment(self) -> dict[str, str]:
        """What is set in it."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}
        return kept | databases.setting(self.data) | self.settings

    def runs(self, *arguments: str, **settings: str) -> Done:
        """`python bot.py …` in this folder; all it imports is imported already."""
        return _said(command.run(arguments, self.folder, self.environment | settings))

    def runs_anew(self, *arguments: str, **settings: str) -> Done:
        """The same, from nothing: what is set may be about the interpreter."""
        words = [sys.executable, str(BOT), *arguments]
        given = self.environment | settings
        done = subprocess.run(
            words, cwd=self.folder, env=given, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
        return _said(Done(done.returncode, done.stdout, done.stderr))

    def writes(self, name: str, text: str) -> str:
        """A file in the folder; its name."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name


def _said(done: Done) -> Done:
    """In words, and not as a traceback."""
    assert "Traceback" not in done.errors, done.errors
    return done


@pytest.fixture
def collector_as_before() -> Iterator[None]:
    """A command in this process changes how often circles are looked for."""
    before = gc.get_threshold()
    yield
    gc.enable()
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    """An operator whose database is up to date and empty: making one takes half a second."""
    made = Operator(tmp_path)
    databases.address(made.data)
    return made


@pytest.fixture
def newcomer(tmp_path: Path) -> Operator:
    """An operator in an empty folder."""
    return Operator(tmp_path)
