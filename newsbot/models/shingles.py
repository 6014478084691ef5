"""What a text is compared by: the hashes of its short runs of characters.

Kept packed, and unpacked only where somebody looks: of sixty candidates nearly all are told apart by the
least few of their hashes.
"""

from __future__ import annotations

import struct
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
    def least(self) -> tuple[frozenset[int], int]:
        """The least LEAST of them, and up to where they are all there are."""
        found = self.first(LEAST)
        return frozenset(found), found[-1] if len(self) > LEAST else _GREATEST

    def shared(self, other: Shingles) -> int:
        """How many both have."""
        return len(self.all & other.all)

    def likely_shared(self, other: Shingles) -> tuple[float, int]:
        """Which part of the hashes that either has both have, as a sample shows, and the size of the sample.

        The least hashes of two sets together are a fair sample of them (Broder 1997, "On the resemblance and
        containment of documents").
        """
        (mine, mine_to), (theirs, theirs_to) = self.least, other.least
        both = len(mine & theirs)
        edge = min(mine_to, theirs_to)  # beyond it only one of the samples is complete
        either = sum(one <= edge for one in mine) + sum(one <= edge for one in theirs) - both
        return (both / either if either else 0.0), either
