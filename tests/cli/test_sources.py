"""refresh and sources, against a newsstand on this machine."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from playground.newsstand import Newsstand
from playground.server import Playground
from tests import databases
from tests.cli.conftest import Operator

LIVE = {"NEWSBOT_ALLOW_HOSTS": "127.0.0.1"}


@pytest.fixture(scope="module")
def stand() -> Iterator[tuple[str, str]]:
    """The address of a newsstand, and its catalogue."""
    made = Newsstand(lambda: datetime.now(UTC))
    playground = Playground(extra_routes=made.routes())
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(playground.start(), loop).result(10)
    yield playground.url, made.catalog(playground.url)
    asyncio.run_coroutine_threadsafe(playground.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_sources_are_pulled_once_and_then_when_due(operator: Operator, stand: tuple[str, str]):
    """New, then skipped, then with --force unchanged; a row per source with its fields."""
    operator.settings = LIVE | {"NEWSBOT_SOURCES": operator.writes("s.toml", stand[1])}
    rounds = [operator.runs("refresh", "--json", *more) for more in ((), (), ("--force",))]

    statuses = [{line["status"] for line in done.lines} for done in rounds]
    assert [{"new"}, {"skipped"}, {"unchanged"}] == statuses
    assert ["source", "url", "status", "new", "changed", "ms", "bytes", "error"] == list(rounds[0].lines[0])
    assert 5 == len(rounds[0].lines)


def test_what_the_newsstand_tells_is_grouped_as_a_reader_would(operator: Operator, stand: tuple[str, str]):
    """Its showcase: events that several feeds tell are one story each, its round-ups are in none of them."""
    operator.settings = LIVE | {"NEWSBOT_SOURCES": operator.writes("s.toml", stand[1])}
    operator.runs("refresh")
    told = operator.runs("stories", "--json", "--hours", "96", "--limit", "100").lines
    events = {
        word: [
            len(story["articles"]) for story in told if word in story["title"] and len(story["articles"]) > 1
        ]
        for word in ("飞鹭Fold 5", "天枢X9", "云雀Y3", "松果S2", "NCloud", "石榴DB")
    }
    roundups = [story for story in told if "晚八点速览" in story["title"] or "早九条" in story["title"]]

    assert {
        "飞鹭Fold 5": [3],
        "天枢X9": [3],
        "云雀Y3": [3],
        "松果S2": [2],
        "NCloud": [2],
        "石榴DB": [2],
    } == events
    assert [1, 1] == [len(story["articles"]) for story in roundups]


def test_one_dead_source_fails_nobody_else(operator: Operator, stand: tuple[str, str]):
    """Exit 1 only where all fail, or with --strict."""
    dead = '\n[[source]]\nid = "dead"\nurl = "http://127.0.0.1:9/feed"\n'
    operator.settings = LIVE | {"NEWSBOT_SOURCES": operator.writes("s.toml", stand[1] + dead)}
    done = operator.runs("refresh", "--json", "--source", "dead", "--source", "guian")
    alone = operator.runs("refresh", "--json", "--force", "--source", "dead")
    strict = operator.runs(
        "refresh", "--json", "--force", "--strict", "--source", "dead", "--source", "guian"
    )

    assert [("dead", "failed"), ("guian", "new")] == [(line["source"], line["status"]) for line in done.lines]
    assert [0, 1, 1] == [done.status, alone.status, strict.status]
    assert "no answer" in done.lines[0]["error"]


def test_a_source_is_added_checked_listed_and_removed(operator: Operator, stand: tuple[str, str]):
    """What was removed stays removed, also from a catalogue."""
    operator.settings |= LIVE
    added = operator.runs("sources", "add", f"{stand[0]}/stand/guian.xml", "--id", "mine", "--json").lines[0]
    checked = operator.runs("sources", "check", "--json").lines[0]
    listed = operator.runs("sources", "list", "--json").lines
    removed = operator.runs("sources", "remove", "mine")

    fields = [
        "id",
        "name",
        "url",
        "kind",
        "on",
        "status",
        "last_success",
        "next",
        "per_day",
        "error",
        "fallback",
    ]
    assert fields == list(listed[0])
    assert ("mine", "硅岸快讯（示例）", "feed", True) == tuple(
        added[name] for name in ("id", "name", "kind", "on")
    )
    assert ("ok", None) == (checked["status"], checked["error"])
    assert 0 == removed.status
    assert [] == operator.runs("sources", "list", "--json").lines


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:9/feed", "nonsense", "http://10.0.0.1/", "file:///etc/passwd"]
)
def test_a_dead_address_is_refused_and_nothing_is_stored(operator: Operator, address: str):
    """Exit 1, in a sentence that names it."""
    done = operator.runs("sources", "add", address, **LIVE)

    assert 1 == done.status
    assert address in done.errors
    assert [] == operator.runs("sources", "list", "--json").lines


def test_a_page_of_html_as_a_feed_is_named(operator: Operator, stand: tuple[str, str]):
    """A feed that is HTML fails with its address; the others go on."""
    wrong = f'[[source]]\nid = "html"\nurl = "{stand[0]}/stand/"\n'
    operator.settings = LIVE | {"NEWSBOT_SOURCES": operator.writes("s.toml", wrong)}
    (line,) = operator.runs("refresh", "--json").lines

    assert ("html", "failed") == (line["source"], line["status"])
    assert "feed" in line["error"]


def test_migrate_and_doctor(newcomer: Operator):
    """A new database is made, then up to date; doctor has a line each, and fails where one does."""
    first, again = newcomer.runs("migrate"), newcomer.runs("migrate")
    well = newcomer.runs("doctor", "--json")
    ill = newcomer.runs(
        "doctor", "--json", NEWSBOT_TOKEN="123456:AAAAAAAAAAAAAAAA", NEWSBOT_API_URL="http://127.0.0.1:9"
    )

    assert first.out.startswith(f"{databases.CHOSEN}: new → ")
    assert "→" not in again.out
    assert [
        *(
            "settings",
            "database",
            "disk",
            "token",
            "webhook",
            "bot",
            "waiting",
            "clock",
            "sources",
            "delivery",
        ),
    ] == [line["check"] for line in well.lines]
    failing = {line["check"]: line["ok"] for line in ill.lines if not line["ok"]}
    assert [0, 1] == [well.status, ill.status]
    assert {"token": False, "webhook": False} == failing
