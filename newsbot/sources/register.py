"""Which ids and addresses are taken, so that no source comes twice and none takes another's place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from newsbot.models.sources import Taken
from newsbot.sources.addresses import canonical

LONGEST_ID = 60  # characters, see catalog.py


class Register:
    """The catalogue as far as ids and addresses go."""

    def __init__(self, taken: Iterable[Taken]) -> None:
        self._ids: set[str] = set()
        self._at: dict[str, Taken] = {}
        self._numbers: dict[str, int] = {}
        for one in taken:
            self.enter(one)

    def enter(self, one: Taken) -> None:
        self._ids.add(one.id)
        address = canonical(one.url)
        if address and (one.is_there or address not in self._at):
            self._at[address] = one

    def at(self, url: str) -> Taken | None:
        """Who is at this address, in whatever writing."""
        address = canonical(url)
        return self._at.get(address) if address else None

    def has(self, source_id: str) -> bool:
        return source_id in self._ids

    def free(self, wanted: str) -> str:
        """This id, or with a number behind it."""
        if wanted not in self._ids:
            return wanted
        while True:
            number = self._numbers[wanted] = self._numbers.get(wanted, 1) + 1
            found = f"{wanted[: LONGEST_ID - len(str(number)) - 1]}-{number}"
            if found not in self._ids:
                return found


def host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def host_id(address: str) -> str:
    """An id after the host of an address."""
    return re.sub(r"[^A-Za-z0-9]+", "-", host(address)).strip("-")[:50] or "source"
