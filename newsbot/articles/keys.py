"""By what an article is recognised when it comes again."""

from __future__ import annotations

from hashlib import sha256

from newsbot.chinese.variants import fold

_LONGEST_GUID = 200


def keys(guid: str | None, link: str | None, title: str) -> tuple[str, ...]:
    """The identities of an article within its source, best first: `guid:…`, `link:…`, `title:…`.

    `link` is canonical. The title counts in its folded form, letters and digits only.
    """
    found: list[str] = []
    guid = (guid or "").strip()
    if guid:
        found.append(f"guid:{guid if len(guid) <= _LONGEST_GUID else _hash(guid)}")
    if link:
        found.append(f"link:{link}")
    letters = "".join(filter(str.isalnum, fold(title)))
    if letters:
        found.append(f"title:{_hash(letters)}")
    return tuple(found)


def _hash(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:32]
