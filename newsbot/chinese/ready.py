"""Everything that this part reads, read now, so that the first article does not wait for it."""

from __future__ import annotations

from newsbot.chinese import parts, people, rarity, segment, variants


def prepare() -> None:
    """Load the dictionary, the tables and the converter: about a second and 100 MB."""
    segment.words("准备")
    rarity.rarity("准备")
    people.is_person("准备")
    parts.is_noun("准备")
    variants.simplified("準備")
