"""What others may ask over HTTP, and what a stranger gets who tries."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio

from newsbot.errors import NotReadable, SettingsError, StoreError
from newsbot.models.health import Check
from newsbot.web import MOST_BYTES, SECRET, Asked, Hook, Web

WORD = "a-secret-of-thirty-two-characters-and-more"


@dataclass
class Process:
    """What stands behind the door."""

    checks: Sequence[Check] = (Check("database", True, "sqlite"),)
    failure: Exception | None = None
    taken: list[bytes] = field(default_factory=list)

    async def ready(self) -> Sequence[Check]:
        return self.checks

    async def metrics(self) -> bytes:
        return b"newsbot_leading 1.0\n"

    async def take(self, body: bytes) -> None:
        if self.failure:
            raise self.failure
        self.taken.append(body)


@pytest.fixture
def process() -> Process:
    return Process()


@pytest_asyncio.fixture
async def client(process: Process) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody on the other side of the door."""
    web = Web(Asked(process.ready, process.metrics), Hook("/telegram", WORD, process.take))
    transport = httpx.ASGITransport(web.application())
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as made:
        yield made


async def test_health_is_asked_for_by_machines(client: httpx.AsyncClient, process: Process):
    """Who lives is healthy; ready is who does its work, and it says what is wrong."""
    well = [(await client.get(path)).status_code for path in ("/healthz", "/readyz", "/metrics")]
    process.checks = (Check("database", False, "the disk is full"), Check("disk", True, "1 GB"))
    ill = await client.get("/readyz")

    assert [200, 200, 200] == well
    assert (503, False) == (ill.status_code, ill.json()["ok"])
    assert {"check": "database", "ok": False, "detail": "the disk is full"} == ill.json()["checks"][0]
    assert 200 == (await client.get("/healthz")).status_code


async def test_telegram_is_known_by_the_secret(client: httpx.AsyncClient, process: Process):
    """200 once its update was taken; nobody else is listened to."""
    good = await client.post("/telegram", content=b'{"update_id": 1}', headers={SECRET: WORD})
    wrong = [
        (await client.post("/telegram", content=b"{}", headers=headers)).status_code
        for headers in ({}, {SECRET: ""}, {SECRET: WORD[:-1]}, {SECRET: "é".encode("latin-1")})
    ]

    assert (200, [403] * 4) == (good.status_code, wrong)
    assert [b'{"update_id": 1}'] == process.taken


@pytest.mark.parametrize(
    ("failure", "status"),
    [(NotReadable("webhook", "not an update"), 400), (StoreError("the disk is full"), 503)],
)
async def test_what_was_not_kept_is_not_confirmed(
    client: httpx.AsyncClient, process: Process, failure: Exception, status: int
):
    """Telegram sends again what was not answered with 200."""
    process.failure = failure

    assert status == (await client.post("/telegram", content=b"{}", headers={SECRET: WORD})).status_code


async def test_a_body_is_bounded(client: httpx.AsyncClient, process: Process):
    """However it comes: no more of it is read than an update can have."""
    read = 0

    async def flood() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(1000):
            read += 100_000
            yield b"x" * 100_000

    answer = await client.post("/telegram", content=flood(), headers={SECRET: WORD})

    assert (413, []) == (answer.status_code, process.taken)
    assert read <= 2 * MOST_BYTES


async def test_there_is_nothing_else(client: httpx.AsyncClient):
    """Neither another path nor another method."""
    asked = [
        await client.get("/"),
        await client.get("/telegram"),
        await client.post("/healthz"),
        await client.get("/../etc/passwd"),
    ]

    assert [404, 405, 405, 404] == [one.status_code for one in asked]


async def test_it_listens_where_it_is_told(process: Process):
    """On a real socket, until it is closed; twice on one address is refused in one sentence."""
    web = Web(Asked(process.ready, process.metrics))
    await web.open("127.0.0.1", 0)
    host, _, port = web.address.rpartition(":")
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://{web.address}/readyz")
        hook = await client.post(f"http://{web.address}/telegram")
    with pytest.raises(SettingsError, match=f"NEWSBOT_HTTP: {web.address} cannot be listened on"):
        await Web(Asked(process.ready, process.metrics)).open(host, int(port))
    await web.close()
    with pytest.raises(SettingsError, match="NEWSBOT_HTTP"):
        await web.open("192.0.2.1", 80)

    assert (200, 404) == (answer.status_code, hook.status_code)
    with pytest.raises(OSError, match="refused"):
        await asyncio.get_running_loop().run_in_executor(None, _connect, host, int(port))


def _connect(host: str, port: int) -> None:
    socket.create_connection((host, port), timeout=2).close()
