"""Killed at any await and any commit between composing and what was sent being written down.

Three places in every run of the tests; every one of them by `make soak` (SWEEP names the file that is told how it went).
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import pytest

from tests.faults.slot import Slot

SEEDS = (1, 2, 3)
PARTS = 8


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.xdist_group("kills")
async def test_a_kill_anywhere_repeats_nothing_and_loses_nothing(tmp_path: Path, seed: int) -> None:
    """Nobody twice; nobody without, but for what was on the wire, and that is counted and offered again."""
    steps = await Slot(tmp_path / "whole").length()
    killed, _ = await Slot(tmp_path / "killed").survives(
        random.Random(seed * 7919).randrange(1, steps * 3 // 4)
    )

    assert steps > 50
    assert killed


@pytest.mark.skipif("SWEEP" not in os.environ, reason="every step is for `make soak`")
@pytest.mark.parametrize("part", range(PARTS))
async def test_a_kill_at_every_step(tmp_path: Path, part: int) -> None:
    """All of them, in parts that may run beside each other."""
    tell(await swept(Slot, tmp_path, part))


async def swept(kind: type[Slot], folder: Path, part: int) -> str:
    """Killed at each step of a part; how it went."""
    steps = await kind(folder / "whole").length()
    kills = unknown = 0
    for kill_at in range(1 + part, steps + 1, PARTS):
        killed, lost = await kind(folder / f"{kill_at}").survives(kill_at)
        kills, unknown = kills + killed, unknown + lost
        shutil.rmtree(folder / f"{kill_at}")
    return f"{steps} steps, part {part + 1} of {PARTS}: {kills} kills, nobody twice, {unknown} unknown"


def tell(words: str) -> None:
    """To whoever runs the sweep."""
    with Path(os.environ["SWEEP"]).open("a", encoding="utf-8") as report:
        report.write(words + "\n")
