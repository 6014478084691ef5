"""Files that come with a call: uploaded, at an address, or named by a file_id; and what a photo must be.

The playground itself fetches nothing: a photo at an address is taken unseen, as one of 640 x 480.
"""

from __future__ import annotations

from typing import Any

from playground.errors import bad_request
from playground.links import checked_link
from playground.schema import Params, Upload
from playground.telegram import Chat, Telegram

File = dict[str, Any]

MOST_PHOTO_BYTES = 10 * 1024 * 1024
MOST_SIDES = 10_000  # pixels, width and height together
MOST_RATIO = 20
UNSEEN = (640, 480)
SIDES = (90, 320, 800, 1280, 2560)  # pixels: the longer sides of the copies that Telegram makes
PNG, JPEG = "image/png", "image/jpeg"
PNG_HEAD = b"\x89PNG\r\n\x1a\n"
JPEG_HEAD = b"\xff\xd8\xff"
# Markers of JPEG with the dimensions behind them (start of frame), and those that stand without a length.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
ALONE = {0x01, *range(0xD0, 0xD9)}


def kept_document(telegram: Telegram, given: Upload | str, chat: Chat) -> File:
    """How a document is known from now on. Raises ApiError."""
    if isinstance(given, Upload):
        file = _kept(telegram, given, chat) | {"file_size": len(given.data)}
        return file | {"file_name": given.name, "mime_type": given.kind}
    if given in telegram.photos:
        raise bad_request("can't use file of type Photo as Document")
    if given.startswith("file-"):
        return _named(given)
    return _at_address(given, "document")


def kept_photo(telegram: Telegram, given: Upload | str, chat: Chat) -> list[File]:
    """The sizes of a photo, the largest last; the file_id of each stands for the whole. Raises ApiError."""
    if isinstance(given, str):
        return _earlier_photo(telegram, given)
    kind, (width, height) = _checked_photo(given.data)
    whole = _kept(telegram, Upload(given.name, kind, given.data), chat)
    return _remembered(telegram, _sizes(whole, width, height, len(given.data)))


def _earlier_photo(telegram: Telegram, given: str) -> list[File]:
    if given in telegram.photos:
        return telegram.photos[given]
    if given.startswith("file-"):
        raise bad_request("can't use file of type Document as Photo")
    width, height = UNSEEN
    return _remembered(telegram, [_at_address(given, "photo") | {"width": width, "height": height}])


def _remembered(telegram: Telegram, sizes: list[File]) -> list[File]:
    telegram.photos.update({size["file_id"]: sizes for size in sizes})
    return sizes


def _kept(telegram: Telegram, upload: Upload, chat: Chat) -> File:
    """The names of an uploaded file, which people can open from now on."""
    if not upload.data:
        raise bad_request("file must be non-empty")
    file = _named(f"file-{-chat.id if chat.id < 0 else chat.id}-{chat.last_message_id + 1}")
    telegram.keep_file(file["file_id"], upload)
    return file


def _named(file_id: str) -> File:
    return {"file_id": file_id, "file_unique_id": file_id.replace("file-", "u")}


def _at_address(given: str, what: str) -> File:
    """A file on the web; "attach://x" that is still here names a file that did not come."""
    if given.startswith("attach://"):
        raise bad_request(f"there is no {what} in the request")
    if "://" in given and checked_link(given):
        return _named(f"file-{abs(hash(given))}")
    raise bad_request("wrong remote file identifier specified: Wrong string length")


def _checked_photo(data: bytes) -> tuple[str, tuple[int, int]]:
    """Type and dimensions of a picture that Telegram takes as a photo. Raises ApiError."""
    if not data:
        raise bad_request("file must be non-empty")
    if len(data) > MOST_PHOTO_BYTES:
        reason = f"file of size {len(data)} bytes is too big for a photo; the maximum size is"
        raise bad_request(f"{reason} {MOST_PHOTO_BYTES} bytes")
    kind = PNG if data.startswith(PNG_HEAD) else JPEG
    size = _png_size(data) if kind == PNG else _jpeg_size(data)
    if size is None or not all(size):
        raise bad_request("IMAGE_PROCESS_FAILED")
    if sum(size) > MOST_SIDES or max(size) > MOST_RATIO * min(size):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return kind, size


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG, which must begin with its header (w3.org/TR/png, 11.2.1)."""
    if data[12:16] != b"IHDR" or len(data) < 33:
        return None
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height out of the first frame of a JPEG (itu.int T.81, B.2.2)."""
    at = 2 if data.startswith(JPEG_HEAD) else len(data)
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in FRAMES:
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        if marker == 0xFF:  # filling
            at += 1
        else:
            at += 2 if marker in ALONE else 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def _sizes(whole: File, width: int, height: int, weight: int) -> list[Params]:
    """The copies of a photo, small ones first; the last is the file itself, made smaller if very large."""
    longest = max(width, height)
    sides = sorted({min(side, longest) for side in SIDES})
    copies = [{**_named(f"{whole['file_id']}-{side}"), **_scaled(width, height, side)} for side in sides[:-1]]
    return [*copies, {**whole, **_scaled(width, height, sides[-1]), "file_size": weight}]


def _scaled(width: int, height: int, side: int) -> dict[str, int]:
    """Both sides, so that the longer one has `side` pixels."""
    longest = max(width, height)
    return {"width": max(1, width * side // longest), "height": max(1, height * side // longest)}
