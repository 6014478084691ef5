"""Does this article answer that query? For follows and mutes, where one new article meets many queries.

The age (`within`) is not looked at: a document has no time.
"""

from __future__ import annotations

from newsbot.models.search import Document, Phrase, Query
from newsbot.search.tokens import tokens


def matches(query: Query, document: Document) -> bool:
    """Whether every group, source and tag of the query is in the document and nothing that it excludes."""
    return (
        not query.empty
        and all(any(contains(document, phrase) for phrase in group) for group in query.groups)
        and not any(contains(document, phrase) for phrase in query.excluded)
        and (not query.sources or any(_stands(tokens(source), document.source) for source in query.sources))
        and all(_stands(tokens(tag), document.tags) for tag in query.tags)
    )


def contains(document: Document, phrase: Phrase) -> bool:
    """Whether a phrase stands in the title, the text or the tags, or its compound does."""
    fields = (document.title, document.text, document.tags)
    if any(_stands(phrase.tokens, field) for field in fields):
        return True
    if not phrase.joined:
        return False
    return any(_stands((phrase.joined,), field) for field in (document.joined, *fields))


def _stands(wanted: tuple[str, ...] | list[str], field: str) -> bool:
    """Whether these tokens stand in a field, in this order and next to each other."""
    return bool(wanted) and f" {' '.join(wanted)} " in f" {field} "
