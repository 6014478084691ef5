"""Text as it should have been published: entities repaired, tricks and control characters gone."""

from __future__ import annotations

import html
import re
import unicodedata

_ENTITY = re.compile(r"&(?:[A-Za-z][A-Za-z0-9]{1,30}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
# Some sites lose the & of entities. These names are no words, wherever they stand ...
_ODD = (
    "hellip|mdash|ndash|ldquo|rdquo|lsquo|rsquo|sup[123]|nbsp|middot|ensp|emsp|thinsp|laquo|raquo|"
    "permil|plusmn|frac12"
)
# ... and these are a part of ordinary words (`stamp;`), so no letter may stand before them.
_WORDS = "quot|amp|lt|gt|deg|reg|yen|copy|trade|euro|times|bull|prime|rarr|larr|apos"
# nor a letter and a space, as in `int copy;`; a number may stand before some
_AFTER_NUMBERS = "deg|times|prime|permil"
_CODES = "34|38|39|60|62|160|169|174|183|8211|8212|8216|8217|8220|8221|8226|8230|8482"
_LOST = re.compile(
    rf"&?(?:{_ODD});|(?<![A-Za-z0-9])(?<![A-Za-z] )(?:{_WORDS});|(?<=[0-9])(?:{_AFTER_NUMBERS});|(?<=[A-Z])amp;(?=[A-Z])|"
    rf"(?<![&A-Za-z0-9])#(?:{_CODES});"
)
_UNENDED = re.compile(rf"&(?:{_ODD})(?![A-Za-z;])")

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\xa0\u1680\u2000-\u200a\u202f\u205f\u3000\u3164\u2800\u115f\u1160\uffa0]+")
# Control characters, bidi marks, zero-width ones, private use (icon fonts), tags, lone surrogates.
_TRICK = (
    "\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e0fff\U000f0000-\U0010ffff\ud800-\udfff"
)
_TRICKS = re.compile(f"[{_TRICK}]")
# A zero-width joiner means something only between the halves of an emoji.
_JOINER = re.compile(
    "(?<![\u2600-\u27bf\U0001f300-\U0001faff\ufe0f])\u200d|\u200d(?![\u2600-\u27bf\U0001f300-\U0001faff])"
)
_MARK = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_MARKS = re.compile(f"([{_MARK}]{{2}})[{_MARK}]+")
_UNDECODABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_RUBBISH = 0.01  # so much of it is undecodable: no text at all
_SUSPICIOUS = re.compile(f"[{_TRICK}\u200d{_MARK}]")


def clean(text: str) -> str:
    """Repair and tidy a plain text; paragraphs stay, one a line, empty ones go."""
    text = _BREAKS.sub("\n", _entities(text))
    text = _SPACES.sub(" ", text)
    text = unicodedata.normalize("NFC", text)
    if _SUSPICIOUS.search(text):  # which hardly any text is: one look instead of three
        text = _MARKS.sub(r"\1", unicodedata.normalize("NFC", _JOINER.sub("", _TRICKS.sub("", text))))
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def clean_line(text: str) -> str:
    """The same for what is one line, such as a title."""
    return clean(text).replace("\n", " ")


def is_rubbish(text: str) -> bool:
    """Is so much of it undecodable that it is no text?"""
    return len(_UNDECODABLE.findall(text)) > _RUBBISH * len(text)


def _entities(text: str) -> str:
    if "&" in text:
        text = _UNENDED.sub(lambda found: html.unescape(found.group() + ";"), text)
    if ";" not in text:
        return text
    text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    return _LOST.sub(lambda found: html.unescape("&" + found.group().lstrip("&")), text)
