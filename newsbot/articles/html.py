"""A fragment of HTML as plain text, for the summaries and contents of feeds."""

from __future__ import annotations

from newsbot.articles.blocks import text_of
from newsbot.articles.clean import clean


def plain(html: str) -> str:
    """`<p>一<b>二</b></p><p>三</p>` becomes two lines, cleaned; text without a tag is only cleaned."""
    if "<" not in html:
        return clean(html)
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(html).body
    return "" if body is None else clean(text_of(body))
