"""Numbers that stand for people: their own, a pseudonym once they were forgotten, or nobody's."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

# Telegram's own have at most 52 significant bits (Bot API, User); all of ours have at most 18 digits
FIRST_PSEUDONYM = 1 << 58
FIRST_NOBODY = 1 << 59
BYTES = 16


def pseudonym(key: bytes, person_id: int) -> int:
    """What stands for somebody who was forgotten: who has the key can tell that two are the same person.

    A keyed hash (BLAKE2b, RFC 7693), of which 58 bits are kept.
    """
    digest = blake2b(str(person_id).encode(), key=key, digest_size=BYTES).digest()
    return FIRST_PSEUDONYM + int.from_bytes(digest) % (FIRST_NOBODY - FIRST_PSEUDONYM)


def is_forgotten(number: int) -> bool:
    """Whether it stands for somebody who was forgotten."""
    return number >= FIRST_PSEUDONYM


class Belonging(NamedTuple):
    """What somebody said of a story.

    :ivar said: a vote, a value, or the story's id where it was saved
    :ivar title, link: of its leading article; None where that was forgotten
    """

    story_id: int
    title: str | None
    link: str | None
    said: int
    at: datetime
