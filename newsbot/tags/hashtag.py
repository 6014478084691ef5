"""A tag as Telegram links it."""

from __future__ import annotations

import re

from newsbot.chinese.width import half_width

_SPELLED = {"C++": "Cpp", "C#": "CSharp", "F#": "FSharp"}
_LONGEST = 60


def hashtag(tag: str) -> str:
    """`GPT-4o` is `#GPT_4o`, `C++` is `#Cpp`; empty where nothing but digits or signs would remain."""
    tag = half_width(tag).strip()
    words = re.sub(r"[^\w]+", "_", _SPELLED.get(tag, tag.replace("+", "Plus")))
    words = re.sub(r"_+", "_", words).strip("_")[:_LONGEST]
    return f"#{words}" if any(map(str.isalpha, words)) else ""
