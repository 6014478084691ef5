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
_FRONT = re.compile(r"\A\ufeff?---\n(.{0,4000}?)\n---\n", re.DOTALL)
_FIELD = re.compile(r"^(title|author|date)\s*:\s*[\"']?(.*?)[\"']?\s*$", re.IGNORECASE | re.MULTILINE)


def _as_lines(front: re.Match[str]) -> str:
    """Front matter as the first lines of an article: its title, and who wrote it when."""
    said = {name.lower(): value for name, value in _FIELD.findall(front[1])}
    about = [said.get("date", ""), f"作者：{said['author']}" if said.get("author") else ""]
    return "\n".join(filter(None, [said.get("title", ""), "  ".join(filter(None, about))])) + "\n"


def unmarked(text: str) -> str:
    """`## 标题` is 标题, `[文](https://…)` is 文; pictures, rules and definitions of links go."""
    text = _FRONT.sub(_as_lines, text)
    for pattern in (_IMAGE, _DEFINITION, _FENCE, _RULE):
        text = pattern.sub("", text)
    text = _LINK.sub(r"\1", _BEGINNING.sub("", text))
    return _CODE.sub(r"\1", _STRONG.sub(r"\2", text))
