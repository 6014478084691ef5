"""What a robots.txt allows us, after RFC 9309."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsbot.sources.decode import decode

if TYPE_CHECKING:
    from protego import Protego

MAX_BYTES = 500_000  # 2.5: at least so much is to be read
_LONGEST_DELAY = 60.0  # seconds
_LONGEST_LINE = 2048  # characters; no address is longer, so no longer rule fits one
_AGENT = re.compile(r"\s*user[-\s]{0,3}agent\s{0,3}:?(.*)", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
_NOBODY = "User-agent: another"


def allowed(robots: bytes, agent: str, addresses: Sequence[str]) -> tuple[bool, ...]:
    """Whether each address may be fetched, in their order; an empty or unreadable file allows all.

    :param robots: the file as it came; what is beyond MAX_BYTES is not read
    :param agent: our name, alone or as the beginning of the User-Agent header
    """
    rules = _rules(robots, agent)
    return tuple(_may(rules, address, agent) for address in addresses)


def crawl_delay(robots: bytes, agent: str) -> float | None:
    """Seconds between two requests that the site asks us for, 0 to 60, or None where it asks for nothing."""
    delay = _rules(robots, agent).crawl_delay(_name(agent))
    return None if delay is None else min(max(delay, 0.0), _LONGEST_DELAY)


def _rules(robots: bytes, agent: str) -> Protego:
    from protego import Protego

    return Protego.parse(_for_us(_text(robots), _name(agent)))


def _may(rules: Protego, address: str, agent: str) -> bool:
    try:
        return rules.can_fetch(address, _name(agent))
    except ValueError:  # an impossible bracket: nobody can fetch that
        return False


def _text(robots: bytes) -> str:
    """Without the line in whose middle the limit falls: half a rule is another rule."""
    whole = robots if len(robots) <= MAX_BYTES else robots[:MAX_BYTES].rpartition(b"\n")[0]
    return decode(whole)


def _name(agent: str) -> str:
    """The product token, 2.2.1: `newsbot` of `newsbot/1.0 (+https://…)`."""
    found = _TOKEN.match(agent.strip())
    return found[0].lower() if found else agent.strip().lower()


def _for_us(text: str, name: str) -> str:
    """The file with all other robots under one name.

    A file may give ten thousand rules to ten thousand robots, and the library would write them all down.
    """
    return "\n".join(_line(line, name) for line in text.splitlines() if len(line) <= _LONGEST_LINE)


def _line(line: str, name: str) -> str:
    found = _AGENT.match(line)
    if not found:
        return line
    named = found[1].partition("#")[0].strip().lower()
    if named == "*":
        return "User-agent: *"
    return f"User-agent: {name}" if _name(named) == name else _NOBODY
