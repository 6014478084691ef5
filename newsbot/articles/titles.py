"""A title without what the page hangs on it."""

from __future__ import annotations

import re

from newsbot.articles.clean import clean_line

LONGEST = 500
_DANGLING = re.compile(r"[\s\-_|—–·]+$")
_MARKDOWN = re.compile(r"^#{1,6}\s+")
# ` - 网站`, `_频道_网站`, `|栏目_网站`: short parts at the end, after a mark that titles rarely hold.
_SUFFIX = re.compile(r"\s*(?:_|\s[-–—|丨]\s?|\s?[-–—|]{1,2}(?=[^-–—|_]{2,16}$))\s*[^_|]{1,24}$")


def tidy_title(text: str) -> str:
    """One clean line, without a dangling `--`; at most 500 characters."""
    line = _MARKDOWN.sub("", clean_line(text))
    return _DANGLING.sub("", line)[:LONGEST]


def without_site(title: str, heading: str = "") -> str:
    """`标题_频道_网站` becomes `标题`; a heading that begins it decides how far it goes."""
    if heading and title.startswith(heading):
        return heading
    shorter = title
    for _ in range(3):
        cut = _SUFFIX.sub("", shorter)
        if cut == shorter or len(cut) < 8:
            break
        shorter = cut
    return shorter
