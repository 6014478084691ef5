"""demo and run, as processes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import httpx
import pytest

from newsbot.newsroom import utc_now
from playground.newsstand import Newsstand
from playground.server import Playground
from tests.cli.conftest import BOT, Operator

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
    mine = tmp_path / "mine.db"
    demo = Demo(tmp_path, NEWSBOT_DATABASE_URL=f"sqlite+aiosqlite:///{mine}")
    demo.ends()
    with closing(connect(mine)) as connection:
        rows = connection.execute(
            "SELECT sample, count(*) FROM sources WHERE is_on GROUP BY sample"
        ).fetchall()

    assert 5 == dict(rows)[1]
    assert dict(rows)[0] >= 5


async def test_a_log_names_nobody_and_nothing_secret(operator: Operator) -> None:
    """Of who talked to the bot there is no id, name or word in it, nor the token."""
    stand = Newsstand(utc_now)
    playground = Playground(extra_routes=stand.routes())
    await playground.start()
    person = playground.telegram.person("zh")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}
    mine = {
        "NEWSBOT_TOKEN": playground.token,
        "NEWSBOT_API_URL": playground.url,
        "NEWSBOT_SOURCES": operator.writes("s.toml", stand.catalog(playground.url)),
        "NEWSBOT_ALLOW_HOSTS": "127.0.0.1",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(BOT), "run", cwd=operator.folder, env=kept | mine, stderr=asyncio.subprocess.PIPE
    )
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
