"""bot.py, where something is missing; copies of the database into a folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests import databases
from tests.cli.conftest import BOT, Operator


def test_without_the_libraries_it_says_how_to_get_them(tmp_path: Path) -> None:
    """In one sentence, with exit status 2 (-S: without what was installed)."""
    done = subprocess.run(
        [sys.executable, "-S", str(BOT), "doctor"], check=False, cwd=tmp_path, capture_output=True, text=True
    )

    assert 2 == done.returncode
    assert "is not installed for this Python. `make run` installs" in done.stderr
    assert "Traceback" not in done.stderr


@databases.sqlite_only("a copy of PostgreSQL needs pg_dump; tests/store/test_backup.py has both")
def test_a_folder_of_copies_is_made_and_used_again(operator: Operator) -> None:
    """Each time one more, under the moment's name; what cannot be made is one sentence."""
    made = [operator.runs("backup", "backups/") for _ in range(2)]
    wrong = operator.runs("backup", "/proc/nowhere/backups/")

    assert [0, 0] == [one.status for one in made], made
    assert (operator.folder / "backups").is_dir()
    assert 1 == wrong.status
    assert "/proc/nowhere/backups/ cannot be made" in wrong.errors
