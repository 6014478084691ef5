"""What is written down and due leaves, each at most once.

    claimed -> pace -> sending (committed) -> POST -> settled (committed)

A process killed before `sending` sent nothing, so the row is sent after the next start. Killed after it,
nobody can know: the row becomes unknown, is not sent again, and its stories are offered in the next digest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from time import monotonic

import structlog

from newsbot.digests.compose import is_wanted, was_shown
from newsbot.digests.quiet import heard
from newsbot.errors import StoreError
from newsbot.flows import alert as alerts
from newsbot.flows import digest as digests
from newsbot.flows import follows, holds, notes, plan, readers, rights
from newsbot.flows import review as reviews
from newsbot.messages.alert import alert
from newsbot.messages.digest import Worded, no_digest
from newsbot.messages.digest import digest as wording
from newsbot.messages.markup import unformatted
from newsbot.messages.review import review
from newsbot.models.deliveries import (
    LEDGER,
    BadMessage,
    Blocked,
    Delivery,
    Doubtful,
    MovedTo,
    Outcome,
    Sent,
    State,
    Told,
    TryLater,
    Unknown,
)
from newsbot.models.digests import Correction, Digest
from newsbot.models.figures import DIGESTS
from newsbot.models.messages import Message, Urgency
from newsbot.models.readers import Reader
from newsbot.models.stories import Story
from newsbot.newsroom import Newsroom
from newsbot.outbox.circuit import Circuit
from newsbot.outbox.settle import expired, settle
from newsbot.store import Transaction
from newsbot.store.backup import IS_A_COPY
from newsbot.store.backup import KEPT as BACKUPS_KEPT
from newsbot.store.group_commit import GroupCommit

CLAIMED_SECONDS = 2  # deliveries taken in one go: as many as leave in this time
FEWEST, MOST = 20, 500
FAULT_SECONDS = 60  # until a digest that we stumbled over is tried again
RESTS = 5.0  # seconds, more than between two messages to a group: who has to wait longer is queued again
WORDLESS = 4  # attempts to write down what was sent, before it is tried without its words
LONGEST_RETRY = 30.0  # seconds between two attempts to write down what was sent
APART = timedelta(hours=23)  # two slots a day apart: that day has 23 hours in spring
TICK = timedelta(seconds=1)  # until the clock starts this again: what is due before is waited for
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery, worded.

    :ivar told: what its reader will have been shown
    :ivar is_doubted: the chat was not found the last time
    """

    delivery: Delivery
    message: Message
    told: tuple[Told, ...]
    is_doubted: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """A delivery that was settled, and by what."""

    letter: Letter
    settled: Delivery
    outcome: Outcome


async def deliver(room: Newsroom) -> int:
    """Send what is written down and due. Returns how many arrived."""
    async with room.delivering:
        async with room.store.read() as tx:
            due = await tx.deliveries.next_due(room.now() + TICK)
        if due is None or room.telegram.held(Urgency.DIGEST):
            return 0
        await asyncio.sleep((due - room.now()).total_seconds())
        post = room.post if isinstance(room.post, Post) else Post(room)
        room.post = post
        return await post.deliver()


class Post:
    """Sends in rounds, each until nothing is due or the bot is told to stop; the circuit outlives them."""

    urgency = Urgency.DIGEST

    def __init__(self, room: Newsroom) -> None:
        self._room = room
        self._owner = f"{room.owner}{self.urgency}"  # each gives back only what it holds itself
        self._circuit = Circuit()
        self._departing = GroupCommit(self._depart)
        self._recording = GroupCommit(self._record)
        self._under_way: set[asyncio.Task[None]] = set()
        self._not_left: set[int] = set()  # whose departure could not be written down, or seemed so
        self._some_stay = False  # claimed, but its turn came to nothing
        self._fault: BaseException | None = None
        self._sent = 0
        self._notes: Mapping[str, str] = {}

    async def deliver(self) -> int:
        """Everything that is due. Returns how many arrived."""
        self._fault, self._sent = None, 0
        await self._release()
        closing = asyncio.create_task(self._room.closing.wait())
        going = asyncio.create_task(self._go())
        try:
            await asyncio.wait([going, closing], return_when=asyncio.FIRST_COMPLETED)
            going.cancel()
            await asyncio.wait([going])
            await self._wire_empty()
        except asyncio.CancelledError:  # there is no time: what is on the wire is known to nobody
            going.cancel()
            for task in self._under_way:
                task.cancel()
            raise
        finally:
            closing.cancel()
        await self._finish(going)
        return self._sent

    async def _go(self) -> None:
        while self._fault is None:
            if self._circuit.is_open:
                await self._probe()
            elif self._room.telegram.held(self.urgency) or not await self._one_go():
                return

    async def _one_go(self) -> bool:
        """What leaves in the next seconds. False where nothing is due, nor under way."""
        claimed = await self._claim()
        async with self._room.store.read() as tx:
            known = {one.id: one for one in await tx.readers.load([one.chat_id for one in claimed])}
            now = await tx.stories.current(story_id for one in claimed for story_id in one.story_ids)
            stories = {story.id: story for story in await tx.stories.load(sorted(set(now.values())))}
        renamed = [_with_current(one, now) for one in claimed]
        merged = {new.id for old, new in zip(claimed, renamed, strict=True) if old != new}
        claimed = renamed
        self._notes = await notes.notes(self._room)
        lines: Worded = {}
        for delivery in claimed:
            letter = await self._worded(delivery, known.get(delivery.chat_id), stories, lines, merged)
            if letter is not None and not await self._dispatch(letter):
                await self._release()  # what is left: it may have changed by the time that it leaves
                return True
        if self._some_stay:
            await self._release()
        if claimed or not self._under_way:
            return bool(claimed)
        await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        return True  # it may be due again

    @property
    def _stops(self) -> bool:
        return self._circuit.is_open or self._room.closing.is_set() or self._fault is not None

    async def _claim(self) -> list[Delivery]:
        room = self._room
        many = max(FEWEST, min(round(CLAIMED_SECONDS * room.telegram.rate), MOST))
        async with room.store.begin() as tx:
            return await self._claimed(tx, 1 if self._circuit.trying else many)

    async def _claimed(self, tx: Transaction, many: int) -> list[Delivery]:
        return await tx.deliveries.claim(self._owner, self._room.now(), many)

    async def _worded(
        self,
        delivery: Delivery,
        reader: Reader | None,
        stories: dict[int, Story],
        lines: Worded,
        merged: set[int],
    ) -> Letter | None:
        """The message; whatever is wrong with one, the others are sent.

        :param merged: deliveries with stories that were merged since they were written down
        """
        too_late = expired(delivery, self._room.now())
        if too_late:
            await self._save(too_late)
            return None
        try:
            told = [stories[story_id] for story_id in delivery.story_ids if story_id in stories]
            if delivery.id in merged:
                told = await self._not_shown(delivery, reader, told)
            return await self._letter(delivery, reader, told, lines)
        except StoreError:
            raise
        except Exception:
            log.exception("not worded", reader=self._room.alias(delivery.chat_id), slot=delivery.slot)
            fault = TryLater(FAULT_SECONDS, "a fault of our own")
            await self._save(settle(delivery, fault, self._room.now()))
            return None

    async def _letter(
        self, delivery: Delivery, reader: Reader | None, told: list[Story], lines: Worded
    ) -> Letter | None:
        """None where it is not sent, or not now, which is written down."""
        says_nothing = not delivery.story_ids  # or what was corrected alone
        wanted = [one for one in told if reader is None or is_wanted(one, reader)]
        if len(wanted) < len(told):  # they muted some of it since it was written down
            told, delivery = wanted, replace(delivery, story_ids=tuple(one.id for one in wanted))
            await self._save(delivery)
        found = digests.again(delivery.view, told, await self._corrections(delivery))
        is_news = bool(told) or says_nothing
        if reader is None or not is_news or not _still_wanted(delivery, reader, told, self._room.now()):
            await self._skip(delivery, "nobody or nothing to send")
            return None
        if await self._is_quiet(delivery, reader):
            return None
        message = await self._message(delivery, found, reader, lines)
        message = replace(message, thread_id=delivery.thread_id)
        # who gets a review has had its stories, or did not want them
        news = [] if delivery.is_review else [one.story for one in found.stories]
        told_now = digests.told(news, first=0 if delivery.is_alert else 1)
        return Letter(delivery, message, told_now, reader.doubted_at is not None)

    async def _skip(self, delivery: Delivery, why: str) -> None:
        await self._save(replace(delivery, state=State.SKIPPED, reason=why))

    async def _is_quiet(self, delivery: Delivery, reader: Reader) -> bool:
        """Whether its reader's quiet hours hold it back, which is written down."""
        now = self._room.now()
        later = heard(reader, now)
        if later > now:
            await self._hold_back(delivery, later)
        return later > now

    async def _corrections(self, delivery: Delivery) -> Sequence[Correction]:
        if not delivery.corrected_ids:
            return ()
        async with self._room.store.read() as tx:
            return await tx.corrections.of(delivery.corrected_ids)

    async def _hold_back(self, delivery: Delivery, until: datetime) -> None:
        """Its reader's quiet hours have begun before it could leave: it leaves when they are over."""
        expires = max(delivery.expires_at, until + plan.EXPIRES)
        back = replace(delivery, state=State.QUEUED, next_try_at=until, expires_at=expires)
        await self._save(back)

    async def _not_shown(self, delivery: Delivery, reader: Reader | None, told: list[Story]) -> list[Story]:
        """Without what was shown as another story, which is this one by now."""
        async with self._room.store.read() as tx:
            shown = await tx.deliveries.shown(delivery.chat_id, self._room.now() - LEDGER)
        return [
            one for one in told
            if reader is None or one.id in delivery.grown_ids or not was_shown(one, shown, reader)
        ]  # fmt: skip

    async def _message(self, delivery: Delivery, found: Digest, reader: Reader, lines: Worded) -> Message:
        now, place = self._room.now(), f"d{delivery.id}"
        if not found.stories:
            return no_digest(found, reader.language)
        if delivery.is_review:
            stories = [one.story for one in found.stories]
            told = await reviews.told(self._room, reader, delivery.slot, stories)
            return review(told, reader, place, await reviews.drawn(self._room, reader, told))
        if not delivery.is_alert:
            noted = replace(found, note=self._notes.get(reader.language, ""))
            return wording(noted, reader, now, place, lines)
        story = found.stories[0].story
        words = await alerts.words(self._room, reader, story)
        return alert(story, words, await follows.titles(self._room, words), reader, now, place)

    async def _dispatch(self, letter: Letter) -> bool:
        """Wait for a place on the wire and in the pace; then it goes its own way. False where we stop."""
        while len(self._under_way) >= self._circuit.on_wire(self._room.telegram.rate):
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
        if self._stops or self._room.telegram.held(self.urgency):
            return False
        seconds = await self._room.telegram.turn(letter.delivery.chat_id, self.urgency)
        if seconds > RESTS:
            later = TryLater(seconds, "its chat rests", limited=True)
            await self._save(settle(letter.delivery, later, self._room.now()))
            return True
        task = asyncio.create_task(self._send(letter, seconds))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return True

    async def _send(self, letter: Letter, seconds: float) -> None:
        """One delivery, tried once. Until it departs it is claimed, and may be given back."""
        try:
            await asyncio.sleep(seconds)
            if self._stops or self._room.telegram.held(self.urgency):
                self._some_stay = True
                return
            if not await self._departs(letter):
                return
            outcome = await self._posted(letter)
            await self._settle(letter, outcome)
        except StoreError as error:
            self._fault = error
        except Exception:
            log.exception("not known", reader=self._alias(letter), slot=letter.delivery.slot)
            await self._settle(letter, Unknown("a fault of our own"))

    async def _departs(self, letter: Letter) -> bool:
        try:
            is_ours = await self._departing(letter.delivery)
        except StoreError:
            self._not_left.add(letter.delivery.id)
            raise
        if not is_ours:  # it was given back, or expired, or we were taken for dead and somebody else has it
            log.info("not ours any more", reader=self._alias(letter), slot=letter.delivery.slot)
        return is_ours

    async def _posted(self, letter: Letter) -> Outcome:
        """Sent, once more as plain text where its formatting was refused."""
        outcome = await self._post(letter, letter.message)
        if isinstance(outcome, BadMessage) and outcome.plain:
            log.warning("sent as plain text", slot=letter.delivery.slot, why=outcome.reason)
            await asyncio.sleep(await self._room.telegram.turn(letter.delivery.chat_id, self.urgency))
            outcome = await self._post(letter, unformatted(letter.message))
        return outcome

    async def _post(self, letter: Letter, message: Message) -> Outcome:
        began = monotonic()
        outcome = await self._room.telegram.post(letter.delivery.chat_id, message, self.urgency)
        self._circuit.note(outcome, monotonic() - began)
        return outcome

    async def _settle(self, letter: Letter, outcome: Outcome) -> None:
        sending = replace(letter.delivery, state=State.SENDING)
        settled = settle(sending, outcome, self._room.now(), letter.message.text)
        await self._recording(Answered(letter, settled, outcome))
        self._sent += settled.state is State.SENT
        kind = "broadcast" if settled.kind == "cast" else settled.kind
        self._room.meters.count("deliveries", kind=kind, state=settled.state.value)
        if settled.is_digest and settled.state is State.SENT:
            late = self._room.now() - settled.due_at
            self._room.meters.took("slot_lateness_seconds", late.total_seconds())
        told = {"slot": settled.slot, "state": settled.state, "reason": settled.reason}
        log.info("delivered", reader=self._alias(letter), **told)

    # what is written down

    async def _depart(self, deliveries: list[Delivery]) -> list[bool]:
        room = self._room
        ours = await room.store.depart([one.id for one in deliveries], self._owner, room.now())
        return [one.id in ours for one in deliveries]

    async def _record(self, answered: list[Answered]) -> list[None]:
        """What became of them: all that have no consequence for their chat together, in the cheapest way."""
        alone = [one for one in answered if _has_consequence(one)]
        plainly = [one for one in answered if not _has_consequence(one)]
        if plainly:
            try:
                await _recorded(self._room, plainly)
            except Exception as error:  # one of them may be what the database does not take
                log.error("sent, not written down yet", many=len(plainly), why=str(error))
                alone = answered
        for one in alone:
            await self._record_alone(one)
        return [None] * len(answered)

    async def _record_alone(self, one: Answered) -> None:
        """However long the database cannot write, it is not forgotten; in the end without its words."""
        failures = 0
        while True:
            try:
                if _has_consequence(one):
                    await _consequence(self._room, one)
                else:
                    await _recorded(self._room, [one])
                return
            except Exception as error:
                failures += 1
                pause = min(2.0**failures / 4, LONGEST_RETRY)
                log.error("sent, not written down yet", slot=one.settled.slot, why=str(error), again_in=pause)
            if failures == WORDLESS:
                one = replace(one, settled=replace(one.settled, reason="not to be written down", text=None))
            await asyncio.sleep(pause)

    async def _save(self, delivery: Delivery) -> None:
        async with self._room.store.begin() as tx:
            await tx.deliveries.save(delivery)

    async def _release(self) -> None:
        """Give back what we hold and has not left."""
        async with self._room.store.begin() as tx:
            await tx.deliveries.release(self._owner, sorted(self._not_left))
        self._not_left.clear()
        self._some_stay = False

    # Telegram is silent, or we stop

    async def _probe(self) -> None:
        """Ask something that costs nothing until it is answered; then one message may be tried."""
        await self._wire_empty()
        await self._release()
        pause = self._circuit.pause()
        log.warning("Telegram is silent: nothing is sent", again_in=pause)
        await asyncio.sleep(pause)
        self._circuit.probed(await self._room.telegram.answers())

    async def _wire_empty(self) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way)

    async def _finish(self, going: asyncio.Task[None]) -> None:
        """Give back what did not leave. Raises what went wrong."""
        with suppress(StoreError):
            await self._release()
        if not going.cancelled() and (error := going.exception()):
            raise error
        if self._fault is not None:
            raise self._fault

    def _alias(self, letter: Letter) -> str:
        return self._room.alias(letter.delivery.chat_id)


async def _recorded(room: Newsroom, answered: Sequence[Answered]) -> None:
    entries = [(one.settled.chat_id, one.letter.told) for one in answered if one.settled.state is State.SENT]
    await room.store.settle([one.settled for one in answered], entries, room.now(), room.today)


def _has_consequence(one: Answered) -> bool:
    match one.outcome:
        case Blocked() | Doubtful() | MovedTo():
            return True
        case TryLater(limited=limited):
            return limited
        case Sent():
            return one.letter.is_doubted
    return False


async def _consequence(room: Newsroom, one: Answered) -> None:
    """What an answer says about the chat, or about us, in the transaction that writes it down."""
    async with room.store.begin() as tx:
        row = await tx.deliveries.get(one.settled.id)
        if row is None or row.state not in (State.SENDING, State.UNKNOWN):
            return
        await _follow(room, tx, one)
        await tx.deliveries.save(await _moved_or(tx, one))


async def _follow(room: Newsroom, tx: Transaction, one: Answered) -> None:
    chat_id = one.letter.delivery.chat_id
    match one.outcome:
        case Blocked():
            await tx.readers.unreachable(chat_id, room.now())
        case Doubtful():
            await tx.readers.doubt(chat_id, one.settled.due_at, APART)
        case Sent():
            await tx.readers.trust(chat_id)
            await tx.deliveries.arrived(one.settled, one.letter.told, room.now())
            if one.settled.is_digest:
                await tx.tallies.count(room.today, DIGESTS)
        case TryLater():
            await holds.remember(room, tx)
        case MovedTo(new):
            await readers.move(tx, chat_id, new)


async def _moved_or(tx: Transaction, one: Answered) -> Delivery:
    """What it became; skipped where the group's new number has one for the slot already."""
    row = await tx.deliveries.get(one.settled.id)
    stayed = isinstance(one.outcome, MovedTo) and row is not None and row.chat_id != one.outcome.chat_id
    if row is not None and stayed:
        return replace(row, state=State.SKIPPED, reason="moved, and has one there")
    return one.settled


def _still_wanted(delivery: Delivery, reader: Reader, told: Sequence[Story], now: datetime) -> bool:
    """An alert is for who asked, also without digests, unless they have muted it since."""
    if reader.pauses(now) or not reader.reachable:
        return False
    return bool(told) if delivery.is_alert else reader.subscribed


def _with_current(delivery: Delivery, now: Mapping[int, int]) -> Delivery:
    """With what its stories are called today: some may have been merged since it was written down."""

    def named(ids: Sequence[int]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(now[one] for one in ids))

    return replace(
        delivery,
        story_ids=named(delivery.story_ids),
        lost_ids=named(delivery.lost_ids),
        grown_ids=named(delivery.grown_ids),
    )


def _moment(words: str, now: datetime) -> datetime:
    """When a copy was made; of one that does not say so, long enough ago."""
    with suppress(ValueError):
        return datetime.fromisoformat(words)
    return now - BACKUPS_KEPT


async def recover(room: Newsroom) -> tuple[int, int]:
    """After a start: free what was claimed, give up what was on the wire. Returns how many of each.

    Only for the one who is alone with the database: another's would be given up while it arrives.
    """
    async with room.store.begin() as tx:
        copied_at = await tx.facts.get(IS_A_COPY)
        doubted = await tx.deliveries.doubt(room.now()) if copied_at else 0
        freed, unknown = await tx.deliveries.recover()
    if copied_at:  # what was due since the copy was made may have been sent
        again = await rights.restored(room, _moment(copied_at, room.now()))
        skipped = await plan.skip(room)
        log.warning("restored from a backup", unknown=doubted, slots_skipped=skipped, forgotten_again=again)
        async with room.store.begin() as tx:  # last: a crash in between finds it again
            await tx.facts.remove(IS_A_COPY)
    elif room.store.dialect == "postgresql" and (again := await rights.risen(room)):  # its dumps say nothing
        log.warning("restored from a backup", forgotten_again=again)
    if freed or unknown:
        log.warning("deliveries recovered", freed=freed, unknown=unknown)
    return freed, unknown
