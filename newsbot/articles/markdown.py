"""Markdown as plain text: the words without their marks, a paragraph a line."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^(?:```|~~~).*$", re.MULTILINE)
_IMAGE = re.compile(r"!\[[^\]\n]{0,200}\](?:\([^)\n]{0,500}\)|\[[^\]\n]{0,100}\])")
_LINK = re.compile(r"\[([^\]\n]{1,300})\](?:\([^)\n]{0,500}\)|\[[^\]\n]{0,100}\])")
_DEFINITION = re.compile(r"^\s{0,3}\[[^\]\n]{1,100}\]:\s*\S+.*$", re.MULTILINE)
_BEGINNING = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[*+-]\s+(?=\S))+", re.MULTILINE)
_RULE = re.compile(r"^\s{0,3}(?:[-*_=]\s*){3,}$", re.MULTILINE)
_STRONG = re.compile(r"(\*\*|__)(\S(?:[^\n]{0,300}?\S)?)\1")
_CODE = re.compile(r"`([^`\n]{1,300})`")


def unmarked(text: str) -> str:
    """`## 标题` is 标题, `[文](https://…)` is 文; pictures, rules and definitions of links go."""
    for pattern in (_IMAGE, _DEFINITION, _FENCE, _RULE):
        text = pattern.sub("", text)
    text = _LINK.sub(r"\1", _BEGINNING.sub("", text))
    return _CODE.sub(r"\1", _STRONG.sub(r"\2", text))
