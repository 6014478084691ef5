"""Where the reading of one text stands: that of HTML in entities.py, of the Markdowns in markdown.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Entity = dict[str, Any]


def utf16(text: str) -> int:
    """The length in UTF-16 code units, which is how Telegram counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass
class Reading:
    """A place in the source; `units` are those of the text that people will see, read so far in `parts`."""

    source: str
    at: int = 0
    units: int = 0
    parts: list[str] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def say(self, text: str) -> None:
        """What people will see next."""
        self.parts.append(text)
        self.units += utf16(text)

    def begins(self, text: str) -> bool:
        """Whether the rest of the source begins so."""
        return self.source.startswith(text, self.at)

    def since(self, start: int) -> str:
        """The text read since this place, given in UTF-16 units."""
        return "".join(self.parts).encode("utf-16-le", "replace")[2 * start :].decode("utf-16-le", "replace")

    def bytes_before(self, at: int) -> int:
        """The byte offset of a place in the source, as complaints name it."""
        return len(self.source[:at].encode("utf-8", "replace"))
