"""The digests of one moment: what they are made of is loaded and weighed once, for however many readers.

    readers -> the board that reaches back to their last digest -> what each chat was shown -> composed

Readers with the same words share what these lead to; a batch of readers is asked for in a few queries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from newsbot.chinese.variants import fold
from newsbot.digests.compose import Composer
from newsbot.flows import follows, pool
from newsbot.models.deliveries import Past
from newsbot.models.digests import Correction, Digest, Seen
from newsbot.models.readers import Reader
from newsbot.models.stories import Story, Wants
from newsbot.newsroom import Newsroom
from newsbot.stories.board import Board
from newsbot.stories.rank import HALF_LIFE
from newsbot.taste.fold import weights

LEDGER = timedelta(days=14)
OFFERED_AGAIN = timedelta(days=8)  # by then the next digest has come, also to who gets one a week
OVERLAP = timedelta(minutes=15)  # before the last digest: what was stored then had no story yet
DAY = timedelta(hours=26)  # a day, and what was found only hours after it was published
WEEK = timedelta(days=8)
WEEKS_HALF_LIFE = 3 * HALF_LIFE
MOST_OF_A_WEEK = 1_000  # stories of a week: those that most sources tell, and that most readers support
CORRECTED = timedelta(days=3)  # what was stored before is history
MOST_CORRECTED = 50
NOBODY = Past({}, {})
log = structlog.get_logger()


@dataclass(slots=True)
class Desk:
    """A board, and who composes from it."""

    board: Board
    composer: Composer

    @property
    def least(self) -> int:
        """The smallest id of an article on it."""
        return min(self.board.told_by, default=0)


class Edition:
    """Composes digests; made anew for every moment."""

    def __init__(
        self, room: Newsroom, past: Past = NOBODY, hours: float | None = None, but: Collection[int] = ()
    ) -> None:
        """
        :param past: what did not arrive, of the readers that are composed for
        :param hours: how far to look back, whenever the last digest was
        :param but: stories that are not wanted
        """
        self._room, self._past, self._hours, self._now = room, past, hours, room.now()
        self._but = but
        self._day: Desk | None = None
        self._corrections: Sequence[Correction] | None = None

    async def digests(self, readers: Sequence[Reader]) -> list[Digest | None]:
        """A digest each; None for whom something is wrong, which is logged: the others get theirs."""
        since = {reader.id: self._since(reader) for reader in readers}
        far = {reader.id for reader in readers if self._is_long_ago(since[reader.id])}
        made: dict[int, Digest | None] = {}
        for some in (
            [one for one in readers if one.id not in far],
            [one for one in readers if one.id in far],
        ):
            if some:
                made |= await self._some(some, since, is_far=some[0].id in far)
        return [made[reader.id] for reader in readers]

    def _since(self, reader: Reader) -> datetime | None:
        """The last digest, unless it did not arrive, or somebody asks for so many hours."""
        told, missed = reader.told_at, self._past.missed.get(reader.id)
        if self._hours is not None or told is None or (missed is not None and missed >= told):
            return None
        return max(told - OVERLAP, self._now - WEEK)

    def _is_long_ago(self, since: datetime | None) -> bool:
        return since is not None and since < self._now - DAY

    async def _some(
        self, readers: Sequence[Reader], since: Mapping[int, datetime | None], is_far: bool
    ) -> dict[int, Digest | None]:
        lost = await self._lost(readers)
        desk = await self._desk(readers, lost, is_far)
        seen = await self._seen(readers, since, lost, desk)
        wants = await self._wants(readers, desk)
        # in a thread: a hundred words and thousands of stories take seconds
        return await asyncio.to_thread(self._composed, readers, desk, wants, seen)

    def _composed(
        self, readers: Sequence[Reader], desk: Desk, wants: Mapping[int, Wants], seen: Mapping[int, Seen]
    ) -> dict[int, Digest | None]:
        made: dict[int, Digest | None] = {}
        for reader in readers:
            made[reader.id] = None
            try:
                made[reader.id] = desk.composer.compose(reader, wants[reader.id], seen[reader.id])
            except Exception:  # whatever is wrong with one reader, the others get theirs
                log.exception("not composed", reader=self._room.alias(reader.id))
        return made

    # the stories

    async def _desk(
        self, readers: Sequence[Reader], lost: Mapping[int, frozenset[int]], is_far: bool
    ) -> Desk:
        """The board for these readers, with what they may have missed."""
        if self._day is None:
            self._day = await self._weighed(await self._told(self._hours))
        day = self._day
        missing = sorted({one for ids in lost.values() for one in ids} - set(day.board.places))
        if not is_far and not missing:
            return day
        ids = [*missing, *(await self._week(readers) if is_far else ())]
        async with self._room.store.read() as tx:
            older = await tx.stories.load([one for one in dict.fromkeys(ids) if one not in day.board.places])
        half_life = WEEKS_HALF_LIFE if is_far else HALF_LIFE
        return await self._weighed([*day.board.stories, *older], half_life, day.board)

    async def _told(self, hours: float | None) -> Sequence[Story]:
        span = DAY if hours is None else timedelta(hours=hours)
        async with self._room.store.read() as tx:
            told = await pool.stories(self._room, tx, span / timedelta(hours=1))
        return [one for one in told if one.id not in self._but]

    async def _week(self, readers: Sequence[Reader]) -> list[int]:
        """The stories of the last days that matter to anybody, and those that these readers follow."""
        keys = list({fold(word) for reader in readers for word in reader.follows})
        async with self._room.store.read() as tx:
            best = await tx.stories.hottest(self._now - WEEK, MOST_OF_A_WEEK)
            hits = await tx.hits.of(keys, self._now - WEEK)
            return [*best, *await tx.stories.telling({one for ids in hits.values() for one in ids})]

    async def _weighed(
        self, told: Sequence[Story], half_life: timedelta = HALF_LIFE, day: Board | None = None
    ) -> Desk:
        usual = day.usual if day else None
        board = await asyncio.to_thread(pool.weighed, self._room, told, half_life, usual)
        return Desk(board, Composer(board))

    # the readers

    async def _lost(self, readers: Sequence[Reader]) -> dict[int, frozenset[int]]:
        """Reader -> stories that may have been lost, as they are called now."""
        theirs = {one.id: self._past.lost[one.id] for one in readers if one.id in self._past.lost}
        if not theirs:
            return {}
        async with self._room.store.read() as tx:
            now = await tx.stories.current({story_id for ids in theirs.values() for story_id in ids})
        return {reader: frozenset(now[story_id] for story_id in ids) for reader, ids in theirs.items()}

    async def _seen(
        self,
        readers: Sequence[Reader],
        since: Mapping[int, datetime | None],
        lost: Mapping[int, frozenset[int]],
        desk: Desk,
    ) -> dict[int, Seen]:
        corrections = await self._corrected()
        least = min([desk.least, *(one.article_id for one in corrections)])
        ids = [reader.id for reader in readers]
        async with self._room.store.read() as tx:
            shown = await tx.deliveries.shown_to(ids, self._now - LEDGER, least)
        told = await self._to_correct(shown, corrections) if corrections else {}
        return {
            one: Seen(shown.get(one, {}), lost.get(one, frozenset()), told.get(one, ()), since[one])
            for one in ids
        }

    async def _corrected(self) -> Sequence[Correction]:
        """What was corrected of late; read once."""
        if self._corrections is None:
            async with self._room.store.read() as tx:
                self._corrections = await tx.corrections.since(self._now - CORRECTED, MOST_CORRECTED)
        return self._corrections

    async def _to_correct(
        self, shown: Mapping[int, Mapping[int, datetime]], corrections: Sequence[Correction]
    ) -> dict[int, tuple[Correction, ...]]:
        """Chat -> what was corrected since it was shown, and since it was told so."""
        pairs = [
            (chat, one)
            for chat, articles in shown.items()
            for one in corrections
            if one.article_id in articles and one.at > articles[one.article_id]
        ]
        if not pairs:
            return {}
        chats, articles = {chat for chat, _ in pairs}, {one.article_id for _, one in pairs}
        async with self._room.store.read() as tx:
            told = await tx.deliveries.corrected(sorted(chats), sorted(articles))
        found: dict[int, tuple[Correction, ...]] = {}
        for chat, one in pairs:
            last = told.get((chat, one.article_id))
            if last is None or last < one.at:
                found[chat] = (*found.get(chat, ()), one)
        return found

    async def _wants(self, readers: Sequence[Reader], desk: Desk) -> dict[int, Wants]:
        learning = [reader.id for reader in readers if reader.learns]
        async with self._room.store.read() as tx:
            tastes = await tx.marks.tastes_of(learning)
        hits = desk.board.hits
        new = {word for reader in readers for word in reader.follows} - hits.keys()
        hits.update(await follows.hits(self._room, new, desk.board.stories))
        return {
            one.id: Wants(
                follows=one.follows,
                mutes=one.mutes,
                taste=weights(tastes[one.id], self._now) if one.id in tastes else {},
                lets_in=one.lets_in,
            )
            for one in readers
        }


async def composed(
    room: Newsroom, reader: Reader, hours: float | None = None, but: Collection[int] = ()
) -> Digest:
    """What this reader would get now; nothing is written down.

    :param hours: how far to look back; None: to the last digest, as scheduled ones do
    :param but: stories that are not wanted
    """
    async with room.store.read() as tx:
        past = await tx.deliveries.past(room.now() - OFFERED_AGAIN, reader.id)
    (found,) = await Edition(room, past, hours, but).digests([reader])
    return found or Digest(stories=())
