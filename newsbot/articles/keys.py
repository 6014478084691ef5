"""By what an article is recognised when it comes again."""

from __future__ import annotations

from hashlib import sha256

from newsbot.chinese.variants import fold

_LONGEST_GUID = 200


def keys(guid: str | None, link: str | None, title: str, text: str = "") -> tuple[str, ...]:
    """The identities of an article within its source, best first: `guid:…`, `link:…`, else `title:…`.

    Two columns with one title (早报) are two articles, so a title counts only where there is nothing better:
    in its folded form, letters and digits only, and with the text where one is given.

    :param link: canonical
    :param text: for documents that come one by one, where the same title again is rather another article
    """
    found: list[str] = []
    guid = (guid or "").strip()
    if guid:
        found.append(f"guid:{guid if len(guid) <= _LONGEST_GUID else _hash(guid)}")
    if link:
        found.append(f"link:{link}")
    letters = "".join(filter(str.isalnum, fold(f"{title}\n{text}")))
    if letters and not found:
        found.append(f"title:{_hash(letters)}")
    return tuple(found)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
