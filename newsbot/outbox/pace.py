"""When a message may leave: so many a second, one a second to a chat, and nothing while Telegram says wait.

No bursts: messages are spaced by 1/rate. Answers to people go before everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PER_CHAT = 1.0  # seconds between two messages to one chat; the Bot API's FAQ gives about one a second
PER_GROUP = 3.0  # 20 a minute


@dataclass(slots=True)
class Pace:
    """The state of the pace; seconds of one monotonic clock, which the caller reads.

    :ivar rate: messages a second
    """

    rate: float
    next_free: float = 0.0
    held_until: float = 0.0
    chats: dict[int, float] = field(default_factory=dict)

    def reserve(self, chat_id: int, now: float) -> float:
        """Take the next place for a message to this chat. Returns the seconds to wait."""
        start = max(now, self.next_free, self.held_until, self.chats.get(chat_id, 0.0))
        self.next_free = max(now, self.next_free, self.held_until) + 1 / self.rate
        self.chats[chat_id] = start + (PER_CHAT if chat_id > 0 else PER_GROUP)
        if len(self.chats) > 10_000:
            self.chats = {chat: until for chat, until in self.chats.items() if until > now}
        return start - now

    def hold(self, seconds: float, now: float) -> None:
        """Telegram said 429: nothing leaves before."""
        self.held_until = max(self.held_until, now + seconds)
