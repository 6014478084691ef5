"""Trouble on purpose: scripted refusals for the next calls, and rate limits that can be switched on.

faults.too_many(17, times=3, method="sendMessage")     the next three are refused with 429
faults.limits = Limits(per_second=30)                  a limit the bot is not told about
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass, field

from playground.errors import ApiError, bad_request, forbidden, too_many

GATEWAY = "<html><head><title>502 Bad Gateway</title></head></html>"
MOST_PENALTY = 30  # seconds
FORGIVEN = 60.0  # seconds without an excess
BULK = ("send", "copy", "forward", "edit")


@dataclass
class Fault:
    """What happens to the next `times` calls of `method` (or any) to `chat` (or any).

    `done`: the call takes effect all the same, only its answer is lost or spoilt.
    `reset`: the connection is reset in the place of an answer. `name`: what a person would call it.
    """

    times: int = 1
    method: str | None = None
    chat: int | None = None
    done: bool = False
    error: ApiError | None = None
    status: int = 200
    body: str = ""
    seconds: float | None = None
    reset: bool = False
    name: str = ""

    def fits(self, method: str, chat: int | None) -> bool:
        """Whether this fault wants a call of this method (in small letters) to this chat.

        getUpdates has to be named: a bot that waits there would use up what is meant for others.
        """
        right_method = method != "getupdates" if self.method is None else self.method.lower() == method
        return self.times > 0 and right_method and self.chat in (None, chat)


@dataclass(frozen=True)
class Drift:
    """A limit that moves up and down like a wave between two rates, in calls per second."""

    low: float
    high: float
    period: float

    def at(self, now: float) -> float:
        """The limit at this moment (seconds)."""
        middle, half = (self.high + self.low) / 2, (self.high - self.low) / 2
        return middle + half * math.sin(2 * math.pi * now / self.period)


@dataclass(frozen=True)
class Limits:
    """The most messages: in all, to one chat, to one group; None: no limit. `drift` overrides per_second."""

    per_second: float | None = None
    per_chat_second: float | None = None
    per_group_minute: float | None = None
    drift: Drift | None = None
    penalty: int = 1  # seconds that the 429 asks for
    growing: bool = False  # twice as long each time, up to 30 s, until a minute without


@dataclass
class Faults:
    """The trouble in store; the first scripted fault that fits a call is used up by it."""

    script: list[Fault] = field(default_factory=list)
    limits: Limits | None = None
    _recent: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _held: dict[str, float] = field(default_factory=dict)
    _excesses: dict[str, tuple[int, float]] = field(default_factory=dict)

    def too_many(
        self, retry_after: int = 17, *, times: int = 1, method: str | None = None, chat: int | None = None
    ) -> None:
        """429 with retry_after in seconds."""
        self.script.append(Fault(times, method, chat, error=too_many(retry_after), name="429"))

    def forbid(
        self,
        reason: str = "bot was blocked by the user",
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
    ) -> None:
        """403 with this reason."""
        self.script.append(Fault(times, method, chat, error=forbidden(reason), name="403"))

    def refuse(
        self, reason: str, *, times: int = 1, method: str | None = None, chat: int | None = None
    ) -> None:
        """400 with this reason."""
        self.script.append(Fault(times, method, chat, error=bad_request(reason), name="400"))

    def migrate(self, chat: int, to: int, *, times: int = 1, method: str | None = None) -> None:
        """The group became a supergroup with another id."""
        error = bad_request("group chat was upgraded to a supergroup chat")
        error.parameters["migrate_to_chat_id"] = to
        self.script.append(Fault(times, method, chat, error=error, name="migrate"))

    def hang(
        self,
        seconds: float | None = None,
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
        done: bool = True,
    ) -> None:
        """No answer for so many seconds (None: until the server stops), then a 504."""
        wait = math.inf if seconds is None else seconds
        self.script.append(Fault(times, method, chat, done, status=504, seconds=wait, name="timeout"))

    def server_error(
        self,
        status: int = 500,
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
        done: bool = False,
    ) -> None:
        """500 as the Bot API words it; 502 with a page of HTML; 504 with nothing."""
        if status == 500:
            error = ApiError(500, "Internal Server Error")
            self.script.append(Fault(times, method, chat, done, error=error, name="500"))
            return
        body = GATEWAY if status == 502 else ""
        self.script.append(Fault(times, method, chat, done, status=status, body=body, name=str(status)))

    def reset(
        self,
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
        done: bool = True,
    ) -> None:
        """The connection is reset when the whole request has been read; no byte of an answer comes."""
        self.script.append(Fault(times, method, chat, done, reset=True, name="reset"))

    def garbage(
        self,
        body: str = "<html>welcome to this hotspot</html>",
        *,
        times: int = 1,
        method: str | None = None,
        chat: int | None = None,
        done: bool = True,
    ) -> None:
        """200 with something that is not JSON; the call has almost surely taken effect."""
        self.script.append(Fault(times, method, chat, done, body=body, name="garbage"))

    def clear(self) -> None:
        """No more trouble."""
        self.script.clear()
        self.limits = None
        self._recent.clear()
        self._held.clear()
        self._excesses.clear()

    def take(self, method: str, chat: int | None) -> Fault | None:
        """The fault for this call, if one is in store, with one of its times used up."""
        for fault in self.script:
            if fault.fits(method, chat):
                fault.times -= 1
                if not fault.times:
                    self.script.remove(fault)
                return fault
        return None

    def check_pace(self, method: str, chat: int | None, now: float) -> None:
        """Count one call against the limits; raises ApiError 429. `now` in seconds."""
        if self.limits is None or not method.startswith(BULK):
            return
        windows = list(self._windows(self.limits, chat, now))
        for name, most, seconds in windows:
            self._check_window(name, most, seconds, now)
        for name, _, _ in windows:
            self._recent[name].append(now)

    def _windows(self, limits: Limits, chat: int | None, now: float) -> list[tuple[str, float, float]]:
        """(name, most, seconds) of every window that this call falls into."""
        per_second = limits.drift.at(now) if limits.drift else limits.per_second
        windows = [("all", per_second, 1.0)]
        if chat is not None and chat > 0:
            windows.append((f"chat {chat}", limits.per_chat_second, 1.0))
        elif chat is not None:
            windows.append((f"group {chat}", limits.per_group_minute, 60.0))
        return [(name, most, seconds) for name, most, seconds in windows if most is not None]

    def _check_window(self, name: str, most: float, seconds: float, now: float) -> None:
        held = self._held.get(name, 0.0)
        if now < held:
            raise too_many(max(1, math.ceil(held - now)))
        recent = self._recent[name]
        while recent and recent[0] <= now - seconds:
            recent.popleft()
        if len(recent) + 1 > most:
            penalty = self._penalty(name, now)
            self._held[name] = now + penalty
            raise too_many(penalty)

    def _penalty(self, name: str, now: float) -> int:
        """Seconds that one excess more costs."""
        if self.limits is None or not self.limits.growing:
            return self.limits.penalty if self.limits else 1
        before, at = self._excesses.get(name, (0, 0.0))
        level = before + 1 if now - at <= FORGIVEN else 1
        self._excesses[name] = (level, now)
        return min(self.limits.penalty << min(level - 1, 10), MOST_PENALTY)
