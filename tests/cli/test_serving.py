"""demo and run, as processes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from types import SimpleNamespace

import httpx
import pytest

from newsbot.cli import serving
from newsbot.errors import Deaf
from newsbot.newsroom import utc_now
from playground.bot_api import SECOND_POLLER
from playground.errors import ApiError
from playground.faults import Fault
from playground.newsstand import Newsstand
from playground.server import Playground
from tests import databases
from tests.cli.conftest import BOT, Operator
from tests.databases import sqlite_only

PATIENCE = 40


class Demo:
    """`python bot.py demo`, started by somebody who has nothing set."""

    def __init__(self, folder: Path, *arguments: str, **settings: str) -> None:
        temporary = folder / "temporary"
        temporary.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}
        self.temporary = temporary
        self.process = subprocess.Popen(
            [sys.executable, str(BOT), "demo", "--no-open", *arguments],
            cwd=folder,
            env=kept | settings | {"TMPDIR": str(temporary)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()

    @property
    def address(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.said)
        assert found, self.said
        return found[0]

    def ends(self) -> tuple[int, str]:
        """Exit status and log after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=30)
        return self.process.returncode, errors


@pytest.mark.parametrize("named", [False, True])
def test_a_demo_leaves_nothing_but_a_database_that_was_named(tmp_path: Path, named: bool) -> None:
    """Its page answers at the printed address; its own database is new and goes with it."""
    mine = tmp_path / "mine.db"
    demo = Demo(tmp_path, **({"NEWSBOT_DATABASE_URL": f"sqlite+aiosqlite:///{mine}"} if named else {}))
    page = httpx.get(demo.address, timeout=10)
    status, errors = demo.ends()

    assert (200, 0, "") == (page.status_code, status, "".join(re.findall(r"Traceback.*", errors)))
    assert (named, []) == (mine.exists(), [*demo.temporary.iterdir()])
    assert not list(tmp_path.glob("**/newsbot.db"))


def test_samples_and_live_sources_stay_apart(tmp_path: Path) -> None:
    """Both are in the database of a demo; in no story do they meet."""
    mine = databases.new(tmp_path)
    demo = Demo(tmp_path, NEWSBOT_DATABASE_URL=mine)
    demo.ends()
    found = databases.rows(mine, "SELECT sample, count(*) AS many FROM sources WHERE is_on GROUP BY sample")
    many = {bool(row["sample"]): row["many"] for row in found}

    assert 5 == many[True]
    assert many[False] >= 5


async def runs(operator: Operator, playground: Playground, **more: str) -> asyncio.subprocess.Process:
    """`python bot.py run`, without sources unless they are given."""
    mine = {
        "NEWSBOT_TOKEN": playground.token,
        "NEWSBOT_API_URL": playground.url,
    } | more
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(BOT),
        "run",
        cwd=operator.folder,
        env=operator.environment | mine,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    """Exit status and the last line of the log."""
    _, log = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode, log.decode().strip().splitlines()[-1]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    made = Playground()
    await made.start()
    yield made
    await made.stop()


@sqlite_only("on PostgreSQL a lock says who polls, and who has it stays")
async def test_a_second_program_with_the_same_token_ends_with_a_sentence(operator, playground) -> None:
    """It came last, so it goes."""
    playground.faults.script.append(
        Fault(method="getUpdates", times=99, error=ApiError(409, f"Conflict: {SECOND_POLLER}"))
    )

    assert (
        1,
        "another program runs with this token: stop it, or give this one a token of its own",
    ) == await ended(await runs(operator, playground))


async def test_a_token_that_is_withdrawn_ends_it_with_a_sentence(operator, playground) -> None:
    """Also where only sending finds out; what waits is sent after the next start."""
    process = await runs(operator, playground)
    person = playground.telegram.person("zh")
    playground.faults.script.append(
        Fault(method="sendMessage", times=99, error=ApiError(401, "Unauthorized"))
    )
    playground.telegram.says(person.id, "/id")
    status, last = await ended(process)

    assert (2, "NEWSBOT_TOKEN: Telegram no longer accepts this token") == (status, last)


async def test_whatever_ends_the_work_the_wire_is_finished(monkeypatch) -> None:
    """A watchdog that fires in the middle of a slot: first what is on the wire, then the doors."""
    finished = []

    class Late:
        def __init__(self, room: object) -> None: ...

        async def stop(self, seconds: float) -> None:
            await asyncio.sleep(0.1)
            finished.append(seconds)

    async def deaf(*given: object) -> None:
        raise Deaf(121)

    monkeypatch.setattr(serving, "Clock", Late)
    monkeypatch.setattr(serving, "_work", deaf)
    room = SimpleNamespace(telegram=SimpleNamespace(refused=asyncio.Event()), closing=asyncio.Event())
    with pytest.raises(Deaf):
        await serving._serve(room, None, asyncio.Event(), None, asyncio.Event())

    assert ([serving.GRACE_SECONDS], True) == (finished, room.closing.is_set())


@databases.sqlite_only("opens the copy; tests/store/test_backup.py has both")
async def test_a_backup_is_made_beside_a_running_bot(operator, playground) -> None:
    """It has what was said before; a second one needs another name."""
    process = await runs(operator, playground)
    person = playground.telegram.person("zh")
    playground.telegram.says(person.id, "/follow 光刻机")
    await playground.telegram.wait_for(lambda: len(playground.telegram.messages(person.id)) > 1, PATIENCE)
    made = await asyncio.to_thread(operator.runs, "backup", "copy.db")
    again = await asyncio.to_thread(operator.runs, "backup", "copy.db")
    process.send_signal(signal.SIGTERM)
    status, _ = await ended(process)
    with closing(connect(operator.folder / "copy.db")) as copy:
        words = copy.execute("SELECT word FROM words").fetchall()

    assert ((0, 1, 0), [("光刻机",)]) == ((made.status, again.status, status), words)
    assert "copy.db is there already: name another file" in again.errors
    assert "MB" in made.out


async def test_a_log_names_nobody_and_nothing_secret(operator: Operator) -> None:
    """Of who talked to the bot there is no id, name or word in it, nor the token."""
    stand = Newsstand(utc_now)
    playground = Playground(extra_routes=stand.routes())
    await playground.start()
    person = playground.telegram.person("zh")
    sources = operator.writes("s.toml", stand.catalog(playground.url))
    process = await runs(operator, playground, NEWSBOT_SOURCES=sources, NEWSBOT_ALLOW_HOSTS="127.0.0.1")
    words = ["/start", "绝密的检索词", "/feedback 绝密的意见", "/follow 绝密", "/id"]
    playground.faults.refuse("can't parse entities", chat=person.id, times=1)
    for said in words:
        playground.telegram.says(person.id, said)
    try:
        await playground.telegram.wait_for(
            lambda: any("用户 ID" in one["text"] for one in playground.telegram.messages(person.id)), PATIENCE
        )
    finally:
        process.send_signal(signal.SIGTERM)
        _, log = await asyncio.wait_for(process.communicate(), 30)
        await playground.stop()

    told = log.decode()
    assert "ready" in told
    secret = playground.token.partition(":")[2]
    for word in (str(person.id), person.name, "绝密", secret):
        assert word not in told, word
