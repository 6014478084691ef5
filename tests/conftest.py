"""What several tests share."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tests import databases

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def shared(name: str) -> Path:
    """A file of ../shared/data (or ../shared itself), or the test is skipped, saying why."""
    for path in (SHARED / "data" / name, SHARED / name):
        if path.exists():
            return path
    pytest.skip(f"{name} is not in ../shared beside this checkout")


@pytest.fixture(autouse=True)
def databases_go() -> Iterator[None]:
    """What a test opened is gone afterwards."""
    yield
    databases.forget()


@pytest.fixture(scope="session", autouse=True)
def server_stops() -> Iterator[None]:
    """The databases' server lives as long as the tests."""
    yield
    databases.stop()


@pytest.fixture
def logs_as_before() -> Iterator[None]:
    """A test may configure logging; afterwards it is as it was."""
    root, named = logging.getLogger(), logging.getLogger("apscheduler")
    before = root.level, list(root.handlers), named.level
    yield
    root.handlers[:] = before[1]
    root.setLevel(before[0])
    named.setLevel(before[2])
    structlog.reset_defaults()


#: what proves slowly what a quicker test beside it proves in part; run where SLOW is set, as `make soak` does
SLOW = re.compile(
    r"test_naughty_strings|test_no_word_does_harm|test_killed_at_every_batch|test_a_bot_moves_to_postgresql"
    r"|test_half_a_copy_serves|test_on_a_full_disk|test_processes_that_start_together|full_run.*text-False"
    r"|test_a_migration_loses.*-000[1-7]-|browser/test_(flows|backstage).*screen1|cli/test_database.*\[postgresql\]"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what is slow, saying so."""
    for item in items:
        if "SLOW" not in os.environ and SLOW.search(item.nodeid):
            item.add_marker(pytest.mark.skip(reason="slow: `make soak` runs it"))
