"""An article as the index holds it."""

from __future__ import annotations

from collections.abc import Iterable

from newsbot.models.search import Document
from newsbot.search.tokens import joined, tokens


def document(title: str, text: str, tags: Iterable[str], source: str, summary: str = "") -> Document:
    """The strings of tokens under which an article is found.

    :param source: whatever the source is called; several names in one string are fine
    """
    words = " ".join(tags)
    compounds = dict.fromkeys(found for part in (title, text, summary, words) for found in joined(part))
    return Document(
        title=" ".join(tokens(title)),
        text=" ".join(tokens(text) + tokens(summary)),
        tags=" ".join(tokens(words)),
        source=" ".join(tokens(source)),
        joined=" ".join(compounds),
    )
