"""Bytes as published to text, whatever their header says.

UTF-8 is tried first, strictly: no other encoding passes for it by accident, but headers lie.
"""

from __future__ import annotations

import codecs
import re

# Longer marks first: the one of UTF-16 LE begins the one of UTF-32 LE.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
# What a publisher may declare, and how we read it. Python knows more codecs than is good for us
# (punycode is quadratic). Latin-1 is missing: servers declare it for everything, it has to be detected.
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "gb18030": "gb18030",
    "gb_2312-80": "gb18030",
    "big5": "big5hkscs",
    "big5-hkscs": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "euc-jp": "euc_jp",
    "euc-kr": "cp949",
    "windows-1251": "cp1251",
    "koi8-r": "koi8_r",
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_XML = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})", re.IGNORECASE)
_HEAD = 4096  # bytes in which a declaration has to stand

# The commonest characters of Chinese text, both scripts: the wrong encoding hits them by chance only.
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年"
    "這個們來為國說時會對於著過發後裡還開新與產機業電動場術經學實現進問題點長無從"
    "过发后里还开新与产机业电动场术经学实现进问题点长无从日月分公司市用户手技全"
)
_LOOKED_AT = 200_000  # characters
_SAMPLE = 20_000  # bytes are enough to tell encodings apart

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ufffe\uffff]")


def decode(data: bytes, content_type: str = "") -> str:
    """The text of a feed or page; never raises, what cannot be read becomes U+FFFD.

    :param content_type: the header as received, or empty
    """
    text = _marked(data) or _strict(data, "utf-8") or _declared(data, content_type)
    if text is None:
        text = _nearly_utf8(data) or data.decode(_detected(data), "replace")
    # One raw control character makes XML readers refuse the whole feed.
    return _CONTROL.sub("", text)


def _marked(data: bytes) -> str | None:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return data.decode(codec, "replace")
    return None


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _nearly_utf8(data: bytes) -> str | None:
    """UTF-8 with a broken byte here and there: ten whole characters for each broken one are no accident."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(not sign.isascii() for sign in text[:_LOOKED_AT]) - text.count("\ufffd", 0, _LOOKED_AT)
    return text if broken and whole >= 10 * text.count("\ufffd", 0, _LOOKED_AT) and whole else None


def _declared(data: bytes, content_type: str) -> str | None:
    """The text by the first declared encoding that fits; one that nearly fits is left to the detector."""
    head = data[:_HEAD].decode("latin-1")
    for found in (_CHARSET.search(content_type), _XML.search(head), _CHARSET.search(head)):
        codec = _CODECS.get(found[1].lower()) if found else None
        text = _strict(data, codec) if codec else None
        if text is not None:
            return text
    return None


def _detected(data: bytes) -> str:
    """The encoding in which the most common characters appear and the fewest bytes are broken."""
    scores = {codec: _score(data[:_SAMPLE], codec) for codec in ("utf-8", "gb18030", "big5hkscs")}
    best = max(scores, key=lambda codec: scores[codec])
    return best if scores[best] > 0 else "cp1252"


def _score(data: bytes, codec: str) -> int:
    text = data.decode(codec, "replace")
    return sum(char in _COMMON for char in text) - 5 * text.count("\ufffd")
