"""The ranked stories of the last hours, for everybody or for one reader."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from newsbot.flows import taste
from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Reason, Story, Usual, Wants
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.board import Board
from newsbot.stories.rank import ANYBODY, HALF_LIFE, board, rank, reasons, shown_value

HOURS = 24


async def stories(room: Newsroom, tx: Transaction, hours: float = HOURS) -> list[Story]:
    """The stories with an article in the window, and those that are on top."""
    ids = await tx.stories.since(room.now() - timedelta(hours=hours))
    return await tx.stories.load([*ids, *await tx.stories.pinned(room.now())])


async def wants(room: Newsroom, reader: Reader) -> Wants:
    """What this reader wants."""
    return Wants(
        follows=reader.follows,
        mutes=reader.mutes,
        taste=await taste.of(room, reader),
        lets_in=reader.lets_in,
    )


async def common(room: Newsroom) -> Usual:
    """How often stories are supported, as the last day's tell."""
    if room.usual is None:
        async with room.store.read() as tx:
            told = await stories(room, tx)
        room.usual = (await asyncio.to_thread(weighed, room, told)).usual
    return room.usual


def weighed(
    room: Newsroom,
    found: Sequence[Story],
    half_life: timedelta = HALF_LIFE,
    common: Usual | None = None,
) -> Board:
    """Stories, weighed once for all readers.

    :param common: how often stories are supported, where these are too few to tell
    """
    made = board(found, room.now(), half_life, common)
    if common is None:
        room.usual = made.usual
    return made


def ranked(on: Board, wanted: Wants = ANYBODY) -> list[Ranked]:
    """Stories, best first; for a reader with what that one wants."""
    return rank(on, wanted)


def why(on: Board, story: Story, wanted: Wants = ANYBODY) -> tuple[Reason, ...]:
    """The parts of a story's score."""
    return reasons(story, on, wanted)


def value(story: Story) -> float | None:
    """The value 1-5 as it is shown; None before enough readers gave one."""
    return shown_value(story)
