"""The ranked stories of the last hours, for everybody or for one reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from newsbot.models.readers import Reader
from newsbot.models.stories import Ranked, Story
from newsbot.models.taste import Mark
from newsbot.newsroom import Newsroom
from newsbot.store import Transaction
from newsbot.stories.rank import rank, shown_value
from newsbot.taste.fold import fold

HOURS = 24
MEMORY = timedelta(days=180)  # marks older than this have faded


async def stories(room: Newsroom, tx: Transaction, hours: float = HOURS) -> list[Story]:
    """The stories with an article in the window."""
    return await tx.stories.load(await tx.stories.since(room.now() - timedelta(hours=hours)))


async def marks(room: Newsroom, tx: Transaction, reader: Reader) -> list[Mark]:
    """What this reader made of stories, as far as it has not faded."""
    return await tx.votes.marks(reader.id, room.now() - MEMORY)


def ranked(
    room: Newsroom,
    found: Sequence[Story],
    reader: Reader | None = None,
    made: Sequence[Mark] = (),
    hits: Mapping[int, frozenset[str]] | None = None,
) -> list[Ranked]:
    """Stories, best first; for a reader with the words followed and the taste shown by votes.

    :param hits: see `follows.hits`
    """
    if reader is None:
        return rank(found, room.now())
    return rank(found, room.now(), reader.follows, fold(made, room.now()), reader.lets_in, hits)


def value(story: Story) -> float | None:
    """The value 1-5 as it is shown; None before enough readers gave one."""
    return shown_value(story)
