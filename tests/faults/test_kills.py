"""Killed at any await and any commit between composing and what was sent being written down.

Three places in every run of the tests; every one of them by `make soak` (SWEEP names the file that is told how it went).
"""

from __future__ import annotations

import os
import random
import shutil
import signal
from pathlib import Path

import pytest

from tests.faults.slot import Slot

SEEDS = (1, 2, 3)
PARTS = 8


async def length(folder: Path) -> int:
    """How many steps a slot has when nobody kills."""
    made = Slot(folder)
    await made.opens()
    try:
        await made.starts()
        assert await made.until(made.is_over)
        steps = int((folder / "steps").read_text("ascii"))  # later ones are of a clock that finds nothing due
        assert 0 == await made.holds()
        await made.ends()
        return steps
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
    killed, _ = await survives(tmp_path / "killed", random.Random(seed * 7919).randrange(1, steps * 3 // 4))

    assert steps > 50
    assert killed


@pytest.mark.skipif("SWEEP" not in os.environ, reason="every step is for `make soak`")
@pytest.mark.parametrize("part", range(PARTS))
async def test_a_kill_at_every_step(tmp_path: Path, part: int) -> None:
    """All of them, in parts that may run beside each other."""
    steps = await length(tmp_path / "whole")
    kills = unknown = 0
    for kill_at in range(1 + part, steps + 1, PARTS):
        killed, lost = await survives(tmp_path / f"{kill_at}", kill_at)
        kills, unknown = kills + killed, unknown + lost
        shutil.rmtree(tmp_path / f"{kill_at}")
    tell(f"{steps} steps, part {part + 1} of {PARTS}: {kills} kills, nobody twice, {unknown} unknown")


def tell(words: str) -> None:
    """To whoever runs the sweep."""
    with Path(os.environ["SWEEP"]).open("a", encoding="utf-8") as report:
        report.write(words + "\n")
