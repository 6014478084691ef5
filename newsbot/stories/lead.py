"""Which article of a story is shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from newsbot.models.stories import Teller

FULL = 200  # characters; shorter is a teaser


def lead(tellers: Iterable[Teller]) -> int:
    """The earliest full text of the best source, rather one that is no noise; else the earliest teaser.

    :raises ValueError: without articles
    """
    return min(tellers, key=_place).article_id


def _place(one: Teller) -> tuple[bool, bool, float, datetime, int]:
    return one.chars < FULL, bool(one.noise), -one.weight, one.when, one.article_id
