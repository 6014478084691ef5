"""Which characters are Chinese."""

from __future__ import annotations


def is_han(ch: str) -> bool:
    """Is this one character a Chinese one (unified ideographs, extension A, the plane of rare ones, 〇)?"""
    code = ord(ch)
    return (
        0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x323AF or code == 0x3007
    )
