"""What went to and fro between the bot and this server, for people to look at: the last thousand of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from playground.schema import Upload

MOST = 1000
LONGEST = 2000  # characters of one text that are shown
MOST_SHOWN = 100  # elements of one list


@dataclass(frozen=True, slots=True)
class Entry:
    """A call of the bot's, or an update for it.

    :ivar number: grows by one with every entry
    :ivar kind: call or update
    :ivar name: the method, or what kind of update
    :ivar at: seconds since 1970: when the call came, when the update was put into the queue
    :ivar given: the parameters, or the update
    :ivar answer: the JSON answer that the call had, or was to have; of an update None
    :ivar fault: what was done to the answer on purpose
    :ivar began: when the call came by `time.monotonic()`, which the bot may compare with its own
    :ivar seconds: from the call to its answer
    """

    number: int
    kind: str
    name: str
    at: float
    given: Mapping[str, Any]
    answer: Mapping[str, Any] | None = None
    fault: str = ""
    began: float = 0.0
    seconds: float = 0.0

    @property
    def chat(self) -> int | None:
        """The chat that it is about, where one is named by its number."""
        found = self.given.get("chat_id")
        return found if isinstance(found, int) else None

    def shown(self) -> dict[str, Any]:
        """As JSON; what is very long is cut, files are told by name and size."""
        return {
            "number": self.number,
            "kind": self.kind,
            "name": self.name,
            "at": self.at,
            "chat": self.chat,
            "given": _short(self.given),
            "answer": _short(self.answer),
            "fault": self.fault,
            "ms": round(self.seconds * 1000, 1),
        }


@dataclass
class Trace:
    """The entries, oldest first."""

    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=MOST))
    last: int = 0

    def add(self, kind: str, name: str, at: float, given: Mapping[str, Any], **more: Any) -> None:
        """One more; of a thousand the oldest goes."""
        self.last += 1
        self.entries.append(Entry(self.last, kind, name, at, given, **more))

    def after(self, number: int) -> list[Entry]:
        """What came after the entry with this number."""
        return [entry for entry in self.entries if entry.number > number]


def _short(value: Any) -> Any:
    """A value as JSON can say it, of bounded length."""
    if isinstance(value, Upload):
        return f"{value.name} ({value.kind}, {len(value.data)} bytes)"
    if isinstance(value, str):
        text = value.encode("utf-8", "replace").decode()
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)} characters)"
    if isinstance(value, Mapping):
        return {_short(str(name)): _short(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_short(one) for one in value[:MOST_SHOWN]]
    return value
