"""The words that were added to ours, the same for everything that runs in a process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from newsbot.models.words import Vocabulary


class _Remembering(Protocol):
    def cache_clear(self) -> None: ...


R = TypeVar("R", bound=_Remembering)

_used = Vocabulary()
_forget: list[Callable[[], None]] = []


def use(added: Vocabulary) -> None:
    """From now on these words are known; what was concluded without them is forgotten."""
    global _used  # noqa: PLW0603  a process has one, and dictionaries take a second to build
    if added != _used:
        _used = added
        for forget in _forget:
            forget()


def used() -> Vocabulary:
    """What was added."""
    return _used


def depending(remembering: R) -> R:
    """Marks a cached function whose answers depend on the added words."""
    _forget.append(remembering.cache_clear)
    return remembering
