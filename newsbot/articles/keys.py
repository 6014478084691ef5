"""By what an article is recognised when it comes again."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from newsbot.articles.titles import without_site
from newsbot.chinese.variants import fold

LINK = "link:"
_LONGEST_GUID = 200
_ENOUGH = 20  # letters of a text that are no mere teaser


def keys(
    guid: str | None, link: str | None, title: str, text: str = "", published: datetime | None = None
) -> tuple[str, ...]:
    """The identities of an article within its source, best first: `guid:…`, `link:…`, `words:…`.

    Some feeds give an article another guid and address at every pull, so its words identify it too: title
    (where there is a text: without the site's name behind it) and text in their folded form, letters, digits
    and what tells C++ from C# only, and the day. A column under a standing title (早报) is
    another article every day.

    :param link: canonical
    :param published: aware
    """
    found: list[str] = []
    guid = (guid or "").strip()
    if guid:
        found.append(f"guid:{guid if len(guid) <= _LONGEST_GUID else _hash(guid)}")
    if link:
        found.append(f"{LINK}{link}")
    told = _letters(text)
    # alone a title is all there is: what looks like a site's name may be what tells it from the next one
    letters = _letters(without_site(title) if len(told) >= _ENOUGH else title) + told
    if letters:
        found.append(f"words:{_hash(letters + (published.date().isoformat() if published else ''))}")
    return tuple(found)


def _letters(text: str) -> str:
    return "".join(sign for sign in fold(text) if sign.isalnum() or sign in "+#")


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
