"""Killed anywhere between a draft and its report: a broadcast goes on, or can be cancelled; nobody has it twice."""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import databases
from tests.faults.slot import Slot, prepared
from tests.faults.test_kills import PARTS, swept, tell

WORDS = "今晚两点维护"
SEEDS = (1, 2, 3)


@dataclass
class Cast(Slot):
    """The same with an administrator, and digests that are due tomorrow."""

    people: int = 6

    async def opens(self) -> None:
        await self.playground.start()
        telegram = self.playground.telegram
        self.readers = [telegram.add_person(f"r{n}", f"r{n}", started=True).id for n in range(self.people)]
        self.admin = telegram.person("admin").id
        telegram.opens(self.admin)
        await prepared(self.data, self.readers, self.due + timedelta(days=1))
        self.turns(0)

    async def begins(self, kill_at: int = 0) -> None:
        """The process, with an administrator."""
        await self.starts(kill_at, NEWSBOT_ADMINS=str(self.admin), CASTS="1")

    async def acts(self) -> None:
        if await self.until(self.is_ready):
            await self.sends()

    async def acts_again(self) -> None:
        await asyncio.sleep(1)
        if not set(self.stages()) & {"sending", "sent"}:  # it never began: the administrator presses again
            await self.sends()

    async def sends(self) -> None:
        """The administrator writes and presses 发送, as soon as there is that button; as a person would."""
        telegram = self.playground.telegram
        telegram.says(self.admin, f"/broadcast {WORDS}")
        if await self.until(lambda: self._button("发送")):
            message, data = self._button("发送")
            telegram.presses(self.admin, self.admin, message, data)

    def _button(self, words: str) -> Any:
        for message in reversed(self.playground.telegram.messages(self.admin)):
            for row in message.get("reply_markup", {}).get("inline_keyboard", []):
                for button in row:
                    if button["text"] == words:
                        return message["message_id"], button["callback_data"]
        return None

    def stages(self) -> list[str]:
        return [
            row["stage"] for row in databases.rows(self.database, "SELECT stage FROM broadcasts ORDER BY id")
        ]

    def copies(self, reader: int) -> int:
        return sum(one.get("text") == WORDS for one in self.playground.telegram.messages(reader))

    def is_over(self) -> bool:
        return "sent" in self.stages()

    async def holds(self) -> int:
        """Nobody twice; nobody without, but for what was on the wire. Returns how many those are."""
        states = {row["chat_id"]: row["state"] for row in self.rows() if row["broadcast_id"]}
        assert set(self.readers) == set(states), "somebody has no row"
        for reader in self.readers:
            assert self.copies(reader) <= 1, "somebody has it twice"
            assert self.copies(reader) == 1 or states[reader] == "unknown", "somebody is without"
        return sum(state == "unknown" for state in states.values())


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.xdist_group("kills")
async def test_a_kill_anywhere_leaves_a_broadcast_that_goes_on(tmp_path: Path, seed: int) -> None:
    """By itself, or by the same button."""
    steps = await Cast(tmp_path / "whole").length()
    await Cast(tmp_path / "killed").survives(random.Random(seed * 7919).randrange(1, steps))

    assert steps > 50


@pytest.mark.skipif("SWEEP" not in os.environ, reason="every step is for `make soak`")
@pytest.mark.parametrize("part", range(PARTS))
async def test_a_kill_at_every_step_of_a_broadcast(tmp_path: Path, part: int) -> None:
    """All of them, in parts that may run beside each other."""
    tell(f"broadcast: {await swept(Cast, tmp_path, part)}")
