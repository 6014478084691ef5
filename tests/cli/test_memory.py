"""How the process looks after its memory."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import subprocess
import sys
from pathlib import Path

import pytest

from newsbot.cli import memory
from newsbot.cli.memory import collect_seldom, give_back

ROOT = Path(__file__).parent.parent.parent
HOLES = """
import asyncio, sys
from pathlib import Path
from newsbot.cli import memory

def resident():
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmRSS"))

async def main():
    memory.GIVE_BACK_SECONDS = 0.01
    kept = [bytearray(2_000) for _ in range(30_000)]  # of a hundred, one stays: holes
    kept = [one for place, one in enumerate(kept) if place % 100 == 0]
    before = resident()
    giving = asyncio.create_task(memory.give_back())
    await asyncio.sleep(0.2)
    giving.cancel()
    print(before - resident())

asyncio.run(main())
"""


def test_circles_are_looked_for_again_after_the_start(collector_as_before: None) -> None:
    """The entrance does without while everything is imported."""
    gc.disable()
    collect_seldom()

    assert gc.isenabled()
    assert 20_000 == gc.get_threshold()[0]


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="it is the GNU C library's")
def test_what_is_free_goes_back() -> None:
    """Tens of megabytes that lie between what is used."""
    done = subprocess.run([sys.executable, "-c", HOLES], cwd=ROOT, capture_output=True, text=True, check=True)

    assert int(done.stdout) > 20


async def test_another_library_has_nothing_to_give_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then nothing waits."""
    monkeypatch.setattr(memory.ctypes, "CDLL", lambda _: object())
    await asyncio.wait_for(give_back(), 1)
