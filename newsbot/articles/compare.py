"""Did an article that came again change?"""

from __future__ import annotations

from newsbot.models.articles import Draft


def compare(old: Draft, new: Draft) -> bool:
    """True where the words changed: another title, or a text that says something else or more.

    Spaces do not count, nor does a text that is the beginning of the one we have: feeds cut their items
    at changing lengths.
    """
    if _letters(old.title) != _letters(new.title):
        return True
    before, after = _letters(old.text), _letters(new.text)
    return bool(after) and not before.startswith(after.removesuffix("…"))


def _letters(text: str) -> str:
    return "".join(text.split())
