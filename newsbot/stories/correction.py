"""Whether an edited article takes something back: a reader who was shown it has to be told.

Headlines are polished all day long. A correction is where a figure of the headline is replaced by another
one, or a name while the rest stays as it was, or where the article says itself that it was corrected.
"""

from __future__ import annotations

import re

from newsbot.chinese.variants import fold
from newsbot.models.articles import Draft
from newsbot.models.stories import Signature
from newsbot.stories.signature import SYMBOLS, spaced

# an article about error correction says nothing of itself
SAID = re.compile(
    r"更正|勘误|订正|辟谣"
    r"|(?<![a-z] )\bcorrection\s*[:(,–—-]|\bcorrection appended\b"
    r"|\b(?:was|were|been) (?:updated and )?corrected\b|\bretract(?:ed|ion)\b",
    re.IGNORECASE,
)


def is_correction(before: tuple[Draft, Signature], after: tuple[Draft, Signature]) -> bool:
    """Whether the one takes back something that the other said."""
    (old, was), (new, now) = before, after
    if SAID.search(f"{new.title}\n{new.text}") and not SAID.search(f"{old.title}\n{old.text}"):
        return True
    if was.numbers - now.numbers and now.numbers - was.numbers:
        return True
    olds, news = _names(was, old), _names(now, new)
    gone, come = olds - news, news - olds
    if not gone or not come:
        return False
    rests = _without(old, gone), _without(new, come)
    return rests[0].startswith(rests[1]) or rests[1].startswith(rests[0])


def _names(signature: Signature, draft: Draft) -> frozenset[str]:
    """Names that stand in the headline."""
    title = _plain(draft)
    return frozenset(name for name in signature.entities if name in title and not _is_verb(name, draft))


def _is_verb(name: str, draft: Draft) -> bool:
    """Or any other Latin word that is written in small letters: axes, launches gpt 6."""
    return any(word.isascii() and word.isalpha() and word in draft.title for word in name.split())


def _plain(draft: Draft) -> str:
    return spaced(fold(draft.title))


def _without(draft: Draft, names: frozenset[str]) -> str:
    """The headline's other words."""
    title = _plain(draft)
    for name in sorted(names, key=len, reverse=True):
        title = title.replace(name, "")
    return SYMBOLS.sub("", title)
