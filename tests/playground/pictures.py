"""Pictures for tests, made here: a PNG that browsers show, and the head of a JPEG."""

from __future__ import annotations

import struct
import zlib


def png(width: int = 640, height: int = 360) -> bytes:
    """A blue rectangle."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + b"\x1a\x6f\xb3" * width) * height
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def jpeg(width: int, height: int) -> bytes:
    """The beginning of one, as far as its dimensions: a comment, filling, a table, the first frame."""
    comment = b"\xff\xfe" + struct.pack(">H", 4) + b"hi"
    table = b"\xff\xff\xc4" + struct.pack(">H", 2)
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 17, 8, height, width, 3)
    return b"\xff\xd8" + comment + table + frame
