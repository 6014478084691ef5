"""When a message may leave: so many a second, one a second to a chat, and nothing while Telegram says wait.

No bursts: messages are spaced by 1/rate. One that has to wait for its chat leaves the places before it to
others; nobody waits behind it. Who is in no hurry asks for a place only once one is free (`wait`), so that
answers to people, which take the next place at once, never stand behind a line of digests.
"""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass, field

PER_CHAT = 1.0  # seconds between two messages to one chat; the Bot API's FAQ gives about one a second
PER_GROUP = 3.0  # 20 a minute


@dataclass(slots=True)
class Pace:
    """The state of the pace; seconds of one monotonic clock, which the caller reads.

    :ivar rate: messages a second
    :ivar next_free: no place is free before
    :ivar later: places that are taken after `next_free`, in order
    :ivar held_until: nothing leaves before
    """

    rate: float
    next_free: float = 0.0
    later: list[float] = field(default_factory=list)
    held_until: float = 0.0
    chats: dict[int, float] = field(default_factory=dict)

    def wait(self, now: float) -> float:
        """Seconds until a place is free; takes none."""
        return max(0.0, self.next_free - now, self.held_until - now)

    def reserve(self, chat_id: int | None, now: float) -> float:
        """Take the next place for a message to this chat. Returns the seconds to wait.

        :param chat_id: None for what is no message of its own in a chat, such as an edit
        """
        start = self._take(max(now, self.held_until, self._chat_free(chat_id)), now)
        if chat_id is not None:
            self.chats[chat_id] = start + (PER_CHAT if chat_id > 0 else PER_GROUP)
        if len(self.chats) > 10_000:
            self.chats = {chat: until for chat, until in self.chats.items() if until > now}
        return start - now

    def hold(self, seconds: float, now: float) -> None:
        """Telegram said 429: nothing leaves before."""
        self.held_until = max(self.held_until, now + seconds)

    def held(self, now: float) -> bool:
        """Whether Telegram said wait, so that also places taken before that are void."""
        return now < self.held_until

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
        self._advance(max(now, self.held_until), space)
        return start

    def _advance(self, floor: float, space: float) -> None:
        """Move `next_free` over the places that are taken without a gap, so that `later` stays short."""
        self.next_free = max(self.next_free, floor)
        while self.later and self.later[0] < self.next_free + space:
            self.next_free = max(self.next_free, self.later.pop(0) + space)
