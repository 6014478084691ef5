"""What a text is compared by: the hashes of its short runs of characters.

Kept packed, and unpacked only where somebody looks: of sixty candidates nearly all are told apart by the
least few of their hashes.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property

LEAST = 64
_SIZE = 4  # bytes of a hash
_GREATEST = 2**32 - 1


class Shingles:
    """A set of hashes of 32 bits.

    :ivar data: the hashes, unsigned, little-endian, ascending
    """

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    @classmethod
    def of(cls, hashes: Iterable[int]) -> Shingles:
        found = sorted(set(hashes))
        return cls(struct.pack(f"<{len(found)}I", *found))

    def __len__(self) -> int:
        return len(self.data) // _SIZE

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shingles) and self.data == other.data

    def __hash__(self) -> int:
        return hash(self.data)

    def __repr__(self) -> str:
        return f"<{len(self)} shingles>"

    def __reduce__(self) -> tuple[object, ...]:
        return Shingles, (self.data,)

    def first(self, count: int) -> tuple[int, ...]:
        """The least of them, ascending."""
        count = min(count, len(self))
        return struct.unpack_from(f"<{count}I", self.data)

    @cached_property
    def all(self) -> frozenset[int]:
        return frozenset(self.first(len(self)))

    @cached_property
    def least(self) -> tuple[int, ...]:
        """The least LEAST of them, ascending."""
        return self.first(LEAST)

    @cached_property
    def _least(self) -> frozenset[int]:
        return frozenset(self.least)

    @property
    def _known_to(self) -> int:
        """Up to where the least of them are all there are."""
        return self.least[-1] if len(self) > LEAST else _GREATEST

    def shared(self, other: Shingles) -> int:
        """How many both have."""
        return len(self.all & other.all)

    def likely_shared(self, other: Shingles) -> tuple[float, int]:
        """Which part of the hashes that either has both have, as a sample shows, and the size of the sample.

        The least hashes of two sets together are a fair sample of them (Broder 1997, "On the resemblance and
        containment of documents").
        """
        both = len(self._least & other._least)
        edge = min(self._known_to, other._known_to)
        either = bisect_right(self.least, edge) + bisect_right(other.least, edge) - both
        return (both / either if either else 0.0), either
