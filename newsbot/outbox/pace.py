"""When a message may leave: so many a second, one a second to a chat, and nothing while Telegram says wait.

No bursts: messages are spaced by 1/rate. One that has to wait for its chat leaves the places before it to
others; nobody waits behind it. Who is in no hurry asks for a place only once one is free (`wait`), so that
answers to people, which take the next place at once, never stand behind a line of digests.

The real limit is published nowhere and moves. The rate begins below what Telegram is said to take and grows
until a 429; then it drops a little under the rate that was refused, comes back to just below it, stays there
for a while, and feels its way beyond: the curve of CUBIC (RFC 9438, section 4.2), counted in messages instead
of seconds, so that few of them are ever refused. `benchmarks/pace.py` measures what the constants were
chosen by.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field

from newsbot.models.messages import Urgency

PER_CHAT = 1.02  # seconds between two messages to one chat; the Bot API's FAQ gives about one a second
PER_GROUP = 3.0  # 20 a minute
FIRST_RATE = 25.0  # messages a second to begin with, below the 30 of the Bot API's FAQ
GROWTH = 1.02  # of the rate by every message, until the first 429
BACK = 1_150  # messages until the rate is again where it was refused, nearly
BELOW = 0.97  # of the refused rate: where the curve is flat
DROP = 0.03  # of the rate, after a 429
STEEP_DROP = 0.13  # after one that came before the curve was flat: the limit itself is falling
AHEAD = 0.02  # seconds that a place may be taken before it is there: what waits wakes a little late
QUIET = 0.05  # seconds after which messages no longer follow each other closely
UNHURRIED = 1.3  # seconds from what left to a chat to an edit there that nobody waits for
CLOSE = 1.5  # seconds between two places of one chat: underway they may come closer than its second
MANY = 10_000  # chats
SAME_CHAT_SECONDS = 60.0  # refusals of answers in one chat alone say nothing about the others


@dataclass(slots=True)
class Pace:
    """The state of the pace; seconds of one monotonic clock, which the caller reads.

    :ivar most: messages a second that are never exceeded
    :ivar rate: messages a second just now
    :ivar next_free: no place is free before
    :ivar later: places that are taken after `next_free`, in order
    :ivar held_until: nothing of this urgency leaves before
    :ivar chats: nothing leaves to this chat before
    """

    most: float
    rate: float = 0.0
    next_free: float = 0.0
    later: list[float] = field(default_factory=list)
    held_until: dict[Urgency, float] = field(default_factory=lambda: dict.fromkeys(Urgency, 0.0))
    chats: dict[int, float] = field(default_factory=dict)
    _last: dict[int, float] = field(default_factory=dict)  # chat -> its last place, edits' too
    _close: dict[int, float] = field(default_factory=dict)  # chat -> its last place soon after another one
    _many: int = MANY  # chats in `_last` from which on those of long ago are forgotten
    _flat: float | None = None
    _drop: float = DROP
    _count: int = 0
    _refused_at: float = float("-inf")
    _refused_chat: tuple[int | None, float] = (None, float("-inf"))

    def __post_init__(self) -> None:
        self.rate = self.rate or min(FIRST_RATE, self._ceiling)

    @property
    def _ceiling(self) -> float:
        """One less than the most: a second of theirs is not quite a second of ours."""
        return max(self.most - 1, 0.96 * self.most)

    def wait(self, urgency: Urgency, now: float) -> float:
        """Seconds until a place is free, or nearly; takes none."""
        return max(0.0, self.next_free - AHEAD - now, self.held_until[urgency] - now)

    def reserve(self, chat_id: int | None, urgency: Urgency, now: float) -> float:
        """Take the next place for a message to this chat. Returns the seconds to wait.

        :param chat_id: None for what is no message of its own in a chat, such as an edit in a group
        """
        self._grow(now)
        start = self._take(max(now, self.held_until[urgency], self._chat_free(chat_id)), now)
        if chat_id is not None:
            self._note(chat_id, start, now)
            self._rest(chat_id, start + (PER_CHAT if chat_id > 0 else PER_GROUP), now)
        return start - now

    def reserve_edit(self, chat_id: int, waits: bool, now: float) -> float:
        """Take the next place for an edit in a chat, which keeps no message from it.

        :param waits: for the second of what left to this chat before; otherwise somebody waits for the edit
        """
        self._grow(now)
        earliest = now + self.until_edit(chat_id, now) if waits else now
        start = self._take(max(earliest, self.held_until[Urgency.ANSWER]), now)
        self._note(chat_id, start, now)
        return start - now

    def until_edit(self, chat_id: int, now: float) -> float:
        """Seconds until an edit that nobody waits for may leave to this chat."""
        apart = UNHURRIED if chat_id > 0 else PER_GROUP
        rested = max(self._chat_free(chat_id), self._last.get(chat_id, float("-inf")) + apart)
        return max(0.0, rested - now)

    def refused(
        self, chat_id: int | None, urgency: Urgency, seconds: float, left_at: float, now: float
    ) -> None:
        """Telegram said 429 to a message that left then: its urgency waits, and what is less urgent.

        An answer may be refused for its own chat's sake: then only that chat waits, until another is refused.
        Of one that left soon after another one to its chat that is sure.
        """
        if chat_id is not None:
            self._rest(chat_id, now + seconds, now)
            if urgency is Urgency.ANSWER and left_at - self._close.get(chat_id, float("-inf")) < CLOSE:
                return
        before, at = self._refused_chat
        if urgency is Urgency.ANSWER:
            self._refused_chat = (chat_id, now)
            if before in (None, chat_id) or now - at > SAME_CHAT_SECONDS:
                return
        self.hold(urgency, seconds, now)
        if left_at >= self._refused_at:  # what was on the wire together is refused together
            self._fall(now)

    def hold(self, urgency: Urgency, seconds: float, now: float) -> None:
        """Nothing of this urgency leaves before, nor what is less urgent."""
        for one in Urgency:
            if one >= urgency:
                self.held_until[one] = max(self.held_until[one], now + seconds)

    def held(self, urgency: Urgency, now: float) -> float:
        """Seconds for which Telegram said wait: also places taken before that are void."""
        return max(0.0, self.held_until[urgency] - now)

    def learned(self, rate: float) -> None:
        """Begin at what was accepted before a restart, after a refusal."""
        self.rate = min(max(rate, 0.1), self._ceiling)
        self._flat, self._count, self._drop = self.rate / (1 - DROP), 0, DROP

    def _fall(self, now: float) -> None:
        falling = self._flat is not None and self._count < BACK
        self._drop = STEEP_DROP if falling else DROP
        self._flat = self.rate * BELOW * (1 - self._drop / 2 if falling else 1)
        self._count, self._refused_at = 0, now
        self.rate = self._flat * (1 - self._drop)

    def _grow(self, now: float) -> None:
        """Only messages that follow each other closely show what is accepted."""
        if now > self.next_free + max(1 / self.rate, QUIET):
            return
        self._count += 1
        if self._flat is None:
            self.rate = min(self._ceiling, self.rate * GROWTH)
        else:
            beyond = (self._count - BACK) / BACK
            self.rate = min(self._ceiling, self._flat * (1 + self._drop * beyond**3))

    def _note(self, chat_id: int, start: float, now: float) -> None:
        if start - self._last.get(chat_id, float("-inf")) < CLOSE:
            self._close[chat_id] = start
        self._last[chat_id] = start
        if len(self._last) > self._many:
            self._last = {chat: at for chat, at in self._last.items() if at > now - SAME_CHAT_SECONDS}
            self._close = {chat: at for chat, at in self._close.items() if chat in self._last}
            # where all are of late, looking again soon is for nothing
            self._many = max(MANY, 2 * len(self._last))

    def _rest(self, chat_id: int, until: float, now: float) -> None:
        self.chats[chat_id] = max(until, self._chat_free(chat_id))
        if len(self.chats) > MANY:
            self.chats = {chat: until for chat, until in self.chats.items() if until > now}

    def _chat_free(self, chat_id: int | None) -> float:
        return 0.0 if chat_id is None else self.chats.get(chat_id, 0.0)

    def _take(self, earliest: float, now: float) -> float:
        """The first place from then on that is a whole space away from all that are taken."""
        space = 1 / self.rate
        start = max(earliest, self.next_free)
        for taken in self.later:
            if taken >= start + space:
                break
            start = max(start, taken + space)
        insort(self.later, start)
        self._advance(now, space)
        return start

    def _advance(self, floor: float, space: float) -> None:
        """Move `next_free` over the places that are taken without a gap, so that `later` stays short."""
        self.next_free = max(self.next_free, floor)
        while self.later and self.later[0] < self.next_free + space:
            self.next_free = max(self.next_free, self.later.pop(0) + space)
