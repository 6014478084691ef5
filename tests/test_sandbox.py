"""The guarded child: whatever a function does, its caller gets an answer in time."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from newsbot.errors import FetchFailed, NotUnderstood, SandboxError, TookTooLong, TookTooMuch
from newsbot.models.sources import Entry
from newsbot.sandbox import Sandbox

PREPARED: list[str] = []


def identity(value: object) -> object:
    return value


def pid() -> int:
    return os.getpid()


def runaway_regex() -> object:
    return re.match(r"(a+)+$", "a" * 60 + "!")


def greedy(megabytes: int) -> int:
    return len(bytearray(megabytes * 1_000_000))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def interrupted() -> str:
    os.kill(os.getpid(), signal.SIGINT)
    return "still here"


def fail() -> None:
    raise ZeroDivisionError("by nothing")


def refuse() -> None:
    raise FetchFailed("https://a.test/", "it answered 429", status=429, retry_after=7.0)


def misunderstand() -> None:
    raise NotUnderstood("hour.unknown", hour="25:00")


def run_code() -> object:
    return Bomb()


def environment() -> list[str]:
    return [name for name in os.environ if name.startswith("NEWSBOT_")]


def prepare() -> None:
    time.sleep(0.4)
    PREPARED.append("ready")


def prepared() -> list[str]:
    return PREPARED


class Bomb:
    def __reduce__(self) -> tuple[object, ...]:
        return os.getpid, ()


@pytest_asyncio.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(workers=1)
    yield sandbox
    await sandbox.close()


async def test_nouns_and_plain_values_come_back(sandbox: Sandbox) -> None:
    """What stages return survives the way."""
    entry = Entry(title="标题", published=datetime(2026, 11, 24, tzinfo=UTC), categories=("a",))
    value = {"entries": [entry], "set": {1, 2}, "bytes": b"x" * 3_000_000}

    assert await sandbox.run(identity, value, seconds=10) == value


async def test_a_child_is_used_again(sandbox: Sandbox) -> None:
    """Starting an interpreter for every feed would cost more than reading it."""
    first = await sandbox.run(pid)

    assert (await sandbox.run(pid), first != os.getpid()) == (first, True)


async def test_a_child_ends_with_its_last_job(sandbox: Sandbox) -> None:
    """What it loaded for that would be missing to what comes next."""
    first = await sandbox.run(pid, last=True)

    assert await sandbox.run(pid) != first


async def test_a_runaway_is_stopped_and_the_next_is_served(sandbox: Sandbox) -> None:
    """A regular expression that would run for years ends at the wall clock."""
    with pytest.raises(TookTooLong, match=r"0\.3 s"):
        await asyncio.wait_for(sandbox.run(runaway_regex, seconds=0.3), 60)

    assert await sandbox.run(identity, 1) == 1


async def test_memory_is_limited(sandbox: Sandbox) -> None:
    """A little is fine, a lot is refused, the next is served."""
    assert await sandbox.run(greedy, 50) == 50_000_000
    with pytest.raises(TookTooMuch):
        await sandbox.run(greedy, 600)

    assert await sandbox.run(identity, 1) == 1


async def test_a_child_that_dies_took_too_much(sandbox: Sandbox) -> None:
    """As when the system ends it for its memory."""
    with pytest.raises(TookTooMuch):
        await sandbox.run(die)

    assert await sandbox.run(identity, 1) == 1


async def test_our_errors_arrive_as_themselves(sandbox: Sandbox) -> None:
    """With their identity, not only their sentence."""
    with pytest.raises(FetchFailed) as caught:
        await sandbox.run(refuse)
    assert (caught.value.address, caught.value.status, caught.value.retry_after) == (
        "https://a.test/",
        429,
        7.0,
    )

    with pytest.raises(NotUnderstood) as other:
        await sandbox.run(misunderstand)
    assert (other.value.key, other.value.values) == ("hour.unknown", {"hour": "25:00"})


async def test_other_errors_are_named(sandbox: Sandbox) -> None:
    """The log says what happened."""
    with pytest.raises(SandboxError, match="ZeroDivisionError: by nothing"):
        await sandbox.run(fail)


async def test_an_answer_runs_no_code_here(sandbox: Sandbox) -> None:
    """A child that was taken over cannot take us over."""
    with pytest.raises(SandboxError, match="not allowed"):
        await sandbox.run(run_code)


async def test_a_child_knows_no_settings(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing hostile reads the token there."""
    monkeypatch.setenv("NEWSBOT_TOKEN", "1:a")

    assert await sandbox.run(environment) == []


async def test_an_interrupt_is_for_the_parent(sandbox: Sandbox) -> None:
    """Ctrl-C ends the bot in order, not its children first."""
    assert await sandbox.run(interrupted) == "still here"


async def test_preparing_is_not_counted() -> None:
    """Imports and dictionaries are loaded before the clock starts."""
    sandbox = Sandbox(workers=1, prepare=prepare)
    try:
        assert await sandbox.run(prepared, seconds=0.35) == ["ready"]
    finally:
        await sandbox.close()


async def test_an_idle_child_leaves() -> None:
    """Memory is given back when there is no work."""
    sandbox = Sandbox(workers=1, idle_seconds=0.05)
    child = await sandbox.run(pid)
    await asyncio.sleep(0.3)

    assert not _lives(child)
    await sandbox.close()


async def test_closing_ends_children_and_whoever_waits() -> None:
    """Nobody is left behind, and nothing starts afterwards."""
    sandbox = Sandbox(workers=2)
    idle = await sandbox.run(pid)
    waiting = asyncio.create_task(sandbox.run(time.sleep, 60, seconds=60))
    await asyncio.sleep(0.2)
    await sandbox.close()

    with pytest.raises(TookTooMuch):
        await waiting
    with pytest.raises(SandboxError, match="closed"):
        await sandbox.run(identity, 1)
    assert not _lives(idle)


async def test_a_cancelled_job_ends_its_child(sandbox: Sandbox) -> None:
    """Nobody waits for it any more; the next gets a new one."""
    old = await sandbox.run(pid)
    job = asyncio.create_task(sandbox.run(time.sleep, 60, seconds=60))
    await asyncio.sleep(0.1)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job

    assert (await sandbox.run(pid) != old, _lives(old)) == (True, False)


def test_children_end_with_their_parent() -> None:
    """Also a parent that was killed leaves nobody behind."""
    program = (
        "import asyncio, os, signal\n"
        "from newsbot.sandbox import Sandbox\n"
        "async def main():\n"
        "    print(await Sandbox().run(os.getpid), flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parent.parent
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    child = int(ended.stdout)
    deadline = time.monotonic() + 30
    while _lives(child) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not _lives(child)


def _lives(child: int) -> bool:
    """Whether a process runs; one that only waits to be collected does not."""
    try:
        os.kill(child, 0)
        return "\nState:\tZ" not in Path(f"/proc/{child}/status").read_text("ascii")
    except (ProcessLookupError, FileNotFoundError):
        return False


def prepared_anew() -> None:
    PREPARED.append("anew")


async def test_children_can_be_prepared_anew(sandbox: Sandbox) -> None:
    """From the next one on; one at work finishes and is used no more."""
    first = await sandbox.run(pid)
    sandbox.renew(prepared_anew)
    assert (await sandbox.run(prepared), await sandbox.run(pid) != first) == (["anew"], True)

    busy = asyncio.create_task(sandbox.run(slow, seconds=10))
    await asyncio.sleep(0.2)
    sandbox.renew(prepare)
    assert "done" == await busy
    assert ["ready"] == await sandbox.run(prepared)


def slow() -> str:
    time.sleep(0.6)
    return "done"
