"""Who works on the bot from within the chat, what they may do, and what they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Right(StrEnum):
    """Something that only some may do."""

    BROADCAST = "broadcast"
    DESK = "desk"  # the pool of stories, and what is said of them
    INBOX = "inbox"
    SOURCES = "sources"
    STATS = "stats"
    SHUT_OUT = "shut_out"  # readers
    LOG = "log"  # see who did what
    STAFF = "staff"  # say who may do what
    MONEY = "money"  # tips, and giving them back


class Role(StrEnum):
    """Owners are named in NEWSBOT_ADMINS, the others by an owner in the chat."""

    OWNER = "owner"
    EDITOR = "editor"
    MODERATOR = "moderator"


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.EDITOR: frozenset(Right) - {Right.STAFF, Right.MONEY},
    Role.MODERATOR: frozenset((Right.INBOX, Right.STATS, Right.SHUT_OUT, Right.LOG)),
}
NAMED = (Role.EDITOR, Role.MODERATOR)  # what somebody may be made in the chat


def may(role: Role | None, right: Right) -> bool:
    """Whether somebody of this role, or of none, may do it."""
    return role is not None and right in RIGHTS[role]


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who was given a role in the chat.

    :ivar by: who gave it
    :ivar nudged: is told before a busy slot
    """

    id: int
    role: Role
    by: int
    at: datetime
    nudged: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log of what was done, or tried.

    :ivar by: the person; of an anonymous administrator the chat
    :ivar chat_id: where
    :ivar deed: such as `broadcast.send`, see `messages/admin.py`
    :ivar about: what it was done to, in words or as a number
    :ivar is_allowed: False where it was refused, and nothing was done
    """

    by: int
    chat_id: int
    deed: str
    about: str
    at: datetime
    is_allowed: bool = True


@dataclass(frozen=True, slots=True)
class Outcast:
    """Somebody who was shut out: the bot sends them nothing and does nothing for them."""

    id: int
    by: int
    why: str
    at: datetime
