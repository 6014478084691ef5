"""Killed at any await and any commit between composing and what was sent being written down.

Three places in every run of the tests; every one of them by `make soak` (SWEEP=1).
"""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from tests.faults.slot import Slot

SEEDS = (1, 2, 3)


async def length(folder: Path) -> int:
    """How many steps a slot has when nobody kills."""
    made = Slot(folder)
    await made.opens()
    try:
        await made.starts()
        assert await made.until(made.is_over)
        assert 0 == await made.holds()
        await made.ends()
        return int((folder / "steps").read_text("ascii"))
    finally:
        await made.closes()


async def survives(folder: Path, kill_at: int) -> tuple[bool, int]:
    """Whether it came to the kill, and how many deliveries nobody can know of."""
    made = Slot(folder)
    await made.opens()
    try:
        await made.starts(kill_at)
        over = await made.is_killed()
        await made.starts()
        assert await made.until(made.is_ready)
        assert await made.until(made.is_over), f"not over after a kill at step {kill_at}"
        unknown = await made.holds()
        assert 0 == await made.ends(signal.SIGTERM)
        return over, unknown
    finally:
        await made.closes()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.xdist_group("kills")
async def test_a_kill_anywhere_repeats_nothing_and_loses_nothing(tmp_path: Path, seed: int) -> None:
    """Nobody twice; nobody without, but for what was on the wire, and that is counted and offered again."""
    steps = await length(tmp_path / "whole")
    killed, _ = await survives(tmp_path / "killed", random.Random(seed * 7919).randrange(1, steps))

    assert steps > 50
    assert killed


@pytest.mark.skipif("SWEEP" not in os.environ, reason="every step is for `make soak`")
async def test_a_kill_at_every_step(tmp_path: Path) -> None:
    """All of them, one after the other."""
    steps = await length(tmp_path / "whole")
    kills = unknown = 0
    for kill_at in range(1, steps + 1):
        killed, lost = await survives(tmp_path / f"{kill_at}", kill_at)
        kills, unknown = kills + killed, unknown + lost
    print(f"\n{steps} steps, {kills} kills, nobody twice, {unknown} of {4 * steps} deliveries unknown")
