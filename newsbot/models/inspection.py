"""What an inspection of the database found."""

from __future__ import annotations

from dataclasses import dataclass

EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check came to.

    :ivar name: of the check, such as `stories.lead`
    :ivar words: what is wrong, as the end of a sentence that begins with how many
    :ivar count: how many are wrong; 0 where all is well
    :ivar examples: some of them, by their keys: `12`, or `7/12` where the key has two parts
    :ivar is_mendable: whether some of them may be mended without losing anything
    :ivar mended: how many were
    """

    name: str
    words: str
    count: int = 0
    examples: tuple[str, ...] = ()
    is_mendable: bool = False
    mended: int = 0

    @property
    def is_well(self) -> bool:
        """Nothing is wrong, or nothing any more."""
        return self.mended >= self.count
