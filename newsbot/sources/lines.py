"""A name or title from outside, as one line that can be shown and written anywhere."""

from __future__ import annotations

import re

_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


def one_line(text: str, longest: int) -> str:
    """The text with its spaces made single and without what cannot be printed.

    :param longest: characters; the rest is cut off
    """
    # No more is looked at than could be needed: a title of a megabyte is no title.
    printable = filter(str.isprintable, _SPACES.sub(" ", text[: 20 * longest]))
    return " ".join("".join(printable).split())[:longest].rstrip()
