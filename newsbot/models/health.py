"""How well a process is."""

from __future__ import annotations

from typing import NamedTuple


class Check(NamedTuple):
    """Something that was looked at.

    :ivar check: its name, as `doctor` shows it
    :ivar detail: what was found, in words
    """

    check: str
    ok: bool
    detail: str
