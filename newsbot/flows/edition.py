"""The digests of one moment: what they are made of is loaded and weighed once, for however many readers.

    readers -> the board that reaches back to their last digest -> what each chat was shown -> composed

Readers with the same words share what these lead to; a batch of readers is asked for in a few queries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from newsbot.chinese.variants import fold
from newsbot.digests.compose import Composer
from newsbot.flows import follows, pool
from newsbot.models.deliveries import LEDGER, Past
from newsbot.models.digests import Correction, Digest, Seen
from newsbot.models.readers import Reader
from newsbot.models.stories import Story, Wants
from newsbot.newsroom import Newsroom
from newsbot.stories.board import Board
from newsbot.stories.rank import HALF_LIFE
from newsbot.taste.fold import weights

OFFERED_AGAIN = timedelta(days=8)  # by then the next digest has come, also to who gets one a week
OVERLAP = timedelta(minutes=15)  # before the last digest: what was stored then had no story yet
DAY = timedelta(hours=26)  # a day, and what was found only hours after it was published
WEEK = timedelta(days=8)
WEEKS_HALF_LIFE = 3 * HALF_LIFE
MOST_OF_A_WEEK = 1_000  # stories of a week: those that most sources tell, and that most readers support
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

    def __init__(self, room: Newsroom, hours: float | None = None, but: Collection[int] = ()) -> None:
        """
        :param hours: how far to look back, whenever the last digest was
        :param but: stories that are not wanted
        """
        self._room, self._hours, self._but, self._now = room, hours, frozenset(but), room.now()
        self._day: Desk | None = None
        self._far: Desk | None = None
        self._sought: set[str] = set()  # what is followed, of which the stories of days ago are there
        self._corrections: dict[int, list[Correction]] | None = None

    async def digests(
        self, readers: Sequence[Reader], taken: Mapping[int, frozenset[int]] | None = None
    ) -> list[Digest | None]:
        """A digest each; None for whom something is wrong, which is logged: the others get theirs.

        :param taken: chat -> stories that another topic of it tells
        """
        since = {reader.id: self._since(reader) for reader in readers}
        made: dict[int, Digest | None] = {}
        for is_far in (False, True):
            if some := [one for one in readers if self._is_long_ago(since[one.id]) is is_far]:
                made |= await self._some(some, since, is_far, taken or {})
        return [made[reader.id] for reader in readers]

    def _since(self, reader: Reader) -> datetime | None:
        """The last digest that arrived, unless somebody asks for so many hours.

        Who waits until there is enough and never had one waits since they came.
        """
        told = reader.told_at
        if told is None and reader.least > 1:
            told = (reader.greeted or self._now - WEEK) - DAY
        if self._hours is not None or told is None:
            return None
        return max(told - OVERLAP, self._now - WEEK)

    def _is_long_ago(self, since: datetime | None) -> bool:
        return since is not None and since < self._now - DAY

    async def _some(
        self,
        readers: Sequence[Reader],
        since: Mapping[int, datetime | None],
        is_far: bool,
        taken: Mapping[int, frozenset[int]],
    ) -> dict[int, Digest | None]:
        past = await self._past(readers, taken)
        desk = await self._desk(readers, past.lost, is_far)
        seen = await self._seen(readers, since, past, desk)
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
        desk = await self._week_desk(readers, self._day) if is_far else self._day
        missing = {one for ids in lost.values() for one in ids} - set(desk.board.places)
        return await self._with(desk, missing) if missing else desk

    async def _week_desk(self, readers: Sequence[Reader], day: Desk) -> Desk:
        """For those whose last digest was days ago; the next ones follow much of the same."""
        if self._far is None:
            async with self._room.store.read() as tx:
                best = await tx.stories.hottest(self._now - WEEK, MOST_OF_A_WEEK)
            self._far = await self._with(day, best, WEEKS_HALF_LIFE)
        keys = {fold(word) for reader in readers for word in reader.follows} - self._sought
        self._sought |= keys
        async with self._room.store.read() as tx:
            hits = await tx.hits.of(sorted(keys), self._now - WEEK)
            followed = await tx.stories.telling({one for ids in hits.values() for one in ids})
        if new := set(followed) - set(self._far.board.places):
            self._far = await self._with(self._far, new, WEEKS_HALF_LIFE)
        return self._far

    async def _with(self, desk: Desk, ids: Iterable[int], half_life: timedelta = HALF_LIFE) -> Desk:
        """A board with these stories too."""
        async with self._room.store.read() as tx:
            more = await tx.stories.load([one for one in dict.fromkeys(ids) if one not in desk.board.places])
        return await self._weighed([*desk.board.stories, *more], half_life, desk.board)

    async def _told(self, hours: float | None) -> Sequence[Story]:
        span = DAY if hours is None else timedelta(hours=hours)
        async with self._room.store.read() as tx:
            return await pool.stories(self._room, tx, span / timedelta(hours=1))

    async def _weighed(
        self, told: Sequence[Story], half_life: timedelta = HALF_LIFE, day: Board | None = None
    ) -> Desk:
        usual = day.usual if day else None
        board = await asyncio.to_thread(pool.weighed, self._room, told, half_life, usual)
        return Desk(board, Composer(board))

    # the readers

    async def _past(self, readers: Sequence[Reader], taken: Mapping[int, frozenset[int]]) -> Past:
        """What became of their last deliveries, with stories as they are called now."""
        ids = [reader.id for reader in readers]
        async with self._room.store.read() as tx:
            past = await tx.deliveries.past(ids, self._now, self._now - OFFERED_AGAIN)
            named = {one for told in (past.lost, past.coming) for each in told.values() for one in each}
            now = await tx.stories.current(named | self._but)
        here = frozenset(now[one] for one in self._but)
        coming = {chat: frozenset(now[one] for one in each) for chat, each in past.coming.items()}
        if here or taken:
            coming = {one: coming.get(one, frozenset()) | here | taken.get(one, frozenset()) for one in ids}
        lost = {
            chat: frozenset(now[one] for one in each) - coming.get(chat, frozenset())
            for chat, each in past.lost.items()
        }
        return Past(lost, coming)

    async def _seen(
        self,
        readers: Sequence[Reader],
        since: Mapping[int, datetime | None],
        past: Past,
        desk: Desk,
    ) -> dict[int, Seen]:
        ids = [reader.id for reader in readers]
        async with self._room.store.read() as tx:
            shown = await tx.deliveries.shown_to(ids, self._now - LEDGER, desk.least)
        corrected = await self._to_correct(ids)
        nothing: frozenset[int] = frozenset()
        return {
            one: Seen(
                shown=shown.get(one, {}),
                lost=past.lost.get(one, nothing),
                coming=past.coming.get(one, nothing),
                corrections=corrected.get(one, ()),
                since=since[one],
            )
            for one in ids
        }

    async def _corrected(self) -> Mapping[int, Sequence[Correction]]:
        """What was corrected as long as anybody may have been shown it, by article; read once."""
        if self._corrections is None:
            async with self._room.store.read() as tx:
                found = await tx.corrections.since(self._now - LEDGER)
            self._corrections = {}
            for one in found:
                self._corrections.setdefault(one.article_id, []).append(one)
        return self._corrections

    async def _to_correct(self, ids: Sequence[int]) -> dict[int, tuple[Correction, ...]]:
        """Chat -> what says something else than when the chat was shown it, or was told so."""
        corrected = await self._corrected()
        if not corrected:
            return {}
        async with self._room.store.read() as tx:
            known = await tx.deliveries.last_told(ids, list(corrected))
        found: dict[int, tuple[Correction, ...]] = {}
        for (chat, article), at in known.items():
            since = [one for one in corrected[article] if one.at > at]
            is_back = since and since[0].before == since[0].title and len({one.before for one in since}) > 1
            if since and (not is_back or since[-1].is_retracted):  # else it says again what they were shown
                one = since[-1] if since[-1].story_id is not None else since[0]
                told = found.get(chat, ())
                if one.story_id is None or one.story_id not in {other.story_id for other in told}:
                    found[chat] = (*told, one)
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
    (found,) = await Edition(room, hours, but).digests([reader])
    return found or Digest(stories=())
