"""How a log names a chat."""

from __future__ import annotations

from newsbot import settings
from newsbot.newsroom import Newsroom


def room(token: str) -> Newsroom:
    given = settings.read({}, token=token)
    return Newsroom(settings=given, store=None, fetcher=None, sandbox=None)  # type: ignore[arg-type]


def test_an_alias_is_always_the_same_and_tells_nobody_who_it_is() -> None:
    """It depends on the token: who has the log alone cannot try all numbers."""
    mine, theirs = room("1:aaaaaaaaaaaa"), room("1:bbbbbbbbbbbb")

    assert mine.alias(7) == room("1:aaaaaaaaaaaa").alias(7)
    assert 3 == len({mine.alias(7), mine.alias(8), theirs.alias(7)})
    assert "7" != mine.alias(7)
