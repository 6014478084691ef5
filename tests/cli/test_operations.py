"""What an operator may get wrong about workers, doors and webhooks: a sentence each, and nothing begun."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Operator
from tests.databases import sqlite_only

TOKEN = "123456:AAAAAAAAAAAAAAAA"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@sqlite_only("PostgreSQL has workers")
def test_sqlite_has_no_workers(operator: Operator):
    """It needs none, and says so."""
    done = operator.runs("worker")

    assert (2, "") == (done.status, done.out)
    assert (
        "NEWSBOT_DATABASE_URL: workers need PostgreSQL; on SQLite `run` does everything by itself\n"
        == done.errors
    )


def test_a_door_that_was_asked_for_and_is_taken_is_refused(operator: Operator, taken: int):
    """Whoever set it counts on it."""
    done = operator.runs(
        "run", NEWSBOT_TOKEN=TOKEN, NEWSBOT_API_URL=NOBODY, NEWSBOT_HTTP=f"127.0.0.1:{taken}"
    )

    assert 2 == done.status
    assert f"NEWSBOT_HTTP: 127.0.0.1:{taken} cannot be listened on (Address already in use)" in done.errors


def test_a_webhook_without_a_good_secret_does_not_start(operator: Operator):
    """Thirty-two characters, or nothing begins; what was given is not repeated."""
    given = {
        "NEWSBOT_TOKEN": TOKEN,
        "NEWSBOT_API_URL": NOBODY,
        "NEWSBOT_WEBHOOK_URL": "https://bot.example/t",
    }
    without = operator.runs("run", **given)
    short = operator.runs("run", **given, NEWSBOT_WEBHOOK_SECRET="too-short-to-be-safe")

    assert (2, 2) == (without.status, short.status)
    assert "NEWSBOT_WEBHOOK_SECRET: is missing" in without.errors
    assert "NEWSBOT_WEBHOOK_SECRET: must have 32 to 256 characters of A-Z a-z 0-9 _ -\n" == short.errors


def test_a_worker_reaches_its_database_or_says_why_not(operator: Operator):
    """One sentence, with 2; the password stands in none."""
    done = operator.runs("worker", NEWSBOT_DATABASE_URL="postgresql+psycopg://me:sesame@127.0.0.1:9/news")

    assert 2 == done.status
    assert done.errors.startswith("NEWSBOT_DATABASE_URL: the database cannot be opened: connection")
    assert "sesame" not in done.errors
