"""Whether an edited article takes something back: a reader who was shown it has to be told.

Headlines are polished all day long. A correction is where a figure or a name of the headline is replaced by
another one, or where the article says itself that it was corrected.
"""

from __future__ import annotations

import re

from newsbot.chinese.variants import fold
from newsbot.models.articles import Draft
from newsbot.models.stories import Signature

SAID = re.compile(r"更正|勘误|订正|辟谣|\bcorrection\b|\bcorrected\b|\bretract", re.IGNORECASE)


def is_correction(before: tuple[Draft, Signature], after: tuple[Draft, Signature]) -> bool:
    """Whether the one takes back something that the other said."""
    (old, was), (new, now) = before, after
    if SAID.search(f"{new.title}\n{new.text}") and not SAID.search(f"{old.title}\n{old.text}"):
        return True
    names = _names(was, old), _names(now, new)
    return _is_replaced(was.numbers, now.numbers) or _is_replaced(*names)


def _names(signature: Signature, draft: Draft) -> frozenset[str]:
    """Names that stand in the headline."""
    title = fold(draft.title)
    return frozenset(name for name in signature.entities if fold(name) in title)


def _is_replaced(was: frozenset[str], now: frozenset[str]) -> bool:
    return bool(was - now and now - was)
